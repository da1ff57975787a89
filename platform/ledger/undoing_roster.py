"""Undoes an import of roster entries: each is succeeded by the state before it, or taken back with the reason."""

from collections.abc import Sequence

from ledger.errors import RosterRefused, UndoRefused
from ledger.imports.records import former_of
from ledger.models import Exclusion, ImportRecord
from ledger.roster import Entry, enter
from ledger.stored import chunks
from units.models import Account


def roster_entries(record: ImportRecord) -> list[Exclusion]:
    """What an import of roster entries entered, in its order."""
    keys: Sequence[int] = former_of(record)["made"]
    found: list[Exclusion] = []
    for part in chunks(keys):
        rows = Exclusion.objects.filter(unit=record.unit, pk__in=part)
        found += rows.select_related("person", "department", "supersedes").order_by("pk")
    return found


def undo_roster(record: ImportRecord, reason: str, account: Account | None) -> None:
    """Enters again what stood before; called under the unit's lock.

    Raises UndoRefused where an entry was succeeded since, or its period is closed.
    """
    entries = roster_entries(record)
    changed = [entry for entry in entries if not entry.is_current]
    if changed:
        raise UndoRefused(
            f"本次导入的 {len(changed)} 条之后又有更改，不能整批撤销：{changed[0].subject}。"
            "请先撤销后来的那次导入，或在名册上逐个更正。"
        )
    for entry in entries:
        try:
            enter(record.unit, entry.period, entry.subject, _former(entry, record, reason), account)
        except RosterRefused as refused:
            raise UndoRefused(f"本次导入不能撤销：{str(refused).rstrip('。')}。") from refused


def _former(entry: Exclusion, record: ImportRecord, reason: str) -> Entry:
    """What is entered in the place of an entry: what it succeeded, or that the subject takes part again."""
    before = entry.supersedes
    if before is not None:
        return Entry(before.kind, before.ground, before.reason, before.since)
    said = f"撤销导入 {record.filename}：{reason}"
    return Entry(Exclusion.Kind.INCLUDED, Exclusion.Ground.OTHER, said, entry.since)
