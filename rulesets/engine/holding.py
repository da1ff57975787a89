"""Holds components within floor and ceiling: what is over is taken from the lines that pushed it there.

docs/SEMANTICS.md, 4. Limits and matters take from lines by the same means.
"""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

import polars as pl

from rulesets.engine.corrections import VALUES
from rulesets.engine.frames import CODE, REASON_SEPARATOR, collected
from rulesets.engine.numbers import SCALE, fraction, scaled
from rulesets.engine.period import PeriodKind
from rulesets.engine.protocols import Inquiry, Standing
from rulesets.engine.scheme import Component, Rule, Scheme

# A line's place in the order of lines.
ROW = pl.int_range(pl.len(), dtype=pl.UInt32)
# What names the sub-period of a line's date.
SUB_PERIODS = {
    PeriodKind.YEAR: pl.col("date").dt.year(),
    PeriodKind.HALF: pl.col("date").dt.year() * 2 + (pl.col("date").dt.month() - 1) // 6,
    PeriodKind.QUARTER: pl.col("date").dt.year() * 4 + (pl.col("date").dt.month() - 1) // 3,
    PeriodKind.MONTH: pl.col("date").dt.year() * 12 + pl.col("date").dt.month() - 1,
}


def hold_components(lines: pl.DataFrame, scheme: Scheme, kind: PeriodKind) -> pl.DataFrame:
    """Takes from the lines what puts base + sum of a component over its ceiling or under its floor.

    docs/SEMANTICS.md, 4: the whole sum first, then the last lines give way, until base + sum of points
    is exactly the value. Components that have more than lines wait until all of it is known (`settle`); the
    parts of sheets are held on each sheet by itself.
    """
    later = held_later(scheme, kind)
    components = [component for component in scheme.components if component.code not in later]
    sheets = _sheet_kinds(scheme, kind)
    most, least = pl.col("most"), pl.col("least")
    # A floor lies under its ceiling, so that not more than one of the two holds a subject's component.
    above = pl.col("net") > most
    own = lines.lazy().select("subject", "component", "points", sheet=_sheet(sheets), row=ROW)
    over = (
        by_segment(own, ["subject", "component", "sheet"] if sheets else ["subject", "component"])
        .join(_bounds(components, sheets, kind).lazy(), on="component")
        .filter(above | (pl.col("net") < least))
        .select(
            "rows",
            "points",
            sign=pl.when(above).then(1).otherwise(-1).cast(pl.Int64),
            changing=pl.when(above).then("gained").otherwise("lost"),
            over=pl.when(above).then(pl.col("net") - most).otherwise(least - pl.col("net")),
            reason=pl.when(above)
            .then(pl.format("ceiling:{}", "component"))
            .otherwise(pl.format("floor:{}", "component"))
            .cast(CODE),
        )
    )
    return take_back(lines, over)


def held_later(scheme: Scheme, kind: PeriodKind) -> set[str]:
    """The components that ballots, figures, results or parts give a value beside their lines (from reckoning 2 on).

    One that a result multiplies is held before it is multiplied.
    """
    if scheme.reckoning < 2:
        return set()
    rules = [rule for rule in scheme.rules if rule.applies_in(kind)]
    inherited = [(rule, code) for rule in rules for code in rule.targets.get("component", ())]
    later = {rule.component for rule in rules if rule.component is not None and rule.family in VALUES}
    later |= {code for rule, code in inherited if rule.params.get("effect") == "weight"}
    later |= {home for part, home in scheme.homes_in(kind).items() if part != home}
    return later - {code for rule, code in inherited if rule.params.get("effect") != "weight"}


def _sheet_kinds(scheme: Scheme, kind: PeriodKind) -> dict[str, PeriodKind]:
    """Part with a floor or a ceiling → the kind of the sheets on each of which it is held (from reckoning 2 on)."""
    bounded = [part for part in scheme.components if part.floor is not None or part.ceiling is not None]
    kinds = {part.code: scheme.sheets_of(part, kind) for part in bounded if scheme.reckoning >= 2}
    return {code: sheets for code, sheets in kinds.items() if sheets is not None}


def _sheet(sheets: Mapping[str, PeriodKind]) -> pl.Expr:
    """On which sheet a line of such a part stands; None of other components."""
    sheet = pl.lit(None, pl.String)
    for kind in sorted(set(sheets.values())):
        parts = [code for code, own in sheets.items() if own == kind]
        named = SUB_PERIODS[kind].cast(pl.String)
        sheet = pl.when(pl.col("component").is_in(parts)).then(named).otherwise(sheet)
    return sheet


def _bounds(
    components: Sequence[Component], sheets: Mapping[str, PeriodKind], kind: PeriodKind
) -> pl.DataFrame:
    """Columns component, most, least: what its lines may come to, None where nothing holds them."""
    rows = []
    for component in components:
        base = scaled(component.base_in(sheets.get(component.code, kind)))
        most = None if component.ceiling is None else scaled(component.ceiling) - base
        least = None if component.floor is None else scaled(component.floor) - base
        rows.append((component.code, most, least))
    return pl.DataFrame(rows, schema={"component": CODE, "most": pl.Int64, "least": pl.Int64}, orient="row")


