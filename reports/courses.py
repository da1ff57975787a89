"""A result's charts, from its plain data: the same on pages and papers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.safestring import SafeString

from reports import wording
from reports.charts import Column, course_chart, distribution_chart
from rulesets.engine.period import Period, PeriodKind

Subject = Mapping[str, Any]
# Beside fewer than so many, mean and most would tell what single others have.
FEWEST_COMPARED = 5


@dataclass(frozen=True, slots=True)
class Spread:
    """What a component came to among all who are ranked: the mean (exact) and the most; None where not to be told."""

    mean: Fraction | None
    most: Fraction | None


NO_SPREAD = Spread(None, None)


def spreads_of(subjects: Sequence[Subject]) -> Mapping[str, Spread]:
    """Of each component the mean and the most among the ranked; nothing where they are few."""
    values: dict[str, list[Fraction]] = {}
    for subject in subjects:
        if subject["total"] is not None:
            for code, value in subject["components"].items():
                values.setdefault(code, []).append(Fraction(value))
    return {
        code: Spread(sum(found, Fraction(0)) / len(found), max(found))
        for code, found in values.items()
        if len(found) >= FEWEST_COMPARED
    }


def by_month(lines: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """The lines by the month of their date, in order."""
    months: dict[str, list[Mapping[str, Any]]] = {}
    for line in sorted(lines, key=lambda line: line["date"][:7]):
        months.setdefault(line["date"][:7], []).append(line)
    return months


def points_of(lines: Sequence[Mapping[str, Any]]) -> Decimal:
    """The sum of the lines' points."""
    return sum((Decimal(line["points"]) for line in lines), Decimal(0))


def course_of(head: Mapping[str, Any], subject: Subject) -> SafeString | None:
    """The course of the period by months: totals of sheets where the scheme has them, else points of lines.

    head: the result document, or its head. None for a month, and where there is nothing to show.
    """
    months = Period.parse(head["period"]).parts(PeriodKind.MONTH)
    sheets = {sheet["period"]: Fraction(sheet["total"]) for sheet in subject.get("periods", ())}
    sums = {code: Fraction(points_of(lines)) for code, lines in by_month(subject["lines"]).items()}
    if len(months) < 2 or not (sheets or sums):
        return None
    begun = [month.code for month in months if month.code <= head["as_of"][:7]]
    figures = sheets or {code: sums.get(code, Fraction(0)) for code in begun}
    columns = [Column(f"{month.first_month}月", figures.get(month.code)) for month in months]
    return course_chart("各月考核得分" if sheets else "各月计分", columns)


def distribution_of(head: Mapping[str, Any], subjects: Sequence[Subject]) -> SafeString | None:
    """The distribution of totals with the bands; None where fewer than two are ranked."""
    totals = [
        (Fraction(subject["total"]), subject["band"])
        for subject in subjects
        if subject["total"] is not None and subject["rank"] is not None
    ]
    if len(totals) < 2:
        return None
    given = {band for _, band in totals}
    bands = [
        (band["code"], wording.official(band["name"])) for band in head["bands"] if band["code"] in given
    ]
    return distribution_chart("总分分布", totals, bands)
