"""月度考核表: the sheet of a month with pay; of a longer period all its sheets, or those of one subject in a table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.safestring import SafeString

from reports import wording
from reports.courses import course_of
from reports.forms.columns import Cell, Column, Table, columns_of, list_table, without_empty
from reports.forms.form import Form, Frame, Subjects, frame_of, paper_of, stem_of
from reports.forms.source import Source, Subject
from reports.rendering import Paper
from rulesets.engine.period import PERIOD_KIND_NAMES, Period, PeriodKind

STYLES = ("paper.css", "landscape.css", "monthly.css")
PAGE_WIDTH, EM = 257.0, 3.53
# Room for a signature in each row, in millimetres.
HAND = 28.0
HEAD = ("place", "no", "name", "department")
HEAD_OF_DEPARTMENTS = ("place", "no", "name")


@dataclass(frozen=True, slots=True)
class Section:
    """The sheet of a month, or one subject's sheets: its caption, list, sums."""

    caption: str
    table: Table


@dataclass(frozen=True, slots=True)
class MonthlyForm:
    """All that the paper shows."""

    facts: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    course: SafeString | None
    frame: Frame


def monthly_form(source: Source, subjects: Subjects) -> MonthlyForm:
    """What the sheets of these subjects show."""
    is_month = source.period.kind is PeriodKind.MONTH
    own = len(subjects) == 1 and not is_month
    title = f"{source.result['period_name']}{'' if is_month else '各月'}考核表"
    facts = [("单位", source.result["unit_name"]), ("期间", source.result["period_name"])]
    if is_month:
        sections = [_section(source, source.period.name, subjects)]
    elif own:
        [subject] = subjects
        facts += [("姓名" if not source.of_departments else "部门", subject["name"]), ("编号", subject["no"])]
        sections = [_of_one(source, subject)]
    else:
        sections = [
            _section(source, Period.parse(code).name, [_sheet(s, code) for s in subjects if _has(s, code)])
            for code in _months_of(subjects)
        ]
    return MonthlyForm(
        facts=facts,
        sections=sections,
        course=course_of(source.result, subjects[0]) if own else None,
        frame=frame_of(source, "monthly", subjects, source.text("monthly_title", subjects) or title),
    )


def monthly_papers(source: Source, subjects: Subjects) -> list[Paper]:
    """One paper: 月度考核表_某乡_2025年7月.pdf, or 月度考核表_1001_王某.pdf for one subject."""
    form = monthly_form(source, subjects)
    only = subjects[0] if len(subjects) == 1 else None
    return [paper_of("monthly", stem_of(source, "月度考核表", only), form, form.frame, STYLES)]


def _months_of(subjects: Subjects) -> list[str]:
    return sorted({sheet["period"] for subject in subjects for sheet in subject.get("periods", ())})


def _has(subject: Subject, code: str) -> bool:
    return any(sheet["period"] == code for sheet in subject.get("periods", ()))


def _sheet(subject: Subject, code: str) -> dict[str, Any]:
    """The subject with the scores and outcomes of one of its sheets."""
    sheet = next(sheet for sheet in subject["periods"] if sheet["period"] == code)
    return _scored(subject, sheet)


def _scored(subject: Subject, sheet: Mapping[str, Any]) -> dict[str, Any]:
    scores = {key: sheet[key] for key in ("total", "components", "outcomes")}
    return {**subject, **scores, "rank": None, "band": None, "band_name": None}


def _section(source: Source, caption: str, rows: Subjects) -> Section:
    """The sheet of a month: all subjects, their pay and its sum, room to sign."""
    head = columns_of(source, HEAD_OF_DEPARTMENTS if source.of_departments else HEAD)
    ranks = without_empty(columns_of(source, ("rank",)), rows)
    columns = [*head, *_score_columns(source, rows), *ranks, *_outcome_columns(source, rows)]
    return Section(caption, _with_hand(columns, rows, _sums(source, rows)))


def _of_one(source: Source, subject: Subject) -> Section:
    """A subject's sheets, a row each."""
    rows = [
        {**_scored(subject, sheet), "month": Period.parse(sheet["period"]).name}
        for sheet in subject["periods"]
    ]
    months = Column("月份", lambda _, row: row["month"])
    columns = [months, *_score_columns(source, rows), *_outcome_columns(source, rows)]
    return Section("", _with_hand(columns, rows, _sums(source, rows)))


def _score_columns(source: Source, rows: Subjects) -> list[Column]:
    """A column of each component that a sheet has, in the scheme's order, and the total."""
    held = {code for row in rows for code in row["components"]}

    def of(code: str) -> Column:
        return Column(
            wording.official(source.names[code]),
            lambda _, row: wording.two_decimals(row["components"][code]) if code in row["components"] else "",
        )

    codes = [component.code for component in source.scheme.components if component.code in held]
    return [*(of(code) for code in codes), *columns_of(source, ("total",))]


def _outcome_columns(source: Source, rows: Subjects) -> list[Column]:
    def of(code: str) -> Column:
        return Column(wording.official(source.names.get(code, code)), lambda _, row: _value(row, code))

    return [of(code) for code in _outcomes(source, rows)]


def _outcomes(source: Source, rows: Subjects) -> list[str]:
    held = {code for row in rows for code in row["outcomes"]}
    return [code for code in source.names if code in held]


def _value(row: Subject, code: str) -> str:
    value = row["outcomes"].get(code, "")
    return "是" if value is True else "、".join(value) if isinstance(value, list) else str(value)


def _sums(source: Source, rows: Subjects) -> dict[str, str]:
    """The sum of each outcome that is a figure for all who have it, by the heading of its column."""
    sums = {}
    for code in _outcomes(source, rows):
        total = _sum(_value(row, code) for row in rows)
        if total is not None:
            sums[wording.official(source.names.get(code, code))] = f"{total:f}"
    return sums


def _sum(texts: Iterable[str]) -> Decimal | None:
    try:
        return sum((Decimal(text) for text in texts if text), Decimal(0))
    except InvalidOperation:
        return None


def _with_hand(columns: Sequence[Column], rows: Subjects, sums: Mapping[str, str]) -> Table:
    """The list with a row of sums, and an empty column to sign in."""
    table = list_table(columns, rows, PAGE_WIDTH - HAND, EM, nothing="没有计入的考核表。")
    last = [[*row, Cell("", False)] for row in table.last]
    if sums and rows:
        summed = [Cell(sums.get(column.heading, ""), False) for column in columns[1:]]
        last.append([Cell("合计", False), *summed, Cell("", False)])
    first = [[*row, Cell("", False)] for row in table.rows]
    return Table([*table.columns, ("签名", HAND)], first, last, table.caption, table.nothing)


def refusal(source: Source) -> str | None:
    """Why there are no monthly sheets; None where there are."""
    if source.period.kind is PeriodKind.MONTH or any("periods" in subject for subject in source.subjects):
        return None
    name = PERIOD_KIND_NAMES[source.period.kind]
    if PeriodKind.MONTH in source.scheme.periods:
        month = source.period.parts(PeriodKind.MONTH)[0].code
        return f"《{source.scheme.name}》的{name}度结果里没有分月的考核表，请先按月核算，再打印某一个月的，如 {month}。"
    return f"《{source.scheme.name}》不按月考核。"


MONTHLY = Form("monthly", monthly_papers, refusal=refusal)
