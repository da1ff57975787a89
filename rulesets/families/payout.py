"""payout: what a band brings: a coefficient, an amount, days of leave, or a mark such as “recommended”."""

from collections.abc import Iterator, Sequence

from rulesets.engine.conditions import Comparison, Operator
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
)
from rulesets.engine.scheme import Rule, Scheme
from rulesets.engine.tables import DecisionRule, DecisionTable
from rulesets.families.wording import tier_case

TABLE = "payout"
KINDS = (("number", "数值"), ("flag", "标记"))


class Payout(SubjectFamily):
    code = "payout"
    name = "结果运用"
    stage = Stage.OUTCOME
    fields = (
        FamilyField("kind", "结果的形式", FieldKind.CHOICE, required=True, choices=KINDS),
        FamilyField("default", "其余情形的数值", FieldKind.DECIMAL),
    )
    axes = (Axis.BAND, Axis.GROUP)
    tier_value = "数值"
    examples = (
        Example(
            title="基本称职按90%发放，其余全额；科级干部评为优秀的推荐",
            rules=(
                {"code": "excellent", "name": "优秀", "family": "band", "tiers": [{"low": "95"}]},
                {"code": "basic", "name": "基本称职", "family": "band", "tiers": [{"high": "95"}]},
                {
                    "code": "coefficient",
                    "name": "奖金系数",
                    "family": "payout",
                    "params": {"kind": "number", "default": "1"},
                    "tiers": [{"band": "basic", "value": "0.9"}],
                },
                {
                    "code": "recommend",
                    "name": "推荐",
                    "family": "payout",
                    "params": {"kind": "flag"},
                    "tiers": [{"band": "excellent", "group": "section", "value": "1"}],
                },
            ),
            given={
                "totals": {"1001": "97", "1002": "96", "1003": "90"},
                "groups": {"1001": "section", "1002": "staff", "1003": "section"},
            },
            expected={
                "outcomes": {
                    "1001": {"coefficient": "1", "recommend": True},
                    "1002": {"coefficient": "1"},
                    "1003": {"coefficient": "0.9"},
                }
            },
        ),
    )

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        cases = [(tier_case(rule, tier, scheme) or "所有人", tier.value) for tier in rule.tiers]
        if rule.params["kind"] == "flag":
            return f"{'；'.join(case for case, _ in cases)}：{rule.name}。"
        listed = "；".join(f"{case}：{plain(fraction(value or '0'))}" for case, value in cases)
        default = rule.params.get("default")
        return f"{listed}{f'；其余：{default}' if default is not None else ''}。"

    def tables(self, rules: Sequence[Rule], scheme: Scheme) -> Iterator[DecisionTable]:
        """Case: the outcome's code, the band, the group; decision: the tier's place in the outcome's table."""
        decisions = []
        for rule in rules:
            for index, tier in enumerate(rule.tiers):
                asked = [Comparison("outcome", Operator.EQUAL, rule.code)]
                asked += [
                    Comparison(field, Operator.EQUAL, value)
                    for field, value in (("band", tier.band), ("group", tier.group))
                    if value is not None
                ]
                decisions.append(DecisionRule(rule.tier_record(index), tuple(asked), index))
        fields = (("outcome", str), ("band", str), ("group", str))
        yield DecisionTable(TABLE, fields, tuple(decisions), partition="outcome")

    def reckon(self, rules: Sequence[Rule], standings: Sequence[Standing], inquiry: Inquiry) -> None:
        (table,) = self.tables(rules, inquiry.scheme)
        for rule in rules:
            cases = [{"outcome": rule.code, "band": s.band, "group": s.group} for s in standings]
            for standing, decision in zip(standings, inquiry.decide(table, cases), strict=True):
                value = rule.params.get("default") if decision is None else rule.tiers[decision].value
                if value is None:
                    continue
                standing.outcomes[rule.code] = (
                    True if rule.params["kind"] == "flag" else plain(fraction(value))
                )
