"""Reads a spreadsheet of decisions: one row a subject, checked against the run that they are about."""

from pathlib import Path
from typing import BinaryIO

from assessments.decisions import DecisionEntry
from assessments.errors import DecisionRefused
from assessments.models import Decision, Run
from assessments.reckoning import scheme_of
from ledger.imports.opening import check_lengths, opened
from ledger.imports.words import Words, WordUnknown
from rulesets.engine.decide import rules_in
from rulesets.engine.period import Period
from tabular import Column, Row, Table

COLUMNS = (
    Column("no", "对象", "code", required=True, aliases=("subject", "工号", "编号")),
    Column("band", "等次", "code", required=True),
    Column("reason", "理由", "text", required=True),
    Column("minutes", "会议纪要", "text", required=True),
)
TEXTS = {"reason": "reason", "minutes": "minutes"}


def read_decisions(run: Run, source: Path | BinaryIO, filename: str = "") -> list[DecisionEntry]:
    """What the table says, a row each: 对象 (no), 等次 (band: code or name), 理由 (reason), 会议纪要 (minutes).

    Raises DecisionRefused where the run's period has no bands, FileMissing, or TableRefused with every fault by
    row and column.
    """
    bands = bands_of(run)
    table = opened(source, COLUMNS, filename)
    check_lengths(table, Decision, TEXTS)
    names = {subject["no"]: subject["name"] for subject in run.reckoned["subjects"]}
    first_rows: dict[str, int] = {}
    entries = []
    for row in table.rows:
        _check_subject(table, row, names, first_rows)
        entries.append(DecisionEntry(row["no"], _band(table, row, bands), row["reason"], row["minutes"]))
    table.raise_if_faulty()
    return entries


def bands_of(run: Run) -> Words:
    """The bands that are given in the run's period. Raises DecisionRefused where there are none."""
    period = Period.parse(run.period)
    rules = rules_in(scheme_of(run.edition), period.kind)
    bands = {rule.code: rule.name for rule in rules if rule.family == "band"}
    if not bands:
        raise DecisionRefused(f"《{run.edition.scheme.name}》在{period.name}不评等次，没有可以审定的内容。")
    return Words("等次", bands)


def _check_subject(table: Table, row: Row, names: dict[str, str], first_rows: dict[str, int]) -> None:
    no = row["no"]
    if no is None:
        return
    if no not in names:
        numbers = [number for number, name in names.items() if name == no]
        hint = f"请填写编号：{'、'.join(numbers)}" if numbers else "允许核算结果中的工号或部门编码"
        table.faults.add(row.number, "no", f"核算结果中没有“{no}”；{hint}")
    elif first_rows.setdefault(no, row.number) != row.number:
        table.faults.add(row.number, "no", f"与第 {first_rows[no]} 行重复；每个对象只能有一行，请删除其一")


def _band(table: Table, row: Row, bands: Words) -> str:
    """The band's code; empty, with a fault, where there is none."""
    if row["band"] is None:
        return ""
    try:
        return bands.code_of(row["band"])
    except WordUnknown as unknown:
        table.faults.add(row.number, "band", str(unknown))
        return ""
