"""score: decisions and events → award lines → what each component's lines come to.

Points are integers in units of 1/10000. Every frame of lines is kept in LINE_ORDER.
"""

from collections.abc import Sequence

import polars as pl

from rulesets.engine.decide import decide_rows, points_table, rules_by_family, rules_in
from rulesets.engine.frames import LINE_ORDER, LINES, Frames
from rulesets.engine.numbers import SCALE, scaled
from rulesets.engine.period import PeriodKind
from rulesets.engine.protocols import Inquiry, LineFamily, PeriodFamily, Registry, Stage
from rulesets.engine.scheme import Component, Rule

NEVER = pl.date(9999, 12, 31)


def in_line_order(lines: pl.DataFrame) -> pl.DataFrame:
    """The lines in LINE_ORDER: by code point, no role before any role."""
    return lines.sort(LINE_ORDER, nulls_last=False, maintain_order=True)


def posts_on_date(rows: pl.DataFrame, appointments: pl.DataFrame, on: str) -> pl.DataFrame:
    """Rows with a column `date`, joined to the appointments that hold on it; `on` is person or department."""
    joined = rows.join(appointments, left_on="subject", right_on=on, how="inner")
    return joined.filter(
        pl.col("date") >= pl.col("start"), pl.col("date") <= pl.coalesce(pl.col("end"), NEVER)
    )


def reach(events: pl.DataFrame, frames: Frames, items: Sequence[Rule]) -> pl.DataFrame:
    """One row for each person whom an event reaches with an item and a role.

    A department's event reaches whoever holds any appointment there on its date, where the item says members.
    A person reached twice with one item and role has the row that names the person.
    """
    shared = [item.code for item in items if item.params.get("members")]
    named = events.filter(pl.col("subject_kind") == "person").with_columns(through=pl.lit(""))
    sections = events.filter(pl.col("subject_kind") == "department", pl.col("item").is_in(shared))
    members = posts_on_date(
        sections, frames.appointments.select("department", "person", "start", "end"), "department"
    )
    members = members.with_columns(through=pl.col("subject"), subject=pl.col("person")).select(named.columns)
    rows = pl.concat([named, members]).sort("event", "subject", "item", "role", "through", "level")
    return rows.unique(["event", "subject", "item", "role"], keep="first", maintain_order=True).drop(
        "through"
    )


def with_posts(rows: pl.DataFrame, appointments: pl.DataFrame) -> pl.DataFrame:
    """The rows with `group` and `department` of the person's main appointment on the event's date."""
    main = appointments.filter(~pl.col("secondary")).select("person", "group", "department", "start", "end")
    keys = rows.select("subject", "date").unique()
    posts = posts_on_date(keys, main, "person").select("subject", "date", "group", "department")
    return rows.join(posts, on=["subject", "date"], how="left")


def with_place_share(events: pl.DataFrame) -> pl.DataFrame:
    """The events with `place_share`: the place as a share of the field, in 1/10000 of a percent.

    From the nearer end: positive counted from the first, negative from the last. A place is inside the first
    p% when rank <= floor(p% of the field), that is when 100 × rank / field, rounded up, is at most p; inside
    the last p% by the same counted from the end (district, D103).
    """
    hundred = 100 * SCALE
    field, place = pl.col("out_of"), pl.col("rank")
    from_first = (hundred * place + field - 1) // field
    from_last = (hundred * (field - place + 1) + field - 1) // field
    share = pl.when(from_first <= from_last).then(from_first).otherwise(-from_last)
    return events.with_columns(place_share=pl.when((field > 0) & place.is_not_null()).then(share))


def with_occurrence(events: pl.DataFrame, items: Sequence[Rule]) -> pl.DataFrame:
    """The events with `occurrence`: which time in the year it is that the item befalls the subject, from 1.

    Counted in the order of lines; None for items whose tiers don't ask it.
    """
    counted = [item.code for item in items if item.params.get("number") == "occurrence"]
    if not counted:
        return events
    which = pl.int_range(1, pl.len() + 1).over("subject", "item")
    return in_line_order(events).with_columns(occurrence=pl.when(pl.col("item").is_in(counted)).then(which))


