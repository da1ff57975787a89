"""decide: distinct cases → the tier of each, by the rulebook.

An event row is projected to what its item's table and condition read; each distinct combination is decided
once, and a join carries the decisions back to the rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import InvalidOperation

import polars as pl

from rulesets.engine.conditions import (
    ABOUT_PRESENCE,
    EQUALITY,
    Comparison,
    Conjunction,
    Operator,
    Value,
    alternatives,
    parse_condition,
)
from rulesets.engine.frames import CODE, attribute_column, collected, ordered_by
from rulesets.engine.numbers import NumberTooFine, scaled
from rulesets.engine.period import PeriodKind
from rulesets.engine.protocols import Decide, Family, Registry
from rulesets.engine.scheme import Rule, Scheme, Tier
from rulesets.engine.tables import DecisionRule, DecisionTable, RuleRefused, value_fault, values_around

POINTS = "points"
# More decided cases of a table than this are not kept from one run to the next.
MOST_KEPT = 100_000
# A code of a case, as its place among the process's codes, in so many bits: three fit in a number.
CODE_BITS = 21
MOST_CODES = 2**CODE_BITS - 1
TEXT_FIELDS = ("item", "role", "level", "group", "department", "matter", "evidence")
NUMBER_FIELDS = ("quantity", "rank", "out_of", "place_share", "occurrence")
# Counted in whole numbers, unlike quantities, which are in units of 1/10000.
WHOLE_NUMBERS = ("rank", "out_of", "occurrence")
SCALED_FIELDS = tuple(name for name in NUMBER_FIELDS if name not in WHOLE_NUMBERS)

# The rules of each family that has any, in the order of computation.
RulesByFamily = Sequence[tuple[Family, list[Rule]]]


def rules_in(scheme: Scheme, kind: PeriodKind) -> list[Rule]:
    """The rules that hold when a period of this kind is assessed, in the scheme's order.

    A rule of a component that does not stand in such a period does not hold either.
    """
    standing = {component.code for component in scheme.components if component.applies_in(kind)}
    return [
        rule
        for rule in scheme.rules
        if rule.applies_in(kind) and (rule.component is None or rule.component in standing)
    ]


def rules_by_family(rules: Sequence[Rule], registry: Registry) -> RulesByFamily:
    """The rules of each family that has any, in the order of computation."""
    grouped: dict[Family, list[Rule]] = {}
    for rule in rules:
        grouped.setdefault(registry.of(rule), []).append(rule)
    return sorted(grouped.items(), key=lambda pair: (pair[0].stage, pair[0].code, pair[0].version))


def scheme_tables(scheme: Scheme, registry: Registry, kind: PeriodKind) -> list[DecisionTable]:
    """Every decision table that an assessment of a period of this kind may put cases to."""
    rules = rules_in(scheme, kind)
    tables = [points_table(scheme, items_among(rules, registry))]
    for family, own in rules_by_family(rules, registry):
        tables.extend(family.tables(own, scheme))
    return tables


def items_among(rules: Sequence[Rule], registry: Registry) -> list[Rule]:
    """The rules that are items, whose tiers decide points."""
    return [rule for rule in rules if registry.of(rule).is_item]


def stand_ins(items: Sequence[Rule]) -> dict[str, str]:
    """Item → the first of the items whose tiers ask the same, place by place, under the same condition.

    Only that one's are compiled: which tier it is, it decides for all of them, and what the tier gives is each item's
    own. Of hundreds of items most have one of a few grids of levels and roles.
    """
    first: dict[object, str] = {}
    return {
        item.code: first.setdefault(
            (repr(item.condition), tuple(tier_comparisons(item, tier) for tier in item.tiers)), item.code
        )
        for item in items
    }


def points_table(scheme: Scheme, items: Sequence[Rule]) -> DecisionTable:
    """The tiers of all items as one table, partitioned by item; a decision is the tier's place in its rule.

    Of items that ask the same the first stands in it, and for the others as well.
    """
    fields: list[tuple[str, type]] = [(name, str) for name in TEXT_FIELDS]
    fields += [(attribute_column(attribute.code), str) for attribute in scheme.attributes]
    fields += [(name, int) for name in NUMBER_FIELDS]
    alike = stand_ins(items)
    compiled = (item for item in items if alike[item.code] == item.code)
    rules = tuple(rule for item in compiled for rule in _item_rules(item, dict(fields)))
    return DecisionTable(POINTS, tuple(fields), rules, partition="item", alike=tuple(alike.items()))


def _item_rules(item: Rule, kinds: Mapping[str, type]) -> Iterator[DecisionRule]:
    """The item's tiers, each with each alternative of its condition, but for those that contradict the tier."""
    own = Comparison("item", Operator.EQUAL, item.code)
    further = alternatives(parse_condition(item.condition, item.code), item.code)
    for index, tier in enumerate(item.tiers):
        for alternative in further:
            asked = (_in_units(comparison, item.code) for comparison in alternative)
            conditions = (own, *tier_comparisons(item, tier), *asked)
            if alternative and not can_hold(conditions, kinds):
                continue
            yield DecisionRule(item.tier_record(index), conditions, index)


