"""share: who is inside the top or bottom p%, or among the last n (docs/SEMANTICS.md, 7)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from rulesets.engine.numbers import fraction
from rulesets.engine.period import PERIOD_KIND_NAMES, PeriodKind
from rulesets.engine.protocols import (
    Example,
    FamilyField,
    FieldKind,
    Inquiry,
    Merit,
    Stage,
    Standing,
    SubjectFamily,
)
from rulesets.engine.scheme import Rule, Scheme
from rulesets.engine.statement import statements

SIDES = (("top", "从高到低"), ("bottom", "从低到高"))


def within_places(merits: Sequence[Merit], places: int, side: str) -> list[str]:
    """For each merit “inside”, “outside” or “straddles”: tied groups count as one.

    A merit is a total, and after it what breaks ties among equal ones.
    A group is inside when its last place, counted from the side, is within the places; one that straddles
    the cut stays outside, and says so.
    """
    equals = Counter(merits)
    answers = {}
    ahead = 0
    for merit in sorted(equals, reverse=side == "top"):
        last = ahead + equals[merit]
        answers[merit] = "inside" if last <= places else "straddles" if ahead < places else "outside"
        ahead = last
    return [answers[merit] for merit in merits]


class Share(SubjectFamily):
    """The places are a share of those in the selection, rounded down; a sub-period is judged once it ended."""

    code = "share"
    name = "名次范围"
    about = "圈定排在前面或后面的百分之几、几分之一或几名。"
    stage = Stage.SHARE
    fields = (
        FamilyField("side", "从哪一端数", FieldKind.CHOICE, required=True, choices=SIDES),
        FamilyField("percent", "占比（%）", FieldKind.DECIMAL),
        FamilyField("part_of", "几分之一", FieldKind.INTEGER, help="如填3，表示三分之一。"),
        FamilyField("count", "名数", FieldKind.INTEGER),
        FamilyField("each", "按什么期间分别排名", FieldKind.PERIOD_KIND, help="不填表示按整个考核期间排名。"),
        FamilyField("without_vetoed", "一票否决的不参加", FieldKind.BOOLEAN),
        FamilyField("without_direct_led", "班子直管的不参加", FieldKind.BOOLEAN),
        FamilyField("within_department", "在各部门内分别计算", FieldKind.BOOLEAN),
    )
    examples = (
        Example(
            title="12人的前20%：2.4舍去零头为2个名额，第2、3名并列都不在内",
            rules=(
                {"code": "top", "name": "前20%", "family": "share", "params": {"side": "top", "percent": "20"}},
            ),
            given={"totals": {"01": "99", "02": "98", "03": "98"} | {f"{n:02d}": f"{97 - n}" for n in range(4, 13)}},
            expected={
                "inside": {"01": ["top"], "02": [], "03": []},
                "tied_at": {"01": [], "02": ["top"], "03": ["top"]},
            },
        ),
        Example(
            title="最后三名",
            rules=(
                {"code": "last", "name": "后三名", "family": "share", "params": {"side": "bottom", "count": "3"}},
            ),
            given={"totals": {"1": "99", "2": "98", "3": "97", "4": "96"}},
            expected={"inside": {"1": [], "2": ["last"], "3": ["last"], "4": ["last"]}},
        ),
        Example(
            title="7人的后三分之一为2人",
            rules=(
                {"code": "low", "name": "后三分之一", "family": "share", "params": {"side": "bottom", "part_of": "3"}},
            ),
            given={"totals": {str(n): str(90 + n) for n in range(1, 8)}},
            expected={"inside": {"1": ["low"], "2": ["low"], "3": []}},
        ),
        Example(
            title="各部门的前50%：4人的部门2名，2人的部门1名，与其他部门的高低无关",
            rules=(
                {
                    "code": "best", "name": "部门前50%", "family": "share",
                    "params": {"side": "top", "percent": "50", "within_department": True},
                },
            ),
            given={
                "totals": {"1": "99", "2": "98", "3": "97", "4": "96", "5": "80", "6": "70"},
                "department_of": {"5": "K02", "6": "K02"},
            },
            expected={"inside": {"1": ["best"], "2": ["best"], "3": [], "4": [], "5": ["best"], "6": []}},
        ),
    )  # fmt: skip

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        side = dict(SIDES)[rule.params["side"]]
        size = {
            "count": lambda text: f"{text}名",
            "percent": lambda text: f"{text}%（名额舍去零头）",
            "part_of": lambda text: f"1/{text}（名额舍去零头）",
        }
        given = next((key for key in size if key in rule.params), None)
        places = size[given](rule.params[given]) if given else "（未填名额）"
        each = rule.params.get("each")
        ranked = f"各{PERIOD_KIND_NAMES[PeriodKind(each)]}得分" if each else "总分"
        where = "在各部门内，" if rule.params.get("within_department") else ""
        return f"{where}{ranked}{side}的{places}；并列跨过名额线的不计入，由集体研究。"

    def faults(self, rule: Rule, scheme: Scheme) -> Iterable[str]:
        if len([name for name in ("percent", "part_of", "count") if name in rule.params]) != 1:
            yield "占比、几分之一、名数须填写一项，且只填一项。"
        if "percent" in rule.params and not 0 < fraction(rule.params["percent"]) <= 100:
            yield "占比须大于0、不超过100。"
        for name in ("part_of", "count"):
            if name in rule.params and int(rule.params[name]) < 1:
                yield "几分之一和名数须为1或以上。"

    def reckon(self, rules: Sequence[Rule], standings: Sequence[Standing], inquiry: Inquiry) -> None:
        for rule in rules:
            selection = [standing for standing in standings if standing.is_ranked]
            if rule.params.get("without_vetoed"):
                selection = [standing for standing in selection if not standing.vetoes]
            if rule.params.get("without_direct_led"):
                selection = [standing for standing in selection if not standing.direct_led]
            for field in _fields(rule, selection):
                for period, merits in _merits(rule, field, inquiry).items():
                    _mark(rule, period, field, merits)


def _fields(rule: Rule, selection: Sequence[Standing]) -> list[list[Standing]]:
    """Who is ranked together: everybody in the selection, or each department's people by themselves."""
    if not rule.params.get("within_department"):
        return [list(selection)]
    fields: dict[str | None, list[Standing]] = {}
    for standing in selection:
        fields.setdefault(standing.department, []).append(standing)
    return list(fields.values())


