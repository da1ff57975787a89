"""年度考核登记表: the form of one subject that goes into the personnel file.

The fields are those of the form's usual printed editions; the looks those of GB/T 9704-2012. Two pages, duplex:
the subject and the scores; the lines and the opinions. More lines than fit flow onto further pages.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.utils.safestring import SafeString

from reports import wording
from reports.charts import Bar, bar_chart
from reports.courses import NO_SPREAD, points_of
from reports.forms import layout, scores
from reports.forms.editions import AnnualEdition, edition_for
from reports.forms.form import Form, Frame, Subjects, frame_of, paper_of, stem_of
from reports.forms.ledger_sums import by_component, signed
from reports.forms.source import Source, Subject
from reports.rendering import Paper
from rulesets.engine.period import PeriodKind
from rulesets.wordings import ANNUAL_LINES

STYLES = ("paper.css", "annual.css")
# The columns of the head, labels and values in turn, and what of a value's is left for its text; millimetres.
# A name of eight characters (买买提江·吐尔逊) stands on one line, and so does a group of six.
HEAD_COLUMNS = (31.5, 35.4, 22.9, 16.4, 22.9, 26.9)
BESIDE = 1.3
# Of more lines than these the sums alone are shown, where the edition has chosen so.
MOST_LISTED = 60
# Longer ones stand below their line.
LONGEST_CLAUSE = 16


@dataclass(frozen=True, slots=True)
class Part:
    """A component: its base, what it is held within, its points with two decimals, its bar as SVG."""

    name: str
    base: str
    limits: str
    points: str
    bar: SafeString


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the head: what it is called, what stands in it, over how many columns."""

    label: str
    value: str
    span: int = 1


@dataclass(frozen=True, slots=True)
class LineSum:
    """What a component's lines come to: how many, what they add, what they take, together; all texts."""

    name: str
    count: str
    gained: str
    lost: str
    points: str


@dataclass(frozen=True)
class AnnualForm:
    """All that the form shows. `notes` are sentences under the scores, `head` the rows of fields."""

    edition: AnnualEdition
    unit_name: str
    period_name: str
    number_label: str
    no: str
    name: str
    head: Sequence[Sequence[Field]]
    parts: Sequence[Part]
    total: str
    rank: str
    band_label: str
    band_name: str
    notes: Sequence[str]
    lines: Sequence[scores.Line]
    sums: Sequence[LineSum]
    remark: str
    frame: Frame

    @property
    def unit_line(self) -> str:
        return f"单位：{self.unit_name}"

    @property
    def head_columns(self) -> Sequence[float]:
        """The widths of the head's columns."""
        return HEAD_COLUMNS

    @property
    def has_long_name(self) -> bool:
        """Whether the unit's name stands on lines of its own."""
        return layout.has_long_name(self.unit_line)

    @cached_property
    def first_page(self) -> layout.FirstPage:
        """How the first page is filled: with room for the summary."""
        return layout.first_page(
            [*(list(_with_widths(row)) for row in self.head), [(self.band_name, 36)]],
            [(part.name, 54) for part in self.parts],
            self.notes,
            self.unit_line,
        )

    @property
    def opinion_heights(self) -> layout.OpinionHeights:
        """How high the opinions are, so that the page of the lines is filled."""
        rows = [
            (line.event, line.name, line.about, line.clause, line.why, line.further) for line in self.lines
        ]
        if self.sums:
            rows = [("", part.name, "", "", "", "") for part in self.sums] + [("",) * 6]
        return layout.opinion_heights(rows, len(self.frame.footer), self.first_page.runs_over)


def _with_widths(row: Sequence[Field]) -> Iterator[tuple[str, float]]:
    """The texts of a row of the head, values and labels, with the widths that they have."""
    place = 0
    for field in row:
        yield field.label, HEAD_COLUMNS[place] - 1.1
        yield field.value, sum(HEAD_COLUMNS[place + 1 : place + 1 + field.span]) - BESIDE
        place += 1 + field.span


