"""matter 同一事项: what concerns one matter counts once, at its highest (docs/SEMANTICS.md, 8)."""

from collections.abc import Sequence

import polars as pl

from rulesets.engine.frames import CODE, ROW, collected
from rulesets.engine.holding import changed, independent
from rulesets.engine.protocols import Example, Inquiry, LineFamily, Stage, TargetField
from rulesets.engine.scheme import Rule, Scheme

HONOUR = {
    "code": "B601",
    "name": "表彰",
    "family": "tiered",
    "component": "bonus",
    "tiers": [{"level": "provincial", "value": "8"}, {"level": "municipal", "value": "5"}],
}


class Matter(LineFamily):
    code = "matter"
    name = "同一事项计一次"
    about = "几个计分项说到同一件事的，只按分值最高的计一次。"
    stage = Stage.MATTER
    has_component = True
    targets = (TargetField("items", "适用的计分项", "rule", families=("tiered", "quantity"), required=True),)
    examples = (
        Example(
            title="同一事项先获市级、后获省级表彰：只计省级的8分",
            rules=(
                HONOUR,
                {
                    "code": "same",
                    "name": "同一事项",
                    "family": "matter",
                    "component": "bonus",
                    "targets": {"items": ["B601"]},
                },
            ),
            given={
                "events": [
                    {
                        "event": "E1",
                        "date": "2025-03-01",
                        "item": "B601",
                        "subject": "1001",
                        "level": "municipal",
                        "matter": "M1",
                    },
                    {
                        "event": "E2",
                        "date": "2025-05-01",
                        "item": "B601",
                        "subject": "1001",
                        "level": "provincial",
                        "matter": "M1",
                    },
                    {
                        "event": "E3",
                        "date": "2025-06-01",
                        "item": "B601",
                        "subject": "1001",
                        "level": "municipal",
                    },
                ]
            },
            expected={
                "raw": {"E1": "5", "E2": "8", "E3": "5"},
                "points": {"E1": "0", "E2": "8", "E3": "5"},
                "reasons": {"E1": ["matter:E2"], "E2": [], "E3": []},
            },
        ),
    )

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        items = "、".join(f"{code} {scheme.rule(code).name}" for code in rule.targets.get("items", ()))
        return f"{items}：填写了同一事项的，同一对象只按最高分计一次，分数相同的计在先的一次。"

    def reckon(self, rules: Sequence[Rule], lines: pl.DataFrame, inquiry: Inquiry) -> pl.DataFrame:
        for batch in independent(rules, "items"):
            lines = _once(lines, batch)
        return lines


def _once(lines: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    """Keeps, of each subject's own lines about one matter in one component, the highest and of these the first.

    No item stands under two of the rules.
    """
    rule_of = {item: rule.code for rule in rules for item in rule.targets.get("items", ())}
    about = (
        lines.lazy()
        .select("subject", "component", "matter", "item", "points", row=ROW)
        .filter(pl.col("item").is_in(list(rule_of)), pl.col("matter").is_not_null(), pl.col("matter") != "")
        .with_columns(rule=pl.col("item").replace_strict(rule_of, return_dtype=CODE))
    )
    # The row is the place in the order of lines.
    best = pl.col("row").sort_by("points", "row", descending=[True, False]).first()
    others = (
        about.group_by("subject", "component", "matter", "rule")
        .agg("row", best=best)
        .filter(pl.col("row").list.len() > 1)
        .select("row", "best")
        .explode("row")
        .filter(pl.col("row") != pl.col("best"))
        .pipe(collected)
    )
    reason = "matter:" + lines["event"].gather(others["best"])
    return changed(lines, others.select("row", points=pl.lit(0, pl.Int64), reason=reason))
