"""Imports figures per subject and period. A later figure of the same key replaces the earlier."""

from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from django.db import transaction

from ledger.chain import Source, lock
from ledger.closing import refuse_closed
from ledger.entries import Change, MetricEntry, changes_of
from ledger.imports.doubts import doubted_periods
from ledger.imports.opening import name_of, opened, vocabulary_needed
from ledger.imports.records import keep_record
from ledger.imports.report import ImportReport
from ledger.imports.rows import period_of, report_of, subject_of, units_of_number
from ledger.imports.subjects import Subject, Subjects
from ledger.imports.writing import write_metrics
from ledger.models import ImportRecord
from ledger.stored import recorded_metrics
from rulesets.engine.numbers import plain_points
from rulesets.engine.period import PERIOD_KIND_NAMES, Period, PeriodKind
from rulesets.names import called, names_of
from rulesets.vocabulary import MetricWords, Vocabulary
from tabular import Column, Row, Table
from units.models import Account, Unit

COLUMNS = (
    Column("metric", "指标", "code", required=True),
    Column("period", "期间", "code", required=True),
    Column("subject", "对象", "code", required=True),
    Column("value", "数值", "decimal", required=True),
)


@transaction.atomic
def import_metrics(
    unit: Unit,
    source: Path | BinaryIO,
    *,
    filename: str = "",
    account: Account | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Adds the file's figures to the record, as one batch; the same file twice changes nothing.

    Raises FileMissing, NoVocabulary, or TableRefused with every fault by row and column.
    """
    vocabulary = vocabulary_needed(unit)
    table = opened(source, COLUMNS, filename)
    subjects = Subjects.of_unit(unit)
    entries = [metric_entry(table, row, vocabulary, subjects) for row in table.rows]
    table.raise_if_faulty()
    last = {entry.key: entry for entry in entries if entry is not None}
    lock(unit)
    recorded = recorded_metrics(unit, {entry.period for entry in last.values()})
    changes = changes_of(last.values(), recorded)
    refuse_closed(unit, table, changes, "period", ["metric", "period", "subject"])
    figures = names_of(unit.pk).figures
    doubts = doubted_periods(table, changes, entries)
    lines = [_line(change, figures, subjects.names) for change in changes]
    report = report_of(len(last), changes, lines, doubts)
    if changes and not dry_run:
        origin = Source(name_of(source, filename), table.sha256, account)
        batch = write_metrics(unit, changes, subjects, origin)
        keep_record(unit, ImportRecord.Kind.METRICS, origin, report, batch)
    return report


def metric_entry(table: Table, row: Row, vocabulary: Vocabulary, subjects: Subjects) -> MetricEntry | None:
    """The row's figure; None, with faults, where it can't be told."""
    metric = row["metric"]
    if metric is not None and metric not in vocabulary.metrics:
        allowed = "、".join(sorted(vocabulary.metrics)) or "（本单位的考核办法没有用到指标）"
        table.faults.add(row.number, "metric", f"没有指标“{metric}”；允许 {allowed}")
    period, subject = period_of(table, row), subject_of(table, row, subjects)
    value = units_of_number(table, row, "value")
    if metric in vocabulary.metrics:
        _check_figure(table, row, vocabulary.metrics[metric], period, subject, value)
    if not (metric and period and subject) or value is None:
        return None
    return MetricEntry(metric, period, subject.kind, subject.code, value)


def _check_figure(
    table: Table,
    row: Row,
    words: MetricWords,
    period: str | None,
    subject: Subject | None,
    value: int | None,
) -> None:
    """A figure that no rule would read, or that would turn a deduction round, is refused."""
    metric = row["metric"]
    if period is not None and Period.parse(period).kind not in words.kinds:
        allowed = "、".join(PERIOD_KIND_NAMES[kind] for kind in PeriodKind if kind in words.kinds)
        problem = (
            f"指标 {metric} 不按{PERIOD_KIND_NAMES[Period.parse(period).kind]}登记；允许的期间：{allowed}"
        )
        table.faults.add(row.number, "period", problem)
    if subject is not None and subject.kind not in words.subjects:
        allowed = "工号" if "person" in words.subjects else "部门编码"
        table.faults.add(row.number, "subject", f"指标 {metric} 不能记在“{subject.code}”名下；允许{allowed}")
    if value is not None and value < 0 and not words.signed:
        table.faults.add(row.number, "value", f"指标 {metric} 不能为负；允许0或正数")


def _line(change: Change, figures: Mapping[str, str], names: Mapping[str, str]) -> str:
    entry = change.entry
    assert isinstance(entry, MetricEntry)
    subject = f"{names[entry.subject]}（{entry.subject}）"
    about = f"{called(entry.metric, figures)} {Period.parse(entry.period).name} {subject}"
    if change.before is None:
        return f"新增 数据 {about}：{plain_points(entry.value)}"
    assert isinstance(change.before.entry, MetricEntry)
    return f"变更 数据 {about}：{plain_points(change.before.entry.value)} → {plain_points(entry.value)}"
