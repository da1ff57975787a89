"""Periods by their codes: a year `2025`, a half `2025H1`, a quarter `2025Q3`, a month `2025-07`."""

import calendar
import datetime
import re
from dataclasses import dataclass
from enum import StrEnum


class PeriodUnknown(ValueError):
    """A text is not the code of a period."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"期间“{code}”无法识别：年写作 2025，半年写作 2025H1，季度写作 2025Q3，月写作 2025-07。"
        )


class PeriodKind(StrEnum):
    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"


PERIOD_KIND_NAMES = {
    PeriodKind.YEAR: "年",
    PeriodKind.HALF: "半年",
    PeriodKind.QUARTER: "季度",
    PeriodKind.MONTH: "月",
}
MONTHS_OF = {PeriodKind.YEAR: 12, PeriodKind.HALF: 6, PeriodKind.QUARTER: 3, PeriodKind.MONTH: 1}
_CODE = re.compile(r"(?P<year>[12]\d{3})(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A span of whole months: its first month, its kind, its year."""

    year: int
    first_month: int
    kind: PeriodKind

    @classmethod
    def parse(cls, code: str) -> "Period":
        """The period of a code. Raises PeriodUnknown."""
        match = _CODE.fullmatch(code)
        if match is None:
            raise PeriodUnknown(code)
        year = int(match["year"])
        if match["half"]:
            return cls(year, 6 * int(match["half"]) - 5, PeriodKind.HALF)
        if match["quarter"]:
            return cls(year, 3 * int(match["quarter"]) - 2, PeriodKind.QUARTER)
        if match["month"]:
            return cls(year, int(match["month"]), PeriodKind.MONTH)
        return cls(year, 1, PeriodKind.YEAR)

    @classmethod
    def holding(cls, day: datetime.date, kind: PeriodKind) -> "Period":
        """The period of a kind that the day lies in."""
        months = MONTHS_OF[kind]
        return cls(day.year, (day.month - 1) // months * months + 1, kind)

    @property
    def code(self) -> str:
        part = (self.first_month - 1) // MONTHS_OF[self.kind] + 1
        match self.kind:
            case PeriodKind.YEAR:
                return f"{self.year}"
            case PeriodKind.HALF:
                return f"{self.year}H{part}"
            case PeriodKind.QUARTER:
                return f"{self.year}Q{part}"
            case PeriodKind.MONTH:
                return f"{self.year}-{self.first_month:02d}"

    @property
    def name(self) -> str:
        """As people read it: 2025年, 2025年上半年, 2025年第3季度, 2025年7月."""
        part = (self.first_month - 1) // MONTHS_OF[self.kind]
        match self.kind:
            case PeriodKind.YEAR:
                return f"{self.year}年"
            case PeriodKind.HALF:
                return f"{self.year}年{'上下'[part]}半年"
            case PeriodKind.QUARTER:
                return f"{self.year}年第{part + 1}季度"
            case PeriodKind.MONTH:
                return f"{self.year}年{self.first_month}月"

    @property
    def start(self) -> datetime.date:
        return datetime.date(self.year, self.first_month, 1)

    @property
    def end(self) -> datetime.date:
        last = self.first_month + MONTHS_OF[self.kind] - 1
        return datetime.date(self.year, last, calendar.monthrange(self.year, last)[1])

    @property
    def whole_year(self) -> "Period":
        """The year that the period lies in."""
        return Period(self.year, 1, PeriodKind.YEAR)

    def parts(self, kind: PeriodKind) -> "tuple[Period, ...]":
        """The periods of a kind that this one consists of, in order; none where that kind is longer."""
        step = MONTHS_OF[kind]
        if step > MONTHS_OF[self.kind]:
            return ()
        months = range(self.first_month, self.first_month + MONTHS_OF[self.kind], step)
        return tuple(Period(self.year, month, kind) for month in months)

    def closing(self, kind: PeriodKind) -> "Period | None":
        """The longer period of a kind that ends on this one's last day; None where none does."""
        longer = next((p for p in self.whole_year.parts(kind) if p.end == self.end), None)
        return longer if longer is not None and MONTHS_OF[kind] > MONTHS_OF[self.kind] else None

    def ended_parts(self, kind: PeriodKind, as_of: datetime.date) -> "tuple[Period, ...]":
        """Those of `parts` that have ended by the day."""
        return tuple(part for part in self.parts(kind) if part.end <= as_of)
