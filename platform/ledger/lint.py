"""A scheme held against its unit's record: a rule may read a figure that nobody records, or be for nobody."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import timezone

from ledger.models import Metric
from rulesets.checks import Finding, check_snapshot
from rulesets.checks.finding import information
from rulesets.families import REGISTRY
from rulesets.models import Edition
from rulesets.snapshots import snapshot_of
from units.models import Appointment, Unit


def recorded_metrics(unit: Unit) -> frozenset[str]:
    """The figures that the unit has on record, whatever the period."""
    recorded = Metric.objects.counting().filter(unit=unit).values_list("metric", flat=True)
    return frozenset(recorded.order_by().distinct())


def findings_of(edition: Edition) -> list[Finding]:
    """All that is wrong or doubtful in an edition, the trial of its decision tables and the record included."""
    metrics = recorded_metrics(edition.scheme.unit)
    snapshot = snapshot_of(edition)
    found = check_snapshot(snapshot, REGISTRY, trial=True, recorded_metrics=metrics)
    return [*found, *_empty_groups(edition.scheme.unit, snapshot)]


def _empty_groups(unit: Unit, snapshot: Mapping[str, Any]) -> Iterator[Finding]:
    """Groups that rules ask for and in which nobody is today; nothing while the unit has no people on record."""
    held = set(Appointment.objects.filter(unit=unit).on(timezone.localdate()).values_list("group", flat=True))
    if not held:
        return
    names = {group["code"]: group["name"] for group in snapshot.get("groups", ())}
    for rule in snapshot.get("rules", ()):
        asked = [*rule.get("params", {}).get("groups", ()), *(t.get("group") for t in rule.get("tiers", ()))]
        for code in dict.fromkeys(asked):
            if code in names and code not in held:
                yield information(
                    f"规则 {rule['code']}",
                    f"所用的分组“{names[code]}”目前没有任何在任人员：请核对人员的分组，或办法的分组。",
                )
