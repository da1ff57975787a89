"""The sub-totals of a ledger: points by component and month, with the sum of each month and the balance after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from reports import wording
from reports.courses import by_month, points_of
from reports.forms.source import Source
from rulesets.engine.numbers import plain
from rulesets.engine.period import Period, PeriodKind

Lines = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class SumsRow:
    """A row of sums, all texts: a component's points by month and together, or those of all."""

    name: str
    months: Sequence[str]
    whole: str


@dataclass(frozen=True, slots=True)
class Sums:
    """The table of sums: months by their headings, a row for each component that has lines; all together, balances."""

    months: Sequence[str]
    parts: Sequence[SumsRow]
    closing: Sequence[SumsRow]


def sums_of(source: Source, lines: Lines) -> Sums | None:
    """The sums of lines; None where they are of one month, whose own sub-total says all."""
    found = by_month(lines)
    begun = [
        month.code
        for month in source.period.parts(PeriodKind.MONTH)
        if month.code <= source.result["as_of"][:7]
    ]
    codes = sorted({*begun, *found})
    if not found or len(codes) < 2:
        return None
    if len(codes) > len(source.period.parts(PeriodKind.MONTH)):
        # Lines of other years: the months without any give way.
        codes = sorted(found)
    of_month = [points_of(found.get(code, [])) for code in codes]
    balances = [sum(of_month[: place + 1], Decimal(0)) for place in range(len(codes))]
    return Sums(
        months=[_heading(source, code) for code in codes],
        parts=[_part(name, of_part, codes) for name, of_part in by_component(source, lines)],
        closing=[
            SumsRow("当月合计", [signed(points) for points in of_month], signed(points_of(lines))),
            SumsRow("累计", [signed(points) for points in balances], ""),
        ],
    )


def by_component(source: Source, lines: Lines) -> list[tuple[str, Lines]]:
    """The lines of each component that has any, by its name, in the scheme's order."""
    order = [component.code for component in source.scheme.components]
    found: dict[str, list[Mapping[str, Any]]] = {}
    for line in lines:
        found.setdefault(line["component"], []).append(line)
    codes = sorted(found, key=lambda code: (order.index(code) if code in order else len(order), code))
    return [(wording.official(source.names.get(code, code)), found[code]) for code in codes]


def parts_of_month(source: Source, lines: Lines) -> str:
    """The share of each component in a month's sum: “业务工作-2、加分项+5”; empty where there is one alone."""
    parts = by_component(source, lines)
    return (
        "、".join(f"{name}{signed(points_of(of_part))}" for name, of_part in parts) if len(parts) > 1 else ""
    )


def signed(points: Decimal) -> str:
    """Points as papers write them: +5, -2, 0."""
    return wording.signed(plain(Fraction(points)))


def _part(name: str, lines: Lines, codes: Sequence[str]) -> SumsRow:
    months = by_month(lines)
    texts = [signed(points_of(months[code])) if code in months else "" for code in codes]
    return SumsRow(name, texts, signed(points_of(lines)))


def _heading(source: Source, code: str) -> str:
    month = Period.parse(code)
    return f"{month.first_month}月" if month.year == source.period.year else month.name
