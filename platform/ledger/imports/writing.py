"""Writes what an import changes, in bulk, as one batch of the unit's chain."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from ledger.chain import Source, append
from ledger.entries import BallotEntry, Change, Entry, EventEntry, MetricEntry
from ledger.imports.subjects import Subjects
from ledger.models import Ballot, Batch, Event, FixedQuerySet, Metric, Participant
from ledger.stored import chunks
from rulesets.engine.numbers import SCALE
from units.models import Unit

ROWS_A_STATEMENT = 2_000


def write_events(
    unit: Unit,
    changes: Sequence[Change],
    subjects: Subjects,
    source: Source,
    kind: Batch.Kind = Batch.Kind.EVENTS,
) -> Batch:
    """Writes new states of events and their participants; called in a transaction."""
    batch = _batch(unit, kind, changes, source, Event.objects.all())
    entries = [change.entry for change in changes]
    events = Event.objects.bulk_create(
        [_event(unit, batch, change) for change in changes], batch_size=ROWS_A_STATEMENT
    )
    Participant.objects.bulk_create(
        [
            part
            for event, entry in zip(events, entries, strict=True)
            for part in _parts(event, entry, subjects)
        ],
        batch_size=ROWS_A_STATEMENT,
    )
    return batch


def write_ballots(
    unit: Unit,
    changes: Sequence[Change],
    subjects: Subjects,
    source: Source,
    kind: Batch.Kind = Batch.Kind.BALLOTS,
) -> Batch:
    """Writes ballots; called in a transaction."""
    batch = _batch(unit, kind, changes, source, Ballot.objects.all())
    rows = [Ballot(**_ballot(change.entry, subjects), **_common(unit, batch, change)) for change in changes]
    Ballot.objects.bulk_create(rows, batch_size=ROWS_A_STATEMENT)
    return batch


def write_metrics(
    unit: Unit,
    changes: Sequence[Change],
    subjects: Subjects,
    source: Source,
    kind: Batch.Kind = Batch.Kind.METRICS,
) -> Batch:
    """Writes figures; called in a transaction."""
    batch = _batch(unit, kind, changes, source, Metric.objects.all())
    rows = [Metric(**_metric(change.entry, subjects), **_common(unit, batch, change)) for change in changes]
    Metric.objects.bulk_create(rows, batch_size=ROWS_A_STATEMENT)
    return batch


def _batch(
    unit: Unit, kind: Batch.Kind, changes: Sequence[Change], source: Source, rows: FixedQuerySet
) -> Batch:
    """The batch's link, with the rows that the changes succeed retired to make way."""
    batch = append(unit, kind, (change.leaf for change in changes), source)
    for keys in chunks([change.before.row for change in changes if change.before]):
        rows.retire(keys)
    return batch


def _common(unit: Unit, batch: Batch, change: Change) -> dict[str, Any]:
    before = change.before.row if change.before else None
    return {"unit": unit, "batch": batch, "supersedes_id": before}


def _decimal(units: int) -> Decimal:
    return Decimal(units) / SCALE


def _event(unit: Unit, batch: Batch, change: Change) -> Event:
    entry = change.entry
    assert isinstance(entry, EventEntry)
    return Event(
        event_no=entry.event_no,
        date=entry.date,
        matter=entry.matter,
        evidence=entry.evidence,
        withdrawal_reason=entry.withdrawal_reason,
        **_common(unit, batch, change),
    )


def _parts(event: Event, entry: Entry, subjects: Subjects) -> list[Participant]:
    assert isinstance(entry, EventEntry)
    return [
        Participant(
            event=event,
            item=part.item,
            role=part.role,
            level=part.level,
            quantity=_decimal(part.quantity),
            rank=part.rank,
            out_of=part.out_of,
            attributes=dict(part.attributes),
            remark=part.remark,
            **subjects.at(part.subject_kind, part.subject).references,
        )
        for part in entry.participants
    ]


def _ballot(entry: Entry, subjects: Subjects) -> dict[str, Any]:
    assert isinstance(entry, BallotEntry)
    return {
        "period": entry.period,
        "round": entry.round,
        "part": entry.part,
        "rater_group": entry.rater_group,
        "rater": entry.rater,
        "rater_department": entry.rater_department,
        "score": _decimal(entry.score),
        "withdrawal_reason": entry.withdrawal_reason,
        **subjects.at(entry.subject_kind, entry.subject).references,
    }


def _metric(entry: Entry, subjects: Subjects) -> dict[str, Any]:
    assert isinstance(entry, MetricEntry)
    return {
        "metric": entry.metric,
        "period": entry.period,
        "value": _decimal(entry.value),
        "withdrawal_reason": entry.withdrawal_reason,
        **subjects.at(entry.subject_kind, entry.subject).references,
    }
