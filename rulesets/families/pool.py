"""pool: a sum of money divided among all in proportion to their totals, times a coefficient of their group."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from rulesets.engine.conditions import Comparison, Operator
from rulesets.engine.decide import decide_each
from rulesets.engine.numbers import fraction, plain
from rulesets.engine.protocols import (
    Axis,
    Example,
    FamilyField,
    FieldKind,
    Inquiry,
    Note,
    Stage,
    Standing,
    SubjectFamily,
    TargetField,
)
from rulesets.engine.scheme import Rule, Scheme
from rulesets.engine.tables import DecisionRule, DecisionTable
from rulesets.families.wording import tier_case

TABLE = "pool"
CENTS = 100


class Pool(SubjectFamily):
    """The sum × one's own weight ÷ the weights of all, rounded down to 0.01 yuan: together never more than the sum.

    A weight is the total, from 0 up, times the coefficient of the group. Where groups are named, one that isn't has
    no part; nor has who has no total, or one of the vetoes that the rule names. Bands are not asked: what a committee
    decides on one would change what all the others get.
    """

    code = "pool"
    name = "按总量分配"
    about = "把一笔总量按各人得分（乘以分组的系数）占全体的比例分配。"
    stage = Stage.OUTCOME
    fields = (FamilyField("amount", "分配总量（元）", FieldKind.DECIMAL, required=True),)
    targets = (TargetField("vetoed", "不参加分配的一票否决", "rule", families=("veto",)),)
    axes = (Axis.GROUP,)
    tier_value = "系数"
    examples = (
        Example(
            title="绩效总量10000元按得分分配：90、80、30分共200分，各得4500、4000、1500元",
            rules=(
                {"code": "merit_pay", "name": "绩效工资", "family": "pool", "params": {"amount": "10000"}},
            ),
            given={"totals": {"1": "90", "2": "80", "3": "30"}},
            expected={
                "outcomes": {
                    "1": {"merit_pay": "4500"}, "2": {"merit_pay": "4000"}, "3": {"merit_pay": "1500"},
                },
                "notes": {"1": ["10000元×90÷200，得4500元"]},
            },
        ),
        Example(
            title="正职系数1.5、副职1.2：100×1.5=150、90×1.2=108，合计258，1000元分得581.39元和418.60元，零头1分不分",
            rules=(
                {
                    "code": "merit_pay", "name": "绩效工资", "family": "pool", "params": {"amount": "1000"},
                    "tiers": [{"group": "chief", "value": "1.5"}, {"group": "deputy", "value": "1.2"}],
                },
            ),
            given={"totals": {"1": "100", "2": "90"}, "groups": {"1": "chief", "2": "deputy"}},
            expected={
                "outcomes": {"1": {"merit_pay": "581.39"}, "2": {"merit_pay": "418.6"}},
                "notes": {"2": ["1000元×（90×1.2）÷258，得418.6元"]},
            },
        ),
    )  # fmt: skip

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        listed = "、".join(f"{tier_case(rule, tier, scheme) or '所有人'}{tier.value}" for tier in rule.tiers)
        by = f"得分乘以系数（{listed}）" if listed else "得分"
        vetoes = "或".join(scheme.rule(code).name for code in rule.targets.get("vetoed", ()))
        without = f"；有{vetoes}的不参加" if vetoes else ""
        return f"总量{plain(fraction(rule.params['amount']))}元，按{by}占全体的比例分配，精确到分，舍去零头{without}。"

    def faults(self, rule: Rule, scheme: Scheme) -> Iterable[str]:
        if "amount" in rule.params and fraction(rule.params["amount"]) <= 0:
            yield "“分配总量”须大于0。"
        if any(fraction(tier.value or "0") < 0 for tier in rule.tiers):
            yield "系数须为0或以上。"

    def tables(self, rules: Sequence[Rule], scheme: Scheme) -> Iterator[DecisionTable]:
        """Case: the rule's code and the group; decision: the tier's place in its table."""
        decisions = []
        for rule in rules:
            for index, tier in enumerate(rule.tiers):
                asked = [Comparison("pool", Operator.EQUAL, rule.code)]
                if tier.group is not None:
                    asked.append(Comparison("group", Operator.EQUAL, tier.group))
                decisions.append(DecisionRule(rule.tier_record(index), tuple(asked), index))
        yield DecisionTable(TABLE, (("pool", str), ("group", str)), tuple(decisions), partition="pool")

    def reckon(self, rules: Sequence[Rule], standings: Sequence[Standing], inquiry: Inquiry) -> None:
        (table,) = self.tables(rules, inquiry.scheme)
        for rule in rules:
            cases = [(rule.code, standing.group) for standing in standings]
            tiers = decide_each(inquiry.decide, table, ("pool", "group"), cases)
            parts = [
                (standing, _coefficient(rule, tier))
                for standing, tier in zip(standings, tiers, strict=True)
                if _takes_part(rule, standing, tier)
            ]
            whole = sum((_points(standing) * coefficient for standing, coefficient in parts), Fraction(0))
            for standing, coefficient in parts:
                _divide(rule, standing, coefficient, whole)


def _takes_part(rule: Rule, standing: Standing, tier: int | None) -> bool:
    return (
        standing.total is not None
        and (tier is not None or not rule.tiers)
        and not standing.vetoes & set(rule.targets.get("vetoed", ()))
    )


def _coefficient(rule: Rule, tier: int | None) -> Fraction:
    return Fraction(1) if tier is None else fraction(rule.tiers[tier].value or "0")


def _points(standing: Standing) -> Fraction:
    """What of the total counts: below 0 nobody owes anything."""
    return max(standing.total or Fraction(0), Fraction(0))


def _divide(rule: Rule, standing: Standing, coefficient: Fraction, whole: Fraction) -> None:
    amount, points = fraction(rule.params["amount"]), _points(standing)
    share = amount * points * coefficient / whole if whole else Fraction(0)
    got = Fraction(share * CENTS // 1, CENTS)
    standing.outcomes[rule.code] = plain(got)
    own = plain(points) if coefficient == 1 else f"（{plain(points)}×{plain(coefficient)}）"
    text = f"{plain(amount)}元×{own}÷{plain(whole)}，得{plain(got)}元"
    standing.notes.append(Note(rule.code, None, text))
