"""explain: a result → sentences. Every figure back to its lines, their tiers, their clauses, their reasons."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from rulesets.engine.frames import EXCLUDED, NO_GRADE
from rulesets.engine.numbers import fraction, plain, rounded
from rulesets.engine.protocols import Registry
from rulesets.engine.scheme import Rule, Scheme

FLAGS = {
    "tie_at_cut": "并列跨过名额线，请集体研究：{}",
    "figure_missing": "没有指标记录，未计分：{}",
    "result_missing": "要沿用的结果还没有公布，未计分：{}",
    "ballots_missing": "没有测评票，记0分：{}",
    "vetoed": "一票否决：{}",
    "uncounted": "不占名额：{}",
    "not_assessed": "没有可核算的内容，不参加排名",
    "excluded": "不参加考核",
    "no_grade": "参加考核，不排名、不定等次",
}


def chinese_date(day: str) -> str:
    """2025-12-31 → 2025年12月31日."""
    date = datetime.date.fromisoformat(day)
    return f"{date.year}年{date.month}月{date.day}日"


def signed_points(points: str) -> str:
    """“+8”, “-0.5”, “0”."""
    return f"+{points}" if fraction(points) > 0 else points


def reason_sentence(reason: str, scheme: Scheme) -> str:
    """Why a line's points differ from its raw points, as a clause of a sentence."""
    kind, _, code = reason.partition(":")
    components = {component.code: component.name for component in scheme.components}
    match kind:
        case "matter":
            return f"同一事项已按{code}计分，不重复计"
        case "limit":
            return f"超出{_rule_name(scheme, code)}的限额部分不计"
        case "factor":
            return f"按{_rule_name(scheme, code)}折算"
        case "ceiling":
            return f"超出{components.get(code, code)}的上限部分不计"
        case "floor":
            return f"低于{components.get(code, code)}的下限部分不再扣"
    raise ValueError(f"a line has the unknown reason {reason}")


def flag_sentence(flag: str, scheme: Scheme) -> str:
    """A flag of a subject in Chinese."""
    kind, _, rest = flag.partition(":")
    codes = [code for code in rest.split(":") if code]
    if kind == "figure_missing" and all(_inherits(scheme, code) for code in codes):
        kind = "result_missing"
    if kind == "ballots_missing":
        return FLAGS[kind].format("，".join(_review_name(scheme, code) for code in codes))
    return FLAGS[kind].format("，".join(_rule_name(scheme, code) for code in codes))


def _inherits(scheme: Scheme, code: str) -> bool:
    """Whether what a rule lacks is a published result, not a figure on record."""
    return any(rule.code == code and rule.family == "inherit" for rule in scheme.rules)


def _rule_name(scheme: Scheme, code: str) -> str:
    names = {rule.code: rule.name for rule in scheme.rules}
    return f"{names[code]}（{code}）" if code in names else code


def _review_name(scheme: Scheme, code: str) -> str:
    """The name of a review by its round or part, which nobody but the scheme's writer calls by code."""
    reviews = {rule.params["part"]: rule.name for rule in scheme.rules if "part" in rule.params}
    reviews |= {rule.params["round"]: rule.name for rule in scheme.rules if "round" in rule.params}
    return reviews.get(code, code)


# What an item says of its rows in general is left out where one line is explained.
GENERAL_PARAMS = ("members", "roles", "groups", "evidence")


def tier_sentence(line: Mapping[str, Any], rule: Rule, scheme: Scheme, registry: Registry) -> str:
    """What gave the line its raw points: the tier that decided, or the whole rule where none did."""
    family = registry.of(rule)
    if line["tier"] is not None:
        params = {key: value for key, value in rule.params.items() if key not in GENERAL_PARAMS}
        rule = replace(rule, tiers=(rule.tiers[line["tier"]],), params=params)
    elif family.is_item and rule.tiers:
        return "办法没有列出这种情形的分值，计0分"
    return family.sentence(rule, scheme).rstrip("。")


def line_sentence(line: Mapping[str, Any], scheme: Scheme, registry: Registry) -> str:
    """One award line: when, what, what the rule says, what it gave, what was left and why."""
    rule = scheme.rule(line["item"])
    about = [line[key] for key in ("role_name", "level_name") if line.get(key)]
    if line.get("quantity") not in (None, "1"):
        about.append(f"数量{line['quantity']}")
    case = f"（{'，'.join(about)}）" if about else ""
    clause = f"{rule.clause} " if rule.clause else ""
    sentence = (
        f"{chinese_date(line['date'])} {line['event']} {line['item']} {rule.name}{case}："
        f"{signed_points(line['points'])}分。依据：{clause}{tier_sentence(line, rule, scheme, registry)}"
    )
    if line["points"] != line["raw"]:
        why = "；".join(reason_sentence(reason, scheme) for reason in line["reasons"])
        sentence += f"。原始分{signed_points(line['raw'])}，{why}"
    if rule.assumed:
        sentence += f"。（假定：{rule.assumed.rstrip('。')}）"
    return sentence + ("" if sentence.endswith("）") else "。")


