"""Results and award lines as tables for spreadsheets."""

from typing import Any

from django.db.models import QuerySet

from assessments.models import AwardLine, Result
from ledger.exports.tables import plain_decimal
from rulesets.engine.period import Period
from tabular import Sheet
from units.models import Unit

RESULT_HEADER = (
    *("考核办法", "期间", "核算时间", "编号", "姓名或名称", "部门", "总分", "名次", "参加排名", "等次"),
    *("提示", "核验码"),
)
LINE_HEADER = (
    *(
        "考核办法",
        "期间",
        "核算时间",
        "编号",
        "姓名或名称",
        "日期",
        "事件号",
        "计分项",
        "计分项名称",
        "构成部分",
    ),
    *("角色", "级别", "原始分", "计分", "条款", "说明"),
)
RUN = ("run__edition__scheme__name", "run__period", "run__made_at")


def results_sheet(unit: Unit, results: QuerySet[Any]) -> Sheet:
    """These results, run by run in the order of rank, then number."""
    rows = _results(unit, results).values_list(
        *RUN, "no", "name", "department_name", "total", "rank", "of", "band_name", "flags", "run__digest"
    )
    return Sheet(
        "考核结果",
        RESULT_HEADER,
        [
            (
                *(scheme, Period.parse(period).name, made_at.date(), no, name, department or None),
                *(plain_decimal(total), rank, of, band or None, "、".join(flags) or None, digest),
            )
            for scheme, period, made_at, no, name, department, total, rank, of, band, flags, digest in rows
        ],
    )


def lines_sheet(unit: Unit, results: QuerySet[Any]) -> Sheet:
    """The award lines of these results, in their order."""
    own = _results(unit, results)
    rows = (
        AwardLine.objects.filter(result__in=own.order_by().values("pk"))
        .order_by("result__run", "result__no", "order")
        .values_list(
            *(f"result__{name}" for name in (*RUN, "no", "name")),
            *("date", "event", "item", "item_name", "component", "role", "level", "raw", "points"),
            *("clause", "reasons"),
        )
    )
    return Sheet(
        "得分明细",
        LINE_HEADER,
        [
            (
                *(scheme, Period.parse(period).name, made_at.date(), no, name, day, event, item, item_name),
                *(component, role or None, level or None, plain_decimal(raw), plain_decimal(points)),
                *(clause or None, "、".join(reasons) or None),
            )
            for scheme, period, made_at, no, name, day, event, item, item_name, component, role, level, raw,
            points, clause, reasons in rows.iterator()
        ],
    )  # fmt: skip


def _results(unit: Unit, results: QuerySet[Any]) -> QuerySet[Any]:
    return Result.objects.filter(run__unit=unit, pk__in=results.order_by().values("pk"))
