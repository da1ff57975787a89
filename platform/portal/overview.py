"""What the first page says of a unit and of the account's own results."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from assessments.models import Result, Run
from assessments.projection import outline
from ledger.models import Batch, Event
from portal.access import sight_into
from portal.reckoning_order import offered_periods
from portal.runs import newest_runs, recency, runs_of
from portal.wording import BandShare, FlagCount, band_shares, flag_counts, flag_names, shown_flags
from rulesets.engine.numbers import fraction, plain
from rulesets.engine.period import Period
from rulesets.models import Edition
from units.models import Account, Person, Unit
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
class Step:
    """What to do next: a sentence, and a button where the account may do it on a page."""

    sentence: str
    label: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class SchemeOverview:
    """Where a scheme of a unit stands in a period.

    run: the newest of the period, None before the first. offered: code and name of the periods that the account
    may have reckoned; none where it may not. news: what came after the run, a sentence each. earlier: the newest
    runs of other periods, by name.
    """

    edition: Edition
    period: Period
    events: int
    run: Run | None
    subjects: int
    bands: Sequence[BandShare]
    flags: Sequence[FlagCount]
    news: Sequence[str]
    step: Step
    offered: Sequence[tuple[str, str]]
    earlier: Sequence[tuple[str, Run]]


@dataclass(frozen=True, slots=True)
class UnitOverview:
    """A unit with its schemes; `step` says what to do where it has none.

    tasks: label and address of the work that the account may do there.
    """

    unit: Unit
    schemes: Sequence[SchemeOverview]
    step: Step | None
    tasks: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class OwnResult:
    """A result of the account's own person, and the short names of its flags; total as a text or None."""

    result: Result
    period_name: str
    total: str | None
    flags: Sequence[str]


def step_for(account: Account, unit: Unit, permission: str, sentence: str, label: str, url_name: str) -> Step:
    """The step with its button where the account may do it in the unit, else with whom to turn to."""
    if rights_of(account).may(permission, unit):
        return Step(sentence, label, reverse(url_name))
    return Step(f"{sentence}请联系本单位的办法管理员或登记员。")


def unit_overview(unit: Unit, account: Account) -> UnitOverview:
    """How a unit's schemes stand, as the account may take them further."""
    editions = Edition.objects.spoken_in(unit)
    step = None
    if not editions:
        step = step_for(
            account,
            unit,
            "rulesets.add_scheme",
            "本单位还没有考核办法。",
            "建立考核办法",
            "admin:rulesets_scheme_changelist",
        )
    return UnitOverview(
        unit=unit,
        schemes=[_scheme_overview(unit, edition, account) for edition in editions],
        step=step,
        tasks=tasks_for(account, unit),
    )


def tasks_for(account: Account, unit: Unit) -> list[tuple[str, str]]:
    """Label and address of each task that the account may do in the admin for the unit."""
    rights = rights_of(account)
    return [
        (label, reverse(url_name)) for label, permission, url_name in TASKS if rights.may(permission, unit)
    ]


def _scheme_overview(unit: Unit, edition: Edition, account: Account) -> SchemeOverview:
    runs = newest_runs(unit, edition.scheme)
    run = runs[0] if runs else None
    period = Period.parse(run.period if run else str(timezone.localdate().year - 1))
    recorded = Event.objects.counting().filter(unit=unit)
    events = recorded.filter(date__range=(period.start, period.end)).count()
    result = outline(run) if run else {"subjects": (), "bands": ()}
    subjects = result["subjects"]
    bands = [(band["code"], band["name"]) for band in result["bands"]]
    news = _news_since(run, unit, edition) if run else []
    return SchemeOverview(
        edition=edition,
        period=period,
        events=events,
        run=run,
        subjects=len(subjects),
        bands=band_shares(bands, (subject["band"] for subject in subjects)),
        flags=flag_counts(shown_flags(result, subject) for subject in subjects),
        news=news,
        step=_view_results(run, news) if run else _next_step(unit, edition, account, events),
        offered=_offered(unit, edition, account),
        earlier=[(Period.parse(other.period).name, other) for other in runs[1:]],
    )


def _news_since(run: Run, unit: Unit, edition: Edition) -> list[str]:
    news = []
    if run.edition_id != edition.pk:
        news.append(
            f"这次核算依据第{run.edition.number}版，此后已发布第{edition.number}版。"
            f"本期如应适用第{edition.number}版，请重新核算。"
        )
    if Batch.objects.filter(unit=unit, made_at__gt=run.made_at).exists():
        news.append("这次核算之后又登记了新的内容。如果涉及本期，请重新核算。")
    return news


def _view_results(run: Run, news: Sequence[str]) -> Step:
    address = reverse("portal:results", args=[run.unit.code, run.period])
    sentence = "这是上一次核算的结果。" if news else "核算已完成，请核对结果。"
    return Step(sentence, "查看结果", f"{address}?run={run.pk}")


def _next_step(unit: Unit, edition: Edition, account: Account, events: int) -> Step:
    if not edition.frozen:
        return step_for(
            account,
            unit,
            "rulesets.change_edition",
            "考核办法还是草稿，检查无误后即可发布。",
            "检查并发布",
            "admin:rulesets_edition_changelist",
        )
    if not Person.objects.filter(unit=unit).exists():
        return step_for(
            account, unit, "units.add_person", "还没有人员名册。", "导入人员", "admin:units_person_import"
        )
    if not events:
        return step_for(
            account, unit, "ledger.add_event", "还没有登记事项。", "导入事项", "admin:ledger_event_import"
        )
    return Step("事项已经登记，可以核算了。")


def _offered(unit: Unit, edition: Edition, account: Account) -> list[tuple[str, str]]:
    sight = sight_into(account, unit)
    may = sight is not None and sight.assesses and edition.frozen
    if not (may and Person.objects.filter(unit=unit).exists()):
        return []
    return offered_periods(edition.periods, timezone.localdate())


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
    ordered = sorted(found, key=lambda result: recency(result.run), reverse=True)
    return [_own_result(result) for result in ordered]


def _own_result(result: Result) -> OwnResult:
    return OwnResult(
        result=result,
        period_name=Period.parse(result.run.period).name,
        total=plain(fraction(result.total)) if result.total is not None else None,
        flags=flag_names(shown_flags(result.run.head, result.summary)),
    )
