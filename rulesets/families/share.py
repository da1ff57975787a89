"""share: who is inside the top or bottom p%, or among the last n (scheme README, semantics 7)."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from rulesets.engine.numbers import fraction
from rulesets.engine.protocols import (
    Example,
    FamilyField,
    FieldKind,
    Inquiry,
    Stage,
    Standing,
    SubjectFamily,
)
from rulesets.engine.scheme import Rule, Scheme

SIDES = (("top", "从高到低"), ("bottom", "从低到高"))


def within_places(totals: Sequence[Fraction], places: int, side: str) -> list[str]:
    """For each total “inside”, “outside” or “straddles”: tied groups count as one.

    A group is inside when its last place, counted from the side, is within the places; one that straddles
    the cut stays outside, and says so.
    """
    answers = []
    for total in totals:
        ahead = sum(1 for other in totals if (other > total if side == "top" else other < total))
        last = ahead + sum(1 for other in totals if other == total)
        answers.append("inside" if last <= places else "straddles" if ahead < places else "outside")
    return answers


class Share(SubjectFamily):
    code = "share"
    name = "名次范围"
    stage = Stage.SHARE
    fields = (
        FamilyField("side", "从哪一端数", FieldKind.CHOICE, required=True, choices=SIDES),
        FamilyField("percent", "占比（%）", FieldKind.DECIMAL),
        FamilyField("count", "人数", FieldKind.INTEGER),
    )
    examples = (
        Example(
            title="12人的前20%：2.4舍去零头为2个名额，第2、3名并列都不在内",
            rules=(
                {
                    "code": "top",
                    "name": "前20%",
                    "family": "share",
                    "params": {"side": "top", "percent": "20"},
                },
            ),
            given={
                "totals": {"01": "99", "02": "98", "03": "98"}
                | {f"{n:02d}": f"{97 - n}" for n in range(4, 13)}
            },
            expected={
                "inside": {"01": ["top"], "02": [], "03": []},
                "tied_at": {"01": [], "02": ["top"], "03": ["top"]},
            },
        ),
        Example(
            title="最后三名",
            rules=(
                {
                    "code": "last",
                    "name": "后三名",
                    "family": "share",
                    "params": {"side": "bottom", "count": "3"},
                },
            ),
            given={"totals": {"1": "99", "2": "98", "3": "97", "4": "96"}},
            expected={"inside": {"1": [], "2": ["last"], "3": ["last"], "4": ["last"]}},
        ),
    )

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        side = dict(SIDES)[rule.params["side"]]
        if "count" in rule.params:
            return f"总分{side}的{rule.params['count']}名；并列跨过名额线的不计入，由集体研究。"
        return f"总分{side}的{rule.params['percent']}%（名额舍去零头）；并列跨过名额线的不计入，由集体研究。"

    def faults(self, rule: Rule, scheme: Scheme) -> Iterable[str]:
        given = [name for name in ("percent", "count") if name in rule.params]
        if len(given) != 1:
            yield "占比和人数须填写一项，且只填一项。"
        if "percent" in rule.params and not 0 < fraction(rule.params["percent"]) <= 100:
            yield "占比须大于0、不超过100。"
        if "count" in rule.params and int(rule.params["count"]) < 1:
            yield "人数须为1或以上。"

    def reckon(self, rules: Sequence[Rule], standings: Sequence[Standing], inquiry: Inquiry) -> None:
        ranked = [standing for standing in standings if standing.total is not None]
        totals = [standing.total for standing in ranked if standing.total is not None]
        for rule in rules:
            places = _places(rule, len(ranked))
            for standing, answer in zip(
                ranked, within_places(totals, places, rule.params["side"]), strict=True
            ):
                if answer == "inside":
                    standing.inside.add(rule.code)
                elif answer == "straddles":
                    standing.tied_at.add(rule.code)


def _places(rule: Rule, of: int) -> int:
    if "count" in rule.params:
        return int(rule.params["count"])
    return int(fraction(rule.params["percent"]) * of / 100)
