"""月度考核表: the sheet of a month with pay; of a longer period all its sheets, or those of one subject in a table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from django.utils.safestring import SafeString

from reports import wording
from reports.courses import course_of
from reports.forms import scores
from reports.forms.columns import (
    Cell,
    Column,
    Table,
    columns_of,
    list_table,
    split_columns,
    without_empty,
)
from reports.forms.form import Form, Frame, Subjects, frame_of, paper_of, stem_of
from reports.forms.source import Source, Subject
from reports.forms.summary import named
from reports.rendering import Paper
from rulesets.engine.numbers import plain
from rulesets.engine.period import Period, PeriodKind

STYLES = ("paper.css", "landscape.css", "monthly.css")
PAGE_WIDTH, EM = 257.0, 3.53
# Room for a signature in each row, in millimetres.
HAND = 28.0
NOTHING = "没有计入的考核表。"
# A printed figure is off by so much at most.
ROUNDED_BY = Decimal("0.005")
HELD = "总分与上列各部分之和不同的（{}），总分按办法规定的上下限等另行计算，以总分为准。"
HEAD = ("place", "no", "name", "department")
HEAD_OF_DEPARTMENTS = ("place", "no", "name")


@dataclass(frozen=True, slots=True)
class Section:
    """The sheet of a month, or one subject's sheets: its caption; the list with sums, in several where it is wide."""

    caption: str
    tables: Sequence[Table]
    rows: Subjects


@dataclass(frozen=True, slots=True)
class MonthlyForm:
    """All that the paper shows."""

    facts: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    course: SafeString | None
    notes: Sequence[str]
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
        notes=_notes(sections),
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
    values = {key: sheet[key] for key in ("total", "components", "outcomes")}
    # What multiplied the whole period's total is nothing of the sheet's.
    kept = {key: value for key, value in subject.items() if key != "factor"}
    return {**kept, **values, "rank": None, "band": None, "band_name": None}


def _section(source: Source, caption: str, rows: Subjects) -> Section:
    """The sheet of a month: all subjects, their pay and its sum, room to sign."""
    head = columns_of(source, HEAD_OF_DEPARTMENTS if source.of_departments else HEAD)
    ranks = without_empty(columns_of(source, ("rank",)), rows)
    total = columns_of(source, ("total",))
    closing = [*total, *ranks, *_outcome_columns(source, rows)]
    return Section(caption, _tables(head, _parts(source, rows), closing, rows, _sums(source, rows)), rows)


def _of_one(source: Source, subject: Subject) -> Section:
    """A subject's sheets, a row each."""
    rows = [
        {**_scored(subject, sheet), "month": Period.parse(sheet["period"]).name}
        for sheet in subject["periods"]
    ]
    months = Column("月份", lambda _, row: row["month"])
    closing = [*columns_of(source, ("total",)), *_outcome_columns(source, rows)]
    return Section("", _tables([months], _parts(source, rows), closing, rows, _sums(source, rows)), rows)


def _parts(source: Source, rows: Subjects) -> list[Column]:
    """A column of each component that a sheet has, in the scheme's order."""
    held = {code for row in rows for code in row["components"]}

    def of(code: str) -> Column:
        return Column(
            wording.official(source.names[code]),
            lambda _, row: wording.two_decimals(row["components"][code]) if code in row["components"] else "",
        )

    codes = [component.code for component in source.scheme.components if component.code in held]
    return [of(code) for code in codes]


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
            sums[wording.official(source.names.get(code, code))] = plain(Fraction(total))
    return sums


def _sum(texts: Iterable[str]) -> Decimal | None:
    try:
        return sum((Decimal(text) for text in texts if text), Decimal(0))
    except InvalidOperation:
        return None


def _tables(
    head: Sequence[Column],
    parts: Sequence[Column],
    closing: Sequence[Column],
    rows: Subjects,
    sums: Mapping[str, str],
) -> list[Table]:
    """One list where all parts fit, else several: who, and as many parts as fit; totals and pay in the last."""
    *split, last = split_columns(head, parts, closing, rows, PAGE_WIDTH, PAGE_WIDTH - HAND, EM)
    tables: list[Table] = []
    for columns in split:
        tables.append(list_table(columns, rows, PAGE_WIDTH, EM, _continued(tables), NOTHING))
    return [*tables, _with_hand(last, rows, sums, _continued(tables))]


def _continued(tables: Sequence[Table]) -> str:
    return "续表" if tables else ""


def _with_hand(columns: Sequence[Column], rows: Subjects, sums: Mapping[str, str], caption: str) -> Table:
    """The list with a row of sums, and an empty column to sign in."""
    summed = [Cell(sums.get(column.heading, ""), False) for column in columns[1:]]
    closing = [Cell("合计", False), *summed] if sums and rows else []
    table = list_table(columns, rows, PAGE_WIDTH - HAND, EM, caption, NOTHING, closing)
    last = [[*row, Cell("", False)] for row in table.last]
    first = [[*row, Cell("", False)] for row in table.rows]
    return Table([*table.columns, ("签名", HAND)], first, last, table.caption, table.nothing)


def _notes(sections: Sequence[Section]) -> list[str]:
    """Why a total as printed is not the sum of the parts as printed, where that is so."""
    rows = [row for section in sections for row in section.rows if row["total"] is not None]
    factors = [scores.FACTOR_OF_EACH] if any("factor" in row for row in rows) else []
    differing = [(row, _difference(row)) for row in rows if "factor" not in row]
    rounded = [scores.SUM_DIFFERS] if any(0 < by <= _by_rounding(row) for row, by in differing) else []
    names = list(dict.fromkeys(row["name"] for row, by in differing if by > _by_rounding(row)))
    return [*factors, *rounded, *([HELD.format(named(names))] if names else [])]


def _difference(row: Subject) -> Decimal:
    """By how much the parts as printed and the total as printed differ."""
    parts = [Decimal(wording.two_decimals(value)) for value in row["components"].values()]
    return abs(sum(parts, Decimal(0)) - Decimal(wording.padded(row["total"])))


def _by_rounding(row: Subject) -> Decimal:
    """By how much they may differ because each was rounded: half of the last digit each."""
    return ROUNDED_BY * (len(row["components"]) + 1)


def refusal(source: Source) -> str | None:
    """Why there are no monthly sheets; None where there are."""
    if source.period.kind is PeriodKind.MONTH or any("periods" in subject for subject in source.subjects):
        return None
    name = source.result["period_name"]
    if PeriodKind.MONTH in source.scheme.periods:
        month = source.period.parts(PeriodKind.MONTH)[0].code
        return f"《{source.scheme.name}》的{name}结果里没有分月的考核表，请先按月核算，再打印某一个月的，如 {month}。"
    return f"《{source.scheme.name}》不按月考核。"


MONTHLY = Form("monthly", monthly_papers, refusal=refusal)
