"""Which run a page shows."""

import datetime

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from assessments.models import Run
from assessments.results import latest_run
from rulesets.engine.period import MONTHS_OF, Period
from rulesets.models import Scheme
from units.models import Unit


def recency(run: Run) -> tuple[datetime.date, int, str]:
    """What orders periods by how much a run of them tells: its as-of date, the period's length, its code."""
    return run.as_of, MONTHS_OF[Period.parse(run.period).kind], run.period


def runs_of(unit: Unit) -> QuerySet[Run]:
    """The unit's runs, those of the latest as-of date and made last first."""
    runs = Run.objects.filter(unit=unit).select_related("unit", "edition__scheme")
    return runs.defer("edition__snapshot").order_by("-as_of", "-made_at")


def newest_runs(unit: Unit, scheme: Scheme) -> list[Run]:
    """The newest run of each period of a scheme: known up to the latest day first, of those the longest period."""
    newest: dict[str, Run] = {}
    for run in runs_of(unit).filter(edition__scheme=scheme).defer("edition__snapshot", "head"):
        known = newest.get(run.period)
        if known is None or run.made_at > known.made_at:
            newest[run.period] = run
    return sorted(newest.values(), key=recency, reverse=True)


def shown_run(request: HttpRequest, unit: Unit, period: str) -> Run:
    """The run that `?run=` names, else the period's newest.

    Raises NoRun when nothing was reckoned, Http404 when the named run is not one of this unit and period.
    """
    named = request.GET.get("run")
    if named is None:
        return latest_run(unit, period)
    run = runs_of(unit).filter(period=period, pk=int(named)).first() if named.isdecimal() else None
    if run is None:
        raise Http404
    return run


def successor_of(run: Run) -> Run | None:
    """A later run of the same scheme and period, None where this one is the newest."""
    newest = latest_run(run.unit, run.period, run.edition.scheme.code)
    return newest if newest.pk != run.pk else None