def reached_rows(inquiry: Inquiry, items: Sequence[Rule]) -> pl.DataFrame:
    """The event rows of the items, one for each assessed subject that they reach, with `group`, `department`."""
    frames = inquiry.frames
    rows = frames.events.filter(pl.col("item").is_in([item.code for item in items]))
    if inquiry.scheme.subject == "person":
        rows = with_posts(reach(rows, frames, items), frames.appointments)
    else:
        rows = rows.filter(pl.col("subject_kind") == "department").with_columns(
            group=pl.lit(None, pl.String), department=pl.col("subject")
        )
    return rows.filter(pl.col("subject").is_in(inquiry.assessed["subject"].to_list()))


def reached_subjects(inquiry: Inquiry, codes: Sequence[str]) -> pl.DataFrame:
    """Columns subject, date: when events of these items reached whom, once each."""
    items = [inquiry.scheme.rule(code) for code in codes]
    return reached_rows(inquiry, items).select("subject", "date").unique().sort("subject", "date")


def awarded_lines(rules: Sequence[Rule], inquiry: Inquiry, registry: Registry) -> pl.DataFrame:
    """The lines of all items before any limit: raw points decided, points the same."""
    items = [rule for rule in rules if registry.of(rule).stage == Stage.AWARD]
    events = with_occurrence(with_place_share(reached_rows(inquiry, items)), items)
    all_items = [rule for rule in rules if registry.of(rule).is_item]
    decided = decide_rows(events, points_table(inquiry.scheme, all_items), inquiry.decide)
    return in_line_order(_lines_of(decided, items, registry, inquiry))


def _lines_of(
    decided: pl.DataFrame, items: Sequence[Rule], registry: Registry, inquiry: Inquiry
) -> pl.DataFrame:
    table = pl.DataFrame(
        [
            (item.code, item.component, index, scaled(tier.value or "0"))
            for item in items
            for index, tier in enumerate(item.tiers)
        ],
        schema={"item": pl.String, "component": pl.String, "tier": pl.Int64, "value": pl.Int64},
        orient="row",
    )
    homes = {item.code: item.component for item in items}
    lines = decided.join(table.drop("component"), on=["item", "tier"], how="left").with_columns(
        component=pl.col("item").replace_strict(homes, return_dtype=pl.String),
        raw=pl.lit(0, pl.Int64),
        points=pl.lit(0, pl.Int64),
        reasons=pl.lit([], pl.List(pl.String)),
    )
    pieces = [pl.DataFrame(schema=LINES)]
    for family, own in rules_by_family(items, registry):
        assert isinstance(family, LineFamily)
        mine = lines.filter(pl.col("item").is_in([rule.code for rule in own])).select(list(LINES))
        pieces.append(family.reckon(own, mine, inquiry).select(list(LINES)))
    return pl.concat(pieces)


def score(inquiry: Inquiry, registry: Registry) -> tuple[pl.DataFrame, list[tuple[str, str]]]:
    """All award lines after every limit (columns LINES, in LINE_ORDER) and the flags (subject, flag).

    What happened before the period began counts towards its escalations and then falls away.
    """
    rules = rules_in(inquiry.scheme, inquiry.period.kind)
    lines = awarded_lines(rules, inquiry, registry)
    flags: list[tuple[str, str]] = []
    for family, own in rules_by_family(rules, registry):
        if isinstance(family, PeriodFamily):
            further, raised = family.reckon(own, inquiry)
            lines = in_line_order(pl.concat([lines, further.select(list(LINES))]))
            flags.extend(raised)
    for family, own in rules_by_family(rules, registry):
        if isinstance(family, LineFamily) and family.stage == Stage.ESCALATION:
            lines = in_line_order(family.reckon(own, lines, inquiry))
    lines = lines.filter(pl.col("date") >= inquiry.period.start)
    for family, own in rules_by_family(rules, registry):
        if isinstance(family, LineFamily) and family.stage > Stage.ESCALATION:
            lines = in_line_order(family.reckon(own, lines, inquiry))
    return hold_components(lines, inquiry.scheme.components, inquiry.period.kind), flags


