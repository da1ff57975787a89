"""payout: what a result brings: a coefficient, an amount, days of leave, or a mark such as “recommended”."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from rulesets.engine.conditions import Comparison, Operator, Value
from rulesets.engine.decide import decide_each, range_comparisons
from rulesets.engine.frames import YEARS_BACK
from rulesets.engine.numbers import fraction, plain
from rulesets.engine.protocols import (
    Axis,
    Example,
    FamilyField,
    FieldKind,
    Inquiry,
    Stage,
    Standing,
    SubjectFamily,
    TargetField,
)
from rulesets.engine.scheme import Rule, Scheme
from rulesets.engine.tables import DecisionRule, DecisionTable
from rulesets.families.grounds import Past, past_bands, ran, ran_phrase, with_lines, years_faults
from rulesets.families.wording import present_case

TABLE = "payout"
KINDS = (
    ("number", "数值"),
    ("flag", "标记"),
    ("periods", "期间清单"),
    ("steps", "总分每满若干分"),
)
MONEY_BY_NAME = "数值是金额的，名称以“（元）”结尾，试算时合计金额。"
# What the ranges of the tiers are ranges of; editions that say nothing mean ranks.
RANK, TOTAL = "rank", "total"
RANGES = ((RANK, "名次"), (TOTAL, "总分"))
LAST_YEAR, YEARS = "上一年度须为何等次", "往年等次须连续几年"
BANDS = (
    {"code": "excellent", "name": "优秀", "family": "band", "tiers": [{"low": "95"}]},
    {"code": "basic", "name": "基本称职", "family": "band", "tiers": [{"high": "95"}]},
)


class Payout(SubjectFamily):
    """Whoever meets all that the rule asks (a tier, a share, a veto, a line of an item) has the outcome.

    Ranges of a tier are ranks unless `number` says that they are totals: the rounded total, as bands read it.
    """

    code = "payout"
    name = "结果运用"
    about = "按等次、分组、名次或总分，给系数、奖金、假期，或者列入推荐、约谈。"
    stage = Stage.OUTCOME
    fields = (
        FamilyField("kind", "结果的形式", FieldKind.CHOICE, required=True, choices=KINDS, help=MONEY_BY_NAME),
        FamilyField("default", "其余情形的数值", FieldKind.DECIMAL),
        FamilyField("above", "超过多少分起算", FieldKind.DECIMAL),
        FamilyField("step", "每满多少分", FieldKind.DECIMAL),
        FamilyField("value", "每满一次的数值", FieldKind.DECIMAL),
        FamilyField(
            "number",
            "档次的范围指什么",
            FieldKind.CHOICE,
            choices=RANGES,
            help="如“第1至3名”为名次，“90分以上”为总分；不填为名次。",
        ),
        FamilyField(
            "total_from",
            "总分还须达到",
            FieldKind.DECIMAL,
            help="如“前三名且90分以上”：档次按名次填写第1至3名，这里填90。",
        ),
        FamilyField(
            "rank_to",
            "还须在前几名",
            FieldKind.INTEGER,
            help="如“95分以上且在前三名”：档次按总分填写，这里填3；并列的都算。",
        ),
        FamilyField(
            "years",
            YEARS,
            FieldKind.INTEGER,
            help=f"如“连续三年优秀”：档次选优秀，往年的等次选优秀，这里填2；不填只看上一年度，最多{max(YEARS_BACK)}年。",
        ),
    )
    targets = (
        TargetField("within", "须在名次范围内", "rule", families=("share",), many=False),
        TargetField("vetoed", "须有一票否决", "rule", families=("veto",)),
        TargetField("last_year", LAST_YEAR, "rule", families=("band",)),
        TargetField("having", "须有明细", "rule", families=("tiered", "quantity", "escalation")),
    )
    axes = (Axis.BAND, Axis.GROUP, Axis.NUMBER)
    tier_value = "数值"
    examples = (
        Example(
            title="基本称职按90%发放，其余全额；科级干部评为优秀的推荐",
            rules=(
                *BANDS,
                {
                    "code": "coefficient", "name": "奖金系数", "family": "payout",
                    "params": {"kind": "number", "default": "1"}, "tiers": [{"band": "basic", "value": "0.9"}],
                },
                {
                    "code": "recommend", "name": "推荐", "family": "payout", "params": {"kind": "flag"},
                    "tiers": [{"band": "excellent", "group": "section", "value": "1"}],
                },
            ),
            given={
                "totals": {"1001": "97", "1002": "96", "1003": "90"},
                "groups": {"1001": "section", "1002": "staff", "1003": "section"},
            },
            expected={"outcomes": {
                "1001": {"coefficient": "1", "recommend": True},
                "1002": {"coefficient": "1"},
                "1003": {"coefficient": "0.9"},
            }},
        ),
        Example(
            title="超过100分每满100分抵半天假：350分抵1天，199分不抵",
            rules=(
                {
                    "code": "leave_days", "name": "抵扣事假（天）", "family": "payout",
                    "params": {"kind": "steps", "above": "100", "step": "100", "value": "0.5"},
                },
            ),
            given={"totals": {"1001": "350", "1002": "199"}},
            expected={"outcomes": {"1001": {"leave_days": "1"}, "1002": {}}},
        ),
        Example(
            title="后三分之一约谈；并列跨过名额线的由集体研究",
            rules=(
                {"code": "low", "name": "后三分之一", "family": "share", "params": {"side": "bottom", "part_of": "3"}},
                {
                    "code": "talk", "name": "约谈", "family": "payout", "params": {"kind": "flag"},
                    "targets": {"within": ["low"]},
                },
            ),
            given={"totals": {"1": "80", "2": "81", "3": "81", "4": "90", "5": "91", "6": "92"}},
            expected={
                "outcomes": {"1": {"talk": True}, "2": {}, "3": {}, "4": {}},
                "flags": {"1": [], "2": ["tie_at_cut:talk"], "3": ["tie_at_cut:talk"], "4": []},
            },
        ),
        Example(
            title="第1名奖3000元，第2、3名各奖2000元：并列第2名的都得2000元，第4名没有",
            rules=(
                {
                    "code": "prize", "name": "奖金（元）", "family": "payout", "params": {"kind": "number"},
                    "tiers": [
                        {"low": "1", "high": "1", "high_included": True, "value": "3000"},
                        {"low": "2", "high": "3", "high_included": True, "value": "2000"},
                    ],
                },
            ),
            given={"totals": {"1": "99", "2": "98", "3": "98", "4": "97"}},
            expected={"outcomes": {
                "1": {"prize": "3000"}, "2": {"prize": "2000"}, "3": {"prize": "2000"}, "4": {},
            }},
        ),
        Example(
            title="合格且90分以上发1.0倍，合格而80分以上不足90分发0.9倍，其余0.5倍：90分1.0倍，89.99分0.9倍，不合格的0.5倍",
            rules=(
                {"code": "passed", "name": "合格", "family": "band", "tiers": [{"low": "80"}]},
                {"code": "failed", "name": "不合格", "family": "band", "tiers": [{"high": "80"}]},
                {
                    "code": "bonus", "name": "绩效奖（倍）", "family": "payout",
                    "params": {"kind": "number", "number": "total", "default": "0.5"},
                    "tiers": [
                        {"band": "passed", "low": "90", "value": "1"},
                        {"band": "passed", "low": "80", "high": "90", "value": "0.9"},
                    ],
                },
            ),
            given={"totals": {"1": "96", "2": "90", "3": "89.99", "4": "79"}},
            expected={"outcomes": {
                "1": {"bonus": "1"}, "2": {"bonus": "1"}, "3": {"bonus": "0.9"}, "4": {"bonus": "0.5"},
            }},
        ),
        Example(
            title="连续两年基本称职的调整岗位：上一年度称职的、没有上一年度结果的不调整",
            rules=(
                *BANDS,
                {
                    "code": "move", "name": "调整岗位", "family": "payout", "params": {"kind": "flag"},
                    "tiers": [{"band": "basic", "value": "1"}], "targets": {"last_year": ["basic"]},
                },
            ),
            given={
                "totals": {"1": "70", "2": "70", "3": "70", "4": "97"},
                "inherited": [
                    {"source": "last_year", "subject": "1", "total": "75", "band": "basic"},
                    {"source": "last_year", "subject": "2", "total": "96", "band": "excellent"},
                    {"source": "last_year", "subject": "4", "total": "75", "band": "basic"},
                ],
            },
            expected={"outcomes": {"1": {"move": True}, "2": {}, "3": {}, "4": {}}},
        ),
        Example(
            title="连续三年优秀的记功：上两年和今年都是优秀才记，前年为基本称职的、没有前年结果的不记",
            rules=(
                *BANDS,
                {
                    "code": "merit", "name": "记功", "family": "payout", "params": {"kind": "flag", "years": 2},
                    "tiers": [{"band": "excellent", "value": "1"}], "targets": {"last_year": ["excellent"]},
                },
            ),
            given={
                "totals": {"1": "97", "2": "97", "3": "97", "4": "90"},
                "inherited": [
                    {"source": source, "subject": subject, "total": "96", "band": band}
                    for subject, source, band in (
                        ("1", "last_year", "excellent"), ("1", "2_years_back", "excellent"),
                        ("2", "last_year", "excellent"), ("2", "2_years_back", "basic"),
                        ("3", "last_year", "excellent"),
                        ("4", "last_year", "excellent"), ("4", "2_years_back", "excellent"),
                    )
                ],
            },
            expected={"outcomes": {"1": {"merit": True}, "2": {}, "3": {}, "4": {}}},
        ),
        Example(
            title="前三名且90分以上的：第1名奖3000元，第2、3名奖2000元，第3名只有89.99分的没有",
            rules=(
                {
                    "code": "prize", "name": "奖金（元）", "family": "payout",
                    "params": {"kind": "number", "total_from": "90"},
                    "tiers": [
                        {"low": "1", "high": "1", "high_included": True, "value": "3000"},
                        {"low": "2", "high": "3", "high_included": True, "value": "2000"},
                    ],
                },
            ),
            given={"totals": {"1": "95", "2": "90", "3": "89.99", "4": "88"}},
            expected={"outcomes": {"1": {"prize": "3000"}, "2": {"prize": "2000"}, "3": {}, "4": {}}},
        ),
    )  # fmt: skip

    def number_name(self, rule: Rule) -> str:
        return dict(RANGES)[_ranged(rule)]

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        kind = rule.params["kind"]
        if kind == "steps":
            p = rule.params
            return f"总分超过{p['above']}的部分，每满{p['step']}分计{p['value']}。"
        asked = _asked_names(rule, scheme)
        cases = [(present_case(rule, tier, scheme), tier.value) for tier in rule.tiers]
        if kind in ("flag", "periods"):
            each = "，按各期分别认定" if kind == "periods" else ""
            return f"{'、'.join([*asked, *(case for case, _ in cases)]) or '所有人'}：{rule.name}{each}。"
        listed = "；".join(f"{case}：{plain(fraction(value or '0'))}" for case, value in cases)
        listed = f"{'、'.join(asked)}的，{listed}" if asked and listed else listed
        default = rule.params.get("default")
        rest = f"{'其余' if cases else '所有人'}：{default}" if default is not None else ""
        return f"{'；'.join(part for part in (listed, rest) if part)}。"

    def faults(self, rule: Rule, scheme: Scheme) -> Iterable[str]:
        kind = rule.params.get("kind")
        missing = [label for code, label in STEPS if code not in rule.params]
        if kind == "steps" and missing:
            yield f"形式为“总分每满若干分”时须填写：{'、'.join(missing)}。"
        if kind == "periods" and not rule.targets.get("within"):
            yield "形式为“期间清单”时须填写“须在名次范围内”。"
        if int(rule.params.get("rank_to", 1)) < 1:
            yield "“还须在前几名”须为1或以上。"
        yield from years_faults(rule, "years", "last_year", YEARS, LAST_YEAR)

    def tables(self, rules: Sequence[Rule], scheme: Scheme) -> Iterator[DecisionTable]:
        """Case: the outcome's code, band, group, and the rank and the total (in units of 1/10000) where a tier asks
        them; decision: the tier's place.
        """
        decisions = []
        for rule in rules:
            for index, tier in enumerate(rule.tiers):
                asked = [Comparison("outcome", Operator.EQUAL, rule.code)]
                asked += [
                    Comparison(field, Operator.EQUAL, value)
                    for field, value in (("band", tier.band), ("group", tier.group))
                    if value is not None
                ]
                asked += range_comparisons(tier, _ranged(rule))
                decisions.append(DecisionRule(rule.tier_record(index), tuple(asked), index))
        fields: list[tuple[str, type]] = [("outcome", str), ("band", str), ("group", str)]
        # Left out where nobody asks them: cases that differ in nothing else are decided once.
        ranged = {comparison.field for decision in decisions for comparison in decision.conditions}
        fields += [(name, int) for name in (RANK, TOTAL) if name in ranged]
        yield DecisionTable(TABLE, tuple(fields), tuple(decisions), partition="outcome")

    def years_back(self, rule: Rule) -> int:
        return int(rule.params.get("years", 1)) if rule.targets.get("last_year") else 0

    def reckon(self, rules: Sequence[Rule], standings: Sequence[Standing], inquiry: Inquiry) -> None:
        (table,) = self.tables(rules, inquiry.scheme)
        asked = {item for rule in rules for item in rule.targets.get("having", ())}
        having = with_lines(asked, inquiry) if asked else {}
        past = past_bands(inquiry)
        names = [name for name, _ in table.fields if name != "outcome"]
        for rule in rules:
            cases = [(rule.code, *(_asked_of(s, name) for name in names)) for s in standings]
            tiers = decide_each(inquiry.decide, table, ("outcome", *names), cases)
            default = plain(fraction(rule.params["default"])) if "default" in rule.params else None
            for standing, tier in zip(standings, tiers, strict=True):
                _flag_ties(rule, standing)
                is_asked = _asked(
                    rule, standing, having.get(standing.subject, {}), past.get(standing.subject, {})
                )
                outcome = _outcome(rule, standing, tier) if is_asked else None
                if outcome is None and rule.params["kind"] == "number":
                    outcome = default
                if outcome is not None:
                    standing.outcomes[rule.code] = outcome


STEPS = (("above", "超过多少分起算"), ("step", "每满多少分"), ("value", "每满一次的数值"))


def _ranged(rule: Rule) -> str:
    """The field of a case that the ranges of the rule's tiers are ranges of."""
    return str(rule.params.get("number", RANK))


