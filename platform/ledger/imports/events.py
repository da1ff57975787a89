"""Imports events. A file states all participants of each event number that it names; what differs succeeds it."""

from pathlib import Path
from typing import BinaryIO

from django.db import transaction

from ledger.chain import Source, lock
from ledger.closing import refuse_closed
from ledger.entries import changes_of
from ledger.imports.describe import event_line, removed_parts
from ledger.imports.doubts import doubted_days
from ledger.imports.event_columns import event_columns
from ledger.imports.event_groups import reported_events
from ledger.imports.event_rows import EventRows
from ledger.imports.opening import check_lengths, name_of, opened, vocabulary_needed
from ledger.imports.records import keep_record
from ledger.imports.report import ImportReport
from ledger.imports.subjects import Subjects
from ledger.imports.writing import write_events
from ledger.models import Event, ImportRecord, Participant
from ledger.stored import recorded_events
from rulesets.engine.collection import without_collection
from units.models import Account, Unit

EVENT_TEXTS = {"event_no": "event_no", "matter": "matter", "evidence": "evidence"}


@transaction.atomic
@without_collection()
def import_events(
    unit: Unit,
    source: Path | BinaryIO,
    *,
    filename: str = "",
    account: Account | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Brings the record to what the file states, as one batch; the same file twice changes nothing.

    The report counts events (new, changed, unchanged) and the participants that changed events lose (removed),
    with a sentence for each change. `dry_run` reports and writes nothing.
    Raises FileMissing, NoVocabulary, or TableRefused with every fault by row and column, a change
    within a closed period among them.
    """
    vocabulary = vocabulary_needed(unit)
    table = opened(source, event_columns(vocabulary), filename)
    subjects = Subjects.of_unit(unit)
    check_lengths(table, Event, EVENT_TEXTS)
    check_lengths(table, Participant, {"remark": "remark"})
    lock(unit)
    events = reported_events(unit, table, EventRows(table, vocabulary, subjects))
    table.raise_if_faulty()
    recorded = recorded_events(unit, events)
    changes = changes_of(events.values(), recorded)
    refuse_closed(unit, table, changes, "date", ["event_no"])
    report = ImportReport(
        new=sum(change.before is None for change in changes),
        changed=sum(change.before is not None for change in changes),
        unchanged=len(events) - len(changes),
        removed=sum(removed_parts(change) for change in changes),
        lines=[event_line(change, vocabulary, subjects.names) for change in changes],
        doubts=doubted_days(table, changes),
    )
    if changes and not dry_run:
        origin = Source(name_of(source, filename), table.sha256, account)
        keep_record(
            unit, ImportRecord.Kind.EVENTS, origin, report, write_events(unit, changes, subjects, origin)
        )
    return report
