"""备案表: what goes to the upper level: how many there are in each band, who is in which, what follows."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.safestring import SafeString

from reports import wording
from reports.courses import distribution_of
from reports.forms import scores
from reports.forms.form import Form, Frame, Subjects, frame_of, paper_of, stem_of
from reports.forms.source import Source, Subject
from reports.forms.summary import notes_of
from reports.rendering import Paper
from rulesets.engine.numbers import plain, rounded

STYLES = ("paper.css", "filing.css")
NO_BAND = "未定等次"
NOT_RANKED = "未参加排名"
# The figures of an outcome's value, by which its rows are put in order.
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Row:
    """A band or an outcome: how many have it, what part of all that is, who they are."""

    name: str
    count: str
    percent: str
    names: str


@dataclass(frozen=True, slots=True)
class FilingForm:
    """All that the filing report shows."""

    unit_name: str
    to: str
    period_name: str
    basis: str
    counts: Sequence[tuple[str, str]]
    bands: Sequence[Row]
    outcomes: Sequence[Row]
    chart: SafeString | None
    notes: Sequence[str]
    frame: Frame


def filing_form(source: Source, subjects: Subjects) -> FilingForm:
    """What the filing report of these subjects shows."""
    result = source.result
    ranked = [subject for subject in subjects if subject["rank"] is not None]
    counted = "个" if source.of_departments else "人"
    decided = sum(1 for subject in subjects if "decision" in subject)
    document = f"（{result['document']}）" if result["document"] else ""
    return FilingForm(
        unit_name=result["unit_name"],
        to=source.text("filing_to"),
        period_name=result["period_name"],
        basis=f"《{result['scheme_name']}》{document}",
        counts=[
            ("应参加考核", f"{len(subjects)}{counted}"),
            ("参加排名", f"{len(ranked)}{counted}"),
            ("未参加排名", f"{len(subjects) - len(ranked)}{counted}"),
            ("集体审定", f"{decided}{counted}"),
        ],
        bands=_bands(source, subjects, counted),
        outcomes=_outcomes(source, subjects, counted),
        chart=distribution_of(source.result, subjects),
        notes=notes_of(source, subjects),
        frame=frame_of(source, "filing", subjects),
    )


def filing_papers(source: Source, subjects: Subjects) -> list[Paper]:
    """One paper: 备案表_某局_2025年.pdf."""
    form = filing_form(source, subjects)
    return [paper_of("filing", stem_of(source, "备案表"), form, form.frame, STYLES)]


def _bands(source: Source, subjects: Subjects, counted: str) -> list[Row]:
    """A row of each band, and of those who have none."""
    named = [(band["code"], wording.official(band["name"])) for band in source.result["bands"]]
    rows = [_row(name, [s for s in subjects if s["band"] == code], subjects, counted) for code, name in named]
    without = [s for s in subjects if not s["band"]]
    unranked = [s for s in without if s["rank"] is None]
    rest = [s for s in without if s["rank"] is not None]
    rows += [_row(NO_BAND if named else "全部对象", rest, subjects, counted)] if rest else []
    return rows + ([_row(NOT_RANKED, unranked, subjects, counted)] if unranked else [])


def _row(name: str, those: Sequence[Subject], everybody: Subjects, counted: str) -> Row:
    """Who has it by name, namesakes with their numbers."""
    share = Fraction(100 * len(those), len(everybody)) if everybody else Fraction(0)
    bearers = Counter(subject["name"] for subject in everybody)
    who = "、".join(
        f"{subject['name']}（{subject['no']}）" if bearers[subject["name"]] > 1 else subject["name"]
        for subject in those
    )
    return Row(name, f"{len(those)}{counted}", f"{plain(rounded(share, 1))}%", who or wording.NOT_ANY)


def _outcomes(source: Source, subjects: Subjects, counted: str) -> list[Row]:
    """A row of each outcome and value, with who has it; what everybody has alike is one row."""
    found: dict[str, list[Subject]] = {}
    for subject in subjects:
        for name, value in scores.outcomes_of(source, subject):
            found.setdefault(f"{name}：{value}" if value else name, []).append(subject)
    order = {wording.official(name): place for place, name in enumerate(source.names.values())}

    def place(name: str) -> tuple[Any, ...]:
        outcome, _, value = name.partition("：")
        figures = NUMBER.findall(value)
        return order.get(outcome, len(order)), [Decimal(figure) for figure in figures], value

    return [_row(name, found[name], subjects, counted) for name in sorted(found, key=place)]


FILING = Form("filing", filing_papers)
