"""Runs an edition's scenarios: frames from the row, the pure function, the result beside what was expected."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from jobs.refusal import Refusal
from rulesets.checks import check_snapshot, errors_of
from rulesets.engine.canonical import digest_of
from rulesets.engine.document import frames_from
from rulesets.engine.frames import EVENTS, Frames, attribute_column
from rulesets.engine.scheme import Scheme
from rulesets.families import REGISTRY
from rulesets.models import Edition, Scenario
from rulesets.reckoning import RunRefused, assessed_document
from rulesets.scenarios.comparison import Verdict, compared
from rulesets.snapshots import snapshot_of


class ScenariosFailed(Refusal):
    """Scenarios of an edition don't come out as expected; each message is a difference."""


def run_scenarios(edition: Edition) -> list[Verdict]:
    """What each of the edition's scenarios comes to. Raises RunRefused where the edition has errors."""
    snapshot = checked_snapshot(edition)
    return [run_scenario(scenario, snapshot) for scenario in edition.scenarios.all()]


def checked_snapshot(edition: Edition) -> dict[str, Any]:
    """The edition's snapshot, by which its scenarios can be reckoned. Raises RunRefused where it has errors."""
    snapshot = snapshot_of(edition)
    errors = errors_of(check_snapshot(snapshot, REGISTRY))
    if errors:
        raise RunRefused(*(f"“{edition}”还不能运行用例：{error}" for error in errors))
    return snapshot


def run_scenario(scenario: Scenario, snapshot: Mapping[str, Any]) -> Verdict:
    """What a scenario comes to under the scheme of a checked snapshot."""
    scheme = Scheme.from_snapshot(snapshot)
    frames = frames_from(scenario.inputs)
    strangers = list(_strangers(frames, scheme))
    if strangers:
        return Verdict(scenario.name, refusals=strangers)
    period = scenario.parsed_period
    as_of = scenario.as_of or period.end
    try:
        result = assessed_document(scheme, fitted(frames, scheme), period, as_of, digest_of(snapshot))
    except RunRefused as refused:
        return Verdict(scenario.name, refusals=refused.messages)
    return compared(scenario.name, scenario.expected, result, scheme)


def fitted(frames: Frames, scheme: Scheme) -> Frames:
    """The frames with the columns of attributes that the scheme has today: a draft gains and loses some."""
    columns = [attribute_column(attribute.code) for attribute in scheme.attributes]
    missing = [pl.lit(None, pl.String).alias(c) for c in columns if c not in frames.events.columns]
    return replace(frames, events=frames.events.with_columns(missing).select([*EVENTS, *columns]))


def _strangers(frames: Frames, scheme: Scheme) -> Iterator[str]:
    """Words of the scenario's events that the scheme no longer has, each as a sentence."""
    known = {
        "item": ("计分项", {rule.code for rule in scheme.rules if REGISTRY.of(rule).is_item}),
        "level": ("级别", {term.code for term in scheme.levels}),
        "role": ("角色", {term.code for term in scheme.roles}),
    }
    for column, (label, codes) in known.items():
        for code in frames.events[column].drop_nulls().unique().sort():
            if code not in codes:
                yield f"所用的{label}“{code}”在本版办法里已经没有，请更正用例的事项或办法。"


def copy_scenarios(source: Edition, target: Edition) -> None:
    """Gives a draft the scenarios of another edition."""
    Scenario.objects.bulk_create(
        Scenario(
            edition=target,
            name=scenario.name,
            period=scenario.period,
            as_of=scenario.as_of,
            inputs=scenario.inputs,
            expected=scenario.expected,
            content=scenario.content,
            size=scenario.size,
            from_record=scenario.from_record,
            order=scenario.order,
        )
        for scenario in source.scenarios.all()
    )
