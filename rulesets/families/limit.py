"""limit 限额: what items may give or take at most in a period."""

from collections.abc import Iterable, Sequence

import polars as pl

from rulesets.engine import holding
from rulesets.engine.corrections import LIMIT_ORDER
from rulesets.engine.frames import CODE, ROW
from rulesets.engine.holding import by_segment, independent, take_back
from rulesets.engine.numbers import fraction, scaled
from rulesets.engine.period import PERIOD_KIND_NAMES
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

EACH = (*((kind.value, f"每{name}") for kind, name in PERIOD_KIND_NAMES.items()), ("event", "每件事项"))
SIDES = (("gain", "加分"), ("loss", "扣分"))
# What names the sub-period of a line's date; an event is named by itself.
SUB_PERIODS = {"event": pl.col("event"), **{kind.value: day for kind, day in holding.SUB_PERIODS.items()}}
CRITICISED = {
    "code": "C104", "name": "通报批评", "family": "tiered", "component": "basic", "tiers": [{"value": "-5"}],
}  # fmt: skip


class Limit(LineFamily):
    """Holds the items' gains (or losses) in each sub-period; the last lines give way (docs/SEMANTICS.md, 4)."""

    code = "limit"
    name = "计分项限额"
    about = "几个计分项在一个期间内，合计最多加几分或扣几分。"
    stage = Stage.LIMIT
    fields = (
        FamilyField("each", "按什么限定", FieldKind.CHOICE, required=True, choices=EACH),
        FamilyField("side", "限定什么", FieldKind.CHOICE, required=True, choices=SIDES),
        FamilyField("most", "最多几分", FieldKind.DECIMAL, required=True),
    )
    targets = (TargetField("items", "限定的计分项", "rule", families=("tiered", "quantity"), required=True),)
    examples = (
        Example(
            title="通报批评每月最多扣5分：同月第二次不再扣，下月照扣",
            rules=(
                CRITICISED,
                {
                    "code": "once_a_month", "name": "每月一次", "family": "limit",
                    "params": {"each": "month", "side": "loss", "most": "5"}, "targets": {"items": ["C104"]},
                },
            ),
            given={"events": [
                {"event": "E1", "date": "2025-03-02", "item": "C104", "subject": "1001"},
                {"event": "E2", "date": "2025-03-20", "item": "C104", "subject": "1001"},
                {"event": "E3", "date": "2025-04-01", "item": "C104", "subject": "1001"},
            ]},
            expected={
                "points": {"E1": "-5", "E2": "0", "E3": "-5"},
                "reasons": {"E1": [], "E2": ["limit:C104"], "E3": []},
            },
        ),
        Example(
            title="一件事项中两个计分项合计最多加6分：加5分和3分的共计6分，另一件不受影响",
            rules=(
                {"code": "A", "name": "承办", "family": "tiered", "component": "bonus", "tiers": [{"value": "5"}]},
                {"code": "B", "name": "协办", "family": "tiered", "component": "bonus", "tiers": [{"value": "3"}]},
                {
                    "code": "one", "name": "单件限额", "family": "limit",
                    "params": {"each": "event", "side": "gain", "most": "6"}, "targets": {"items": ["A", "B"]},
                },
            ),
            given={"events": [
                {"event": "E1", "item": "A", "subject": "1001"}, {"event": "E1", "item": "B", "subject": "1001"},
                {"event": "E2", "item": "B", "subject": "1001"},
            ]},
            expected={"points": {"E1": "1", "E2": "3"}, "points_of": {"1001": "9"}},
        ),
    )  # fmt: skip

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        items = "、".join(f"{code} {scheme.rule(code).name}" for code in rule.targets.get("items", ()))
        each = dict(EACH)[rule.params["each"]]
        together = "合计" if len(rule.targets.get("items", ())) > 1 else ""
        return f"{items}：{each}{together}{dict(SIDES)[rule.params['side']]}最多{rule.params['most']}分。"

    def faults(self, rule: Rule, scheme: Scheme) -> Iterable[str]:
        if "most" in rule.params and fraction(rule.params["most"]) < 0:
            yield "“最多几分”须为0或以上，扣分也填正数。"

    def reckon(self, rules: Sequence[Rule], lines: pl.DataFrame, inquiry: Inquiry) -> pl.DataFrame:
        if inquiry.scheme.reckoning >= 2:
            # What a month takes back no longer counts towards the year, wherever the records stand.
            rules = sorted(rules, key=lambda rule: LIMIT_ORDER.index(rule.params["each"]))
        for batch in independent(rules, "items"):
            lines = _held(batch, lines)
        return lines


def _held(rules: Sequence[Rule], lines: pl.DataFrame) -> pl.DataFrame:
    """The lines within the limits; no item stands under two of them."""
    limit_of = {item: rule.code for rule in rules for item in rule.targets["items"]}
    sub_period = pl.lit(None, pl.String)
    for each in sorted({rule.params["each"] for rule in rules}):
        codes = [rule.code for rule in rules if rule.params["each"] == each]
        named = SUB_PERIODS[each].cast(pl.String)
        sub_period = pl.when(pl.col("limit").is_in(codes)).then(named).otherwise(sub_period)
    own = (
        lines.lazy()
        .select("subject", "date", "event", "item", "points", row=ROW)
        .filter(pl.col("item").is_in(list(limit_of)))
        .with_columns(limit=pl.col("item").replace_strict(limit_of, return_dtype=CODE))
        .with_columns(sub_period=sub_period)
    )
    over = pl.col("changing") - pl.col("most")
    held = (
        by_segment(own, ["subject", "limit", "sub_period"])
        .join(_bounds(rules).lazy(), on="limit")
        .with_columns(changing=pl.when(pl.col("sign") > 0).then("gained").otherwise("lost"))
        .filter(over > 0)
        .select("rows", "points", "sign", "changing", "reason", over=over)
    )
    return take_back(lines, held)


def _bounds(rules: Sequence[Rule]) -> pl.DataFrame:
    """Columns limit, sign, most, reason: one row a rule."""
    rows = []
    for rule in rules:
        items = rule.targets["items"]
        sign = 1 if rule.params["side"] == "gain" else -1
        reason = f"limit:{items[0] if len(items) == 1 else rule.code}"
        rows.append((rule.code, sign, scaled(rule.params["most"]), reason))
    schema = {"limit": CODE, "sign": pl.Int64, "most": pl.Int64, "reason": CODE}
    return pl.DataFrame(rows, schema=schema, orient="row")
