"""quantity: points a unit of what is counted (days, faults, cases), also signed."""

from collections.abc import Iterable, Sequence

import polars as pl

from rulesets.engine.numbers import SCALE, fraction, scaled
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
        super().__init__(
            f"事项 {event}（{item}）的数量乘以分值后小数超过四位，请核对数量。"
            "按比例折算本来就除不尽的（如按月份折算），改用“按完成率计分”，折算前的数量作为指标登记。"
        )


class QuantityTooLarge(ValueError):
    """Quantities and points so large that their product leaves the range of exact reckoning."""

    def __init__(self, items: str) -> None:
        super().__init__(f"计分项 {items} 的数量或分值过大，无法准确核算，请核对数量。")


COUNTINGS = (("full", "每满一个单位"), ("begun", "不足一个单位按一个计"), ("exact", "按比例"))
SIDES = (("over", "超过标准的部分"), ("under", "不足标准的部分"))


class Quantity(LineFamily):
    """Points × quantity; or × the steps that the quantity is over or under a mark, full, begun, or exact.

    Up to the mark itself there is no step.
    """

    code = "quantity"
    name = "按数量计分"
    about = "一件事项的数量乘以每单位的分值，如旷工几天、办件几件。"
    stage = Stage.AWARD
    is_item = True
    has_component = True
    fields = (
        *ITEM_FIELDS,
        FamilyField("signed", "数量可以为负", FieldKind.BOOLEAN),
        FamilyField(
            "counting", "零头怎么计", FieldKind.CHOICE, choices=COUNTINGS, help="不填表示数量乘以分值。"
        ),
        FamilyField("unit", "多少为一个单位", FieldKind.DECIMAL, help="不填为1。"),
        FamilyField("mark", "标准数量", FieldKind.DECIMAL, help="不填为0。"),
        FamilyField("side", "计哪一部分", FieldKind.CHOICE, choices=SIDES, help="不填为超过标准的部分。"),
    )
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
        Example(
            title="超过20件的，每满5件加1分：31件超11件，满两次加2分；20件不加",
            rules=(
                {
                    "code": "Q",
                    "name": "办件",
                    "family": "quantity",
                    "component": "bonus",
                    "params": {"counting": "full", "unit": "5", "mark": "20"},
                    "tiers": [{"value": "1"}],
                },
            ),
            given={
                "events": [
                    {"event": "E1", "item": "Q", "subject": "1001", "quantity": "31"},
                    {"event": "E2", "item": "Q", "subject": "1001", "quantity": "20"},
                ]
            },
            expected={"raw": {"E1": "2", "E2": "0"}},
        ),
        Example(
            title="迟交每3天（不足3天按3天计）扣1分：4天扣2分；学习不足40学时的，每少1学时扣0.5分：37.5学时扣1.25分",
            rules=(
                {
                    "code": "D",
                    "name": "迟交",
                    "family": "quantity",
                    "component": "daily",
                    "params": {"counting": "begun", "unit": "3"},
                    "tiers": [{"value": "-1"}],
                },
                {
                    "code": "H",
                    "name": "学时",
                    "family": "quantity",
                    "component": "daily",
                    "params": {"counting": "exact", "mark": "40", "side": "under"},
                    "tiers": [{"value": "-0.5"}],
                },
            ),
            given={
                "events": [
                    {"event": "E1", "item": "D", "subject": "1001", "quantity": "4"},
                    {"event": "E2", "item": "H", "subject": "1001", "quantity": "37.5"},
                ]
            },
            expected={"raw": {"E1": "-2", "E2": "-1.25"}},
        ),
    )

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        return f"{tier_list(rule, scheme, _each(rule))}{item_clauses(rule, scheme)}"

    def faults(self, rule: Rule, scheme: Scheme) -> Iterable[str]:
        yield from choice_faults(rule)
        if "counting" not in rule.params and any(code in rule.params for code in ("unit", "mark", "side")):
            yield "填写了单位、标准或部分，但没有选定“零头怎么计”：请选定，或者删去。"
        if "unit" in rule.params and fraction(rule.params["unit"]) <= 0:
            yield "“多少为一个单位”须大于0。"

    def reckon(self, rules: Sequence[Rule], lines: pl.DataFrame, inquiry: Inquiry) -> pl.DataFrame:
        steps = {rule.code: rule for rule in rules if "counting" in rule.params}
        plain_lines = lines.filter(~pl.col("item").is_in(list(steps)))
        pieces = [_times(plain_lines, pl.col("quantity").fill_null(SCALE), SCALE, rules)]
        for code, rule in steps.items():
            own = lines.filter(pl.col("item") == code)
            pieces.append(_times(own, *_count(rule), rules))
        return pl.concat(pieces)


def _each(rule: Rule) -> str:
    """What a tier's points are for, as a phrase that stands before them."""
    p = rule.params
    if "counting" not in p:
        return "每单位数量"
    unit = p.get("unit", "1")
    side = "不足" if p.get("side") == "under" else "超过"
    part = f"数量{side}{p['mark']}的部分，" if "mark" in p else "数量"
    return {
        "full": f"{part}每满{unit}计",
        "begun": f"{part}每{unit}（不足{unit}的按{unit}）计",
        "exact": f"{part}每{unit}（零头按比例）计",
    }[p["counting"]]


def _count(rule: Rule) -> tuple[pl.Expr, int]:
    """How often the points count, as numerator and denominator: whole steps, or exactly."""
    unit, mark = scaled(rule.params.get("unit", "1")), scaled(rule.params.get("mark", "0"))
    quantity = pl.col("quantity").fill_null(SCALE)
    beyond = mark - quantity if rule.params.get("side") == "under" else quantity - mark
    beyond = pl.max_horizontal(beyond, 0)
    match rule.params["counting"]:
        case "full":
            return beyond // unit, 1
        case "begun":
            return (beyond + unit - 1) // unit, 1
        case _:
            return beyond, unit


def _times(lines: pl.DataFrame, count: pl.Expr, denominator: int, rules: Sequence[Rule]) -> pl.DataFrame:
    """The lines with raw = value × count ÷ denominator. Raises PointsTooFine, QuantityTooLarge."""
    counted = lines.with_columns(count=count)
    largest = [int(counted[name].abs().max() or 0) for name in ("value", "count")]  # type: ignore[arg-type]
    if largest[0] * largest[1] >= 2**63:
        raise QuantityTooLarge("、".join(rule.code for rule in rules))
    product = pl.col("value").fill_null(0) * pl.col("count")
    fine = counted.filter(product % denominator != 0)
    if not fine.is_empty():
        raise PointsTooFine(fine["event"][0], fine["item"][0])
    raw = product // denominator
    return counted.with_columns(raw=raw).drop("count")
