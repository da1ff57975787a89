"""tie_break: equal totals are ranked by components, in a stated order."""

from collections.abc import Sequence
from fractions import Fraction

from rulesets.engine.protocols import Example, Inquiry, Stage, Standing, SubjectFamily, TargetField
from rulesets.engine.scheme import Rule, Scheme
from rulesets.engine.verdict import rank


class TieBreak(SubjectFamily):
    """Refines the rank; shares and bands read the refined one, so a broken tie is no tie any more.

    What is compared is what enters the total: exact, held and weighed. The totals stay as they are.
    """

    code = "tie_break"
    name = "同分排序"
    about = "总分相同的，依次比较哪几部分来分先后。"
    stage = Stage.TIE
    targets = (TargetField("components", "依次比较的构成部分", "component", required=True, in_order=True),)
    examples = (
        Example(
            title="总分同为90分的，先比业务再比日常：前1名只有业务高的一人，两项都相同的仍并列",
            rules=(
                {"code": "A", "name": "业务", "family": "quantity", "component": "business",
                 "tiers": [{"value": "1"}]},
                {"code": "B", "name": "日常", "family": "quantity", "component": "daily", "tiers": [{"value": "1"}]},
                {"code": "same", "name": "同分", "family": "tie_break",
                 "targets": {"components": ["business", "daily"]}},
                {"code": "first", "name": "第一", "family": "share", "params": {"side": "top", "count": 1}},
            ),
            given={"events": [
                {"event": f"{item}{no}", "item": item, "subject": no, "quantity": quantity}
                for no, business, daily in (("1", "60", "30"), ("2", "50", "40"), ("3", "50", "40"))
                for item, quantity in (("A", business), ("B", daily))
            ]},
            expected={
                "totals": {"1": "90", "2": "90", "3": "90"},
                "ranks": {"1": 1, "2": 2, "3": 2},
                "inside": {"1": ["first"], "2": [], "3": []},
                "tied_at": {"1": [], "2": [], "3": []},
            },
        ),
    )  # fmt: skip

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        names = "、".join(scheme.component(code).name for code in rule.targets.get("components", ()))
        return f"总分相同的，依次比较{names}的得分，高的名次在前；都相同的并列。"

    def reckon(self, rules: Sequence[Rule], standings: Sequence[Standing], inquiry: Inquiry) -> None:
        order = [code for rule in rules for code in rule.targets["components"]]
        for standing in standings:
            standing.finer = tuple(standing.components.get(code, Fraction(0)) for code in order)
        rank(standings)
