"""What the benchmarks reckon: one scheme of many items, and a year of events for a unit of any size.

Peers read the same rows from Parquet files and must come to the same lines and totals, to the last digit.
"""

import datetime
from pathlib import Path
from typing import Any

import polars as pl

from rulesets.engine.frames import APPOINTMENTS, DEPARTMENTS, EVENTS, PEOPLE, Frames
from rulesets.engine.numbers import SCALE

ITEMS = 200
LEVELS = ("national", "provincial", "municipal", "county")
ROLES = ("chief", "deputy", "key")
COMPONENTS = 6
LINES_A_PERSON = 100
DEPARTMENT_SIZE = 20
PARTICIPANTS = 4
BASE, FLOOR, CEILING = "20", "0", "60"
LIMITED_ITEMS = 20
LIMIT_MOST = "12"
THIRD_TIME = "-2"
CLEAN_MONTH = "0.5"
TOP_PERCENT = "20"
EXCELLENT_FROM = "200"
FACTOR_OF_EXCELLENT = "1.2"
FIRST_DAY = datetime.date(2025, 1, 1)


def is_fault(item: int) -> bool:
    """Whether the item takes points away."""
    return item % 3 == 2


def reaches_members(item: int) -> bool:
    """Whether an event of a department under this item reaches its members."""
    return item % 10 == 0


def tier_value(item: int, level: int, role: int) -> str:
    """The points of a tier: 8 to 1, by level and role; below 0 for a fault."""
    sign = "-" if is_fault(item) else ""
    return f"{sign}{8 - 2 * level - role / 2:g}"


def item_code(item: int) -> str:
    return f"I{item:03}"


def limited_items() -> list[str]:
    return [item_code(n) for n in range(ITEMS) if not is_fault(n)][:LIMITED_ITEMS]


def counted_faults() -> list[str]:
    """The items whose every third occurrence costs more, and without which a month is clean."""
    return [item_code(n) for n in range(ITEMS) if is_fault(n)][:5]


def snapshot() -> dict[str, Any]:
    """A scheme of 200 items with 2,400 tiers in six components: one count a matter, limits by month and year,
    every third fault, months without a fault, floors and ceilings, a top share, bands, an outcome."""
    components = [
        {"code": f"part{n}", "name": f"部分{n}", "base": BASE, "floor": FLOOR, "ceiling": CEILING}
        for n in range(COMPONENTS)
    ]
    rules = [_item(n) for n in range(ITEMS)]
    rules += [_matter(n) for n in range(COMPONENTS)]
    for n, code in enumerate(limited_items()):
        params = {"each": "month" if n % 2 else "year", "side": "gain", "most": LIMIT_MOST}
        rules.append(_rule(f"limit{n}", "limit", params=params, targets={"items": [code]}))
    faults = {"items": counted_faults()}
    third = {"every": 3, "value": THIRD_TIME}
    clean = {"each": "month", "value": CLEAN_MONTH}
    rules.append(_rule("third", "escalation", component="part0", params=third, targets=faults))
    rules.append(
        _rule("clean", "clean_period", component="part1", params=clean, targets={"without": counted_faults()})
    )
    rules.append(_rule("top", "share", params={"side": "top", "percent": TOP_PERCENT}))
    rules.append(_rule("excellent", "band", tiers=[{"low": EXCELLENT_FROM}], targets={"within": ["top"]}))
    rules.append(_rule("competent", "band", tiers=[{"low": "0"}]))
    rules.append(_rule("coefficient", "payout", params={"kind": "number", "default": "1"},
                       tiers=[{"band": "excellent", "value": FACTOR_OF_EXCELLENT}]))  # fmt: skip
    return {
        "code": "bench", "name": "测速", "periods": ["year"], "components": components, "rules": rules,
        "levels": [{"code": code, "name": code} for code in LEVELS],
        "roles": [{"code": code, "name": code} for code in ROLES],
    }  # fmt: skip


def _rule(code: str, family: str, **keys: Any) -> dict[str, Any]:
    return {"code": code, "name": code, "family": family, **keys}


def _item(n: int) -> dict[str, Any]:
    tiers = [
        {"level": level, "role": role, "value": tier_value(n, place, turn)}
        for place, level in enumerate(LEVELS)
        for turn, role in enumerate(ROLES)
    ]
    params = {"members": True} if reaches_members(n) else {}
    return _rule(item_code(n), "tiered", component=f"part{n % COMPONENTS}", tiers=tiers, params=params)


def _matter(n: int) -> dict[str, Any]:
    own = [item_code(item) for item in range(ITEMS) if item % COMPONENTS == n]
    return _rule(f"matter{n}", "matter", component=f"part{n}", targets={"items": own})


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