def annual_form(source: Source, subject: Subject) -> AnnualForm:
    """What the form of one subject shows."""
    edition = edition_for(source, subject)
    default = edition.title if source.period.kind is PeriodKind.YEAR else edition.title.replace("年度", "")
    title = source.text("annual_title", [subject]) or default
    ranked = subject["rank"] is not None
    return AnnualForm(
        edition=edition,
        unit_name=source.result["unit_name"],
        period_name=source.result["period_name"],
        number_label="部门代码" if source.of_departments else "工号",
        no=subject["no"],
        name=subject["name"],
        head=_department_head(source, subject) if source.of_departments else _head(source, subject, edition),
        parts=_parts(source, subject),
        total=scores.total_of(subject),
        rank=f"{subject['rank']}/{subject['of']}" if ranked else wording.NOT_ANY,
        band_label="审定等次" if "decision" in subject else "建议等次",
        band_name=edition.band(scores.band_of(subject)),
        notes=_notes(source, subject),
        lines=[scores.with_room(scores.line_of(line), LONGEST_CLAUSE) for line in subject["lines"]],
        sums=_sums(source, subject["lines"]),
        remark=subject.get("exclusion", {}).get("reason", ""),
        frame=frame_of(source, "annual", [subject], title),
    )


def annual_papers(source: Source, subjects: Subjects) -> list[Paper]:
    """A form each: 公务员年度考核登记表_1001_王某.pdf."""
    return [_paper(source, subject) for subject in subjects]


def _paper(source: Source, subject: Subject) -> Paper:
    form = annual_form(source, subject)
    return paper_of("annual", stem_of(source, form.frame.title, subject), form, form.frame, STYLES)


def _head(source: Source, subject: Subject, edition: AnnualEdition) -> list[list[Field]]:
    person = source.particulars(subject["no"])
    since = f"{person.since.year}.{person.since.month:02d}" if person.since else ""
    place = [source.result["unit_name"], subject["department_name"], subject["position"]]
    return [
        [
            Field("姓名", subject["name"]),
            Field("性别", person.gender),
            Field("出生年月", wording.year_and_month(person.birth)),
        ],
        [
            Field("政治面貌", person.politics),
            Field(edition.since_label, since),
            Field("考核分组", subject["group_name"] or ""),
        ],
        [Field(edition.post_label, "　".join(part for part in place if part), 5)],
        [Field(edition.work_label, "", 3), Field("本年度出勤", "")],
    ]


def _department_head(source: Source, subject: Subject) -> list[list[Field]]:
    record = source.particulars(subject["no"])
    people = "" if record.people is None else f"{record.people}人"
    return [
        [Field("部门名称", subject["name"], 3), Field("在册人数", people)],
        [
            Field("部门负责人", ""),
            Field("分管领导", ""),
            Field("班子直管", "是" if record.is_direct_led else "否"),
        ],
        [Field("主要职责", "", 5)],
    ]


def _parts(source: Source, subject: Subject) -> list[Part]:
    values = subject["components"]
    return [
        Part(
            wording.official(component["name"]),
            component["base"],
            wording.limits(component["floor"], component["ceiling"]),
            wording.two_decimals(values[component["code"]]),
            bar,
        )
        for component, bar in zip(source.result["components"], bars_of(source, subject), strict=True)
    ]


def bars_of(source: Source, subject: Subject) -> list[SafeString]:
    """A bar for each component of the subject, beside the mean and the most of all who are ranked."""
    bars = []
    for component in source.result["components"]:
        spread = source.spreads.get(component["code"], NO_SPREAD)
        value = Fraction(subject["components"][component["code"]])
        limits = _bound(component["floor"]), _bound(component["ceiling"])
        bars.append(Bar(component["name"], value, *limits, spread.mean, spread.most))
    return bar_chart(bars)


def _sums(source: Source, lines: Sequence[Mapping[str, Any]]) -> list[LineSum]:
    """A row for each component and one for all, where the lines are too many to be shown on a form; else none."""
    if source.text("annual_lines") == ANNUAL_LINES[0] or len(lines) <= MOST_LISTED:
        return []
    return [_sum(name, of_part) for name, of_part in by_component(source, lines)] + [_sum("合计", lines)]


def _sum(name: str, lines: Sequence[Mapping[str, Any]]) -> LineSum:
    gained = [line for line in lines if Decimal(line["points"]) > 0]
    lost = [line for line in lines if Decimal(line["points"]) < 0]
    sums = [signed(points_of(some)) for some in (gained, lost, lines)]
    return LineSum(name, str(len(lines)), *sums)


def _bound(number: str | None) -> Fraction | None:
    return None if number is None else Fraction(number)


def _notes(source: Source, subject: Subject) -> list[str]:
    outcomes = scores.outcome_words(source, subject)
    found = [
        scores.decision_sentence(subject),
        *scores.flag_sentences(source, subject),
        f"结果运用：{outcomes}。" if outcomes else None,
        scores.sum_note(subject),
    ]
    return [sentence for sentence in found if sentence]


ANNUAL = Form("annual", annual_papers, is_for_each=True)
