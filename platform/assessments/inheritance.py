"""Published results that an assessment builds on: of another scheme, or of the year before."""

import json
from collections.abc import Iterator

import polars as pl

from assessments.models import Publication, Run
from assessments.publication import published
from rulesets.engine.frames import INHERITED, YEARS_BACK
from rulesets.engine.period import Period, PeriodKind
from rulesets.engine.scheme import Scheme
from rulesets.families import REGISTRY
from rulesets.models import Scheme as SchemeRecord
from units.models import Unit
from units.reach import everywhere

Row = tuple[str, str, str | None, str | None]


@everywhere("a scheme may build on the result of a unit above, whatever its account may see there")
def inherited_results(unit: Unit, scheme: Scheme, period: Period) -> pl.DataFrame:
    """Columns INHERITED: what the scheme's rules ask for, as it was published, decided bands and all.

    A scheme is named by its code, and sought in the unit, then in those above it. What is not published yet is
    not there, so that no two results wait for each other; nor is a scheme's own result of the same period.
    """
    rows = [
        row
        for source in sorted(inherited_sources(scheme))
        for publication in [_publication(unit, scheme, period, source)]
        if publication is not None
        for row in _rows(source, publication)
    ]
    return pl.DataFrame(rows, schema=INHERITED, orient="row")


@everywhere("a scheme may build on the result of a unit above, whatever its account may see there")
def sources_published_since(run: Run) -> list[Publication]:
    """What the run's scheme builds on and was published, or corrected, after the run was made."""
    later = Publication.objects.current().filter(
        scheme__unit__in=[unit.pk for unit in _upwards(run.unit)], published_at__gt=run.made_at
    )
    # Mostly there is none: the scheme, which may be large, is not read for that.
    if not later.exclude(scheme=run.edition.scheme_id, period=run.period).exists():
        return []
    scheme = Scheme.from_snapshot(json.loads(run.edition.snapshot))
    period = Period.parse(run.period)
    found = (_publication(run.unit, scheme, period, source) for source in sorted(inherited_sources(scheme)))
    return [publication for publication in found if publication and publication.published_at > run.made_at]


def inherited_sources(scheme: Scheme) -> set[str]:
    """The codes of the schemes whose published results the scheme's rules ask for."""
    named = {rule.params["source"] for rule in scheme.rules if rule.family == "inherit"}
    years = max((REGISTRY.of(rule).years_back(rule) for rule in scheme.rules), default=0)
    return named | {YEARS_BACK[back] for back in range(1, years + 1)}


def _publication(unit: Unit, scheme: Scheme, period: Period, source: str) -> Publication | None:
    for years, code in YEARS_BACK.items():
        if source == code:
            return _nearest(unit, scheme.code, Period(period.year - years, 1, PeriodKind.YEAR))
    return _nearest(unit, source, period) if source != scheme.code else None


def _nearest(unit: Unit, scheme_code: str, period: Period) -> Publication | None:
    """The published result of the scheme of this code in the unit, or else in the nearest unit above."""
    for holder in _upwards(unit):
        record = SchemeRecord.objects.filter(unit=holder, code=scheme_code).first()
        if record is not None:
            return published(record, period.code)
    return None


def _upwards(unit: Unit) -> Iterator[Unit]:
    """The unit, then those above it, the nearest first."""
    holder: Unit | None = unit
    while holder is not None:
        yield holder
        holder = holder.parent


def _rows(source: str, publication: Publication) -> Iterator[Row]:
    for subject in publication.document.read()["subjects"]:
        yield source, subject["no"], subject["total"], subject["band"]
