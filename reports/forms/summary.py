"""考核结果汇总表: all subjects with components, rank, band and outcomes; landscape, and the same as a workbook."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from reports import wording
from reports.courses import distribution_of
from reports.forms import scores
from reports.forms.columns import (
    Column,
    Table,
    columns_of,
    component_columns,
    fitted_widths,
    list_table,
    rows_of,
    without_empty,
)
from reports.forms.form import Form, Frame, Subjects, frame_of, paper_of, stem_of
from reports.forms.source import Source, Subject
from reports.rendering import Paper
from tabular.writing import Sheet, Written

STYLES = ("paper.css", "landscape.css", "summary.css")
PAGE_WIDTH = 257.0
BEFORE = ("rank", "no", "name", "department")
AFTER = ("total", "band", "outcomes")
OF_DEPARTMENTS = ("rank", "no", "name")
# A character of the list, in millimetres.
EM = 3.36
# So many names stand after a sentence about several subjects.
MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class SummaryForm:
    """All that the summary shows."""

    facts: Sequence[tuple[str, str]]
    tables: Sequence[Table]
    chart: SafeString | None
    notes: Sequence[str]
    frame: Frame


def summary_form(source: Source, subjects: Subjects) -> SummaryForm:
    """What the summary of these subjects shows."""
    ranked = sum(1 for subject in subjects if subject["rank"] is not None)
    counted = "个部门" if source.of_departments else "人"
    facts = [
        ("单位", source.result["unit_name"]),
        ("期间", source.result["period_name"]),
        ("考核对象", f"{len(subjects)}{counted}"),
        ("参加排名", f"{ranked}{counted}"),
    ]
    return SummaryForm(
        facts=facts,
        tables=_tables(source, subjects),
        chart=distribution_of(source.result, subjects),
        notes=notes_of(source, subjects),
        frame=frame_of(source, "summary", subjects),
    )


def summary_papers(source: Source, subjects: Subjects) -> list[Paper]:
    """One paper of all: 考核结果汇总表_某局_2025年.pdf."""
    form = summary_form(source, subjects)
    return [paper_of("summary", stem_of(source, "考核结果汇总表"), form, form.frame, STYLES)]


def _tables(source: Source, subjects: Subjects) -> list[Table]:
    """One table where all components fit, else the components in several, with number and name before each."""
    before = columns_of(source, OF_DEPARTMENTS if source.of_departments else BEFORE)
    after = without_empty(columns_of(source, AFTER), subjects)
    rest = component_columns(source)
    tables: list[Table] = []
    while rest or not tables:
        closing = [] if tables else after
        many = next(
            n for n in range(len(rest), -1, -1) if n <= 1 or _widths([*before, *rest[:n], *closing], subjects)
        )
        columns = [*before, *rest[:many], *closing]
        tables.append(list_table(columns, subjects, PAGE_WIDTH, EM, "续表" if tables else ""))
        rest = rest[max(many, 1) :] if tables else rest
    return tables


def _widths(columns: Sequence[Column], subjects: Subjects) -> list[float] | None:
    return fitted_widths(columns, rows_of(columns, subjects), PAGE_WIDTH, EM)


def notes_of(source: Source, subjects: Subjects) -> list[str]:
    """What is to be said of several: decisions each, flags with who has them, why sums differ."""
    notes = [
        f"{subject['name']}：{sentence}"
        for subject in subjects
        if scores.is_decided_otherwise(subject) and (sentence := scores.decision_sentence(subject))
    ]
    by_sentence: dict[str, list[str]] = {}
    for subject in subjects:
        for sentence in scores.flag_sentences(source, subject):
            by_sentence.setdefault(sentence, []).append(subject["name"])
    notes += [f"{sentence.removesuffix('。')}（{named(names)}）。" for sentence, names in by_sentence.items()]
    why = dict.fromkeys(note for subject in subjects if (note := scores.sum_note(subject)))
    factors = [note for note in why if note != scores.SUM_DIFFERS]
    notes += [scores.FACTOR_OF_EACH] if factors else []
    notes += [scores.SUM_DIFFERS] if scores.SUM_DIFFERS in why else []
    return notes


def named(names: Sequence[str]) -> str:
    """Some names: 甲、乙; with how many where they are many."""
    shown = "、".join(names[:MOST_NAMED])
    return shown if len(names) <= MOST_NAMED else f"{shown}等{len(names)}个对象"


def summary_workbook(source: Source, subjects: Subjects) -> list[Sheet]:
    """The summary as a sheet: figures as numbers, a column of each outcome, whoever decided what in words."""
    people = [] if source.of_departments else columns_of(source, ("position", "group"))
    first = columns_of(source, OF_DEPARTMENTS if source.of_departments else BEFORE)
    columns = [*first, *people, *component_columns(source), *columns_of(source, ("total", "band"))]
    codes = [code for code in source.names if any(code in subject["outcomes"] for subject in subjects)]
    header = [
        *(column.heading for column in columns),
        *(wording.official(source.names[code]) for code in codes),
        "说明",
    ]
    rows: list[list[Written]] = []
    for place, subject in enumerate(subjects, start=1):
        row: list[Written] = [_written(column, place, subject) for column in columns]
        values = scores.outcomes_by_code(subject)
        notes = [
            scores.decision_sentence(subject),
            *scores.flag_sentences(source, subject),
            scores.sum_note(subject),
        ]
        rows.append([*row, *(values.get(code) for code in codes), "".join(note for note in notes if note)])
    title = source.text("summary_title", subjects)
    return [Sheet("考核结果汇总表", _distinct(header), rows, title)]


def _written(column: Column, place: int, subject: Subject) -> Written:
    return column.number(place, subject) if column.number else column.text(place, subject)


def _distinct(header: Sequence[str]) -> list[str]:
    """Headings, each once: a further one of the same name gets its number."""
    seen: dict[str, int] = {}
    names = []
    for name in header:
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}（{seen[name]}）")
    return names


SUMMARY = Form("summary", summary_papers, workbook=summary_workbook)
