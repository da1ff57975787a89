"""A scheme held against its unit's record: a rule may read a figure that nobody records, or be for nobody."""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from django.utils import timezone

from ledger.models import Metric
from rulesets.checks import Finding, check_snapshot
from rulesets.checks.finding import information
from rulesets.engine.canonical import canonical
from rulesets.families import REGISTRY
from rulesets.models import Edition
from rulesets.snapshots import snapshot_of
from units.models import Appointment, Unit

KEPT = 16


def recorded_metrics(unit: Unit) -> frozenset[str]:
    """The figures that the unit has on record, whatever the period."""
    recorded = Metric.objects.counting().filter(unit=unit).values_list("metric", flat=True)
    return frozenset(recorded.order_by().distinct())


def findings_of(
    edition: Edition, *, trial: bool = True, snapshot: Mapping[str, Any] | None = None
) -> list[Finding]:
    """All that is wrong or doubtful in an edition, the record included; `trial`: that of its tables as well.

    `snapshot` is the edition's, where it is known already.
    """
    unit = edition.scheme.unit
    snapshot = snapshot_of(edition) if snapshot is None else snapshot
    found = _checked(canonical(snapshot), recorded_metrics(unit), trial)
    return [*found, *_empty_groups(unit, snapshot)]


@lru_cache(maxsize=KEPT)
def _checked(text: str, metrics: frozenset[str], trial: bool) -> tuple[Finding, ...]:
    """The findings of a snapshot's text, kept: pages ask again and again for what didn't change."""
    return tuple(check_snapshot(json.loads(text), REGISTRY, trial=trial, recorded_metrics=metrics))


def _empty_groups(unit: Unit, snapshot: Mapping[str, Any]) -> Iterator[Finding]:
    """Groups that rules ask for and in which nobody is today; nothing while the unit has no people on record."""
    held = set(Appointment.objects.filter(unit=unit).on(timezone.localdate()).values_list("group", flat=True))
    if not held:
        return
    names = {group["code"]: group["name"] for group in snapshot.get("groups", ())}
    for rule in snapshot.get("rules", ()):
        params = rule.get("params", {})
        asked = [*params.get("groups", ()), *params.get("uncounted_groups", ())]
        asked += [tier.get("group") for tier in rule.get("tiers", ())]
        for code in dict.fromkeys(asked):
            if code in names and code not in held:
                yield information(
                    f"规则 {rule['code']}",
                    f"所用的分组“{names[code]}”目前没有任何在任人员：请核对人员的分组，或办法的分组。",
                )
