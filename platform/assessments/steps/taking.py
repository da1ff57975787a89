"""A scenario from a past period: the record as it was read then, and the result that stands as what is expected."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Max, Min

from assessments.reckoning import parsed_period, read_frames
from assessments.simulation import standing_run
from ledger.models import Event
from rulesets.engine.assess import known_by
from rulesets.engine.document import inputs_document
from rulesets.engine.numbers import fraction, plain, rounded
from rulesets.engine.period import Period, PeriodKind
from rulesets.engine.scheme import Scheme
from rulesets.families import REGISTRY
from rulesets.models import Edition, Scenario
from rulesets.scenarios.comparison import SHOWN_DECIMALS, said_outcome
from rulesets.snapshots import snapshot_of
from units.models import Unit

Subject = Mapping[str, Any]
YEARS = 3


def reckoned_periods(unit: Unit) -> list[tuple[str, str]]:
    """The periods that have a result, code and name, the latest first."""
    codes = unit.runs.order_by().values_list("period", flat=True).distinct()
    periods = sorted((Period.parse(code) for code in codes), key=lambda p: (p.end, p.start), reverse=True)
    return [(period.code, period.name) for period in periods]


def recorded_periods(edition: Edition) -> list[tuple[str, str]]:
    """The periods of the edition's kinds from which its unit has events, of the last three years of its record."""
    events = Event.objects.current().filter(unit=edition.scheme.unit)
    days = events.aggregate(first=Min("date"), last=Max("date"))
    if days["last"] is None:
        return []
    first, last = days["first"], days["last"]
    years = [Period(year, 1, PeriodKind.YEAR) for year in range(last.year, last.year - YEARS, -1)]
    periods = [part for year in years for kind in edition.periods for part in year.parts(PeriodKind(kind))]
    touched = [period for period in periods if first <= period.end and period.start <= last]
    return [(period.code, period.name) for period in touched]


def scenario_from_record(edition: Edition, period_code: str, name: str, in_detail: bool) -> Scenario:
    """A scenario of the draft, saved: what its scheme reads of the period, and the standing result's totals, ranks
    and bands; in detail: its components, outcomes, sheets of sub-periods and award lines too.

    Raises NoRun, RunRefused.
    """
    unit = edition.scheme.unit
    period = parsed_period(period_code)
    run, _ = standing_run(unit, period, edition.scheme.code)
    scheme = Scheme.from_snapshot(snapshot_of(edition))
    frames = read_frames(unit, scheme, period, run.as_of)
    scenario = Scenario(
        edition=edition,
        name=name,
        period=period.code,
        as_of=run.as_of,
        inputs=inputs_document(known_by(frames, scheme, REGISTRY, period, run.as_of)),
        expected=_expected(run.reckoned["subjects"], in_detail),
        from_record=True,
        order=edition.scenarios.count(),
    )
    scenario.save()
    return scenario


def _expected(subjects: Sequence[Subject], in_detail: bool) -> dict[str, Any]:
    if not in_detail:
        return {"results": [_result(subject) for subject in subjects], "lines": []}
    return {
        "results": [
            row for subject in subjects for row in (_result(subject) | _parts(subject), *_sheets(subject))
        ],
        "lines": [row for subject in subjects for row in _lines(subject)],
    }


def _result(subject: Subject) -> dict[str, Any]:
    stated = {"subject": subject["no"], "total": subject["total"], "rank": subject["rank"]}
    return {key: value for key, value in stated.items() if value is not None} | {"band": subject["band"]}


def _parts(part: Subject) -> dict[str, Any]:
    """Components, as fine as pages show them, and outcomes, of a subject or of a sheet."""
    components = {
        code: plain(rounded(fraction(value), SHOWN_DECIMALS)) for code, value in part["components"].items()
    }
    outcomes = {code: said_outcome(value) for code, value in part["outcomes"].items()}
    return {key: found for key, found in (("components", components), ("outcomes", outcomes)) if found}


def _sheets(subject: Subject) -> Iterator[dict[str, Any]]:
    for sheet in subject.get("periods", ()):
        yield {"subject": subject["no"], "period": sheet["period"], "total": sheet["total"]} | _parts(sheet)


def _lines(subject: Subject) -> Iterator[dict[str, Any]]:
    for line in subject["lines"]:
        stated = {"subject": subject["no"], "event": line["event"], "item": line["item"]}
        role = {"role": line["role"]} if line["role"] else {}
        yield stated | role | {"points": line["points"]}
