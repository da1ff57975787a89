"""年度考核登记表: the form of one subject that goes into the personnel file.

The fields are those of the form's usual printed editions; the looks those of GB/T 9704-2012. Two pages, duplex:
the subject and the scores; the lines and the opinions. More lines than fit flow onto further pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from django.utils.safestring import SafeString

from reports import wording
from reports.charts import Bar, bar_chart
from reports.courses import NO_SPREAD
from reports.forms import layout, scores
from reports.forms.editions import AnnualEdition, edition_for
from reports.forms.form import Form, Frame, Subjects, frame_of, paper_of, stem_of
from reports.forms.source import Source, Subject
from reports.rendering import Paper
from rulesets.engine.period import PeriodKind

STYLES = ("paper.css", "annual.css")
# How wide the fields of the head are, by the columns that they span, and their labels; millimetres.
VALUE_WIDTHS = {1: 21, 3: 70, 5: 122}
FIRST_LABEL, LABEL = 30.4, 22.9
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
    remark: str
    frame: Frame

    @property
    def unit_line(self) -> str:
        return f"单位：{self.unit_name}"

    @property
    def has_long_name(self) -> bool:
        """Whether the unit's name stands on lines of its own."""
        return layout.has_long_name(self.unit_line)

    @cached_property
    def first_page(self) -> layout.FirstPage:
        """How the first page is filled: with room for the summary."""
        fields = [
            [(field.value, VALUE_WIDTHS[field.span]) for field in row]
            + [(field.label, FIRST_LABEL if place == 0 else LABEL) for place, field in enumerate(row)]
            for row in self.head
        ]
        return layout.first_page(
            [*fields, [(self.band_name, 36)]],
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
        return layout.opinion_heights(rows, len(self.frame.footer), self.first_page.runs_over)


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
