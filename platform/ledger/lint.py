"""A scheme held against its unit's record: a rule may read a figure that nobody records, or be for nobody."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils import timezone

from ledger.models import Metric
from rulesets.checks import Finding, check_snapshot
from rulesets.checks.finding import information, warning
from rulesets.engine.canonical import canonical
from rulesets.engine.explain import chinese_date
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
    return [*found, *_reaching_back(edition, snapshot), *_empty_groups(unit, snapshot)]


@lru_cache(maxsize=KEPT)
def _checked(text: str, metrics: frozenset[str], trial: bool) -> tuple[Finding, ...]:
    """The findings of a snapshot's text, kept: pages ask again and again for what didn't change."""
    return tuple(check_snapshot(json.loads(text), REGISTRY, trial=trial, recorded_metrics=metrics))


def _reaching_back(edition: Edition, snapshot: Mapping[str, Any]) -> Iterator[Finding]:
    """A draft that would take over from the day on which an earlier edition began, or from ever."""
    if edition.frozen:
        return
    earlier = Edition.objects.frozen().filter(scheme=edition.scheme_id).order_by("-number").first()
    begins = snapshot.get("effective_from")
    if earlier is None or (begins and date.fromisoformat(begins) > (earlier.effective_from or date.min)):
        return
    begun = (
        f"施行日期{chinese_date(begins)}不晚于第{earlier.number}版的施行日期"
        if begins
        else "没有填写施行日期"
    )
    yield warning(
        "考核办法",
        f"{begun}：发布之后，第{earlier.number}版用过的期间（包括已公布的）重新核算、公布更正时也按本版。"
        f"只从今后施行的，请填写施行日期，如{timezone.localdate().year + 1}年1月1日。",
    )


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