def _in_units(comparison: Comparison, record: str) -> Comparison:
    """A condition's comparison in the units of its field: a record says 3, cases count 1/10000."""
    value = comparison.value
    if comparison.field not in SCALED_FIELDS or value is None:
        return comparison
    try:
        return replace(comparison, value=scaled(str(value)))
    except (NumberTooFine, InvalidOperation) as error:
        raise RuleRefused(record, f"适用条件里的“{value}”不是至多四位小数的数字") from error


def can_hold(conditions: Conjunction, kinds: Mapping[str, type]) -> bool:
    """Whether some case meets all the comparisons; where one does not fit its field, that is for the checks to say.

    A tier for one level under a condition that asks for another would never decide, and two such tiers would
    look like one rule that decides twice.
    """
    by_field: dict[str, list[Comparison]] = {}
    for comparison in conditions:
        kind = kinds.get(comparison.field, str)
        fits = comparison.operator in ABOUT_PRESENCE or value_fault(comparison.value, kind) is None
        if fits and (kind is int or comparison.operator in EQUALITY | ABOUT_PRESENCE):
            by_field.setdefault(comparison.field, []).append(comparison)
    for field, comparisons in by_field.items():
        near = {value for c in comparisons for value in values_around(c, kinds.get(field, str))}
        if not any(all(c.holds(value) for c in comparisons) for value in (None, *near)):
            return False
    return True


def tier_comparisons(rule: Rule, tier: Tier) -> Conjunction:
    """What a tier asks of a case, as comparisons."""
    asked: list[Comparison] = []
    for field in ("level", "role", "group"):
        value = getattr(tier, field)
        if value is not None:
            asked.append(Comparison(field, Operator.EQUAL, value))
    if tier.choice is not None:
        asked.append(Comparison(attribute_column(rule.params["attribute"]), Operator.EQUAL, tier.choice))
    asked.extend(range_comparisons(tier, rule.params.get("number", "quantity")))
    return tuple(asked)


def range_comparisons(tier: Tier, field: str) -> Conjunction:
    """The tier's range of a number; the field is in units of 1/10000, places and counts are whole."""
    unit = (lambda text: int(text)) if field in WHOLE_NUMBERS else scaled
    asked = []
    if tier.low is not None:
        operator = Operator.AT_LEAST if tier.low_included else Operator.MORE
        asked.append(Comparison(field, operator, unit(tier.low)))
    if tier.high is not None:
        operator = Operator.AT_MOST if tier.high_included else Operator.LESS
        asked.append(Comparison(field, operator, unit(tier.high)))
    return tuple(asked)


def decide_each(
    decide: Decide, table: DecisionTable, names: Sequence[str], rows: Sequence[tuple[Value | None, ...]]
) -> list[int | None]:
    """The decision of each row, in their order; `names` are the fields of its values. Each distinct row is put
    to `decide` once."""
    distinct = list(dict.fromkeys(rows))
    cases = [dict(zip(names, row, strict=True)) for row in distinct]
    decisions = dict(zip(distinct, decide(table, cases), strict=True))
    return [decisions[row] for row in rows]