def _asked_of(standing: Standing, field: str) -> Value | None:
    if field == TOTAL:
        return None if standing.total is None else standing.total_units
    value: Value | None = getattr(standing, field)
    return value


def _asked_names(rule: Rule, scheme: Scheme) -> list[str]:
    """What the rule asks for besides its tiers, by name."""
    names = []
    for purpose, codes in rule.targets.items():
        if purpose == "last_year":
            names.append(ran_phrase(codes, int(rule.params.get("years", 1)), scheme))
        else:
            names.append("或".join(scheme.rule(code).name for code in codes))
    if "total_from" in rule.params:
        names.append(f"总分{plain(fraction(rule.params['total_from']))}及以上")
    if "rank_to" in rule.params:
        names.append(f"前{rule.params['rank_to']}名")
    return names


def _asked(rule: Rule, standing: Standing, having: Collection[str], past: Past) -> bool:
    """Whether the standing has what the rule asks for besides its tiers, shares of sub-periods apart.

    `having` are the items that it has lines of.
    """
    p = rule.params
    vetoes, items = rule.targets.get("vetoed", ()), rule.targets.get("having", ())
    shares = rule.targets.get("within", ()) if rule.params["kind"] != "periods" else ()
    return (
        (not vetoes or bool(standing.vetoes & set(vetoes)))
        and ("last_year" not in rule.targets or ran(past, rule.targets["last_year"], int(p.get("years", 1))))
        and (not items or any(item in having for item in items))
        and all(share in standing.inside for share in shares)
        and ("total_from" not in p or _reaches(standing, p["total_from"]))
        and ("rank_to" not in p or (standing.rank is not None and standing.rank <= int(p["rank_to"])))
    )


