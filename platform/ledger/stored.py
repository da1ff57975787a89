"""Reads entries back out of the stored rows, in bulk."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from ledger.entries import (
    DEPARTMENT,
    PERSON,
    BallotEntry,
    Entry,
    EventEntry,
    MetricEntry,
    Participation,
    Recorded,
    leaf_of,
)
from ledger.models import Ballot, Batch, Event, Metric, Participant
from rulesets.engine.numbers import SCALE
from units.models import Unit

# Well below the number of parameters that either database takes in one statement.
CHUNK = 5_000

Item = TypeVar("Item")
Conditions = dict[str, Any]
# A row's primary key, its batch's number, the number of the batch whose row it succeeds, and what it says.
StoredRow = tuple[int, int, int | None, Entry]


def chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """The items in runs that one statement can take."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def leaves_of(batch: Batch) -> list[bytes]:
    """The leaves of a batch's Merkle tree, from the rows as they are stored now."""
    return [leaf_of(entry, supersedes) for _, _, supersedes, entry in rows_of(batch)]


def rows_of(batch: Batch) -> Iterator[StoredRow]:
    """The rows that a batch brought, in the order in which they were written."""
    readers = {Batch.Kind.BALLOTS: [_ballots], Batch.Kind.METRICS: [_metrics]}
    # A batch that undoes an import holds rows of the import's kind; the other tables have none of it.
    readers[Batch.Kind.UNDOING] = [_events, _ballots, _metrics]
    for reader in readers.get(Batch.Kind(batch.kind), [_events]):
        yield from reader({"batch": batch})


def superseded_by(batch: Batch) -> dict[int, Entry]:
    """Primary key of a row of the batch → what the row that it succeeds said; without those that succeed none."""
    found: dict[int, Entry] = {}
    for model, reader in ((Event, _events), (Ballot, _ballots), (Metric, _metrics)):
        successors = dict(
            model.objects.filter(batch=batch, supersedes__isnull=False).values_list("supersedes", "pk")
        )
        if successors:
            found |= {successors[row]: entry for row, _, _, entry in reader({"successor__batch": batch})}
    return found


def recorded_events(unit: Unit, event_numbers: Iterable[str]) -> dict[str, Recorded]:
    """The current states of these events, by number."""
    recorded: dict[str, Recorded] = {}
    for numbers in chunks(sorted(event_numbers)):
        rows = _events({"unit": unit, "is_current": True, "event_no__in": numbers})
        recorded |= _by_key(rows)
    return recorded


def recorded_ballots(unit: Unit, periods: Iterable[str]) -> dict[Any, Recorded]:
    """The current ballots of these periods, by key."""
    return _by_key(_ballots({"unit": unit, "is_current": True, "period__in": list(periods)}))


def recorded_metrics(unit: Unit, periods: Iterable[str]) -> dict[Any, Recorded]:
    """The current figures of these periods, by key."""
    return _by_key(_metrics({"unit": unit, "is_current": True, "period__in": list(periods)}))


def _by_key(rows: Iterable[StoredRow]) -> dict[Any, Recorded]:
    return {entry.key: Recorded(row, batch, entry) for row, batch, _, entry in rows}


def _subject(number: str | None, code: str | None) -> tuple[str, str]:
    return (PERSON, number) if number is not None else (DEPARTMENT, str(code))


def _events(conditions: Conditions) -> Iterator[StoredRow]:
    participants = _participants({f"event__{name}": value for name, value in conditions.items()})
    rows = Event.objects.filter(**conditions).values_list(
        "pk",
        "batch__number",
        "supersedes__batch__number",
        "event_no",
        "date",
        "matter",
        "evidence",
        "withdrawal_reason",
    )
    for row, batch, supersedes, number, date, matter, evidence, reason in rows.order_by("pk"):
        parts = tuple(sorted(participants.get(row, ()), key=lambda part: part.key))
        yield row, batch, supersedes, EventEntry(number, date, matter, evidence, parts, reason)


def _participants(conditions: Conditions) -> dict[int, list[Participation]]:
    found: dict[int, list[Participation]] = defaultdict(list)
    rows = Participant.objects.filter(**conditions).values_list(
        "event_id",
        "item",
        "person__no",
        "department__code",
        "role",
        "level",
        "quantity",
        "rank",
        "out_of",
        "attributes",
        "remark",
    )
    for event, item, number, code, role, level, quantity, rank, out_of, further, remark in rows.order_by(
        "pk"
    ):
        kind, subject = _subject(number, code)
        units, pairs = int(quantity * SCALE), tuple(sorted(further.items()))
        found[event].append(
            Participation(item, kind, subject, role, level, units, rank, out_of, pairs, remark)
        )
    return found


def _ballots(conditions: Conditions) -> Iterator[StoredRow]:
    rows = Ballot.objects.filter(**conditions).values_list(
        "pk",
        "batch__number",
        "supersedes__batch__number",
        "person__no",
        "department__code",
        "period",
        "round",
        "part",
        "rater_group",
        "rater",
        "rater_department",
        "score",
        "withdrawal_reason",
    )
    for row, batch, supersedes, number, code, *key, own, score, reason in rows.order_by("pk"):
        period, turn, part, group, rater = key
        kind, subject = _subject(number, code)
        units = int(score * SCALE)
        yield (
            row,
            batch,
            supersedes,
            BallotEntry(period, turn, part, group, rater, kind, subject, own, units, reason),
        )


def _metrics(conditions: Conditions) -> Iterator[StoredRow]:
    rows = Metric.objects.filter(**conditions).values_list(
        "pk",
        "batch__number",
        "supersedes__batch__number",
        "metric",
        "period",
        "person__no",
        "department__code",
        "value",
        "withdrawal_reason",
    )
    for row, batch, supersedes, metric, period, number, code, value, reason in rows.order_by("pk"):
        entry = MetricEntry(metric, period, *_subject(number, code), int(value * SCALE), reason)
        yield row, batch, supersedes, entry