class ItemPoints:
    """The table of points, and what is worth keeping of it from one run to the next, as long as the rules are."""

    def __init__(self, table: DecisionTable, items: Sequence[Rule]) -> None:
        """`items` are those that the table was made of."""
        self.table = table
        self._stand_ins = dict(table.alike)
        alike: dict[str, set[str]] = {}
        for code, first in self._stand_ins.items():
            alike.setdefault(first, set()).add(code)
        self.asked = {comparison.field for rule in table.rules for comparison in rule.conditions}
        # Field → the items whose rules read it.
        self._read: dict[str, set[str]] = {}
        for rule in table.rules:
            item = next(c.value for c in rule.conditions if c.field == "item")
            for comparison in rule.conditions:
                self._read.setdefault(comparison.field, set()).update(alike[str(item)])
        # Columns item, tier, value.
        self._values = pl.DataFrame(
            [
                (item.code, index, scaled(tier.value or "0"))
                for item in items
                for index, tier in enumerate(item.tiers)
            ],
            schema={"item": CODE, "tier": pl.Int64, "value": pl.Int64},
            orient="row",
        )
        # Fields → the cases decided, each once, with tier and value.
        self._decided: dict[tuple[str, ...], pl.DataFrame] = {}

    def decide(self, rows: pl.LazyFrame, carried: Sequence[str], decide: Decide) -> pl.DataFrame:
        """Of the rows the columns `carried`, and `tier` (the place of the tier that decides) and `value` (its value
        in units of 1/10000), both None where no tier matches.

        Columns that the row's own item does not read are left out of its case, so that unlike rows share one.
        """
        names = rows.collect_schema().names()
        fields = tuple(name for name, _ in self.table.fields if name in self._read and name in names)
        if not fields:
            return collected(rows.select(*carried, tier=pl.lit(None, pl.Int64), value=pl.lit(None, pl.Int64)))
        keys = [f"case_{name}" for name in fields]
        keyed = rows.select(
            *carried, *(self._case(name).alias(key) for name, key in zip(fields, keys, strict=True))
        ).pipe(collected)
        cases, known = keyed.select(keys), self._decided.get(fields)
        found = None if known is None else _found(cases, known)
        if found is None or found["is_decided"].null_count():
            known = self._decided[fields] = self._decided_cases(cases, known, fields, decide)
            found = _found(cases, known)
        return keyed.select(carried).hstack(found.select("tier", "value"))

    def _case(self, field: str) -> pl.Expr:
        """The field where the row's item reads it."""
        if self._read[field] == self._read["item"]:
            return pl.col(field)
        return pl.when(pl.col("item").is_in(sorted(self._read[field]))).then(pl.col(field))

    def _decided_cases(
        self, cases: pl.DataFrame, known: pl.DataFrame | None, fields: Sequence[str], decide: Decide
    ) -> pl.DataFrame:
        """The known cases and the further ones, each once, with the columns tier and value."""
        keys = cases.columns
        distinct = cases.unique()
        if known is not None and known.height <= MOST_KEPT:
            distinct = distinct.join(known, on=keys, how="anti", nulls_equal=True)
        else:
            known = None
        distinct = ordered_by(distinct, keys)
        first = pl.col("case_item").cast(pl.String).replace(self._stand_ins)
        rows = distinct.with_columns(case_item=first).rows()
        tiers = pl.Series("tier", decide_each(decide, self.table, fields, rows), dtype=pl.Int64)
        found = distinct.with_columns(tiers).join(
            self._values,
            left_on=["case_item", "tier"],
            right_on=["item", "tier"],
            how="left",
            maintain_order="left",
        )
        found = found.with_columns(
            case=_as_one_number(keys) if _fit_in_one_number(found, keys) else pl.lit(None, pl.UInt64)
        )
        return found if known is None else pl.concat([known, found])


def _found(cases: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Columns tier, value and is_decided, a row a case, in their order; None where a case is not known yet."""
    keys = cases.columns
    rows = cases.lazy()
    if known["case"].count() == known.height > 0:
        rows, keys = rows.select(case=_as_one_number(keys)), ["case"]
    answers = known.lazy().select(*keys, "tier", "value", is_decided=pl.lit(True))
    joined = rows.join(answers, on=keys, how="left", nulls_equal=True, maintain_order="left")
    return collected(joined.select("tier", "value", "is_decided"))


def _fit_in_one_number(known: pl.DataFrame, keys: Sequence[str]) -> bool:
    """Whether the known cases are up to three codes each, that can be told apart in CODE_BITS."""
    if len(keys) * CODE_BITS > 64 or any(known.schema[name] != CODE for name in keys):
        return False
    places = known.select(pl.col(name).to_physical().max() for name in keys).row(0)
    return all(place is None or place < MOST_CODES - 1 for place in places)


def _as_one_number(keys: Sequence[str]) -> pl.Expr:
    """The codes of a case as one number: joining by it takes a quarter of the time of joining by three columns.

    A code's place stands as long as a frame holds codes, as the known cases do. One that came into the process later
    than MOST_CODES others has that number, which no known case has.
    """
    number: pl.Expr = pl.lit(0, pl.UInt64)
    for name in keys:
        place = pl.col(name).to_physical().cast(pl.UInt64) + 1
        number = number * 2**CODE_BITS + place.clip(upper_bound=MOST_CODES).fill_null(0)
    return number
