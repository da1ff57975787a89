"""score: decisions and events → award lines → what each component's lines come to.

Points are integers in units of 1/10000. Every frame of lines is kept in LINE_ORDER.
"""

import datetime
from collections.abc import Mapping, Sequence

import polars as pl

from rulesets.engine.decide import ItemPoints, RulesByFamily
from rulesets.engine.frames import AWARDS, CODE, LINE_ORDER, LINES, Frames, collected
from rulesets.engine.holding import hold_components
from rulesets.engine.numbers import SCALE
from rulesets.engine.parts import in_parts
from rulesets.engine.protocols import Inquiry, LineFamily, PeriodFamily, Stage
from rulesets.engine.scheme import Rule

NEVER = pl.date(9999, 12, 31)


def in_line_order(lines: pl.DataFrame) -> pl.DataFrame:
    """The lines in LINE_ORDER: by code point, no role before any role."""
    if lines.is_empty():
        return lines
    # Subject and day as one number, that of the subject being its place: a fifth of the time.
    subjects = lines["subject"].unique().cast(pl.String).sort().cast(CODE)
    places = pl.int_range(subjects.len(), eager=True)
    place = pl.col("subject").replace_strict(subjects, places, return_dtype=pl.Int64)
    subject_and_day = place * 2**32 + pl.col("date").to_physical().cast(pl.Int64)
    return lines.sort(subject_and_day, *LINE_ORDER[2:], nulls_last=False, maintain_order=True)


def each_once(lines: pl.DataFrame) -> pl.DataFrame:
    """The lines in LINE_ORDER, one of each event, subject, item and role.

    A ledger holds none twice; of frames that do, the same one stands whatever the order of their rows.
    """
    ordered = in_line_order(lines)
    repeats = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift()) for name in LINE_ORDER)
    # Hardly ever does one event stand twice in a row: only then the rest is compared.
    suspects = (pl.col("event") == pl.col("event").shift()) & (pl.col("subject") == pl.col("subject").shift())
    if not ordered.select(suspects.any()).item() or not ordered.select(repeats.any()).item():
        return ordered
    others = [name for name in lines.columns if name not in LINE_ORDER]
    return lines.sort([*LINE_ORDER, *others], nulls_last=False).filter(~repeats)


def within_days(rows: pl.DataFrame, first: datetime.date, last: datetime.date) -> pl.DataFrame:
    """The rows dated from the first to the last day; where that is all of them, nothing is copied."""
    earliest, latest = rows.select(pl.col("date").min(), latest=pl.col("date").max()).row(0)
    if earliest is None or (earliest >= first and latest <= last):
        return rows
    return rows.filter(pl.col("date") >= first, pl.col("date") <= last)


def posts_on_date(rows: pl.LazyFrame, appointments: pl.LazyFrame, on: str) -> pl.LazyFrame:
    """Rows with a column `date`, joined to the appointments that hold on it; `on` is person or department."""
    joined = rows.join(appointments, left_on="subject", right_on=on, how="inner")
    return joined.filter(
        pl.col("date") >= pl.col("start"), pl.col("date") <= pl.coalesce(pl.col("end"), NEVER)
    )


def reach(events: pl.LazyFrame, frames: Frames, items: Sequence[Rule]) -> pl.LazyFrame:
    """One row for each person whom an event reaches with an item and a role, in any order.

    A department's event reaches whoever holds any appointment there on its date, where the item says members,
    but for those whom a row of the same event and item names: they bear it in that row only, whatever its role.
    """
    shared = [item.code for item in items if item.params.get("members")]
    named = events.filter(pl.col("subject_kind") == "person")
    of_departments = events.filter(pl.col("subject_kind") == "department", pl.col("item").is_in(shared))
    sections = collected(of_departments)
    if sections.is_empty():
        return named
    posts = frames.appointments.lazy().select("department", "person", "start", "end")
    through = collected(posts_on_date(sections.lazy(), posts, "department"))
    borne = ["event", "person", "item", "role"]
    # Who holds two posts that one event reaches bears it once. That is rare, and putting in order takes longest.
    if through.select(borne).is_duplicated().any():
        ordered = through.sort(*borne, "subject", "level")
        through = ordered.unique(borne, keep="first", maintain_order=True)
    through = through.with_columns(subject="person").select(sections.columns)
    same_events = named.filter(pl.col("event").is_in(sections["event"].implode()))
    bearers = collected(same_events.select("event", "subject", "item"))
    if not bearers.is_empty():
        through = through.join(bearers, on=bearers.columns, how="anti")
    return pl.concat([named, through.lazy()])