def _merits(
    rule: Rule, selection: Sequence[Standing], inquiry: Inquiry
) -> Mapping[str | None, Sequence[Merit]]:
    """What is ranked: the totals, or each ended sub-period's statement of everybody (None: no sub-period)."""
    if "each" not in rule.params:
        return {None: [standing.merit for standing in selection]}
    kind = PeriodKind(rule.params["each"])
    parts = inquiry.period.ended_parts(kind, inquiry.as_of)
    by_part = {part.code: statements(inquiry, part) for part in parts}
    return {code: [(found[standing.subject],) for standing in selection] for code, found in by_part.items()}


def _mark(rule: Rule, period: str | None, selection: Sequence[Standing], merits: Sequence[Merit]) -> None:
    name = rule.code if period is None else f"{rule.code}:{period}"
    places = places_of(rule, len(selection))
    for standing, answer in zip(selection, within_places(merits, places, rule.params["side"]), strict=True):
        if answer == "inside":
            standing.inside.add(name)
        elif answer == "straddles":
            standing.tied_at.add(name)


def places_of(rule: Rule, of: int) -> int:
    """How many places the share has among so many."""
    if "count" in rule.params:
        return int(rule.params["count"])
    if "part_of" in rule.params:
        return of // int(rule.params["part_of"])
    return int(fraction(rule.params["percent"]) * of / 100)
