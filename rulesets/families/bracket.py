"""bracket: money by slices of a figure: each slice at its own rate, as with income tax."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise

from rulesets.engine.numbers import fraction, plain, rounded, unscaled
from rulesets.engine.protocols import (
    Axis,
    Example,
    FamilyField,
    FieldKind,
    Inquiry,
    Stage,
    Standing,
    SubjectFamily,
)
from rulesets.engine.scheme import Rule, Scheme, Tier
from rulesets.families.figures import figures_of

HUNDRED = 100
CENTS = 2
MISSING = (("flag", "提示缺少数据"), ("none", "不涉及"))


class Bracket(SubjectFamily):
    """The sum over the slices of rate × what of the figure lies in the slice, rounded once to 0.01 yuan.

    The figure is that of the assessed period. Where the edge of a slice belongs makes no difference. Who has no
    figure is flagged, unless the rule says that it does not concern them.
    """

    code = "bracket"
    name = "分段计提"
    about = "按一项金额分段计提，各段比例不同。"
    stage = Stage.OUTCOME
    fields = (
        FamilyField(
            "metric", "指标编码", FieldKind.TEXT, required=True, help="指标表格中“指标”一栏填写的编码。"
        ),
        FamilyField(
            "missing",
            "没有这项数据的",
            FieldKind.CHOICE,
            choices=MISSING,
            help="人人都应有这项数据的，选“提示缺少数据”；只有少数人有的，选“不涉及”。不填为提示。",
        ),
    )
    axes = (Axis.NUMBER,)
    tier_value = "比例（%）"
    tier_number = "金额"
    examples = (
        Example(
            title="5万元以下计提10%，5万至10万元15%，10万元以上20%：12万元计提5000+7500+4000=16500元",
            rules=(
                {
                    "code": "commission", "name": "计提奖励", "family": "bracket", "params": {"metric": "income"},
                    "tiers": [
                        {"high": "50000", "value": "10"},
                        {"low": "50000", "high": "100000", "value": "15"},
                        {"low": "100000", "value": "20"},
                    ],
                },
            ),
            given={
                "subjects": ["1", "2", "3", "4"],
                "metrics": [
                    {"metric": "income", "period": "2025", "subject": no, "value": value}
                    for no, value in (("1", "120000"), ("2", "50000"), ("3", "33.33"))
                ],
            },
            expected={
                "outcomes": {
                    "1": {"commission": "16500"}, "2": {"commission": "5000"}, "3": {"commission": "3.33"}, "4": {},
                },
                "flags": {"1": [], "4": ["figure_missing:commission"]},
            },
        ),
        Example(
            title="只有营销人员有销售额的：没有销售额的人不涉及，不发也不提示缺少数据",
            rules=(
                {
                    "code": "commission", "name": "计提奖励", "family": "bracket",
                    "params": {"metric": "income", "missing": "none"}, "tiers": [{"value": "10"}],
                },
            ),
            given={
                "subjects": ["1", "2"],
                "metrics": [{"metric": "income", "period": "2025", "subject": "1", "value": "2000"}],
            },
            expected={"outcomes": {"1": {"commission": "200"}, "2": {}}, "flags": {"1": [], "2": []}},
        ),
    )  # fmt: skip

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        missing = dict(MISSING)[rule.params.get("missing", "flag")]
        slices = "；".join(f"{_slice_name(tier)}按{tier.value}%" for tier in ordered(rule.tiers))
        return f"指标“{rule.params['metric']}”分段计提：{slices}；各段相加，精确到分；没有数据的{missing}。"

    def faults(self, rule: Rule, scheme: Scheme) -> Iterable[str]:
        if not rule.tiers:
            yield "没有分段：请填写各段的范围和比例。"
        slices = ordered(rule.tiers)
        for before, after in pairwise(slices):
            if before.high is None or after.low is None or fraction(before.high) != fraction(after.low):
                yield f"“{_slice_name(before)}”与“{_slice_name(after)}”没有首尾相接：请使前一段的上界等于后一段的下界。"
        for tier in slices:
            if fraction(tier.value or "0") < 0:
                yield f"“{_slice_name(tier)}”的比例须为0或以上。"
            if tier.low is not None and fraction(tier.low) < 0:
                yield f"“{_slice_name(tier)}”的下界须为0或以上。"

    def reckon(self, rules: Sequence[Rule], standings: Sequence[Standing], inquiry: Inquiry) -> None:
        for rule in rules:
            found = figures_of(inquiry, rule.params["metric"])
            for standing in standings:
                value = found.get((standing.subject, inquiry.period.code))
                if value is None and rule.params.get("missing") != "none":
                    standing.flags.add(f"figure_missing:{rule.code}")
                elif value is not None:
                    standing.outcomes[rule.code] = plain(amount(rule.tiers, unscaled(value)), CENTS)


def ordered(tiers: Sequence[Tier]) -> list[Tier]:
    """The slices from the lowest up."""
    return sorted(tiers, key=lambda tier: fraction(tier.low or "0"))


def amount(tiers: Sequence[Tier], value: Fraction) -> Fraction:
    """What the slices bring for a figure, in yuan, rounded to 0.01; a figure below 0 brings nothing."""
    total = Fraction(0)
    for tier in tiers:
        top = value if tier.high is None else min(value, fraction(tier.high))
        total += max(top - fraction(tier.low or "0"), Fraction(0)) * fraction(tier.value or "0") / HUNDRED
    return rounded(total, CENTS)


def _slice_name(tier: Tier) -> str:
    if tier.low is None:
        return f"{tier.high}以下的部分" if tier.high is not None else "全部"
    return f"{tier.low}至{tier.high}的部分" if tier.high is not None else f"{tier.low}以上的部分"
