"""threshold: points when a figure on record passes a mark; judged also where it gives 0."""

from collections.abc import Iterator, Sequence

import polars as pl

from rulesets.engine.frames import AWARDS
from rulesets.engine.numbers import scaled
from rulesets.engine.period import PERIOD_KIND_NAMES, PeriodKind
from rulesets.engine.protocols import Axis, Example, Inquiry, PeriodFamily, Stage
from rulesets.engine.scheme import Rule, Scheme
from rulesets.engine.score import standing_lines
from rulesets.engine.tables import DecisionTable
from rulesets.families.figures import FIGURE_FIELDS, figures, missing_flags, ranges_table
from rulesets.families.wording import number_range, signed

TABLE = "threshold"


class Threshold(PeriodFamily):
    code = "threshold"
    name = "指标达标"
    about = "到期看一项指标落在哪一段，按段加分或扣分。"
    stage = Stage.STANDING
    has_component = True
    fields = FIGURE_FIELDS
    axes = (Axis.NUMBER,)
    tier_value = "分值"
    tier_number = "指标数值"
    examples = (
        Example(
            title="全年笔记不足10000字扣2分，正好10000字不扣，没有记录的不扣并提示",
            rules=(
                {
                    "code": "B103",
                    "name": "笔记",
                    "family": "threshold",
                    "component": "study",
                    "params": {"metric": "notes", "each": "year"},
                    "tiers": [{"high": "10000", "value": "-2"}],
                },
            ),
            given={
                "subjects": ["1001", "1002", "1003"],
                "metrics": [
                    {"metric": "notes", "period": "2025", "subject": "1001", "value": "9999"},
                    {"metric": "notes", "period": "2025", "subject": "1002", "value": "10000"},
                ],
            },
            expected={
                "points_of": {"1001": "-2", "1002": "0"},
                "flags": {"1001": [], "1002": [], "1003": ["figure_missing:B103"]},
            },
        ),
    )

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        kind = PERIOD_KIND_NAMES[PeriodKind(rule.params["each"])]
        tiers = "；".join(f"{number_range(tier)}：{signed(tier.value)}分" for tier in rule.tiers)
        return f"每{kind}按指标“{rule.params['metric']}”判定，{tiers}；没有记录的不计分并提示。"

    def tables(self, rules: Sequence[Rule], scheme: Scheme) -> Iterator[DecisionTable]:
        """Case: the rule and the figure in units of 1/10000; decision: the tier's place in its rule."""
        yield ranges_table(TABLE, rules, "value")

    def reckon(
        self, rules: Sequence[Rule], inquiry: Inquiry
    ) -> tuple[pl.DataFrame, Sequence[tuple[str, str]]]:
        (table,) = self.tables(rules, inquiry.scheme)
        pieces, flags = [pl.DataFrame(schema=AWARDS)], []
        for rule in rules:
            found = figures(rule, inquiry)
            flags += missing_flags(rule, found)
            judged = found.drop_nulls("value")
            tiers = inquiry.decide(table, [{"rule": rule.code, "value": value} for value in judged["value"]])
            points = [0 if tier is None else scaled(rule.tiers[tier].value or "0") for tier in tiers]
            judged = judged.drop("value").with_columns(
                tier=pl.Series(tiers, dtype=pl.Int64), raw=pl.Series(points, dtype=pl.Int64)
            )
            pieces.append(standing_lines(judged, rule))
        return pl.concat(pieces), flags
