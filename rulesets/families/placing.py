"""placing: points by place in a figure, ranked by the platform among who has one."""

from collections.abc import Iterator, Sequence

import polars as pl

from rulesets.engine.frames import AWARDS
from rulesets.engine.numbers import SCALE, scaled
from rulesets.engine.period import PERIOD_KIND_NAMES, PeriodKind
from rulesets.engine.protocols import Axis, Example, Inquiry, PeriodFamily, Stage
from rulesets.engine.scheme import Rule, Scheme
from rulesets.engine.score import standing_lines
from rulesets.engine.tables import DecisionTable
from rulesets.families.figures import FIGURE_FIELDS, figures, ranges_table
from rulesets.families.wording import counted_range, signed

TABLE = "placing"


class Placing(PeriodFamily):
    """First n by place: inside when the competition rank is at most n, so ties share (docs/SEMANTICS.md, 7)."""

    code = "placing"
    name = "按指标名次计分"
    about = "到期按一项指标的名次给分。"
    stage = Stage.STANDING
    has_component = True
    fields = FIGURE_FIELDS
    axes = (Axis.NUMBER,)
    tier_value = "分值"
    tier_number = "名次"
    examples = (
        Example(
            title="学习积分前2名加5分：并列第2名的都加，没有记录的不参加",
            rules=(
                {
                    "code": "C301", "name": "学习积分", "family": "placing", "component": "reward",
                    "params": {"metric": "study", "each": "year"},
                    "tiers": [{"low": "1", "high": "2", "high_included": True, "value": "5"}],
                },
            ),
            given={
                "subjects": ["1001", "1002", "1003", "1004", "1005"],
                "metrics": [
                    {"metric": "study", "period": "2025", "subject": no, "value": value}
                    for no, value in (("1001", "90"), ("1002", "80"), ("1003", "80"), ("1004", "70"))
                ],
            },
            expected={"points_of": {"1001": "5", "1002": "5", "1003": "5", "1004": None, "1005": None}},
        ),
    )  # fmt: skip

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        kind = PERIOD_KIND_NAMES[PeriodKind(rule.params["each"])]
        tiers = "；".join(f"{counted_range(rule, tier)}：{signed(tier.value)}分" for tier in rule.tiers)
        return f"每{kind}按指标“{rule.params['metric']}”从高到低排名，{tiers}；并列的名次相同。"

    def tables(self, rules: Sequence[Rule], scheme: Scheme) -> Iterator[DecisionTable]:
        """Case: the rule and the place in units of 1/10000; decision: the tier's place in its rule."""
        yield ranges_table(TABLE, rules, "place")

    def reckon(
        self, rules: Sequence[Rule], inquiry: Inquiry
    ) -> tuple[pl.DataFrame, Sequence[tuple[str, str]]]:
        (table,) = self.tables(rules, inquiry.scheme)
        pieces = [pl.DataFrame(schema=AWARDS)]
        for rule in rules:
            placed = figures(rule, inquiry).drop_nulls("value")
            placed = placed.with_columns(
                place=SCALE * pl.col("value").rank("min", descending=True).over("event").cast(pl.Int64)
            )
            tiers = inquiry.decide(table, [{"rule": rule.code, "place": place} for place in placed["place"]])
            points = [None if tier is None else scaled(rule.tiers[tier].value or "0") for tier in tiers]
            rewarded = placed.select(
                "subject",
                "event",
                "date",
                tier=pl.Series(tiers, dtype=pl.Int64),
                raw=pl.Series(points, dtype=pl.Int64),
            ).filter(pl.col("raw").is_not_null(), pl.col("raw") != 0)
            pieces.append(standing_lines(rewarded, rule))
        return pl.concat(pieces), ()
