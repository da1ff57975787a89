"""Undoes an import as a whole: each row is succeeded by what stood before, or by a withdrawal; nothing is deleted.

The reason stands in the undoing batch, which is a link of the chain like any other.
"""

import dataclasses
import datetime
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from ledger.chain import Source, lock
from ledger.closing import ClosedPeriods, closed_sentence, days_of
from ledger.entries import Change, Entry, EventEntry, Recorded
from ledger.errors import UndoRefused
from ledger.imports.describe import said_of
from ledger.imports.once import restored_twice
from ledger.imports.subjects import Subjects
from ledger.imports.writing import write_ballots, write_events, write_metrics
from ledger.models import Batch, ImportRecord
from ledger.stored import recorded_ballots, recorded_events, recorded_metrics, rows_of, superseded_by
from ledger.undoing_people import undo_people
from ledger.undoing_roster import roster_entries, undo_roster
from rulesets.engine.period import Period
from rulesets.vocabulary import vocabulary_of
from units.history import because
from units.models import Account

LONGEST_REASON = 200
MOST_NAMED = 5
WRITERS = {
    ImportRecord.Kind.EVENTS: write_events,
    ImportRecord.Kind.BALLOTS: write_ballots,
    ImportRecord.Kind.METRICS: write_metrics,
}

# The first and the last day that a record's rows are about, as they stand and as they stood before.
Span = tuple[datetime.date, datetime.date]
Obstacle = Callable[[ImportRecord, Span], str | None]
_obstacles: list[Obstacle] = []


def declare_obstacle(obstacle: Obstacle) -> None:
    """Adds a question that a higher room asks before an import is undone.

    It is called with the record and its span, and answers with a sentence why the import must stay, or None.
    """
    if obstacle not in _obstacles:
        _obstacles.append(obstacle)


@transaction.atomic
def undo_import(record: ImportRecord, reason: str, account: Account | None = None) -> ImportRecord:
    """The record, undone. Raises UndoRefused, naming what stands in the way; nothing is changed then.

    In the way are: no reason, a record undone before, rows that a later import or correction changed, a closed
    period, and what higher rooms hold against it (a publication that read it).
    """
    if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
        raise UndoRefused(f"撤销导入须写明理由，最多 {LONGEST_REASON} 个字。")
    lock(record.unit)
    record = ImportRecord.objects.select_related("unit", "batch").get(pk=record.pk)
    if record.undone_at is not None:
        raise UndoRefused(f"“{record.filename}”这次导入已经撤销过了。")
    if record.kind == ImportRecord.Kind.PEOPLE:
        _ask(record, (datetime.date.min, datetime.date.max))
        with because(f"撤销导入 {record.filename}：{reason.strip()}"):
            undo_people(record)
    elif record.kind == ImportRecord.Kind.ROSTER:
        periods = [Period.parse(entry.period) for entry in roster_entries(record)]
        _ask(record, (min(period.start for period in periods), max(period.end for period in periods)))
        undo_roster(record, reason.strip(), account)
    else:
        record.undoing = _undo_batch(record, reason.strip(), account)
    record.undone_at, record.undone_by, record.undo_reason = timezone.now(), account, reason.strip()
    record.save(update_fields=["undoing", "undone_at", "undone_by", "undo_reason"])
    return record


def _undo_batch(record: ImportRecord, reason: str, account: Account | None) -> Batch:
    assert record.batch is not None  # of events, ballots and figures an import is a batch
    kind = ImportRecord.Kind(record.kind)
    changes = _ways_back(record, record.batch, f"撤销导入（第 {record.batch.number} 批）：{reason}")
    _refuse_closed(record, changes)
    days = [day for change in changes for entry in _states(change) for day in days_of(entry)]
    _ask(record, (min(days), max(days)))
    if kind is ImportRecord.Kind.EVENTS:
        _check_restored(record, changes)
    source = Source(f"撤销第 {record.batch.number} 批：{reason}", "", account)
    return WRITERS[kind](record.unit, changes, Subjects.of_unit(record.unit), source, Batch.Kind.UNDOING)


def _states(change: Change) -> Sequence[Entry]:
    return [change.entry, change.before.entry] if change.before else [change.entry]


def _ways_back(record: ImportRecord, batch: Batch, reason: str) -> list[Change]:
    """For each row of the batch what takes its place: the state before the batch, or a withdrawal.

    Raises UndoRefused where the record now says something else than the batch did.
    """
    former = superseded_by(batch)
    brought = list(rows_of(batch))
    standing = _standing(record, [entry for _, _, _, entry in brought])
    changed = [entry for _, _, _, entry in brought if standing[entry.key].entry != entry]
    if changed:
        shown = "；".join(
            f"{said_of(entry)}（现为第 {standing[entry.key].batch} 批）" for entry in changed[:MOST_NAMED]
        )
        raise UndoRefused(
            f"本次导入的 {len(changed)} 条之后又有更改，不能整批撤销：{shown}。"
            "请先撤销后来的那次导入，或逐件更正。"
        )
    return [
        Change(former.get(row) or _withdrawn(entry, reason), standing[entry.key])
        for row, _, _, entry in brought
    ]


def _standing(record: ImportRecord, entries: Sequence[Entry]) -> dict[Any, Recorded]:
    """What is on record now under the keys of these entries, which are of one kind."""
    if record.kind == ImportRecord.Kind.EVENTS:
        return recorded_events(
            record.unit, [entry.event_no for entry in entries if isinstance(entry, EventEntry)]
        )
    periods = {entry.period for entry in entries if not isinstance(entry, EventEntry)}
    readers = {ImportRecord.Kind.BALLOTS: recorded_ballots, ImportRecord.Kind.METRICS: recorded_metrics}
    return readers[ImportRecord.Kind(record.kind)](record.unit, periods)


def _withdrawn(entry: Entry, reason: str) -> Entry:
    if isinstance(entry, EventEntry):
        return dataclasses.replace(entry, participants=(), withdrawal_reason=reason)
    return dataclasses.replace(entry, withdrawal_reason=reason)


def _refuse_closed(record: ImportRecord, changes: Sequence[Change]) -> None:
    closed = ClosedPeriods(record.unit)
    period = next((found for change in changes if (found := closed.touched_by(change))), None)
    if period is not None:
        raise UndoRefused(f"本次导入不能撤销：{closed_sentence(period)}。")


def _ask(record: ImportRecord, span: Span) -> None:
    sentences = [sentence for obstacle in _obstacles if (sentence := obstacle(record, span))]
    if sentences:
        raise UndoRefused(*sentences)


def _check_restored(record: ImportRecord, changes: Sequence[Change]) -> None:
    """What comes back must still fit: the people appointed, and nobody registered twice where once is the rule."""
    entries = [change.entry for change in changes if isinstance(change.entry, EventEntry)]
    subjects = Subjects.of_unit(record.unit)
    for entry in entries:
        for part in entry.participants:
            if part.subject_kind == "person" and not subjects.is_appointed(part.subject, entry.date):
                raise UndoRefused(
                    f"事件 {entry.event_no} 不能恢复：人员 {part.subject} 在{date_format(entry.date)}已没有任职；"
                    "请先补充其任职。"
                )
    twice = restored_twice(record.unit, entries, vocabulary_of(record.unit).items)
    if twice is not None:
        raise UndoRefused(f"{twice}；请先撤回其中之一。")
