"""share: who is inside the top or bottom p%, or among the last n (docs/SEMANTICS.md, 7)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from rulesets.engine.frames import YEARS_BACK
from rulesets.engine.numbers import fraction
from rulesets.engine.period import PERIOD_KIND_NAMES, PeriodKind
from rulesets.engine.protocols import (
    Example,
    FamilyField,
    FieldKind,
    Inquiry,
    Merit,
    Note,
    Stage,
    Standing,
    SubjectFamily,
    TargetField,
)
from rulesets.engine.scheme import Rule, Scheme
from rulesets.engine.statement import statements
from rulesets.families.grounds import past_bands, ran, ran_phrase, with_lines, years_faults

SIDES = (("top", "从高到低"), ("bottom", "从低到高"))
LEFT_OUT = (("without_vetoed", "一票否决"), ("without_direct_led", "班子直管"))
# What each makes uncounted, one of them being enough; the other fields of the kind go with one of these.
GROUNDS = ("uncounted_bands", "uncounted_items", "uncounted_groups")
BANDS, YEARS, ITEMS = "不占名额：往年的等次", "不占名额：往年等次须连续几年", "不占名额：有其明细的计分项"


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
    """The places are a share of those in the selection, rounded down; a sub-period is judged once it ended.

    Whoever is uncounted is inside and takes none of the places; the others are ranked for them among themselves.
    The places are a share of all, or of the others alone where the rule says so.
    """

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
        FamilyField(
            "uncounted_years",
            YEARS,
            FieldKind.INTEGER,
            help=f"如“近两年均为优秀”填2；不填只看上一年度，最多{max(YEARS_BACK)}年。须在本系统公布过这些年度的结果；"
            "没有的，可登记为计分项或分组。",
        ),
        FamilyField(
            "uncounted_levels", "不占名额：所选计分项的级别", FieldKind.LEVELS, help="不选表示不论级别。"
        ),
        FamilyField("uncounted_groups", "不占名额：分组", FieldKind.GROUPS, help="如驻村工作队员单列。"),
        FamilyField(
            "uncounted_apart",
            "名额按其余的人数计算",
            FieldKind.BOOLEAN,
            help="选定后，算名额的人数不含不占名额的人；否则按全体人数算。",
        ),
    )
    targets = (
        TargetField("uncounted_bands", BANDS, "rule", families=("band",)),
        TargetField("uncounted_items", ITEMS, "rule", families=("tiered", "quantity", "escalation")),
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
        Example(
            title="10人的前20%为2名，近两年均为优秀的不占名额：第1、4名近两年优秀，第2、3名得两个名额，共4人在内；只有上一年优秀的第5名不在内",
            rules=(
                {
                    "code": "top", "name": "前20%", "family": "share",
                    "params": {"side": "top", "percent": "20", "uncounted_years": 2},
                    "targets": {"uncounted_bands": ["excellent"]},
                },
                {
                    "code": "excellent", "name": "优秀", "family": "band", "tiers": [{"low": "90"}],
                    "targets": {"within": ["top"]},
                },
            ),
            given={
                "totals": {f"{n:02d}": f"{100 - n}" for n in range(1, 11)},
                "inherited": [
                    {"source": source, "subject": no, "total": "96", "band": "excellent"}
                    for no, sources in (
                        ("01", ("last_year", "2_years_back")),
                        ("04", ("last_year", "2_years_back")),
                        ("05", ("last_year",)),
                    )
                    for source in sources
                ],
            },
            expected={
                "inside": {"01": ["top"], "02": ["top"], "03": ["top"], "04": ["top"], "05": []},
                "bands": {"01": "excellent", "04": "excellent", "05": None},
                "flags": {"01": ["uncounted:top"], "02": []},
                "notes": {"04": ["此前连续2年均为优秀，不占名额"]},
            },
        ),
        Example(
            title="获省级以上表彰的不占名额，名额按其余人数的30%：11人中1人获省级表彰，其余10人有3个名额；市级表彰的照占名额",
            rules=(
                {
                    "code": "honour", "name": "表彰", "family": "tiered", "component": "work",
                    "tiers": [{"level": "province", "value": "0"}, {"level": "city", "value": "0"}],
                },
                {
                    "code": "top", "name": "前30%", "family": "share",
                    "params": {
                        "side": "top", "percent": "30", "uncounted_levels": ["province"], "uncounted_apart": True,
                    },
                    "targets": {"uncounted_items": ["honour"]},
                },
            ),
            given={
                "totals": {f"{n:02d}": f"{100 - n}" for n in range(1, 12)},
                "events": [
                    {"event": "E1", "item": "honour", "subject": "11", "level": "province"},
                    {"event": "E2", "item": "honour", "subject": "04", "level": "city"},
                ],
            },
            expected={
                "inside": {"01": ["top"], "02": ["top"], "03": ["top"], "04": [], "10": [], "11": ["top"]},
                "notes": {"11": ["有“表彰”（province）的明细，不占名额"]},
            },
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
        beyond = _uncounted_phrase(rule, scheme)
        left_out = [name for code, name in LEFT_OUT if rule.params.get(code)]
        without = f"{'、'.join(left_out)}的不参加，也不计入人数；" if left_out else ""
        return f"{where}{ranked}{side}的{places}{beyond}；{without}并列跨过名额线的不计入，由集体研究。"

    def faults(self, rule: Rule, scheme: Scheme) -> Iterable[str]:
        if len([name for name in ("percent", "part_of", "count") if name in rule.params]) != 1:
            yield "占比、几分之一、名数须填写一项，且只填一项。"
        if "percent" in rule.params and not 0 < fraction(rule.params["percent"]) <= 100:
            yield "占比须大于0、不超过100。"
        for name in ("part_of", "count"):
            if name in rule.params and int(rule.params[name]) < 1:
                yield "几分之一和名数须为1或以上。"
        yield from _uncounted_faults(rule)

    def years_back(self, rule: Rule) -> int:
        return int(rule.params.get("uncounted_years", 1)) if rule.targets.get("uncounted_bands") else 0

    def reckon(self, rules: Sequence[Rule], standings: Sequence[Standing], inquiry: Inquiry) -> None:
        for rule in rules:
            selection = [standing for standing in standings if standing.is_ranked]
            if rule.params.get("without_vetoed"):
                selection = [standing for standing in selection if not standing.vetoes]
            if rule.params.get("without_direct_led"):
                selection = [standing for standing in selection if not standing.direct_led]
            uncounted = _uncounted(rule, inquiry)
            for field in _fields(rule, selection):
                _mark_uncounted(rule, field, uncounted)
                others = [standing for standing in field if standing.subject not in uncounted]
                of = len(others if rule.params.get("uncounted_apart") else field)
                for period, merits in _merits(rule, others, inquiry).items():
                    _mark(rule, period, others, merits, of)


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


def _mark(
    rule: Rule, period: str | None, selection: Sequence[Standing], merits: Sequence[Merit], of: int
) -> None:
    name = rule.code if period is None else f"{rule.code}:{period}"
    places = places_of(rule, of)
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


def _uncounted(rule: Rule, inquiry: Inquiry) -> dict[str, list[str]]:
    """Who takes none of the places, and why, in Chinese."""
    found: dict[str, list[str]] = {}
    bands, years = rule.targets.get("uncounted_bands", ()), int(rule.params.get("uncounted_years", 1))
    if bands:
        for subject, past in past_bands(inquiry).items():
            if ran(past, bands, years):
                found.setdefault(subject, []).append(ran_phrase(bands, years, inquiry.scheme))
    levels = rule.params.get("uncounted_levels", [])
    for subject, items in with_lines(rule.targets.get("uncounted_items", ()), inquiry, levels).items():
        found.setdefault(subject, []).append(_items_phrase(items, levels, inquiry.scheme))
    groups = rule.params.get("uncounted_groups", [])
    for subject, group in inquiry.assessed.select("subject", "group").iter_rows():
        if group is not None and group in groups:
            found.setdefault(subject, []).append(f"属于{inquiry.scheme.name_of('group', group)}")
    return found


def _mark_uncounted(rule: Rule, field: Sequence[Standing], uncounted: Mapping[str, Sequence[str]]) -> None:
    for standing in field:
        if standing.subject in uncounted:
            standing.inside.add(rule.code)
            standing.flags.add(f"uncounted:{rule.code}")
            why = "，".join(uncounted[standing.subject])
            standing.notes.append(Note(rule.code, None, f"{why}，不占名额"))


def _items_phrase(items: Iterable[str], levels: Sequence[str], scheme: Scheme) -> str:
    """“有“表彰”（国家级、省级）的明细”."""
    names = "或".join(f"“{scheme.rule(code).name}”" for code in items)
    at = f"（{'、'.join(scheme.name_of('level', code) for code in levels)}）" if levels else ""
    return f"有{names}{at}的明细"


def _uncounted_phrase(rule: Rule, scheme: Scheme) -> str:
    """Who is outside the count, as a clause of the rule's sentence; empty where nobody is."""
    p, targets = rule.params, rule.targets
    grounds = []
    if bands := targets.get("uncounted_bands"):
        grounds.append(ran_phrase(bands, int(p.get("uncounted_years", 1)), scheme))
    if items := targets.get("uncounted_items"):
        grounds.append(_items_phrase(items, p.get("uncounted_levels", []), scheme))
    if groups := p.get("uncounted_groups"):
        grounds.append(f"属于{'或'.join(scheme.name_of('group', code) for code in groups)}")
    if not grounds:
        return ""
    base = "其余" if p.get("uncounted_apart") else "全体"
    return f"；{'，或者'.join(grounds)}的，算在范围之内而不占名额，名额按{base}人数计算"


def _uncounted_faults(rule: Rule) -> Iterable[str]:
    p, targets = rule.params, rule.targets
    yield from years_faults(rule, "uncounted_years", "uncounted_bands", YEARS, BANDS)
    if p.get("uncounted_levels") and not targets.get("uncounted_items"):
        yield f"选了不占名额的级别，但没有选定“{ITEMS}”：请选定计分项，或者去掉级别。"
    has_grounds = any(targets.get(ground) or p.get(ground) for ground in GROUNDS)
    if has_grounds and (p.get("side") == "bottom" or "each" in p):
        yield "只有按整个考核期间从高到低的名次范围才有不占名额的人：请去掉不占名额的各项，或改动所数的一端和期间。"
    if p.get("uncounted_apart") and not has_grounds:
        yield "选了“名额按其余的人数计算”，但没有写明谁不占名额：请填写不占名额的等次、计分项或分组。"
