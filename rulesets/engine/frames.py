"""The frames that go into an assessment, and the columns that they have."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl
from polars.datatypes import DataType, DataTypeClass

Schema = dict[str, DataType | DataTypeClass]

# Numbers of people, codes of departments, items, levels and roles: few, each in many rows. A row holds four bytes
# of them, and they are joined and sorted several times as fast as texts. They sort by code point like texts.
CODE = pl.Categorical

PEOPLE: Schema = {"no": CODE, "name": pl.String}
DEPARTMENTS: Schema = {"code": CODE, "name": pl.String, "direct_led": pl.Boolean}
# `start` and `end` are both included; no `end` means to this day.
APPOINTMENTS: Schema = {
    "person": CODE,
    "department": CODE,
    "group": CODE,
    "position": pl.String,
    "start": pl.Date,
    "end": pl.Date,
    "secondary": pl.Boolean,
}
# One row a participant and item. `subject_kind` is person or department; `quantity` in units of 1/10000;
# a further attribute of the scheme stands in the column `attribute_CODE`, as text.
EVENTS: Schema = {
    "event": pl.String,
    "date": pl.Date,
    "item": CODE,
    "subject": CODE,
    "subject_kind": CODE,
    "role": CODE,
    "level": CODE,
    "quantity": pl.Int64,
    "rank": pl.Int64,
    "out_of": pl.Int64,
    "matter": pl.String,
    "evidence": pl.String,
}
# Who cast a ballot is not in it: the engine need not know. `score` in units of 1/10000 of a 100 scale.
BALLOTS: Schema = {
    "period": pl.String,
    "round": pl.String,
    "part": pl.String,
    "rater_group": pl.String,
    "rater_department": CODE,
    "subject": CODE,
    "score": pl.Int64,
}
# `value` in units of 1/10000.
METRICS: Schema = {"metric": pl.String, "period": pl.String, "subject": CODE, "value": pl.Int64}
# Published results that this assessment builds on: of a department, a unit, or the subject itself. `source` is
# the code of the scheme that they come from, or one of YEARS_BACK for the scheme's own of earlier years; `total` an
# exact number as text, decimal or fraction ("96.5", "290/3"); `band` the code of the band, None where there is none.
INHERITED: Schema = {"source": pl.String, "subject": CODE, "total": pl.String, "band": pl.String}
# How many years back, and the source of its results.
YEARS_BACK = {1: "last_year"} | {years: f"{years}_years_back" for years in range(2, 6)}
# Who on the roll is taken out of the assessment or gets no band (docs/SEMANTICS.md, 17); `reason` is free text.
EXCLUSIONS: Schema = {"subject": CODE, "kind": pl.String, "reason": pl.String}
EXCLUDED = "excluded"
NO_GRADE = "no_grade"

# An award line. `raw` and `points` in units of 1/10000; `value` is that of the tier which decided, None where
# none did; `tier` its place in the rule's table; `reasons` say why points differ from raw, one a line of text
# (a list in each of a million rows would cost more than all the rest), None where they don't.
LINES: Schema = {
    "event": pl.String,
    "date": pl.Date,
    "item": CODE,
    "subject": CODE,
    "role": CODE,
    "level": CODE,
    "matter": pl.String,
    "quantity": pl.Int64,
    "component": CODE,
    "tier": pl.Int64,
    "value": pl.Int64,
    "raw": pl.Int64,
    "points": pl.Int64,
    "reasons": pl.String,
}
# An award line before anything changes its points: what is not here follows from item and raw.
AWARDS: Schema = {
    name: kind for name, kind in LINES.items() if name not in ("component", "points", "reasons")
}
# The order of lines of one subject (docs/SEMANTICS.md, 5): no role stands before any role.
LINE_ORDER = ["subject", "date", "event", "item", "role"]
REASON_SEPARATOR = "\n"
# A row's place in its frame.
ROW = pl.int_range(pl.len(), dtype=pl.UInt32)


def attribute_column(code: str) -> str:
    """The column of events that holds the attribute."""
    return f"attribute_{code}"


def ordered_by(frame: pl.DataFrame, columns: Iterable[str]) -> pl.DataFrame:
    """The rows in the order of the columns, texts by code point, what is missing first.

    Codes are compared as texts: as categories every category of the process would be put in order first.
    """
    schema = frame.schema
    keys = [pl.col(name).cast(pl.String) if schema[name] == CODE else pl.col(name) for name in columns]
    return frame.sort(keys, nulls_last=False) if frame.height > 1 else frame


def collected(rows: pl.LazyFrame) -> pl.DataFrame:
    """The rows, computed: in memory. The engine for streams, which Polars would choose, takes a unit's frames apart
    into pieces that are not worth it: twice the time over thousands of rows, a tenth more over a million.
    """
    return rows.collect(engine="in-memory")


def reasons_in(text: str | None) -> list[str]:
    """A line's reasons, one by one."""
    return text.split(REASON_SEPARATOR) if text else []


def empty(schema: Schema) -> pl.DataFrame:
    """A frame of no rows."""
    return pl.DataFrame(schema=schema)


@dataclass(frozen=True, slots=True)
class Frames:
    """Everything that an assessment reads besides the scheme; each frame has the columns named above."""

    people: pl.DataFrame = field(default_factory=lambda: empty(PEOPLE))
    departments: pl.DataFrame = field(default_factory=lambda: empty(DEPARTMENTS))
    appointments: pl.DataFrame = field(default_factory=lambda: empty(APPOINTMENTS))
    events: pl.DataFrame = field(default_factory=lambda: empty(EVENTS))
    ballots: pl.DataFrame = field(default_factory=lambda: empty(BALLOTS))
    metrics: pl.DataFrame = field(default_factory=lambda: empty(METRICS))
    inherited: pl.DataFrame = field(default_factory=lambda: empty(INHERITED))
    exclusions: pl.DataFrame = field(default_factory=lambda: empty(EXCLUSIONS))
