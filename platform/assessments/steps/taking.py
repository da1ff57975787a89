"""A scenario from a past period: the record as it was read then, and the result that stands as what is expected."""

from collections.abc import Iterator, Mapping
from typing import Any

from assessments.reckoning import parsed_period, read_frames
from assessments.simulation import standing_run
from rulesets.engine.assess import known_by
from rulesets.engine.document import inputs_document
from rulesets.engine.period import Period
from rulesets.engine.scheme import Scheme
from rulesets.families import REGISTRY
from rulesets.models import Edition, Scenario
from rulesets.snapshots import snapshot_of
from units.models import Unit


def reckoned_periods(unit: Unit) -> list[tuple[str, str]]:
    """The periods that have a result, code and name, the latest first."""
    codes = unit.runs.order_by().values_list("period", flat=True).distinct()
    periods = sorted((Period.parse(code) for code in codes), key=lambda p: (p.end, p.start), reverse=True)
    return [(period.code, period.name) for period in periods]


def scenario_from_record(edition: Edition, period_code: str, name: str, with_lines: bool) -> Scenario:
    """A scenario of the draft, saved: what its scheme reads of the period, and the standing result's totals, ranks
    and bands; with_lines: its award lines too. Raises NoRun, RunRefused.
    """
    unit = edition.scheme.unit
    period = parsed_period(period_code)
    run, _ = standing_run(unit, period, edition.scheme.code)
    scheme = Scheme.from_snapshot(snapshot_of(edition))
    frames = read_frames(unit, scheme, period, run.as_of)
    result = run.reckoned
    scenario = Scenario(
        edition=edition,
        name=name,
        period=period.code,
        as_of=run.as_of,
        inputs=inputs_document(known_by(frames, scheme, REGISTRY, period, run.as_of)),
        expected={
            "results": [_result(subject) for subject in result["subjects"]],
            "lines": list(_lines(result)) if with_lines else [],
        },
        from_record=True,
        order=edition.scenarios.count(),
    )
    scenario.save()
    return scenario


def _result(subject: Mapping[str, Any]) -> dict[str, Any]:
    stated = {"subject": subject["no"], "total": subject["total"], "rank": subject["rank"]}
    return {key: value for key, value in stated.items() if value is not None} | {"band": subject["band"]}


def _lines(result: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for subject in result["subjects"]:
        for line in subject["lines"]:
            stated = {"subject": subject["no"], "event": line["event"], "item": line["item"]}
            role = {"role": line["role"]} if line["role"] else {}
            yield stated | role | {"points": line["points"]}
