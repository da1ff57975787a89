"""What the importers of ballots and figures check alike: period, subject, a number within bounds."""

from collections.abc import Sequence
from decimal import Decimal

from ledger.entries import Change
from ledger.imports.doubts import Doubt
from ledger.imports.periods import period_written
from ledger.imports.report import ImportReport
from ledger.imports.subjects import Subject, Subjects, SubjectUnknown
from rulesets.engine.numbers import LARGEST, SCALE, NumberTooFine, scaled
from rulesets.engine.period import PeriodUnknown
from tabular import Row, Table


def period_of(table: Table, row: Row) -> str | None:
    """The row's period code; None, with a fault, where it is none."""
    text = row["period"]
    if text is None:
        return None
    try:
        return period_written(text).code
    except PeriodUnknown:
        allowed = "允许 2025年、2025年上半年、2025年第3季度、2025年7月，或者 2025、2025H1、2025Q3、2025-07"
        table.faults.add(row.number, "period", f"“{text}”不是期间；{allowed}")
        return None


def subject_of(table: Table, row: Row, subjects: Subjects) -> Subject | None:
    """The row's subject; None, with a fault, where there is none."""
    text = row["subject"]
    if text is None:
        return None
    try:
        return subjects.find(text)
    except SubjectUnknown as unknown:
        table.faults.add(row.number, "subject", str(unknown))
        return None


def units_of_number(table: Table, row: Row, column: str) -> int | None:
    """The number in units of 1/10000; None, with a fault, where it is too large for the record."""
    number: Decimal | None = row[column]
    if number is None:
        return None
    try:
        return scaled(number)
    except NumberTooFine:
        table.faults.add(row.number, column, f"“{number}”过大；允许绝对值不超过 {LARGEST // SCALE}")
        return None


def report_of(
    entries: int, changes: Sequence[Change], lines: list[str], doubts: Sequence[Doubt]
) -> ImportReport:
    """The report on entries of which none can be removed."""
    new = sum(change.before is None for change in changes)
    return ImportReport(
        new=new, changed=len(changes) - new, unchanged=entries - len(changes), lines=lines, doubts=doubts
    )
