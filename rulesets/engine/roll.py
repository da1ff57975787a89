"""Who was on the roll all through a period."""

from collections.abc import Sequence

import polars as pl

from rulesets.engine.frames import collected
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
    """Columns subject, period, start, end, in any order: who held an appointment on each day of the period.

    docs/SEMANTICS.md, 11. In whatever department, so one main appointment may follow on another; a department is
    on the roll while it has members. `periods` as `calendar` makes it.
    """
    who = "department" if inquiry.scheme.subject == "department" else "person"
    main = inquiry.frames.appointments.lazy().filter(~pl.col("secondary"))
    posts = main.select(subject=who, first="start", last="end")
    posts = posts.filter(pl.col("subject").is_in(inquiry.assessed["subject"].implode()))
    on_posts = posts.join(periods.lazy(), how="cross").select(
        "subject",
        "period",
        "start",
        "end",
        first=pl.max_horizontal("first", "start"),
        last=pl.min_horizontal(pl.coalesce("last", "end"), "end"),
    )
    same = ["subject", "period", "start", "end"]
    is_whole = (pl.col("first") == pl.col("start")) & (pl.col("last") == pl.col("end"))
    held = collected(on_posts.filter(pl.col("first") <= pl.col("last")).with_columns(is_whole=is_whole))
    by_one = held.filter("is_whole").select(same).unique()
    # Nearly everybody holds one post all year: mostly there is nothing to put together.
    parts = held.filter(~pl.col("is_whole"))
    if parts.is_empty():
        return by_one
    together = _covered_together(parts.lazy().join(by_one.lazy(), on=same, how="anti"), same)
    return pl.concat([by_one, collected(together)])


def _covered_together(parts: pl.LazyFrame, same: list[str]) -> pl.LazyFrame:
    """The periods each day of which lies in one of the posts' parts; parts may overlap, and no day counts twice."""
    counted_to = pl.col("last").cum_max().shift().over(same)
    from_day = pl.max_horizontal("first", counted_to + pl.duration(days=1))
    days = (pl.col("last") - from_day).dt.total_days() + 1
    covered = (
        parts.sort(*same, "first", "last")
        .with_columns(days=pl.max_horizontal(days, 0))
        .group_by(same)
        .agg(pl.col("days").sum())
    )
    whole = covered.filter(pl.col("days") == (pl.col("end") - pl.col("start")).dt.total_days() + 1)
    return whole.select(same)
