"""What the first page says of a unit and of the account's own results."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import Min
from django.urls import reverse
from django.utils import timezone

from assessments.models import Publication, Result, Run
from assessments.projection import outline
from assessments.publication import shows
from assessments.reckoning import default_as_of, edition_on
from assessments.results import open_ties
from ledger.models import Event, PendingImport
from portal.access import PRINTS, sight_into
from portal.lacks import Lack, lacks_of, telling_flags
from portal.news import news_since, outstanding
from portal.reckoning_order import offered_periods
from portal.record_counts import RecordCounts, counts_of
from portal.runs import newest_runs, recency, runs_of
from portal.stages import Progress, Stage, Step, next_step, stages_of, step_for
from portal.wording import (
    BandShare,
    FlagCount,
    band_shares,
    flag_counts,
    flag_names,
    reckoned_band,
    shown_flags,
)
from rulesets.engine.numbers import fraction, plain
from rulesets.engine.period import Period, PeriodKind
from rulesets.models import Edition
from units.models import Account, Unit
from units.rights import rights_of

# What there is to do in the admin: label, the permission that it needs, the page.
TASKS = (
    ("考核办法", "rulesets.view_scheme", "admin:rulesets_scheme_changelist"),
    ("导入人员", "units.add_person", "admin:units_person_import"),
    ("导入事项", "ledger.add_event", "admin:ledger_event_import"),
    ("导入测评票", "ledger.add_ballot", "admin:ledger_ballot_import"),
    ("导入指标数据", "ledger.add_metric", "admin:ledger_metric_import"),
)


@dataclass(frozen=True, slots=True)
class SchemeOverview:
    """Where a scheme of a unit stands in a period.

    edition: the one in force in the period. outstanding: what published results of other periods ask for: a
    sentence and the page. offered: code and name of the periods that the account may have reckoned; none where it
    may not. others: name and address of the other periods that can be looked at.
    """

    edition: Edition
    period: Period
    counts: RecordCounts
    run: Run | None
    subjects: int
    bands: Sequence[BandShare]
    flags: Sequence[FlagCount]
    lacks: Sequence[Lack]
    news: Sequence[str]
    outstanding: Sequence[tuple[str, str]]
    stages: Sequence[Stage]
    step: Step
    offered: Sequence[tuple[str, str]]
    others: Sequence[tuple[str, str]]

    @property
    def current_stage(self) -> str:
        """The first stage that is not done."""
        return next((stage.name for stage in self.stages if not stage.is_done), "")


@dataclass(frozen=True, slots=True)
class UnitOverview:
    """A unit with its schemes; `step` says what to do where it has none.

    tasks: label and address of the work that the account may do there. waiting: what waits for the account:
    a sentence and where it is done.
    """

    unit: Unit
    schemes: Sequence[SchemeOverview]
    step: Step | None
    tasks: Sequence[tuple[str, str]]
    waiting: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class OwnResult:
    """A result of the account's own person, and the short names of its flags; total as a text or None.

    reckoned: the band as it was reckoned, where the committee decided; empty where it did not.
    """

    result: Result
    period_name: str
    total: str | None
    reckoned: str
    flags: Sequence[str]


def unit_overview(unit: Unit, account: Account, period: Period | None = None) -> UnitOverview:
    """How a unit's schemes stand, as the account may take them further.

    period: the one to be shown; by default that of each scheme's newest run, or, before the first and once that
    one is published, of the latest event.
    """
    editions = Edition.objects.spoken_in(unit)
    step = None
    if not editions:
        writing = Step("本单位还没有考核办法。", "建立考核办法", reverse("admin:rulesets_scheme_start"))
        step = step_for(account, unit, "rulesets.add_scheme", writing)
    # Where a unit has several schemes each card counts what its own one reads.
    several = len(editions) > 1
    counted = cache(lambda span, spoken: counts_of(unit, span, spoken if several else None))
    return UnitOverview(
        unit=unit,
        schemes=[_scheme_overview(unit, edition, account, period, counted) for edition in editions],
        step=step,
        tasks=tasks_for(account, unit),
        waiting=_waiting(unit, account),
    )


def tasks_for(account: Account, unit: Unit) -> list[tuple[str, str]]:
    """Label and address of each task that the account may do in the unit, in the admin."""
    rights = rights_of(account)
    tasks = [
        (label, reverse(url_name)) for label, permission, url_name in TASKS if rights.may(permission, unit)
    ]
    if rights.may(PRINTS, unit):
        tasks.append(("打印表册", reverse("portal:print_for", args=[unit.code])))
    return tasks


UNCONFIRMED = "已上传，还没有确认导入；请重新选择文件并确认"
REFUSED = "有问题，没有导入；请改正后重新选择文件"
# Where a file that was shown and not confirmed is taken up again.
IMPORTS = {
    "people": "admin:units_person_import",
    "events": "admin:ledger_event_import",
    "ballots": "admin:ledger_ballot_import",
    "metrics": "admin:ledger_metric_import",
}


def _waiting(unit: Unit, account: Account) -> list[tuple[str, str]]:
    pending = PendingImport.objects.filter(unit=unit, account=account).order_by("pk")
    files = [
        (f"文件“{filename}”{UNCONFIRMED if preview else REFUSED}", reverse(IMPORTS[kind]))
        for filename, kind, preview in pending.values_list("filename", "kind", "preview")
        if kind in IMPORTS
    ]
    drafts = Edition.objects.filter(scheme__unit=unit, status=Edition.Status.DRAFT).select_related("scheme")
    rights = rights_of(account)
    may_write, may_publish = (rights.may(f"rulesets.{verb}_edition", unit) for verb in ("change", "publish"))
    written = [
        _waiting_draft(draft, unit, account)
        for draft in drafts.select_related("submitted_by").defer("snapshot")
        if may_write or (may_publish and unit.second_person and draft.submitted_by_id)
    ]
    return [*files, *written]


def _waiting_draft(draft: Edition, unit: Unit, account: Account) -> tuple[str, str]:
    """What is to be done with a draft, and where: written on, looked at by the second person, waited for."""
    name = f"《{draft.scheme.name}》第{draft.number}版"
    if not unit.second_person or draft.submitted_by is None:
        written_on = reverse("admin:rulesets_edition_change", args=[draft.pk])
        return f"{name}还是草稿，检查无误后发布", written_on
    published = reverse("admin:rulesets_edition_publish", args=[draft.pk])
    if draft.submitted_by_id == account.pk:
        return f"{name}已提交，等另一人复核后发布", published
    return f"{name}由{draft.submitted_by.display_name}提交，请复核后发布", published


def _shown_period(unit: Unit, edition: Edition, run: Run | None, is_published: bool) -> Period:
    """The period of the newest run, or, once it is published, the one after it in which something is recorded.

    Before the first run one of the year of the latest event, or of last year.
    """
    reckoned = Period.parse(run.period) if run else None
    if reckoned is not None and not is_published:
        return reckoned
    # A day to come is a slip of the pen or a plan, and no period that has begun.
    events = Event.objects.current().filter(unit=unit, date__lte=timezone.localdate())
    latest = events.order_by("-date").values_list("date", flat=True).first()
    if reckoned is not None:
        following = Period.holding(latest, reckoned.kind) if latest else reckoned
        return following if following.start > reckoned.end else reckoned
    kind = PeriodKind(edition.periods[0]) if edition.periods else PeriodKind.YEAR
    return (
        Period.holding(latest, kind)
        if latest
        else Period.parse(str(timezone.localdate().year - 1)).parts(kind)[-1]
    )


def _shown_run(
    unit: Unit,
    edition: Edition,
    runs: Sequence[Run],
    asked: Period | None,
    standing: Mapping[str, Publication],
) -> tuple[Run | None, Period]:
    """The period that was asked for, else the one to be shown; and its newest run, None where there is none."""
    newest = runs[0] if runs else None
    is_published = newest is not None and shows(standing.get(newest.period), newest)
    period = asked or _shown_period(unit, edition, newest, is_published)
    return next((run for run in runs if run.period == period.code), None), period


def _scheme_overview(
    unit: Unit,
    edition: Edition,
    account: Account,
    asked: Period | None,
    counted: Callable[[Period, frozenset[int]], RecordCounts],
) -> SchemeOverview:
    runs = newest_runs(unit, edition.scheme)
    standing = {p.period: p for p in Publication.objects.current().filter(scheme=edition.scheme)}
    run, period = _shown_run(unit, edition, runs, asked, standing)
    edition = edition_on(edition, default_as_of(period))
    result = outline(run) if run else {"subjects": (), "bands": ()}
    subjects = result["subjects"]
    progress = Progress(
        unit=unit,
        edition=edition,
        period=period,
        counts=counted(period, frozenset({edition.pk, run.edition_id if run else edition.pk})),
        run=run,
        subjects=len(subjects),
        ties=open_ties(result),
        news=news_since(run, edition) if run else [],
        standing=standing.get(period.code),
    )
    offered = _offered(unit, edition, account, progress)
    lacks = _lacks(unit, run, subjects, account)
    return SchemeOverview(
        edition=edition,
        period=period,
        counts=progress.counts,
        run=run,
        subjects=len(subjects),
        bands=_bands(result),
        flags=flag_counts(telling_flags(subject, lacks) for subject in subjects),
        lacks=lacks,
        news=progress.news,
        outstanding=outstanding(runs, period, standing),
        stages=stages_of(progress),
        step=next_step(progress, account),
        offered=offered,
        others=_other_periods(unit, period, runs, offered),
    )


def _bands(result: Mapping[str, Any]) -> list[BandShare]:
    """How many have each band, in the result's order of bands."""
    bands = [(band["code"], band["name"]) for band in result["bands"]]
    return band_shares(bands, (subject["band"] for subject in result["subjects"]))


