"""Imports what is entered on rosters: who is taken out or back in, by a spreadsheet, all rows or none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from ledger.chain import Source
from ledger.entries import DEPARTMENT
from ledger.errors import RosterRefused
from ledger.imports.opening import check_lengths, name_of, opened
from ledger.imports.records import keep_record
from ledger.imports.report import ImportReport
from ledger.imports.rows import period_of, subject_of
from ledger.imports.subjects import Subjects
from ledger.imports.words import Words, WordUnknown
from ledger.models import Exclusion, ImportRecord
from ledger.roster import Entry, RosterRow, enter, roster_of, subject_kinds
from rulesets.engine.period import Period
from tabular import Column, Row, Table
from units.models import Account, Department, Person, Unit

COLUMNS = (
    Column("period", "期间", "code", required=True),
    Column("subject", "对象", "code", required=True, aliases=("no", "工号", "编号")),
    Column("name", "姓名", "text"),
    Column("kind", "处理", "text", required=True),
    Column("ground", "情形", "text", required=True),
    Column("reason", "说明", "text"),
    Column("since", "起算日", "date"),
)
KINDS = Words("处理", {str(code): str(name) for code, name in Exclusion.Kind.choices})
GROUNDS = Words("情形", {str(code): str(name) for code, name in Exclusion.Ground.choices})


@dataclass(slots=True)
class Outcome:
    """What the rows came to: keys of the entries that were made, and the sentences of what is new and changed."""

    made: list[int] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0

    @property
    def report(self) -> ImportReport:
        lines = [*(f"新增 {line}" for line in self.new), *(f"变更 {line}" for line in self.changed)]
        return ImportReport(len(self.new), len(self.changed), self.unchanged, 0, lines)


def import_exclusions(
    unit: Unit,
    source: Path | BinaryIO,
    *,
    filename: str = "",
    account: Account | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Enters what the file states of the periods' subjects; the same file twice changes nothing.

    Without 起算日 an entry holds from the period's first day. A dry run enters and takes all back. Raises
    FileMissing, or TableRefused with every fault by row and column; nothing is entered then.
    """
    table = opened(source, COLUMNS, filename)
    check_lengths(table, Exclusion, {"reason": "reason"})
    with transaction.atomic():
        outcome = _entered(unit, table, account)
        table.raise_if_faulty()
        report = outcome.report
        if dry_run:
            transaction.set_rollback(True)
        elif report.changes_anything:
            origin = Source(name_of(source, filename), table.sha256, account)
            keep_record(unit, ImportRecord.Kind.ROSTER, origin, report, former={"made": outcome.made})
    return report


def _entered(unit: Unit, table: Table, account: Account | None) -> Outcome:
    """Enters the rows; adds a fault to the table for each that can't be."""
    rosters, subjects = Rosters(unit), Subjects.of_unit(unit)
    outcome = Outcome()
    first_rows: dict[tuple[str, str], int] = {}
    for row in table.rows:
        period, subject = period_of(table, row), subject_of(table, row, subjects)
        kind, ground = _word(table, row, "kind", KINDS), _word(table, row, "ground", GROUNDS)
        if not period or subject is None or not kind or not ground:
            continue
        first = first_rows.setdefault((period, subject.code), row.number)
        if first != row.number:
            table.faults.add(
                row.number, "subject", f"与第 {first} 行重复；每个对象每个期间只能有一行，请删除其一"
            )
            continue
        if (problem := rosters.problem(Period.parse(period), subject.kind, subject.code)) is not None:
            table.faults.add(row.number, "subject", problem)
            continue
        held = rosters.subject(subject.kind, subject.row)
        if row["name"] is not None and row["name"] != held.name:
            table.faults.add(
                row.number, "name", f"编号 {subject.code} 是“{held.name}”，不是“{row['name']}”；请核对"
            )
            continue
        entry = Entry(kind, ground, row["reason"] or "", row["since"] or Period.parse(period).start)
        try:
            made, is_new = enter(unit, period, held, entry, account)
        except RosterRefused as refused:
            table.faults.add(row.number, "subject", str(refused).rstrip("。"))
            continue
        _count(outcome, made, is_new)
    return outcome


def _count(outcome: Outcome, made: Exclusion, is_new: bool) -> None:
    if not is_new:
        outcome.unchanged += 1
        return
    outcome.made.append(made.pk)
    said = f"{made.get_kind_display()}（{made.why}，自{date_format(made.since)}起）"
    about = f"{made.subject} {Period.parse(made.period).name}"
    if made.supersedes is None:
        outcome.new.append(f"{about}：{said}")
    else:
        outcome.changed.append(f"{about}：{made.supersedes.get_kind_display()} → {said}")


class Rosters:
    """The rosters of a unit's periods, each read once, and the rows of those who stand on them."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._kinds = subject_kinds(unit)
        self._rosters: dict[tuple[Period, str], Mapping[str, RosterRow]] = {}
        self._rows: dict[str, Mapping[int, Person | Department]] = {}

    def problem(self, period: Period, kind: str, code: str) -> str | None:
        """Why nothing can be entered of the subject in the period; None where it can."""
        if kind not in self._kinds:
            return f"“{code}”是{'部门' if kind == DEPARTMENT else '个人'}，本单位的考核办法不考核这类对象"
        row = self._roster(period, kind).get(code)
        if row is None:
            return f"“{code}”不在{period.name}的名册里：该期间没有任职；请核对期间，或先补充任职"
        if not row.in_office:
            return f"“{code}”在{period.name}期末已不在任，本来就不参加考核，不需要登记；请删除本行"
        return None

    def subject(self, kind: str, key: int) -> Person | Department:
        """The person or department of the key."""
        if kind not in self._rows:
            rows = (Department if kind == DEPARTMENT else Person).objects.filter(unit=self._unit)
            self._rows[kind] = {row.pk: row for row in rows}
        return self._rows[kind][key]

    def _roster(self, period: Period, kind: str) -> Mapping[str, RosterRow]:
        if (period, kind) not in self._rosters:
            rows = roster_of(self._unit, period, kind, min(period.end, timezone.localdate()))
            self._rosters[period, kind] = {row.no: row for row in rows}
        return self._rosters[period, kind]


def _word(table: Table, row: Row, column: str, words: Words) -> str:
    """The code that the cell means; empty, with a fault, where it means none."""
    if row[column] is None:
        return ""
    try:
        return words.code_of(row[column])
    except WordUnknown as unknown:
        table.faults.add(row.number, column, str(unknown))
        return ""
