"""band 等次: which band a total gives, the best that fits first; a band may ask for a share besides."""

from collections.abc import Iterable, Iterator, Sequence

from rulesets.engine.conditions import Comparison, Operator, Value
from rulesets.engine.decide import decide_each, range_comparisons
from rulesets.engine.protocols import (
    Axis,
    Example,
    Inquiry,
    Stage,
    Standing,
    SubjectFamily,
    TargetField,
)
from rulesets.engine.scheme import Rule, Scheme, Tier
from rulesets.engine.tables import DecisionRule, DecisionTable
from rulesets.families.wording import number_range

TABLE = "band"


class Band(SubjectFamily):
    code = "band"
    name = "等次"
    about = "总分多少、是否在名次范围内，评为哪一等次。"
    stage = Stage.BAND
    targets = (TargetField("within", "并须在名次范围内", "rule", families=("share",), many=False),)
    axes = (Axis.NUMBER,)
    tier_number = "总分"
    examples = (
        Example(
            title="95分及以上且在前20%为优秀；95分及以上而不在前20%、80分及以上为称职；80分以下（不含）为基本称职",
            rules=(
                {
                    "code": "top",
                    "name": "前20%",
                    "family": "share",
                    "params": {"side": "top", "percent": "20"},
                },
                {
                    "code": "excellent",
                    "name": "优秀",
                    "family": "band",
                    "tiers": [{"low": "95"}],
                    "targets": {"within": ["top"]},
                },
                {"code": "competent", "name": "称职", "family": "band", "tiers": [{"low": "80"}]},
                {"code": "basic", "name": "基本称职", "family": "band", "tiers": [{"high": "80"}]},
            ),
            given={"totals": {"1": "99", "2": "96", "3": "95", "4": "80", "5": "79.99"}},
            expected={
                "bands": {
                    "1": "excellent",
                    "2": "competent",
                    "3": "competent",
                    "4": "competent",
                    "5": "basic",
                }
            },
        ),
        Example(
            title="并列跨过名额线：都不评优秀，并提示由集体研究",
            rules=(
                {
                    "code": "top",
                    "name": "前20%",
                    "family": "share",
                    "params": {"side": "top", "percent": "20"},
                },
                {
                    "code": "excellent",
                    "name": "优秀",
                    "family": "band",
                    "tiers": [{"low": "95"}],
                    "targets": {"within": ["top"]},
                },
                {"code": "competent", "name": "称职", "family": "band", "tiers": [{"low": "0"}]},
            ),
            given={"totals": {"1": "99", "2": "99", "3": "95", "4": "80", "5": "79"}},
            expected={
                "bands": {"1": "competent", "2": "competent", "3": "competent"},
                "flags": {"1": ["tie_at_cut:excellent"], "2": ["tie_at_cut:excellent"], "3": []},
            },
        ),
    )

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        ranges = "，或者".join(number_range(tier) for tier in rule.tiers if number_range(tier))
        total = f"总分{ranges}" if ranges else "不论总分"
        shares = [scheme.rule(code).name for code in rule.targets.get("within", ())]
        further = "".join(f"，并且在{share}之内" for share in shares)
        return f"{total}{further}的，评为{rule.name}；符合前面等次的除外。"

    def faults(self, rule: Rule, scheme: Scheme) -> Iterable[str]:
        if not rule.tiers and not rule.targets.get("within"):
            yield "等次既没有分数范围，也没有名次范围：请至少填写一项。"

    def tables(self, rules: Sequence[Rule], scheme: Scheme) -> Iterator[DecisionTable]:
        """Case: the total in units of 1/10000 and, a share, whether inside; decision: the band's place in `rules`."""
        shares = sorted({code for rule in rules for code in rule.targets.get("within", ())})
        fields: list[tuple[str, type]] = [("total", int)]
        fields += [(_inside(share), bool) for share in shares]
        decisions = []
        for place, rule in enumerate(rules):
            inside = [
                Comparison(_inside(share), Operator.EQUAL, True) for share in rule.targets.get("within", ())
            ]
            for index, tier in enumerate(rule.tiers or (Tier(),)):
                asked = (*range_comparisons(tier, "total"), *inside)
                decisions.append(DecisionRule(rule.tier_record(index), asked, place))
        yield DecisionTable(TABLE, tuple(fields), tuple(decisions), first_match=True)

    def reckon(self, rules: Sequence[Rule], standings: Sequence[Standing], inquiry: Inquiry) -> None:
        (table,) = self.tables(rules, inquiry.scheme)
        shares = [name.removeprefix("inside_") for name, kind in table.fields if kind is bool]
        ranked = [standing for standing in standings if standing.is_ranked]
        names = [name for name, _ in table.fields]
        decisions = decide_each(inquiry.decide, table, names, [_case(s, shares, s.inside) for s in ranked])
        # What the tied would be, were they inside: only who reaches the band's total is flagged.
        wished = [_case(s, shares, s.inside | s.tied_at) for s in ranked]
        hoped = decide_each(inquiry.decide, table, names, wished)
        for standing, decision, hope in zip(ranked, decisions, hoped, strict=True):
            standing.band = None if decision is None else rules[decision].code
            if hope is not None and standing.tied_at & set(rules[hope].targets.get("within", ())):
                standing.flags.add(f"tie_at_cut:{rules[hope].code}")


def _inside(share: str) -> str:
    return f"inside_{share}"


def _case(standing: Standing, shares: Sequence[str], inside: set[str]) -> tuple[Value, ...]:
    return (standing.total_units, *(share in inside for share in shares))
