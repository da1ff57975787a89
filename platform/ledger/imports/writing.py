"""Writes what an import changes, in bulk, as one batch of the unit's chain.

Rows go straight into the tables, without an object of Django's for each: 20,000 of them take a third of the time.
What they say was checked by the importer, and the constraints hold for them as for all others.
"""

import json
from collections.abc import Sequence
from typing import Any

from ledger.chain import Source, append
from ledger.entries import PERSON, BallotEntry, Change, Entry, EventEntry, MetricEntry
from ledger.imports.subjects import Subjects
from ledger.models import Ballot, Batch, Event, FixedQuerySet, Metric, Participant
from ledger.stored import chunks
from rulesets.engine.numbers import plain_points
from units.bulk import insert_rows
from units.models import Unit

COMMON = ("unit", "batch", "supersedes", "is_current", "withdrawal_reason")
SUBJECT = ("person", "department")
EVENT = (*COMMON, "event_no", "date", "matter", "evidence")
PARTICIPANT = (
    *SUBJECT,
    *("event", "item", "role", "level", "quantity", "rank", "out_of", "attributes", "remark"),
)
BALLOT = (
    *(*COMMON, *SUBJECT),
    *("period", "round", "part", "rater_group", "rater", "rater_department", "score"),
)
METRIC = (*COMMON, *SUBJECT, "metric", "period", "value")


def write_events(
    unit: Unit,
    changes: Sequence[Change],
    subjects: Subjects,
    source: Source,
    kind: Batch.Kind = Batch.Kind.EVENTS,
) -> Batch:
    """Writes new states of events and their participants; called in a transaction."""
    batch = _batch(unit, kind, changes, source, Event.objects.all())
    insert_rows(Event, EVENT, [_event(_common(batch, change), change.entry) for change in changes])
    rows = dict(Event.objects.filter(batch=batch).values_list("event_no", "pk"))
    insert_rows(
        Participant,
        PARTICIPANT,
        [part for change in changes for part in _parts(rows, change.entry, subjects)],
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
    insert_rows(
        Ballot, BALLOT, [(*_common(batch, change), *_ballot(change.entry, subjects)) for change in changes]
    )
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
    insert_rows(
        Metric, METRIC, [(*_common(batch, change), *_metric(change.entry, subjects)) for change in changes]
    )
    return batch


def _batch(
    unit: Unit, kind: Batch.Kind, changes: Sequence[Change], source: Source, rows: FixedQuerySet
) -> Batch:
    """The batch's link, with the rows that the changes succeed retired to make way."""
    batch = append(unit, kind, (change.leaf for change in changes), source)
    for keys in chunks([change.before.row for change in changes if change.before]):
        rows.retire(keys)
    return batch


def _common(batch: Batch, change: Change) -> tuple[Any, ...]:
    """What all rows have that can be succeeded."""
    before = change.before.row if change.before else None
    return batch.unit_id, batch.pk, before, True, change.entry.withdrawal_reason


def _subject(kind: str, code: str, subjects: Subjects) -> tuple[int | None, int | None]:
    """The person and the department that a row refers to, of which one is there."""
    row = subjects.at(kind, code).row
    return (row, None) if kind == PERSON else (None, row)


def _event(common: tuple[Any, ...], entry: Entry) -> tuple[Any, ...]:
    assert isinstance(entry, EventEntry)
    return *common, entry.event_no, entry.date.isoformat(), entry.matter, entry.evidence


def _parts(rows: dict[str, int], entry: Entry, subjects: Subjects) -> list[tuple[Any, ...]]:
    """The participants of an event; `rows` are primary keys of events by number."""
    assert isinstance(entry, EventEntry)
    return [
        (
            *_subject(part.subject_kind, part.subject, subjects),
            *(rows[entry.event_no], part.item, part.role, part.level, plain_points(part.quantity)),
            *(part.rank, part.out_of, json.dumps(dict(part.attributes)), part.remark),
        )
        for part in entry.participants
    ]


def _ballot(entry: Entry, subjects: Subjects) -> tuple[Any, ...]:
    assert isinstance(entry, BallotEntry)
    return (
        *_subject(entry.subject_kind, entry.subject, subjects),
        *(entry.period, entry.round, entry.part, entry.rater_group, entry.rater, entry.rater_department),
        plain_points(entry.score),
    )


def _metric(entry: Entry, subjects: Subjects) -> tuple[Any, ...]:
    assert isinstance(entry, MetricEntry)
    return (
        *_subject(entry.subject_kind, entry.subject, subjects),
        *(entry.metric, entry.period, plain_points(entry.value)),
    )
