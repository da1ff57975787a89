"""A year of events for a unit of any size, under the scheme of `workload`.

Peers read the same rows from Parquet files and must come to the same lines and totals, to the last digit.
"""

import datetime
from pathlib import Path

import polars as pl
from workload import ITEMS, LEVELS, ROLES

from rulesets.engine.frames import APPOINTMENTS, DEPARTMENTS, EVENTS, PEOPLE, Frames
from rulesets.engine.numbers import SCALE

LINES_A_PERSON = 100
DEPARTMENT_SIZE = 20
PARTICIPANTS = 4
FIRST_DAY = datetime.date(2025, 1, 1)


def frames_of(lines: int) -> Frames:
    """Events that come to about so many lines: most name four people, each in a role; 2% of the lines come from
    events of departments, which reach their twenty members; a tenth of the events belongs to a matter."""
    people = max(lines // LINES_A_PERSON, DEPARTMENT_SIZE)
    departments = -(-people // DEPARTMENT_SIZE)
    shared = lines // 50 // DEPARTMENT_SIZE
    named = (lines - shared * DEPARTMENT_SIZE) // PARTICIPANTS
    return Frames(
        people=_people(people),
        departments=_departments(departments),
        appointments=_appointments(people),
        events=pl.concat([_named_events(named, people), _shared_events(named, shared, departments)]),
    )


def _people(count: int) -> pl.DataFrame:
    return pl.select(no=_padded(pl.int_range(count), 6)).with_columns(name=pl.col("no")).cast(PEOPLE)


def _departments(count: int) -> pl.DataFrame:
    codes = pl.select(code=pl.format("K{}", _padded(pl.int_range(count), 5)))
    return codes.with_columns(name=pl.col("code"), direct_led=pl.lit(False)).cast(DEPARTMENTS)


def _appointments(people: int) -> pl.DataFrame:
    place = pl.int_range(people)
    return pl.select(
        person=_padded(place, 6),
        department=pl.format("K{}", _padded(place // DEPARTMENT_SIZE, 5)),
        group=pl.lit(None, pl.String),
        position=pl.lit("干部"),
        start=pl.lit(datetime.date(2020, 1, 1)),
        end=pl.lit(None, pl.Date),
        secondary=pl.lit(False),
    ).cast(APPOINTMENTS)


def _padded(number: pl.Expr, digits: int) -> pl.Expr:
    return number.cast(pl.String).str.zfill(digits)


def _drawn(number: pl.Expr, among: int, turn: int) -> pl.Expr:
    """Scattered evenly over 0 to among - 1, the same each time."""
    return (number.hash(turn) % among).cast(pl.Int64)


def _events(number: pl.Expr, item: pl.Expr, matters: int) -> pl.DataFrame:
    """An event a row: number, event, date, item, level, matter."""
    in_matter = _drawn(number, 10, 4) == 0
    return pl.select(number=number).select(
        "number",
        event=pl.format("E{}", _padded(pl.col("number"), 8)),
        date=pl.lit(FIRST_DAY) + pl.duration(days=_drawn(pl.col("number"), 365, 1)),
        item=pl.format("I{}", _padded(item, 3)),
        level=_drawn(pl.col("number"), len(LEVELS), 3).replace_strict(list(range(len(LEVELS))), list(LEVELS)),
        matter=pl.when(in_matter).then(pl.format("M{}", _drawn(pl.col("number"), matters, 5))),
    )


def _named_events(count: int, people: int) -> pl.DataFrame:
    number = pl.col("number")
    events = _events(pl.int_range(count), _drawn(pl.col("number"), ITEMS, 2), count // 10 + 1)
    rows = events.with_columns(turn=pl.lit(list(range(PARTICIPANTS)))).explode("turn")
    step = 1 + _drawn(number, max(people // PARTICIPANTS - 1, 1), 7)
    place = (_drawn(number, people, 6) + pl.col("turn") * step) % people
    roles = _drawn(number * PARTICIPANTS + pl.col("turn"), len(ROLES), 8)
    return _as_rows(rows.with_columns(subject=_padded(place, 6), subject_kind=pl.lit("person"), role=roles))


def _shared_events(first: int, count: int, departments: int) -> pl.DataFrame:
    numbers = pl.int_range(first, first + count)
    rows = _events(numbers, _drawn(pl.col("number"), ITEMS // 10, 2) * 10, count // 10 + 1)
    place = _drawn(pl.col("number"), departments, 6)
    roles = _drawn(pl.col("number"), len(ROLES), 8)
    subject = pl.format("K{}", _padded(place, 5))
    return _as_rows(rows.with_columns(subject=subject, subject_kind=pl.lit("department"), role=roles))


def _as_rows(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        "event",
        "date",
        "item",
        "subject",
        "subject_kind",
        "level",
        "matter",
        role=pl.col("role").replace_strict(list(range(len(ROLES))), list(ROLES)),
        quantity=pl.lit(SCALE),
        rank=pl.lit(None),
        out_of=pl.lit(None),
        evidence=pl.lit(None),
    ).select(pl.col(name).cast(kind) for name, kind in EVENTS.items())


def write_parquet(frames: Frames, folder: Path) -> None:
    """The frames that the peers read, a file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("people", "departments", "appointments", "events"):
        getattr(frames, name).write_parquet(folder / f"{name}.parquet")


def read_parquet(folder: Path) -> Frames:
    """The frames that `write_parquet` wrote."""
    names = ("people", "departments", "appointments", "events")
    return Frames(**{name: pl.read_parquet(folder / f"{name}.parquet") for name in names})
