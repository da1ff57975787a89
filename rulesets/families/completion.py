"""completion: a figure against its target, or against the best of the field: full points, or in proportion."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from rulesets.engine.numbers import fraction, plain, unscaled
from rulesets.engine.period import PERIOD_KIND_NAMES, Period, PeriodKind
from rulesets.engine.protocols import (
    Example,
    FamilyField,
    FieldKind,
    Inquiry,
    Note,
    Stage,
    Standing,
    SubjectFamily,
)
from rulesets.engine.scheme import Rule, Scheme
from rulesets.families.figures import FIGURE_FIELDS, figures_of

# Yardsticks that the figures themselves make.
OF_THE_FIELD = {"best": "最高值", "mean": "平均值"}
YARDSTICKS = (("target", "目标值"), *((code, f"考核对象中的{name}") for code, name in OF_THE_FIELD.items()))
HUNDRED = 100
INVESTMENT = {
    "code": "W1", "name": "招商引资", "family": "completion", "component": "work",
    "params": {"metric": "investment", "each": "year", "points": "10", "against": "target", "target": "1200"},
}  # fmt: skip


class Completion(SubjectFamily):
    """Points × min(figure ÷ yardstick, most), exact: it enters the component without a line, explained by a note.

    Each sub-period that has ended is judged by itself and adds its points. A figure below 0 counts as 0. What
    cannot be judged (no figure, no target of one's own above 0) gives nothing and is flagged.
    """

    code = "completion"
    name = "按完成率计分"
    about = "按一项指标的完成率给分，与目标相比，或与最高者、平均数相比。"
    stage = Stage.SCORE
    has_component = True
    fields = (
        *FIGURE_FIELDS,
        FamilyField("points", "满分", FieldKind.DECIMAL, required=True, help="每个判定期间的满分。"),
        FamilyField("against", "与什么相比", FieldKind.CHOICE, required=True, choices=YARDSTICKS),
        FamilyField("target", "目标值", FieldKind.DECIMAL, help="各考核对象目标相同的，填写这一项。"),
        FamilyField(
            "target_metric", "目标值的指标编码", FieldKind.TEXT, help="各考核对象目标不同的，填写这一项。"
        ),
        FamilyField("floor", "完成率低于多少不计分（%）", FieldKind.DECIMAL),
        FamilyField(
            "most",
            "完成率最多按多少计（%）",
            FieldKind.DECIMAL,
            help="超额完成按比例加分的，如“最高不超过满分的120%”填120；不填为100，超额不加分。",
        ),
    )
    examples = (
        Example(
            title="目标1200万元，满分10分，完成率不到60%不计分：完成1500、1200得10分，1000得8.333…分，720得6分，719得0分",
            rules=({**INVESTMENT, "params": {**INVESTMENT["params"], "floor": "60"}},),  # type: ignore[dict-item]
            given={
                "subjects": ["1", "2", "3", "4", "5", "6"],
                "metrics": [
                    {"metric": "investment", "period": "2025", "subject": no, "value": value}
                    for no, value in (("1", "1500"), ("2", "1200"), ("3", "1000"), ("4", "720"), ("5", "719"))
                ],
            },
            expected={
                "totals": {"1": "10", "2": "10", "3": "8.33", "4": "6", "5": "0", "6": "0"},
                "components": {"3": {"work": "8.333333"}},
                "flags": {"5": [], "6": ["figure_missing:W1"]},
                "notes": {"3": ["2025年：实际1000，目标值1200，完成83.33%，得8.333333分"]},
            },
        ),
        Example(
            title="利润目标500万元，满分30分，超额按比例加分，最高按120%计：完成550万元得33分，700万元得36分，450万元得27分",
            rules=(
                {
                    "code": "W4", "name": "利润", "family": "completion", "component": "work",
                    "params": {
                        "metric": "profit", "each": "year", "points": "30", "against": "target", "target": "500",
                        "most": "120",
                    },
                },
            ),
            given={"metrics": [
                {"metric": "profit", "period": "2025", "subject": no, "value": value}
                for no, value in (("1", "550"), ("2", "700"), ("3", "450"))
            ], "subjects": ["1", "2", "3"]},
            expected={
                "totals": {"1": "33", "2": "36", "3": "27"},
                "notes": {"2": ["2025年：实际700，目标值500，完成140%，按120%计，得36分"]},
            },
        ),
        Example(
            title="与平均值相比，最高按110%计：80、60、40件平均60件，满分20分，得22、20、13.333…分",
            rules=(
                {
                    "code": "W5", "name": "结案", "family": "completion", "component": "work",
                    "params": {"metric": "cases", "each": "year", "points": "20", "against": "mean", "most": "110"},
                },
            ),
            given={"metrics": [
                {"metric": "cases", "period": "2025", "subject": no, "value": value}
                for no, value in (("1", "80"), ("2", "60"), ("3", "40"))
            ], "subjects": ["1", "2", "3", "4"]},
            expected={
                "totals": {"1": "22", "2": "20", "3": "13.33", "4": "0"},
                "flags": {"4": ["figure_missing:W5"]},
            },
        ),
        Example(
            title="最高者80件得满分20分，60件得15分",
            rules=(
                {
                    "code": "W2", "name": "办件量", "family": "completion", "component": "work",
                    "params": {"metric": "cases", "each": "year", "points": "20", "against": "best"},
                },
            ),
            given={"metrics": [
                {"metric": "cases", "period": "2025", "subject": "1", "value": "80"},
                {"metric": "cases", "period": "2025", "subject": "2", "value": "60"},
            ], "subjects": ["1", "2"]},
            expected={"totals": {"1": "20", "2": "15"}},
        ),
        Example(
            title="各人目标不同，每半年满分5分：上半年10件完成8件得4分，下半年4件完成4件得5分，全年9分",
            rules=(
                {
                    "code": "W3", "name": "调研", "family": "completion", "component": "work",
                    "params": {
                        "metric": "visits", "each": "half", "points": "5", "against": "target",
                        "target_metric": "visits_due",
                    },
                },
            ),
            given={"subjects": ["1"], "metrics": [
                {"metric": "visits_due", "period": "2025H1", "subject": "1", "value": "10"},
                {"metric": "visits", "period": "2025H1", "subject": "1", "value": "8"},
                {"metric": "visits_due", "period": "2025H2", "subject": "1", "value": "4"},
                {"metric": "visits", "period": "2025H2", "subject": "1", "value": "4"},
            ]},
            expected={"totals": {"1": "9"}},
        ),
    )  # fmt: skip

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        p = rule.params
        kind = PERIOD_KIND_NAMES[PeriodKind(p["each"])]
        if p["against"] in OF_THE_FIELD:
            value = OF_THE_FIELD[p["against"]]
            yardstick = f"考核对象中的{value}的得满分，其他的按与{value}之比计分"
        else:
            target = p.get("target") or f"（指标“{p.get('target_metric')}”）"
            yardstick = f"目标值{target}的得满分，未达到的按完成率计分"
        floor = f"，完成率低于{p['floor']}%的不计分" if "floor" in p else ""
        over = "" if _most(rule) == 1 else f"，超额的按比例加分，完成率最多按{p['most']}%计"
        return f"每{kind}满分{p['points']}分：指标“{p['metric']}”达到{yardstick}{floor}{over}；没有记录的不计分并提示。"

    def faults(self, rule: Rule, scheme: Scheme) -> Iterable[str]:
        p = rule.params
        given = [code for code in ("target", "target_metric") if code in p]
        if p.get("against") == "target" and len(given) != 1:
            yield "与目标值相比的，“目标值”和“目标值的指标编码”须填写一项，且只填一项。"
        if p.get("against") in OF_THE_FIELD and given:
            yield f"与{OF_THE_FIELD[p['against']]}相比的，不再填写目标值：请删去目标值。"
        if p.get("against") == "best" and _most(rule) != 1:
            yield "与最高值相比的，完成率不会超过100%：请删去“完成率最多按多少计”。"
        if _most(rule) < 1:
            yield "“完成率最多按多少计”须为100或以上。"
        for code, label in (("target", "目标值"), ("points", "满分")):
            if code in p and fraction(p[code]) <= 0:
                yield f"“{label}”须大于0。"
        if "floor" in p and not 0 < fraction(p["floor"]) <= HUNDRED:
            yield "“完成率低于多少不计分”须大于0、不超过100。"

    def reckon(self, rules: Sequence[Rule], standings: Sequence[Standing], inquiry: Inquiry) -> None:
        for rule in rules:
            found = figures_of(inquiry, rule.params["metric"])
            targets = _targets(rule, inquiry)
            for period in inquiry.period.ended_parts(PeriodKind(rule.params["each"]), inquiry.as_of):
                actual = {s.subject: found.get((s.subject, period.code)) for s in standings}
                present = [unscaled(value) for value in actual.values() if value is not None]
                field = _of_the_field(rule, present)
                for standing in standings:
                    value = actual[standing.subject]
                    mark = targets[standing.subject, period.code] if field is None else field
                    _judge(rule, standing, period, None if value is None else unscaled(value), mark)


def _targets(rule: Rule, inquiry: Inquiry) -> Mapping[tuple[str, str], Fraction | None]:
    """(subject, sub-period) → the target, None where the subject has none on record."""
    parts = inquiry.period.ended_parts(PeriodKind(rule.params["each"]), inquiry.as_of)
    keys = [(subject, part.code) for subject in inquiry.assessed["subject"] for part in parts]
    if "target" in rule.params:
        return dict.fromkeys(keys, fraction(rule.params["target"]))
    own = figures_of(inquiry, rule.params.get("target_metric", ""))
    return {key: unscaled(own[key]) if key in own else None for key in keys}


def _most(rule: Rule) -> Fraction:
    """The largest share that counts."""
    return fraction(rule.params.get("most", "100")) / HUNDRED


def _of_the_field(rule: Rule, present: Sequence[Fraction]) -> Fraction | None:
    """What everybody is compared with, of the figures there are; None where each has a target."""
    if rule.params["against"] not in OF_THE_FIELD:
        return None
    if not present:
        return Fraction(0)
    return max(present) if rule.params["against"] == "best" else sum(present, Fraction(0)) / len(present)


def _reached(rule: Rule, value: Fraction, mark: Fraction) -> str:
    share = max(value, Fraction(0)) / mark
    counted = f"，按{plain(_most(rule) * HUNDRED)}%计" if share > _most(rule) > 1 else ""
    return f"，完成{plain(share * HUNDRED, 2)}%{counted}"


def share_of(rule: Rule, value: Fraction, mark: Fraction) -> Fraction:
    """The share of the full points that the figure earns, from 0 to 1, or to the most that the rule says."""
    share = min(max(value, Fraction(0)) / mark, _most(rule))
    return Fraction(0) if share * HUNDRED < fraction(rule.params.get("floor", "0")) else share


def _judge(
    rule: Rule, standing: Standing, period: Period, value: Fraction | None, mark: Fraction | None
) -> None:
    assert rule.component is not None
    # Where even the best has nothing to show, nobody has a share of it.
    nothing_shown = rule.params["against"] in OF_THE_FIELD and mark is not None and mark <= 0
    if value is None or mark is None or (mark <= 0 and not nothing_shown):
        standing.flags.add(f"figure_missing:{rule.code}")
        standing.missing.add(rule.code)
        return
    share = Fraction(0) if nothing_shown else share_of(rule, value, mark)
    earned = share * fraction(rule.params["points"])
    standing.components[rule.component] += earned
    yardstick = OF_THE_FIELD.get(rule.params["against"], "目标值")
    reached = "" if nothing_shown else _reached(rule, value, mark)
    standing.notes.append(
        Note(
            rule.code,
            rule.component,
            f"{period.name}：实际{plain(value)}，{yardstick}{plain(mark)}{reached}，得{plain(earned)}分",
        )
    )
