"""What the committee's page shows of a result: first what it must look at, then everybody else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assessments.models import Decision, Publication, Run
from assessments.projection import outline
from assessments.publication import shows
from assessments.results import is_settled, open_flags, open_ties
from ledger.models import PeriodClosing
from portal.lacks import Lack, lacks_of
from portal.places import BandPlaces, band_places
from portal.wording import FLAG_KINDS, flag_kind, flag_names, padded, shown_flags
from rulesets.engine.explain import flag_sentence
from rulesets.engine.scheme import Scheme

# What is looked at, in this order; a subject stands under the first that it has.
LOOKED_AT = ("tie_at_cut", "vetoed", "figure_missing", "ballots_missing", "not_assessed")
BY_ROSTER = ("no_grade", "excluded")
OF_FEW = "amount_of_few"


@dataclass(frozen=True, slots=True)
class Row:
    """A subject. reckoned and decided: names of bands, decided empty where nothing was. details: flags in words."""

    no: str
    name: str
    department: str
    rank: int | None
    total: str
    reckoned: str
    decided: str
    reason: str
    minutes: str
    flags: Sequence[str]
    details: Sequence[str]
    is_decidable: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Subjects under one heading, and what is to be done about them."""

    code: str
    name: str
    advice: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Everything on the page.

    ties: how many subjects wait for a decision. standing: the publication in force. is_published: whether it is
    this very result. closing: that of the period, None where it is open. places: of bands that only so many may
    have. lacks: what all subjects lack.
    """

    result: Mapping[str, Any]
    groups: Sequence[Group]
    bands: Sequence[tuple[str, str]]
    ties: int
    decided: int
    standing: Publication | None
    is_published: bool
    closing: PeriodClosing | None
    places: Sequence[BandPlaces]
    lacks: Sequence[Lack]


def review_page(
    run: Run, scheme: Scheme, may: Callable[[str], bool] = lambda permission: False
) -> ReviewPage:
    """The page of a run. may: whether the account has a permission in the unit."""
    result = outline(run)
    lacks = lacks_of(result["subjects"], scheme.rules, may)
    publications = Publication.objects.current().filter(scheme=run.edition.scheme, period=run.period)
    standing = publications.select_related("published_by").first()
    is_published = shows(standing, run)
    # A corrected result is decided on anew: what the committee said of the former one stands beside.
    is_open = open_ties(result) > 0 or (standing is not None and not is_published)
    closing = PeriodClosing.objects.in_force(run.unit).filter(period=run.period).select_related("closed_by")
    return ReviewPage(
        result=result,
        groups=_groups(result, scheme, _earlier_decisions(run) if is_open else {}, lacks),
        lacks=[lack for lack in lacks if lack.is_common],
        bands=[(band["code"], band["name"]) for band in result["bands"]],
        ties=open_ties(result),
        decided=sum("decision" in subject for subject in result["subjects"]),
        standing=standing,
        is_published=is_published,
        closing=closing.first(),
        places=band_places(result, scheme),
    )


def _earlier_decisions(run: Run) -> dict[str, Decision]:
    """What the committee last decided on each subject in other runs of the scheme's period."""
    others = Decision.objects.filter(
        is_current=True, run__unit=run.unit, run__period=run.period, run__edition__scheme=run.edition.scheme
    ).exclude(run=run)
    return {decision.no: decision for decision in others.order_by("pk")}


