"""A scheme held against its unit's record: a rule may read a figure that nobody records."""

from ledger.models import Metric
from rulesets.checks import Finding, check_snapshot
from rulesets.families import REGISTRY
from rulesets.models import Edition
from rulesets.snapshots import snapshot_of
from units.models import Unit


def recorded_metrics(unit: Unit) -> frozenset[str]:
    """The figures that the unit has on record, whatever the period."""
    recorded = Metric.objects.counting().filter(unit=unit).values_list("metric", flat=True)
    return frozenset(recorded.order_by().distinct())


def findings_of(edition: Edition) -> list[Finding]:
    """All that is wrong or doubtful in an edition, the trial of its decision tables and the record included."""
    metrics = recorded_metrics(edition.scheme.unit)
    return check_snapshot(snapshot_of(edition), REGISTRY, trial=True, recorded_metrics=metrics)