def _reaches(standing: Standing, total: str) -> bool:
    return standing.total is not None and standing.total >= fraction(total)


def _outcome(rule: Rule, standing: Standing, tier: int | None) -> Any:
    """What the rule gives the standing; None where nothing."""
    if rule.tiers and tier is None:
        return None
    match rule.params["kind"]:
        case "flag":
            return True
        case "periods":
            prefix = f"{rule.targets['within'][0]}:"
            return sorted(n.removeprefix(prefix) for n in standing.inside if n.startswith(prefix)) or None
        case "steps":
            return _steps(rule, standing)
        case "number":
            value = rule.tiers[tier].value if tier is not None else None
            return None if value is None else plain(fraction(value))
    raise ValueError(f"{rule.code}: unknown kind")


def _steps(rule: Rule, standing: Standing) -> str | None:
    if standing.total is None:
        return None
    steps = (standing.total - fraction(rule.params["above"])) // fraction(rule.params["step"])
    return plain(steps * fraction(rule.params["value"])) if steps > 0 else None


def _flag_ties(rule: Rule, standing: Standing) -> None:
    """Ties at the cut of the rule's share are for the committee (docs/SEMANTICS.md, 7)."""
    for share in rule.targets.get("within", ()):
        for name in standing.tied_at:
            code, _, period = name.partition(":")
            if code == share:
                standing.flags.add(f"tie_at_cut:{rule.code}{f':{period}' if period else ''}")