def settle(standings: Sequence[Standing], inquiry: Inquiry) -> pl.DataFrame:
    """The lines after the components are held that have more than lines; parts enter their components.

    To be called once ballots, figures and results are in the components, which hold all that they come to.
    """
    scheme, kind = inquiry.scheme, inquiry.period.kind
    homes, later = scheme.homes_in(kind), held_later(scheme, kind)
    lines = inquiry.lines
    for component in scheme.components:
        if component.code in later and component.parent in homes:
            lines = _held_as_known(component, [component.code], standings, lines)
    for part, home in homes.items():
        if part != home:
            for standing in standings:
                standing.components[home] += held(scheme.component(part), standing.components.pop(part))
    for component in scheme.components_in(kind):
        if component.code in later:
            own = [code for code, home in homes.items() if home == component.code]
            lines = _held_as_known(component, own, standings, lines)
    return lines


def held(component: Component, value: Fraction) -> Fraction:
    """The value within the component's floor and ceiling."""
    if component.ceiling is not None:
        value = min(value, fraction(component.ceiling))
    return value if component.floor is None else max(value, fraction(component.floor))


def _held_as_known(
    component: Component, codes: Sequence[str], standings: Sequence[Standing], lines: pl.DataFrame
) -> pl.DataFrame:
    """Takes from the lines of these components what the value is over the component's ceiling or under its floor.

    To the last 1/10000, in which lines are kept; where values beside the lines alone are over, no line is left.
    """
    rows = []
    for standing in standings:
        value = standing.components[component.code]
        over = value - held(component, value)
        if over != 0:
            reason = f"{'ceiling' if over > 0 else 'floor'}:{component.code}"
            rows.append((standing.subject, math.ceil(abs(over) * SCALE), 1 if over > 0 else -1, reason))
    if not rows:
        return lines
    schema = {"subject": CODE, "over": pl.Int64, "sign": pl.Int64, "reason": CODE}
    found = pl.DataFrame(rows, schema=schema, orient="row").lazy()
    own = lines.lazy().select("subject", "component", "points", row=ROW)
    own = own.filter(pl.col("component").is_in(list(codes)))
    changing = pl.when(pl.col("sign") > 0).then("gained").otherwise("lost")
    return take_back(
        lines, by_segment(own, ["subject"]).join(found, on="subject").with_columns(changing=changing)
    )


def by_segment(own: pl.LazyFrame, segment: Sequence[str]) -> pl.LazyFrame:
    """The columns of `segment`, one row each, with the lists rows and points, and the sums net, gained and lost.

    `own`: the columns of `segment`, row (a line's place among all lines) and points, in the order of lines.
    """
    points = pl.col("points")
    sums = own.group_by(segment).agg(
        "points", rows="row", net=points.sum(), gained=points.clip(lower_bound=0).sum()
    )
    return sums.with_columns(lost=pl.col("gained") - pl.col("net"))


def take_back(lines: pl.DataFrame, over: pl.LazyFrame) -> pl.DataFrame:
    """Takes `over` from the lines of each segment that gained (or lost, where the sign is -1), last ones first.

    Early lines stand, the line that crosses keeps what still fits, later ones keep 0; each that lost something
    says so by the reason. `over` has one row a segment that is over: rows and points as `by_segment` makes
    them, sign, changing (what its lines gain, or lose, together), over (units of 1/10000, above 0), reason (a CODE:
    there are as many as limits and components).
    """
    # A running sum over all segments, less what it comes to at the end of the line's own: what later lines gave.
    later = pl.col("up_to") - pl.col("gain").cum_sum()
    cuts = (
        over.with_columns(up_to=pl.col("changing").cum_sum())
        .select("rows", "points", "sign", "over", "up_to", "reason")
        .explode("rows", "points")
        .with_columns(gain=pl.col("sign") * pl.col("points"))
        .filter(pl.col("gain") > 0)
        .with_columns(cut=pl.min_horizontal(pl.col("over") - later, "gain"))
        .filter(pl.col("cut") > 0)
        .select("reason", row="rows", points=pl.col("points") - pl.col("sign") * pl.col("cut"))
        .pipe(collected)
    )
    return changed(lines, cuts)


def changed(lines: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """The lines in their order, some with other points, and one more reason for it.

    `changes`: row (the line's place), points, reason; a row stands in it at most once.
    """
    if changes.is_empty():
        return lines
    rows = changes["row"]
    before, further = lines["reasons"].gather(rows), pl.col("reason").cast(pl.String)
    reasons = changes.select(
        pl.concat_str(before, further, separator=REASON_SEPARATOR, ignore_nulls=True)
    ).to_series()
    return lines.with_columns(
        # On copies: a series that is scattered into changes for whoever holds it.
        lines["points"].clone().scatter(rows, changes["points"]),
        lines["reasons"].clone().scatter(rows, reasons),
    )


def independent(rules: Sequence[Rule], purpose: str) -> list[list[Rule]]:
    """The rules in batches, to be reckoned one batch after the other, a batch at once.

    Those of one batch share no target of the purpose, so that in a batch the order makes no difference.
    """
    batches: list[list[Rule]] = []
    batch_of: dict[str, int] = {}
    for rule in rules:
        items = rule.targets.get(purpose, ())
        place = max((batch_of[item] + 1 for item in items if item in batch_of), default=0)
        batch_of.update(dict.fromkeys(items, place))
        if place == len(batches):
            batches.append([])
        batches[place].append(rule)
    return batches
