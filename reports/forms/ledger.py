"""积分台账: every line of a subject by date, with clause, basis, evidence and what became of it; sums and balances.

Landscape. The lines of a month end in its sum; the parts' table shows how base, lines and reviews make the score.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.safestring import SafeString

from reports import wording
from reports.courses import by_month, course_of, points_of
from reports.forms import scores
from reports.forms.annual import bars_of
from reports.forms.form import Form, Frame, Subjects, frame_of, paper_of, stem_of
from reports.forms.ledger_front import front_paper
from reports.forms.ledger_sums import Sums, parts_of_month, signed, sums_of
from reports.forms.source import Source, Subject
from reports.rendering import Paper
from rulesets.engine.numbers import plain
from rulesets.engine.period import Period

# What stands for the limits of a part that enters through the sheets of sub-periods.
IN_SHEETS = "计入分期考核表"
# Longer texts than these stand below their line.
LONGEST_CLAUSE, LONGEST_EVIDENCE = 21, 52
STYLES = ("paper.css", "landscape.css", "ledger.css")


@dataclass(frozen=True, slots=True)
class Balance:
    """A component: base + points of lines + what reviews, sheets and figures give = score; all texts."""

    name: str
    base: str
    lines: str
    others: str
    score: str
    limits: str
    bar: SafeString


@dataclass(frozen=True, slots=True)
class Entry:
    """A line with the sum of all points up to it."""

    line: scores.Line
    component: str
    balance: str


@dataclass(frozen=True, slots=True)
class Month:
    """The lines of a month but the last, which stays with the sum, and the sum with each component's part of it."""

    name: str
    entries: Sequence[Entry]
    last: Entry
    count: int
    parts: str
    points: str
    balance: str


@dataclass(frozen=True, slots=True)
class LedgerForm:
    """All that a subject's ledger shows."""

    no: str
    name: str
    facts: Sequence[tuple[str, str]]
    balances: Sequence[Balance]
    months: Sequence[Month]
    count: int
    sum: str
    sums: Sums | None
    course: SafeString | None
    notes: Sequence[str]
    frame: Frame


def ledger_form(source: Source, subject: Subject) -> LedgerForm:
    """What the ledger of one subject shows."""
    lines = subject["lines"]
    return LedgerForm(
        no=subject["no"],
        name=subject["name"],
        facts=_facts(source, subject),
        balances=_balances(source, subject),
        months=_months(source, lines),
        count=len(lines),
        sum=signed(points_of(lines)),
        sums=sums_of(source, lines),
        course=course_of(source.result, subject),
        notes=_notes(source, subject),
        frame=frame_of(source, "ledger", [subject]),
    )


def ledger_papers(source: Source, subjects: Subjects) -> list[Paper]:
    """A ledger each: 积分台账_1001_王某.pdf."""
    papers = []
    for subject in subjects:
        form = ledger_form(source, subject)
        papers.append(paper_of("ledger", stem_of(source, "积分台账", subject), form, form.frame, STYLES))
    return papers


def _facts(source: Source, subject: Subject) -> list[tuple[str, str]]:
    ranked = f"{subject['rank']}/{subject['of']}" if subject["rank"] is not None else wording.NOT_ANY
    person = [
        ("姓名", subject["name"]),
        ("工号", subject["no"]),
        ("部门", subject["department_name"] or ""),
        ("职务", subject["position"] or ""),
    ]
    about = [("部门", subject["name"]), ("代码", subject["no"])] if source.of_departments else person
    outcome = [("总分", scores.total_of(subject)), ("名次", ranked), ("等次", scores.band_of(subject))]
    return [("单位", source.result["unit_name"]), *about, *outcome]


def _balances(source: Source, subject: Subject) -> list[Balance]:
    values, by_component = subject["components"], _sums_by_component(subject["lines"])
    components = source.result["components"]
    rows = [
        Balance(
            name=wording.official(component["name"]),
            base=component["base"],
            lines=signed(by_component.pop(component["code"], Decimal(0))),
            others=_others(component, subject),
            score=wording.two_decimals(values[component["code"]]),
            limits=wording.limits(component["floor"], component["ceiling"]),
            bar=bar,
        )
        for component, bar in zip(components, bars_of(source, subject), strict=True)
    ]
    # Parts that enter through the sheets of sub-periods, not by themselves.
    rows += [
        Balance(
            wording.official(source.names.get(code, code)),
            "",
            signed(points),
            "",
            "",
            "计入分期考核表",
            SafeString(),
        )
        for code, points in by_component.items()
    ]
    return rows


def _others(component: Mapping[str, Any], subject: Subject) -> str:
    """What a component has besides its base and its lines: reviews, sheets, figures; two decimals."""
    lines = _sums_by_component(subject["lines"]).get(component["code"], Decimal(0))
    rest = Fraction(subject["components"][component["code"]]) - Fraction(component["base"]) - Fraction(lines)
    return wording.two_decimals(plain(rest)) if rest else "0"


def _sums_by_component(lines: Sequence[Mapping[str, Any]]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for line in lines:
        sums[line["component"]] = sums.get(line["component"], Decimal(0)) + Decimal(line["points"])
    return sums


def _months(source: Source, lines: Sequence[Mapping[str, Any]]) -> list[Month]:
    months, balance, evidence = [], Decimal(0), source.evidence_of(lines)
    for code, of_month in by_month(lines).items():
        entries = []
        for line in of_month:
            balance += Decimal(line["points"])
            component = wording.official(source.names.get(line["component"], ""))
            words = scores.line_of(line, evidence.get(line["event"], ""))
            entries.append(_entry(words, component, signed(balance)))
        months.append(
            Month(
                name=Period.parse(code).name,
                entries=entries[:-1],
                last=entries[-1],
                count=len(entries),
                parts=parts_of_month(source, of_month),
                points=signed(points_of(of_month)),
                balance=signed(balance),
            )
        )
    return months


def _entry(line: scores.Line, component: str, balance: str) -> Entry:
    """The entry of a line; what would make its cell high stands below, over the whole width."""
    return Entry(scores.with_room(line, LONGEST_CLAUSE, LONGEST_EVIDENCE), component, balance)


def _notes(source: Source, subject: Subject) -> list[str]:
    outcomes = scores.outcome_words(source, subject)
    reviews = [
        f"{wording.official(source.names.get(note['rule'], note['rule']))}：{wording.official(note['text'])}。"
        for note in subject.get("notes", ())
    ]
    found = [
        scores.decision_sentence(subject),
        *reviews,
        *scores.flag_sentences(source, subject),
        f"结果运用：{outcomes}。" if outcomes else None,
        scores.sum_note(subject),
    ]
    return [sentence for sentence in found if sentence]


LEDGER = Form("ledger", ledger_papers, is_for_each=True, front=front_paper)
