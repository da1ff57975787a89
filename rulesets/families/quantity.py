"""quantity: points a unit of what is counted (days, faults, cases), also signed."""

from collections.abc import Iterable, Sequence

import polars as pl

from rulesets.engine.numbers import SCALE
from rulesets.engine.protocols import (
    Axis,
    Example,
    FamilyField,
    FieldKind,
    Inquiry,
    LineFamily,
    Stage,
)
from rulesets.engine.scheme import Rule, Scheme
from rulesets.families.tiered import ITEM_FIELDS, choice_faults
from rulesets.families.wording import item_clauses, tier_list


class PointsTooFine(ValueError):
    """A quantity times its points needs more than four decimals."""

    def __init__(self, event: str, item: str) -> None:
        super().__init__(f"事项 {event}（{item}）的数量乘以分值后小数超过四位，请核对数量。")


class QuantityTooLarge(ValueError):
    """Quantities and points so large that their product leaves the range of exact reckoning."""

    def __init__(self, items: str) -> None:
        super().__init__(f"计分项 {items} 的数量或分值过大，无法准确核算，请核对数量。")


class Quantity(LineFamily):
    code = "quantity"
    name = "按数量计分"
    stage = Stage.AWARD
    is_item = True
    has_component = True
    fields = (*ITEM_FIELDS, FamilyField("signed", "数量可以为负", FieldKind.BOOLEAN))
    axes = (Axis.LEVEL, Axis.ROLE, Axis.GROUP, Axis.CHOICE)
    tier_value = "每单位分值"
    examples = (
        Example(
            title="旷工一天扣2分：一天半扣3分",
            rules=(
                {
                    "code": "B403",
                    "name": "旷工",
                    "family": "quantity",
                    "component": "daily",
                    "tiers": [{"value": "-2"}],
                },
            ),
            given={"events": [{"event": "E1", "item": "B403", "subject": "1001", "quantity": "1.5"}]},
            expected={"raw": {"E1": "-3"}},
        ),
    )

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        return f"{tier_list(rule, scheme, '每单位数量')}{item_clauses(rule, scheme)}"

    def faults(self, rule: Rule, scheme: Scheme) -> Iterable[str]:
        yield from choice_faults(rule)

    def reckon(self, rules: Sequence[Rule], lines: pl.DataFrame, inquiry: Inquiry) -> pl.DataFrame:
        largest = [int(lines[name].abs().max() or 0) for name in ("value", "quantity")]  # type: ignore[arg-type]
        if largest[0] * largest[1] >= 2**63:
            raise QuantityTooLarge("、".join(rule.code for rule in rules))
        product = pl.col("value").fill_null(0) * pl.col("quantity").fill_null(SCALE)
        fine = lines.filter(product % SCALE != 0)
        if not fine.is_empty():
            raise PointsTooFine(fine["event"][0], fine["item"][0])
        raw = product // SCALE
        return lines.with_columns(raw=raw, points=raw)
