"""Figures: one a metric, period and subject."""

from collections.abc import Callable

import pytest

from ledger.imports.metrics import import_metrics
from ledger.imports.periods import period_written
from ledger.imports.report import ImportReport
from ledger.models import Batch, Metric
from rulesets.engine.period import PeriodUnknown

HEADER = "指标,期间,对象,数值\n"
Imported = Callable[..., ImportReport]
Refused = Callable[..., str]
pytestmark = pytest.mark.django_db


def test_a_row_is_a_figure(imported: Imported) -> None:
    imported(import_metrics, HEADER + "notes,2025,1001,12000\n")
    figure = Metric.objects.get()
    assert (figure.metric, figure.period, figure.subject.no, figure.value) == ("notes", "2025", "1001", 12000)


def test_the_same_file_twice_changes_nothing(imported: Imported) -> None:
    imported(import_metrics, HEADER + "notes,2025,1001,12000\n")
    report = imported(import_metrics, HEADER + "notes,2025,1001,12000.0\n")
    assert (report.changes_anything, Batch.objects.count()) == (False, 1)


def test_a_later_figure_replaces_the_earlier(imported: Imported) -> None:
    imported(import_metrics, HEADER + "notes,2025,1001,12000\n")
    report = imported(import_metrics, HEADER + "notes,2025,1001,9000\n")
    assert report.lines == ["变更 数据 全年学习笔记少于1万字 2025年 陈一（1001）：12000 → 9000"]
    assert Metric.objects.current().get().value == 9000


@pytest.mark.parametrize(
    ("metric", "written", "period"),
    [
        ("notes", "2025年", "2025"),
        ("notes", "２０２５ 年度", "2025"),
        ("reflections", "2025年上半年", "2025H1"),
        ("reflections", "2025年 下半年", "2025H2"),
    ],
)
def test_a_period_may_be_written_as_pages_show_it(
    imported: Imported, metric: str, written: str, period: str
) -> None:
    imported(import_metrics, HEADER + f"{metric},{written},1001,1\n")
    assert Metric.objects.get().period == period


@pytest.mark.parametrize(
    ("written", "period"),
    [
        ("2025年第3季度", "2025Q3"),
        ("2025年四季度", "2025Q4"),
        ("2025年7月", "2025-07"),
        ("2025年12月份", "2025-12"),
    ],
)
def test_quarters_and_months_are_read_by_their_names(written: str, period: str) -> None:
    assert period_written(written).code == period


@pytest.mark.parametrize("written", ["2025年13月", "2025年第5季度", "年", "2025年中"])
def test_what_names_no_period_is_refused_as_it_is_written(written: str) -> None:
    with pytest.raises(PeriodUnknown, match=f"“{written}”"):
        period_written(written)


def test_an_unknown_metric_is_refused_with_those_allowed(refused: Refused) -> None:
    said = refused(import_metrics, HEADER + "steps,2025,1001,1\n")
    assert said == "第 2 行，列“指标”：没有指标“steps”；允许 notes、reflections"


def test_a_figure_beyond_the_record_is_refused(refused: Refused) -> None:
    assert "列“数值”：“999999999”过大" in refused(import_metrics, HEADER + "notes,2025,1001,999999999\n")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("notes,2025H1,1001,1", "列“期间”：指标 notes 不按半年登记；允许的期间：年"),
        ("reflections,2025,1001,1", "列“期间”：指标 reflections 不按年登记；允许的期间：半年"),
        ("notes,2025,K01,1", "列“对象”：指标 notes 不能记在“K01”名下；允许工号"),
        ("reflections,2025H1,1001,-1", "列“数值”：指标 reflections 不能为负；允许0或正数"),
    ],
)
def test_a_figure_that_no_rule_would_read_rightly_is_refused(refused: Refused, row: str, said: str) -> None:
    assert said in refused(import_metrics, f"{HEADER}{row}\n")