def _groups(
    result: Mapping[str, Any], scheme: Scheme, earlier: Mapping[str, Decision], lacks: Sequence[Lack]
) -> list[Group]:
    common = {lack.flag for lack in lacks if lack.is_common}
    rows: dict[str, list[Row]] = {}
    of_few = _amounts_of_few(result, scheme)
    for subject in result["subjects"]:
        told = [flag for flag in open_flags(subject) if flag not in common]
        open_kinds = {OF_FEW if flag in of_few else flag_kind(flag) for flag in told}
        kind = next((kind for kind in (*LOOKED_AT, *BY_ROSTER, OF_FEW) if kind in open_kinds), "")
        rows.setdefault(kind, []).append(_row(subject, scheme, earlier.get(subject["no"])))
    looked_at = [Group(kind, *FLAG_KINDS[kind], rows[kind]) for kind in LOOKED_AT if kind in rows]
    heading = "其余考核对象" if looked_at else "全部考核对象"
    others = [Group("others", heading, "没有需要研究的提示。", rows[""])] if "" in rows else []
    by_roster = [Group(kind, *FLAG_KINDS[kind], rows[kind]) for kind in BY_ROSTER if kind in rows]
    without = [Group(OF_FEW, "只有少数人有的金额", _advice(of_few), rows[OF_FEW])] if OF_FEW in rows else []
    return [*looked_at, *others, *without, *by_roster]


def _amounts_of_few(result: Mapping[str, Any], scheme: Scheme) -> dict[str, tuple[str, int]]:
    """Flags of a missing amount of money that somebody has and most have not: its name, and how many have it.

    Such an amount concerns few; who lacks one that most have would not be found among all the others.
    """
    assessed = [
        subject for subject in result["subjects"] if subject.get("exclusion", {}).get("kind") != "excluded"
    ]
    found = {}
    for rule in scheme.rules:
        if rule.family == "bracket":
            flag = f"figure_missing:{rule.code}"
            lacking = sum(flag in subject["flags"] for subject in assessed)
            if len(assessed) < 2 * lacking < 2 * len(assessed):
                found[flag] = (rule.name, len(assessed) - lacking)
    return found


def _advice(of_few: Mapping[str, tuple[str, int]]) -> str:
    have = "，".join(f"“{name}”只有{count}个考核对象有数据" for name, count in of_few.values())
    return (
        f"{have}。其余的确实不涉及，就不用处理；漏登记的请补充登记。"
        "以后不想再提示的，在办法的这条规则里把“没有这项数据的”选为“不涉及”。"
    )


def _row(subject: Mapping[str, Any], scheme: Scheme, earlier: Decision | None) -> Row:
    decision = subject.get("decision", {})
    reckoned = subject.get("band_reckoned_name", subject["band_name"])
    return Row(
        no=subject["no"],
        name=subject["name"],
        department=subject["department_name"] or "",
        rank=subject["rank"],
        total=padded(subject["total"]) if subject["total"] is not None else "—",
        reckoned=reckoned or "—",
        decided=subject["band_name"] if decision else "",
        reason=decision.get("reason", ""),
        minutes=decision.get("minutes", ""),
        flags=flag_names(shown_flags(subject)),
        details=[*_details(subject, scheme), *_remembered(subject, scheme, earlier)],
        is_decidable="exclusion" not in subject,
    )


def _remembered(subject: Mapping[str, Any], scheme: Scheme, earlier: Decision | None) -> list[str]:
    """What was decided before this reckoning, where nothing is decided yet: it doesn't hold by itself any more."""
    if earlier is None or "decision" in subject or _goes_without(subject, earlier):
        return []
    names = {rule.code: rule.name for rule in scheme.rules}
    band = names.get(earlier.band, earlier.band)
    return [
        f"上次核算后审定为{band}：{earlier.reason}（{earlier.minutes}）；仍照此办理的，请在本次结果上再登记"
    ]


def _goes_without(subject: Mapping[str, Any], earlier: Decision) -> bool:
    """Whether the reckoning says by itself what was decided before, and no tie asks again."""
    return bool(earlier.band == subject["band"]) and not open_flags(subject)


def _details(subject: Mapping[str, Any], scheme: Scheme) -> list[str]:
    if "exclusion" in subject:
        return [subject["exclusion"]["reason"]]
    return [
        f"{flag_sentence(flag, scheme)}{'（已审定）' if is_settled(subject, flag) else ''}"
        for flag in subject["flags"]
        if ":" in flag
    ]