def with_posts(rows: pl.LazyFrame, appointments: pl.DataFrame) -> pl.LazyFrame:
    """The rows with `group` and `department` of the person's main appointment on the event's date."""
    main = (
        appointments.lazy()
        .filter(~pl.col("secondary"))
        .select("person", "group", "department", "start", "end")
    )
    keys = rows.select("subject", "date").unique()
    posts = posts_on_date(keys, main, "person").select("subject", "date", "group", "department")
    return rows.join(posts, on=["subject", "date"], how="left", maintain_order="left")


def with_place_share(events: pl.LazyFrame) -> pl.LazyFrame:
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


def with_occurrence(events: pl.LazyFrame, items: Sequence[Rule]) -> pl.LazyFrame:
    """The events with `occurrence`: which time in the year it is that the item befalls the subject, from 1.

    Counted in the order of lines; None for items whose tiers don't ask it.
    """
    counted = [item.code for item in items if item.params.get("number") == "occurrence"]
    if not counted:
        return events
    which = pl.int_range(1, pl.len() + 1).over("subject", "item")
    ordered = each_once(collected(events))
    return ordered.lazy().with_columns(occurrence=pl.when(pl.col("item").is_in(counted)).then(which))


def reached_rows(inquiry: Inquiry, items: Sequence[Rule]) -> pl.LazyFrame:
    """The event rows of the items, one for each assessed subject that they reach, in any order."""
    frames = inquiry.frames
    rows = frames.events.lazy().filter(pl.col("item").is_in([item.code for item in items]))
    if inquiry.scheme.subject == "person":
        rows = reach(rows, frames, items)
    else:
        rows = rows.filter(pl.col("subject_kind") == "department")
    return rows.filter(pl.col("subject").is_in(inquiry.assessed["subject"].implode()))


def reached_subjects(inquiry: Inquiry, codes: Sequence[str]) -> pl.DataFrame:
    """Columns subject, date: when events of these items reached whom, once each, in any order."""
    items = [inquiry.scheme.rule(code) for code in codes]
    return collected(reached_rows(inquiry, items).select("subject", "date").unique())


def awarded_lines(families: RulesByFamily, inquiry: Inquiry, points: ItemPoints) -> pl.DataFrame:
    """The lines of all items before any limit (columns AWARDS), in any order: raw points decided."""
    awarding = [(family, own) for family, own in families if family.stage == Stage.AWARD]
    items = [rule for _, own in awarding for rule in own]
    events = with_occurrence(reached_rows(inquiry, items), items)
    if "place_share" in points.asked:
        events = with_place_share(events)
    if points.asked & {"group", "department"}:
        events = _with_places(events, inquiry)
    carried = [name for name in AWARDS if name not in ("tier", "value", "raw")]
    lines = points.decide(events, carried, inquiry.decide).with_columns(raw=pl.lit(0, pl.Int64))
    pieces = [pl.DataFrame(schema=AWARDS)]
    for family, own in awarding:
        assert isinstance(family, LineFamily)
        codes = [rule.code for rule in own]
        mine = lines if len(awarding) == 1 else lines.filter(pl.col("item").is_in(codes))
        pieces.append(family.reckon(own, mine, inquiry).select(list(AWARDS)))
    return pl.concat(pieces)


