"""年度考核登记表: the form of one person that goes into the personnel file.

The fields are those of the form's usual printed editions; the looks those of GB/T 9704-2012. Two pages, duplex:
the person and the scores; the lines and the opinions. More lines than fit flow onto further pages.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from assessments.results import subject_of
from reports import wording
from reports.charts import Bar, bar_chart
from reports.forms import layout
from reports.rendering import Paper

STYLES = ("paper.css", "annual.css")
TEMPLATE = "reports/annual.html"
# What stands for the event number where a standing rule made the line, not an event.
STANDING = "按期评判"
SUM_DIFFERS = "各部分得分各保留两位小数，总分按未舍入的数值相加后舍入一次，故与上列各部分之和略有不同。"


@dataclass(frozen=True, slots=True)
class Part:
    """A component: its base, what it is held within, its points with two decimals, its bar as SVG."""

    name: str
    base: str
    limits: str
    points: str
    bar: SafeString


@dataclass(frozen=True, slots=True)
class Line:
    """An award line as the form shows it; all are texts, `about` is role and level, `why` the reasons."""

    date: str
    event: str
    name: str
    about: str
    clause: str
    raw: str
    points: str
    why: str


@dataclass(frozen=True, slots=True)
class AnnualForm:
    """All that the form shows. `notes` are sentences under the scores, `imprint` those of the foot."""

    title: str
    unit_name: str
    period_name: str
    no: str
    name: str
    gender: str
    birth: str
    politics: str
    appointed_since: str
    group_name: str
    post: str
    parts: Sequence[Part]
    total: str
    rank: str
    band_name: str
    notes: Sequence[str]
    lines: Sequence[Line]
    imprint: Sequence[str]

    @property
    def summary_height(self) -> int:
        """The room for the person's summary, in millimetres, so that the first page is filled."""
        head = [
            [(self.name, 23), (self.gender, 21), (self.birth, 21)],
            [(self.politics, 23), (self.appointed_since, 21), (self.group_name, 24)],
            [(self.post, 122)],
            [("", 122)],
            [(self.band_name, 36)],
        ]
        return layout.summary_height(head, [(part.name, 54) for part in self.parts], self.notes)

    @property
    def opinion_heights(self) -> layout.OpinionHeights:
        """How high the opinions are, so that the page of the lines is filled."""
        return layout.opinion_heights(
            [(line.event, line.name, line.about, line.clause, line.why) for line in self.lines]
        )


def annual_form(
    result: Mapping[str, Any], subject_no: str, particulars: Mapping[str, Any], names: Mapping[str, str]
) -> AnnualForm:
    """What the form of one subject shows.

    result: a result document. particulars: gender, birth, politics (texts), appointed_since (a date or None),
    chain_head (the head of the unit's hash chain, a text). names: the Chinese names of the codes that flags
    speak of (rules, parts of a review). Raises SubjectUnknown.
    """
    subject = subject_of(result, subject_no)
    since = particulars["appointed_since"]
    place = [result["unit_name"], subject["department_name"], subject["position"]]
    return AnnualForm(
        title="年度考核登记表" if result["period"].isdecimal() else "考核登记表",
        unit_name=result["unit_name"],
        period_name=result["period_name"],
        no=subject["no"],
        name=subject["name"],
        gender=particulars["gender"],
        birth=wording.year_and_month(particulars["birth"]),
        politics=particulars["politics"],
        appointed_since=f"{since.year}.{since.month:02d}" if since else "",
        group_name=subject["group_name"] or "",
        post="　".join(part for part in place if part),
        parts=_parts(result, subject),
        total=wording.NOT_ANY if subject["total"] is None else wording.two_decimals(subject["total"]),
        rank=wording.NOT_ANY if subject["rank"] is None else f"{subject['rank']}/{subject['of']}",
        band_name=subject["band_name"] or wording.NOT_ANY,
        notes=_notes(result, subject, names),
        lines=[_line(line) for line in subject["lines"]],
        imprint=_imprint(result, particulars["chain_head"]),
    )


def annual_paper(form: AnnualForm) -> Paper:
    """The form, ready to be printed: 年度考核登记表_1001_王某.pdf."""
    html = render_to_string(TEMPLATE, {"form": form})
    return Paper(f"{form.title}_{form.no}_{form.name}", html, STYLES)


def _parts(result: Mapping[str, Any], subject: Mapping[str, Any]) -> list[Part]:
    components = result["components"]
    values = subject["components"]
    bars = [
        Bar(
            component["name"],
            Fraction(values[component["code"]]),
            _bound(component["floor"]),
            _bound(component["ceiling"]),
        )
        for component in components
    ]
    return [
        Part(
            component["name"],
            component["base"],
            wording.limits(component["floor"], component["ceiling"]),
            wording.two_decimals(values[component["code"]]),
            bar,
        )
        for component, bar in zip(components, bar_chart(bars), strict=True)
    ]


def _bound(number: str | None) -> Fraction | None:
    return None if number is None else Fraction(number)


def _notes(result: Mapping[str, Any], subject: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    bands = {band["code"]: band["name"] for band in result["bands"]}
    notes = [wording.flag_sentence(flag, {**names, **bands}) for flag in subject["flags"]]
    shown = sum(Decimal(wording.two_decimals(value)) for value in subject["components"].values())
    if subject["total"] is not None and shown != Decimal(subject["total"]):
        notes.append(SUM_DIFFERS)
    return notes


def _line(line: Mapping[str, Any]) -> Line:
    about = [line[key] for key in ("role_name", "level_name") if line[key]]
    return Line(
        date=wording.month_and_day(datetime.date.fromisoformat(line["date"])),
        event=STANDING if line["event"].startswith("@") else line["event"],
        name=line["name"],
        about="、".join(about),
        clause=line["clause"],
        raw=wording.signed(line["raw"]),
        points=wording.signed(line["points"]),
        why="；".join(wording.reason_words(reason) for reason in line["reasons"]),
    )


def _imprint(result: Mapping[str, Any], chain_head: str) -> list[str]:
    as_of = wording.chinese_date(datetime.date.fromisoformat(result["as_of"]))
    document = f"（{result['document']}）" if result["document"] else ""
    return [
        f"依据《{result['scheme_name']}》{document}第{result['edition']}版核算，数据截至{as_of}。",
        f"核验码：{result['digest']}",
        f"台账链码：{chain_head}",
    ]