def standing_lines(rows: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    """Lines that a standing rule makes. `rows`: subject, event, date, raw and, where a tier decided, tier."""
    present = set(rows.columns)
    empty = [pl.lit(None, kind).alias(name) for name, kind in LINES.items() if name not in present]
    return (
        rows.with_columns(empty)
        .with_columns(
            item=pl.lit(rule.code),
            component=pl.lit(rule.component, pl.String),
            points=pl.col("raw"),
            reasons=pl.lit([], pl.List(pl.String)),
        )
        .select(pl.col(name).cast(kind) for name, kind in LINES.items())
    )


def hold_components(lines: pl.DataFrame, components: Sequence[Component], kind: PeriodKind) -> pl.DataFrame:
    """Takes from the lines what puts base + sum of a component over its ceiling or under its floor.

    docs/SEMANTICS.md, 4: the whole sum first, then the last lines give way, until base + sum of points
    is exactly the value.
    """
    for component in components:
        own = pl.col("component") == component.code
        base = scaled(component.base_in(kind))
        if component.ceiling is not None:
            room = scaled(component.ceiling) - base
            lines = _give_way(lines, own, room, +1, f"ceiling:{component.code}")
        if component.floor is not None:
            room = base - scaled(component.floor)
            lines = _give_way(lines, own, room, -1, f"floor:{component.code}")
    return lines


def _give_way(lines: pl.DataFrame, own: pl.Expr, room: int, sign: int, reason: str) -> pl.DataFrame:
    """Holds each subject's own lines to the net room."""
    segment = lines.filter(own)
    sums = segment.group_by("subject").agg(over=sign * pl.col("points").sum() - room)
    over = sums.filter(pl.col("over") > 0)
    return take_back(lines, over, own, ["subject"], sign, reason)


def take_back(
    lines: pl.DataFrame, over: pl.DataFrame, own: pl.Expr, segment: list[str], sign: int, reason: str
) -> pl.DataFrame:
    """Takes `over` (columns `segment` and `over`, units of 1/10000) from the own lines of that sign, last first.

    Early lines stand, the line that crosses keeps what still fits, later ones keep 0; each that lost
    something says so by the reason. `sign` +1 takes from gains, -1 from losses.
    """
    if over.is_empty():
        return lines
    gain = pl.max_horizontal(sign * pl.col("points"), 0)
    joined = lines.join(over, on=segment, how="left").with_columns(
        _own=pl.when(own & pl.col("over").is_not_null()).then(gain).otherwise(0)
    )
    joined = in_line_order(joined)
    later = pl.col("_own").sum().over(segment) - pl.col("_own").cum_sum().over(segment)
    cut = pl.min_horizontal(pl.max_horizontal(pl.col("over") - later, 0), pl.col("_own")).fill_null(0)
    return (
        joined.with_columns(_cut=cut)
        .with_columns(
            points=pl.col("points") - sign * pl.col("_cut"),
            reasons=pl.when(pl.col("_cut") > 0)
            .then(pl.col("reasons").list.concat(pl.lit([reason], pl.List(pl.String))))
            .otherwise(pl.col("reasons")),
        )
        .select(list(LINES))
    )


def component_sums(lines: pl.DataFrame) -> dict[tuple[str, str], int]:
    """(subject, component) → sum of points in units of 1/10000; pairs without a line are left out."""
    sums = lines.group_by("subject", "component").agg(pl.col("points").sum()).sort("subject", "component")
    return {(subject, component): points for subject, component, points in sums.iter_rows()}