def _with_places(events: pl.LazyFrame, inquiry: Inquiry) -> pl.LazyFrame:
    """The events with `group` and `department` of the subject on their date; only made where a rule asks them."""
    if inquiry.scheme.subject == "person":
        return with_posts(events, inquiry.frames.appointments)
    return events.with_columns(group=pl.lit(None, CODE), department=pl.col("subject"))


def score(
    inquiry: Inquiry, families: RulesByFamily, points: ItemPoints
) -> tuple[pl.DataFrame, list[tuple[str, str]]]:
    """All award lines after every limit (columns LINES, in LINE_ORDER) and the flags (subject, flag).

    What happened before the period began counts towards its escalations and then falls away. Only what calendar and
    figures bring looks at all subjects at once; lines are reckoned subject by subject, those of a great many in parts.
    """
    standing = [pl.DataFrame(schema=AWARDS)]
    flags: list[tuple[str, str]] = []
    for family, own in families:
        if isinstance(family, PeriodFamily):
            further, raised = family.reckon(own, inquiry)
            standing.append(further.select(list(AWARDS)))
            flags.extend(raised)
    parts = in_parts(inquiry, pl.concat(standing))
    scored = [_scored(part, families, points, of_part) for part, of_part in parts]
    return (scored[0] if len(scored) == 1 else pl.concat(scored)), flags


def _scored(
    inquiry: Inquiry, families: RulesByFamily, points: ItemPoints, standing: pl.DataFrame
) -> pl.DataFrame:
    """The lines of the assessed after every limit (columns LINES, in LINE_ORDER). `standing`: those of figures and
    calendar."""
    pieces = [awarded_lines(families, inquiry, points), standing]
    for family, own in families:
        if isinstance(family, LineFamily) and family.stage == Stage.ESCALATION:
            pieces.append(family.reckon(own, pieces[0], inquiry).select(list(AWARDS)))
    homes = {rule.code: rule.component for _, own in families for rule in own if rule.component is not None}
    lines = _all_lines(pieces, homes)
    lines = within_days(lines, inquiry.period.start, inquiry.period.end)
    for family, own in families:
        if isinstance(family, LineFamily) and family.stage > Stage.ESCALATION:
            lines = family.reckon(own, lines, inquiry)
    return hold_components(lines, inquiry.scheme, inquiry.period.kind)


def _all_lines(pieces: list[pl.DataFrame], homes: Mapping[str, str]) -> pl.DataFrame:
    """Award lines and those of standing rules (columns LINES, in LINE_ORDER). Takes the pieces out of their list.

    `homes`: rule → component.
    """
    # In one piece before the sorting, which would make it so while the pieces are still there.
    whole = pl.concat(pieces, rechunk=True)
    pieces.clear()
    lines = each_once(whole)
    del whole
    return lines.with_columns(
        component=pl.col("item").replace_strict(homes, return_dtype=CODE),
        points=pl.col("raw"),
        reasons=pl.lit(None, pl.String),
    ).select(list(LINES))


def standing_lines(rows: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    """Lines that a standing rule makes (columns AWARDS). `rows`: subject, event, date, raw, and tier where one
    decided."""
    given = {name: pl.col(name) for name in rows.columns} | {"item": pl.lit(rule.code)}
    return rows.select(given.get(name, pl.lit(None)).cast(kind).alias(name) for name, kind in AWARDS.items())


def component_sums(lines: pl.DataFrame, codes: Sequence[str]) -> dict[str, Sequence[int]]:
    """Subject → the sum of points of each of the components in units of 1/10000, 0 where it has no line.

    Who has no line at all is left out.
    """
    points = pl.col("points")
    # Not by `collected`: sums over all lines come sooner from the engine for streams, 14 ms beside 21 for a million.
    sums = (
        lines.lazy()
        .select(
            "subject",
            *(
                pl.when(pl.col("component") == code).then(points).otherwise(0).alias(f"{place}")
                for place, code in enumerate(codes)
            ),
        )
        .group_by("subject")
        .agg(pl.all().sum())
        .collect()
    )
    return {subject: units for subject, *units in sums.iter_rows()}
