"""Days and periods that are allowed and yet look like slips of the pen: whoever imports is asked about them."""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format

from ledger.entries import BallotEntry, Change, EventEntry, MetricEntry
from rulesets.engine.period import Period
from tabular import Row, Table

# A file is of one year where at least three of four of its rows are, and there are enough to tell.
MOST, OF, ENOUGH = 3, 4, 8
# So near to that year a day may well belong to what was done then.
NEAR = datetime.timedelta(days=31)
LONG_AGO = 5
# An appointment may be known so long before it begins.
AHEAD = datetime.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A cell that is to be looked at again: its row, its column by name, and what is odd about it."""

    row: int
    column: str
    said: str

    def __str__(self) -> str:
        return f"第 {self.row} 行，{self.column}：{self.said}"


def day_doubted(day: datetime.date, today: datetime.date, main_year: int | None = None) -> str:
    """What is odd about an event's day; empty where nothing is. main_year: that of most of what comes with it."""
    if day > today:
        return f"{date_format(day)}还没有到（今天是{date_format(today)}）{_meant(day, today, main_year)}"
    if main_year is not None and not _is_near(day, main_year):
        return f"{date_format(day)}与本表其他各行相差较远，那些大多在{main_year}年{_meant(day, today, main_year)}"
    if day.year < today.year - LONG_AGO:
        return f"{date_format(day)}是{today.year - day.year}年以前{_meant(day, today, main_year)}"
    return ""


def doubted_days(table: Table, changes: Iterable[Change]) -> list[Doubt]:
    """The odd days among the rows of the events that are new or changed, an event once."""
    today = timezone.localdate()
    first_rows: dict[str, Row] = {}
    for row in table.rows:
        first_rows.setdefault(row["event_no"], row)
    main_year = _main_year(row["date"] for row in first_rows.values())
    asked = (first_rows[e.event_no] for change in changes if isinstance(e := change.entry, EventEntry))
    found = ((row, day_doubted(row["date"], today, main_year)) for row in asked)
    return [Doubt(row.number, "日期", said) for row, said in found if said]


def doubted_periods(
    table: Table, changes: Iterable[Change], entries: Iterable[BallotEntry | MetricEntry | None]
) -> list[Doubt]:
    """The rows whose period has not begun, of the periods in which something is new or changed.

    entries: what each row of the table was read as, in turn.
    """
    today = timezone.localdate()
    touched = {e.period for change in changes if not isinstance(e := change.entry, EventEntry)}
    to_come = {code for code in touched if Period.parse(code).start > today}
    return [
        Doubt(
            row.number, "期间", f"{Period.parse(entry.period).name}还没有开始（今天是{date_format(today)}）"
        )
        for row, entry in zip(table.rows, entries, strict=True)
        if entry is not None and entry.period in to_come
    ]


def doubted_posts(table: Table) -> Iterator[Doubt]:
    """Appointments that begin more than a year from now."""
    today = timezone.localdate()
    for row in table.rows:
        if row["start"] is not None and row["start"] > today + AHEAD:
            yield Doubt(
                row.number, "起", f"{date_format(row['start'])}在一年以后{_meant(row['start'], today, None)}"
            )


def _main_year(days: Iterable[datetime.date]) -> int | None:
    years = Counter(day.year for day in days)
    (year, count), *_ = years.most_common(1) or [(0, 0)]
    return year if count >= ENOUGH and OF * count >= MOST * years.total() else None


def _is_near(day: datetime.date, year: int) -> bool:
    return datetime.date(year, 1, 1) - NEAR <= day <= datetime.date(year, 12, 31) + NEAR


def _meant(day: datetime.date, today: datetime.date, main_year: int | None) -> str:
    """The same day of the year that was probably meant, as a question."""
    for year in filter(None, (main_year, today.year, today.year - 1)):
        # There is no 29 February in most years.
        with suppress(ValueError):
            meant = day.replace(year=year)
            if meant != day and meant <= today:
                return f"，是不是{date_format(meant)}？"
    return ""
