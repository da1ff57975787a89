"""Imports what is entered on a period's roster: who is taken out or back in, by a spreadsheet, all rows or none."""

from pathlib import Path
from typing import BinaryIO

from django.db import transaction

from ledger.errors import RosterRefused
from ledger.imports.opening import check_lengths, opened
from ledger.imports.report import ImportReport
from ledger.imports.words import Words, WordUnknown
from ledger.models import Exclusion
from ledger.roster import Entry, enter, subject_named
from rulesets.engine.period import Period
from tabular import Column, Row, Table
from units.models import Account, Unit

COLUMNS = (
    Column("subject", "对象", "code", required=True, aliases=("no", "工号", "编号")),
    Column("name", "姓名", "text"),
    Column("kind", "处理", "text", required=True),
    Column("ground", "情形", "text", required=True),
    Column("reason", "说明", "text"),
    Column("since", "起算日", "date"),
)
KINDS = Words("处理", {str(code): str(name) for code, name in Exclusion.Kind.choices})
GROUNDS = Words("情形", {str(code): str(name) for code, name in Exclusion.Ground.choices})


@transaction.atomic
def import_exclusions(
    unit: Unit,
    period: Period,
    subject_kind: str,
    source: Path | BinaryIO,
    *,
    filename: str = "",
    account: Account | None = None,
) -> ImportReport:
    """Enters what the file states of the period's subjects; the same file twice changes nothing.

    subject_kind: person or department. Without 起算日 an entry holds from the period's first day. Raises
    FileMissing, or TableRefused with every fault by row and column; nothing is entered then.
    """
    table = opened(source, COLUMNS, filename)
    check_lengths(table, Exclusion, {"reason": "reason"})
    first_rows: dict[str, int] = {}
    lines = []
    for row in table.rows:
        if row["subject"] is not None and first_rows.setdefault(row["subject"], row.number) != row.number:
            table.faults.add(
                row.number,
                "subject",
                f"与第 {first_rows[row['subject']]} 行重复；每个对象只能有一行，请删除其一",
            )
            continue
        if (line := _entered(unit, period, subject_kind, table, row, account)) is not None:
            lines.append(line)
    table.raise_if_faulty()
    new = [line for line in lines if line]
    return ImportReport(new=len(new), unchanged=len(lines) - len(new), lines=new)


def _entered(
    unit: Unit, period: Period, subject_kind: str, table: Table, row: Row, account: Account | None
) -> str | None:
    """Enters a row: what was entered in words, empty where it stood there already, None where the row is faulty."""
    kind, ground = _word(table, row, "kind", KINDS), _word(table, row, "ground", GROUNDS)
    if row["subject"] is None or not kind or not ground:
        return None
    try:
        subject = subject_named(unit, subject_kind, row["subject"])
        if row["name"] is not None and row["name"] != subject.name:
            table.faults.add(
                row.number, "name", f"编号 {row['subject']} 是“{subject.name}”，不是“{row['name']}”；请核对"
            )
            return None
        entry = Entry(kind, ground, row["reason"] or "", row["since"] or period.start)
        made, is_new = enter(unit, period.code, subject, entry, account)
    except RosterRefused as refused:
        table.faults.add(row.number, "subject", str(refused).rstrip("。"))
        return None
    return f"{subject}：{made.get_kind_display()}" if is_new else ""


def _word(table: Table, row: Row, column: str, words: Words) -> str:
    """The code that the cell means; empty, with a fault, where it means none."""
    if row[column] is None:
        return ""
    try:
        return words.code_of(row[column])
    except WordUnknown as unknown:
        table.faults.add(row.number, column, str(unknown))
        return ""
