"""What papers are printed from: a period's result, or before its first reckoning the period's roster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone

from assessments.errors import NoRun
from assessments.models import Run
from assessments.reckoning import default_as_of
from assessments.results import latest_run
from portal.reckoning_order import offered_periods
from portal.runs import shown_run
from reports.forms.record import outline_source_of, source_without_result
from reports.forms.registry import FORMS
from reports.forms.source import Source
from rulesets.engine.period import Period
from rulesets.models import Edition
from units.models import Unit

# What parts the code of a period from that of a scheme, where a choice names a roster.
APART = ":"


@dataclass(frozen=True, slots=True)
class Basis:
    """What papers of a scheme are ordered from (`source` may be an outline); run: None where it is the roster."""

    source: Source
    run: Run | None = None

    @property
    def scheme(self) -> str:
        """The scheme's code."""
        return str(self.source.result["scheme"])

    @property
    def key(self) -> str:
        """What names it among those that are offered."""
        return str(self.run.pk) if self.run else f"{self.source.period.code}{APART}{self.scheme}"

    @property
    def words(self) -> str:
        """The period and the scheme."""
        return f"{self.source.result['period_name']}　《{self.source.result['scheme_name']}》"

    def forms(self) -> list[tuple[str, str]]:
        """Code and name of the forms that can be printed from it."""
        return [
            (form.code, form.name)
            for form in FORMS.values()
            if (self.run is not None or not form.needs_result) and form.refusal(self.source) is None
        ]


def basis_of(request: HttpRequest, unit: Unit, period: str) -> Basis:
    """What `?run=` or `?scheme=` names, else the period's newest result; the roster where nothing was reckoned.

    Raises Refusal where there is no published scheme or it has no such period, Http404 for a run of another unit.
    """
    if "run" in request.GET:
        run = shown_run(request, unit, period)
        return Basis(outline_source_of(run), run)
    span, scheme = Period.parse(period), request.GET.get("scheme")
    try:
        run = latest_run(unit, period, scheme)
    except NoRun:
        return Basis(source_without_result(unit, span, scheme or _first_scheme(unit, span)))
    return Basis(outline_source_of(run), run)


def _first_scheme(unit: Unit, period: Period) -> str | None:
    """The first of the unit's schemes that has the period; None leaves it to others to say that there is none."""
    editions = [edition for edition in _editions(unit) if period.kind in (edition.periods or ("year",))]
    in_force = [e for e in editions if Edition.objects.in_force(e.scheme, default_as_of(period)).exists()]
    return in_force[0].scheme.code if in_force else None


def _editions(unit: Unit) -> list[Edition]:
    return [e for e in Edition.objects.spoken_in(unit) if e.status == Edition.Status.PUBLISHED]


def rosters_to_print(unit: Unit, runs: Sequence[Run]) -> Mapping[str, str]:
    """The rosters of this and last year's periods without a result, in words by what names them, newest first."""
    reckoned = {(run.period, run.edition.scheme_id) for run in runs}
    return {
        f"{code}{APART}{edition.scheme.code}": f"{name}　《{edition.scheme.name}》"
        for edition in _editions(unit)
        for code, name in offered_periods(edition.periods or ["year"], timezone.localdate())
        if (code, edition.scheme_id) not in reckoned
    }


def roster_named(unit: Unit, key: str) -> tuple[str, str] | None:
    """Period and scheme of a roster that is offered; None where there is no such one."""
    period, _, scheme = key.partition(APART)
    return (period, scheme) if key in rosters_to_print(unit, ()) else None