def _lacks(
    unit: Unit, run: Run | None, subjects: Sequence[Mapping[str, Any]], account: Account
) -> list[Lack]:
    rights = rights_of(account)
    rules = run.edition.rules.all() if run else ()
    return lacks_of(subjects, rules, lambda permission: rights.may(permission, unit))


def _other_periods(
    unit: Unit, period: Period, runs: Sequence[Run], offered: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    codes = dict.fromkeys([*(run.period for run in runs), *(code for code, _ in offered)])
    home = reverse("portal:home")
    return [
        (Period.parse(code).name, f"{home}?{urlencode({'unit': unit.code, 'period': code})}")
        for code in codes
        if code != period.code
    ]


def _offered(unit: Unit, edition: Edition, account: Account, progress: Progress) -> list[tuple[str, str]]:
    sight = sight_into(account, unit)
    may = sight is not None and sight.assesses and edition.frozen
    if not (may and progress.counts.people):
        return []
    first = Event.objects.current().filter(unit=unit).aggregate(first=Min("date"))["first"]
    years = [day.year for day in (first, progress.period.start) if day is not None]
    return offered_periods(edition.periods, timezone.localdate(), years)


def own_results(account: Account) -> list[OwnResult]:
    """The results of the account's own person: the newest run of each scheme and period that has one."""
    person = account.person
    if person is None:
        return []
    # A department may bear the number of a person: only schemes that assess persons are meant.
    runs = runs_of(person.unit).filter(edition__subject=Edition.Subject.PERSON)
    newest: dict[tuple[int, str], Run] = {}
    for run in runs.order_by("made_at", "pk"):
        newest[run.edition.scheme_id, run.period] = run
    found = Result.objects.filter(run__in=newest.values(), no=person.no)
    found = found.select_related("run__unit", "run__edition__scheme")
    found = found.defer("details", "run__edition__snapshot")
    ordered = sorted(found, key=lambda result: recency(result.run), reverse=True)
    return [_own_result(result) for result in ordered]


def _own_result(result: Result) -> OwnResult:
    return OwnResult(
        result=result,
        period_name=Period.parse(result.run.period).name,
        total=plain(fraction(result.total)) if result.total is not None else None,
        reckoned=reckoned_band(result.summary),
        flags=flag_names(shown_flags(result.summary)),
    )
