"""factor: the points of a group count at a factor (those away from home count half)."""

from collections.abc import Iterable, Sequence

import polars as pl

from rulesets.engine.frames import LINES, REASON_SEPARATOR, collected
from rulesets.engine.numbers import SCALE, fraction, scaled
from rulesets.engine.protocols import (
    Example,
    FamilyField,
    FieldKind,
    Inquiry,
    LineFamily,
    Stage,
    TargetField,
)
from rulesets.engine.scheme import Rule, Scheme
from rulesets.engine.score import with_posts
from rulesets.families.quantity import PointsTooFine, QuantityTooLarge

SIDES = (("gain", "加分"), ("loss", "扣分"))
LARGEST_FACTOR = 100
ITEM = {"code": "A", "name": "走访", "family": "tiered", "component": "work", "tiers": [{"value": "3"}]}


class FactoredPointsTooFine(PointsTooFine):
    """Points times a factor need more than four decimals."""

    def __init__(self, event: str, item: str) -> None:
        super(PointsTooFine, self).__init__(
            f"事项 {event}（{item}）的分值乘以系数后小数超过四位，请改用小数位数更少的系数或分值。"
        )


class Factor(LineFamily):
    """The line keeps its raw points, its points are multiplied, and it says so: `factor:RULE`.

    The group is that of the main appointment on the line's date (docs/SEMANTICS.md, 10). Several factors
    multiply one after the other. Matters, limits, floors and ceilings read the multiplied points.
    """

    code = "factor"
    name = "分组系数"
    about = "某些分组的加分、扣分乘以系数，如外派人员减半。"
    stage = Stage.FACTOR
    fields = (
        FamilyField("factor", "系数", FieldKind.DECIMAL, required=True),
        FamilyField("groups", "适用分组", FieldKind.GROUPS, required=True),
        FamilyField(
            "side", "只对加分或扣分", FieldKind.CHOICE, choices=SIDES, help="不填表示加分、扣分都适用。"
        ),
    )
    targets = (
        TargetField(
            "items", "适用的计分项（不选表示全部）", "rule",
            families=("tiered", "quantity", "escalation", "threshold", "shortfall", "placing", "clean_period"),
        ),
    )  # fmt: skip
    examples = (
        Example(
            title="外派人员减半计分：同样的3分，外派的计1.5分",
            rules=(
                ITEM,
                {
                    "code": "half", "name": "外派减半", "family": "factor",
                    "params": {"factor": "0.5", "groups": ["away"]},
                },
            ),
            given={
                "groups": {"1001": "away", "1002": "home"},
                "events": [
                    {"event": "E1", "item": "A", "subject": "1001"},
                    {"event": "E2", "item": "A", "subject": "1002"},
                ],
            },
            expected={
                "raw": {"E1": "3", "E2": "3"},
                "points": {"E1": "1.5", "E2": "3"},
                "reasons": {"E1": ["factor:half"], "E2": []},
            },
        ),
    )  # fmt: skip

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        groups = "、".join(scheme.name_of("group", code) for code in rule.params["groups"])
        items = "、".join(scheme.rule(code).name for code in rule.targets.get("items", ())) or "各项"
        side = dict(SIDES).get(rule.params.get("side", ""), "得分")
        return f"{groups}的{items}{side}乘以{rule.params['factor']}。"

    def faults(self, rule: Rule, scheme: Scheme) -> Iterable[str]:
        if "factor" in rule.params and not 0 <= fraction(rule.params["factor"]) <= LARGEST_FACTOR:
            yield f"系数须在0至{LARGEST_FACTOR}之间。"

    def reckon(self, rules: Sequence[Rule], lines: pl.DataFrame, inquiry: Inquiry) -> pl.DataFrame:
        """Raises FactoredPointsTooFine, QuantityTooLarge."""
        lines = collected(with_posts(lines.lazy(), inquiry.frames.appointments))
        for rule in rules:
            lines = _multiplied(rule, lines)
        return lines.select(list(LINES))


def _multiplied(rule: Rule, lines: pl.DataFrame) -> pl.DataFrame:
    own = pl.col("group").is_in(rule.params["groups"]) & (pl.col("points") != 0)
    if items := rule.targets.get("items"):
        own = own & pl.col("item").is_in(list(items))
    if side := rule.params.get("side"):
        own = own & (pl.col("points") > 0 if side == "gain" else pl.col("points") < 0)
    factor = scaled(rule.params["factor"])
    if int(lines["points"].abs().max() or 0) * factor >= 2**63:  # type: ignore[arg-type]
        raise QuantityTooLarge("、".join(rule.targets.get("items", ())) or rule.code)
    product = pl.col("points") * factor
    fine = lines.filter(own, product % SCALE != 0)
    if not fine.is_empty():
        raise FactoredPointsTooFine(fine["event"][0], fine["item"][0])
    with_reason = pl.concat_str(
        "reasons", pl.lit(f"factor:{rule.code}"), separator=REASON_SEPARATOR, ignore_nulls=True
    )
    own = own.fill_null(False)
    return lines.with_columns(
        points=pl.when(own).then(product // SCALE).otherwise(pl.col("points")),
        reasons=pl.when(own).then(with_reason).otherwise(pl.col("reasons")),
    )