def component_sentence(code: str, value: str, lines: list[Mapping[str, Any]], scheme: Scheme) -> str:
    """How a component comes about: base, what its lines add and take, its limits."""
    component = scheme.component(code)
    points = sum((fraction(line["points"]) for line in lines), Fraction(0))
    limits = [f"下限{component.floor}" if component.floor is not None else ""]
    limits.append(f"上限{component.ceiling}" if component.ceiling is not None else "")
    limits.append(f"权重{component.weight}" if component.weight is not None else "")
    limit = "，".join(part for part in limits if part)
    scored = [rule for rule in scheme.rules if rule.component == code and rule.family == "review"]
    if scored:
        parts = "、".join(f"{rule.name}{rule.params['points']}分" for rule in scored)
        body = f"由测评得出（{parts}）"
    else:
        body = f"基础分{component.base}，{len(lines)}条明细合计{signed_points(plain(points))}"
    return f"{component.name}：{value}分。{body}{f'（{limit}）' if limit else ''}。"


def explain_subject(
    result: Mapping[str, Any],
    no: str,
    scheme: Scheme,
    registry: Registry,
    sources: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """The whole reckoning of one subject, a sentence a line. Raises KeyError.

    `sources` says of an event, by its number, on what paper it rests and who entered it.
    """
    subject = next((entry for entry in result["subjects"] if entry["no"] == no), None)
    if subject is None:
        raise KeyError(no)
    yield (
        f"《{result['scheme_name']}》第{result['edition']}版，{result['period_name']}，"
        f"截至{chinese_date(result['as_of'])}。"
    )
    about = [
        part for part in (subject["department_name"], subject["group_name"], subject["position"]) if part
    ]
    yield f"{subject['name']}（{no}），{'，'.join(about)}。"
    yield from _outcome_sentences(subject, scheme)
    if EXCLUDED not in subject["flags"]:
        yield from _reckoning_sentences(result, subject, scheme, registry, sources)
    yield f"核验码：{result['digest']}。"


def _reckoning_sentences(
    result: Mapping[str, Any],
    subject: Mapping[str, Any],
    scheme: Scheme,
    registry: Registry,
    sources: Mapping[str, str] | None,
) -> Iterator[str]:
    """Each component with its lines, and how they make the total."""
    for code in (component["code"] for component in result["components"]):
        lines = [line for line in subject["lines"] if line["component"] == code]
        yield component_sentence(code, subject["components"][code], lines, scheme)
        for line in lines:
            yield f"    {line_sentence(line, scheme, registry)}"
            if sources and line["event"] in sources:
                yield f"        {sources[line['event']]}。"
        yield from _note_sentences(subject, code, scheme)
    yield from _note_sentences(subject, None, scheme)
    yield from _sum_sentences(result, subject)


def _note_sentences(subject: Mapping[str, Any], component: str | None, scheme: Scheme) -> Iterator[str]:
    """How rules that make no lines came to what they gave."""
    for note in subject.get("notes", ()):
        if note["component"] == component:
            rule = scheme.rule(note["rule"])
            clause = f"依据：{rule.clause}" if rule.clause else ""
            yield f"    {rule.code} {rule.name}：{note['text']}。{clause}"


def _outcome_sentences(subject: Mapping[str, Any], scheme: Scheme) -> Iterator[str]:
    if subject["total"] is None:
        yield "没有总分，不参加排名。"
    elif subject["rank"] is None:
        yield f"总分{subject['total']}，不参加排名。"
    else:
        yield f"总分{subject['total']}，第{subject['rank']}名（共{subject['of']}）。"
    if subject["band"]:
        yield f"等次：{subject['band_name']}。{scheme.rule(subject['band']).clause}".rstrip()
    if "decision" in subject:
        yield _decision_sentence(subject)
    if "exclusion" in subject:
        yield f"名册：{FLAGS[subject['exclusion']['kind']]}。理由：{subject['exclusion']['reason'].rstrip('。')}。"
    for flag in subject["flags"]:
        if flag not in (EXCLUDED, NO_GRADE):
            yield f"提示：{flag_sentence(flag, scheme)}。"
    for code, value in subject["outcomes"].items():
        shown = "是" if value is True else "、".join(value) if isinstance(value, list) else value
        yield f"结果运用：{scheme.rule(code).name}：{shown}。"


def _decision_sentence(subject: Mapping[str, Any]) -> str:
    """What the committee decided, beside what was reckoned."""
    reckoned = subject.get("band_reckoned_name", subject["band_name"]) or "未定"
    decision = subject["decision"]
    return (
        f"审定：核算等次为{reckoned}，经集体研究审定为{subject['band_name']}。"
        f"理由：{decision['reason'].rstrip('。')}；会议纪要：{decision['minutes']}。"
    )


def _sum_sentences(result: Mapping[str, Any], subject: Mapping[str, Any]) -> Iterator[str]:
    """How the components make the total; says so where what is shown does not add up."""
    if subject["total"] is None:
        return
    values = (subject["components"][component["code"]] for component in result["components"])
    shown = [rounded(fraction(value), 2) for value in values]
    terms = " + ".join(plain(value) for value in shown).replace("+ -", "- ")
    factor = subject.get("factor")
    if factor is not None:
        yield f"总分：（{terms}）× {factor} = {subject['total']}（系数和各部分按未舍入的数值计算）。"
        return
    yield f"总分：{terms} = {subject['total']}。"
    if sum(shown, Fraction(0)) != fraction(subject["total"]):
        yield "各部分显示时各自保留两位小数，总分按未舍入的数值相加后舍入一次，因此与显示的各部分之和略有不同。"
