"""The sheet before the ledgers of several subjects: what each has by component, and all by component and month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from reports.courses import points_of
from reports.forms import scores
from reports.forms.columns import Cell, Column, Table, columns_of, list_table, split_columns
from reports.forms.form import Frame, Subjects, frame_of, paper_of, stem_of
from reports.forms.ledger_sums import Lines, Sums, by_component, signed, sums_of
from reports.forms.source import Source
from reports.rendering import Paper

STYLES = ("paper.css", "landscape.css", "ledger.css")
PAGE_WIDTH, EM = 257.0, 3.53
HEAD, HEAD_OF_DEPARTMENTS = ("place", "no", "name", "department"), ("place", "no", "name")
NAME = "积分台账汇总"


@dataclass(frozen=True, slots=True)
class FrontForm:
    """All that the sheet shows."""

    facts: Sequence[tuple[str, str]]
    tables: Sequence[Table]
    sums: Sums | None
    notes: Sequence[str]
    frame: Frame


def front_form(source: Source, subjects: Subjects) -> FrontForm:
    """What the sheet of these subjects shows."""
    counted = "个部门" if source.of_departments else "人"
    facts = [
        ("单位", source.result["unit_name"]),
        ("期间", source.result["period_name"]),
        ("台账", f"{len(subjects)}{counted}"),
        ("明细", f"{sum(len(subject['lines']) for subject in subjects)}条"),
    ]
    frame = frame_of(source, "ledger", subjects, f"{source.text('ledger_title', subjects)}汇总")
    # Nobody signs for all of them as the person concerned.
    frame = replace(frame, signatures=[who for who in frame.signatures if "本人" not in who])
    return FrontForm(facts, _tables(source, subjects), sums_of(source, _summed(subjects)), (), frame)


def front_paper(source: Source, subjects: Subjects) -> Paper:
    """The sheet: 积分台账汇总_某局_2025年.pdf."""
    form = front_form(source, subjects)
    return paper_of("ledger", stem_of(source, NAME), form, form.frame, STYLES, "ledger_front")


def _tables(source: Source, subjects: Subjects) -> list[Table]:
    """A row for each subject, the last one the sum of all; in several lists where the components are many."""
    head = columns_of(source, HEAD_OF_DEPARTMENTS if source.of_departments else HEAD)
    lines = _summed(subjects)
    points = {
        subject["no"]: {name: signed(points_of(own)) for name, own in by_component(source, subject["lines"])}
        for subject in subjects
    }
    parts = [_part(name, points) for name, _ in by_component(source, lines)]
    closing = [
        Column("条数", lambda _, subject: str(len(subject["lines"]))),
        Column("明细合计", lambda _, subject: signed(points_of(subject["lines"]))),
        Column("总分", lambda _, subject: scores.total_of(subject)),
    ]
    sums = {name: signed(points_of(of_part)) for name, of_part in by_component(source, lines)}
    sums |= {
        "条数": str(sum(len(subject["lines"]) for subject in subjects)),
        "明细合计": signed(points_of(lines)),
    }
    tables: list[Table] = []
    for columns in split_columns(head, parts, closing, subjects, PAGE_WIDTH, PAGE_WIDTH, EM):
        table = list_table(columns, subjects, PAGE_WIDTH, EM, "续表" if tables else "")
        summed = [Cell(sums.get(column.heading, ""), False) for column in columns[2:]]
        last = [*table.last, [Cell("", False), Cell("合计", False), *summed]]
        tables.append(Table(table.columns, table.rows, last, table.caption, table.nothing))
    return tables


def _summed(subjects: Subjects) -> Lines:
    """What all lines come to, as a line for each month and component: those of thousands are never there at once."""
    found: dict[tuple[str, str], Decimal] = {}
    for subject in subjects:
        for line in subject["lines"]:
            key = line["date"][:7], line["component"]
            found[key] = found.get(key, Decimal(0)) + Decimal(line["points"])
    return [
        {"date": month, "component": component, "points": str(points)}
        for (month, component), points in sorted(found.items())
    ]


def _part(name: str, points: Mapping[str, Mapping[str, str]]) -> Column:
    """What the lines of a component come to; points: of each subject, by the names of components."""
    return Column(name, lambda _, subject: points[subject["no"]].get(name, "0"))
