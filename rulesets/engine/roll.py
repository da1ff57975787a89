"""Who was on the roll all through a period."""

from collections.abc import Sequence

import polars as pl

from rulesets.engine.period import Period
from rulesets.engine.protocols import Inquiry


def calendar(periods: Sequence[Period]) -> pl.DataFrame:
    """Columns period, start, end: one row a period."""
    return pl.DataFrame(
        [(period.code, period.start, period.end) for period in periods],
        schema={"period": pl.String, "start": pl.Date, "end": pl.Date},
        orient="row",
    )


def on_roll_throughout(inquiry: Inquiry, periods: pl.DataFrame) -> pl.DataFrame:
    """Columns subject, period, start, end: who held an appointment on each day of the period (docs/SEMANTICS.md, 11).

    In whatever department, so one main appointment may follow on another; a department is on the roll while it
    has members. `periods` as `calendar` makes it.
    """
    who = "department" if inquiry.scheme.subject == "department" else "person"
    main = inquiry.frames.appointments.filter(~pl.col("secondary"))
    posts = main.select(subject=who, first="start", last="end")
    held = posts.join(periods, how="cross").with_columns(
        first=pl.max_horizontal("first", "start"),
        last=pl.min_horizontal(pl.coalesce("last", "end"), "end"),
    )
    days = (
        held.filter(pl.col("first") <= pl.col("last"))
        .with_columns(day=pl.date_ranges("first", "last"))
        .explode("day")
        .group_by("subject", "period", "start", "end")
        .agg(days=pl.col("day").n_unique())
    )
    whole = days.filter(pl.col("days") == (pl.col("end") - pl.col("start")).dt.total_days() + 1)
    assessed = inquiry.assessed.select("subject")
    return (
        whole.join(assessed, on="subject")
        .select("subject", "period", "start", "end")
        .sort("subject", "start")
    )
