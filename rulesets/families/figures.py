"""What families share that judge a figure on record in the sub-periods of a period."""

from collections.abc import Mapping, Sequence

import polars as pl

from rulesets.engine.conditions import Comparison, Operator
from rulesets.engine.decide import range_comparisons
from rulesets.engine.frames import ordered_by
from rulesets.engine.period import Period, PeriodKind
from rulesets.engine.protocols import FamilyField, FieldKind, Inquiry
from rulesets.engine.scheme import Rule
from rulesets.engine.tables import DecisionRule, DecisionTable

FIGURE_FIELDS = (
    FamilyField("metric", "指标编码", FieldKind.TEXT, required=True, help="指标表格中“指标”一栏填写的编码。"),
    FamilyField("each", "按什么期间判定", FieldKind.PERIOD_KIND, required=True),
)


def figures(rule: Rule, inquiry: Inquiry) -> pl.DataFrame:
    """One row an assessed subject and ended sub-period: subject, event, date (its last day), value.

    `value` in units of 1/10000, None where no figure is on record; `event` is `@RULE:PERIOD`.
    """
    parts = judged_periods(rule, inquiry)
    calendar = pl.DataFrame(
        [(part.code, f"@{rule.code}:{part.code}", part.end) for part in parts],
        schema={"period": pl.String, "event": pl.String, "date": pl.Date},
        orient="row",
    )
    own = inquiry.frames.metrics.filter(pl.col("metric") == rule.params["metric"])
    asked = inquiry.assessed.select("subject").join(calendar, how="cross")
    found = asked.join(own.select("period", "subject", "value"), on=["subject", "period"], how="left")
    return ordered_by(found.select("subject", "event", "date", "value"), ["subject", "date"])


def judged_periods(rule: Rule, inquiry: Inquiry) -> tuple[Period, ...]:
    """The ended periods whose figure the rule judges: those that the assessed one consists of.

    Assessed for a shorter period, the rule judges the longer one that ends with it (a half's figure in its last
    month); a rule that should not names the periods that it stands in.
    """
    kind = PeriodKind(rule.params["each"])
    longer = inquiry.period.closing(kind)
    if longer is not None:
        return (longer,) if longer.end <= inquiry.as_of else ()
    return inquiry.period.ended_parts(kind, inquiry.as_of)


def missing_flags(rule: Rule, found: pl.DataFrame) -> list[tuple[str, str]]:
    """(subject, `figure_missing:RULE`) once for each subject that lacks a figure."""
    subjects = found.filter(pl.col("value").is_null())["subject"].unique().sort()
    return [(subject, f"figure_missing:{rule.code}") for subject in subjects]


def figures_of(inquiry: Inquiry, metric: str) -> Mapping[tuple[str, str], int]:
    """(subject, period) → the figure on record of this metric, in units of 1/10000; missing ones are left out."""
    own = inquiry.frames.metrics.filter(pl.col("metric") == metric)
    return {
        (subject, period): value
        for subject, period, value in own.select("subject", "period", "value").iter_rows()
    }


def ranges_table(name: str, rules: Sequence[Rule], field: str) -> DecisionTable:
    """The rules' tiers as ranges of one number, in units of 1/10000.

    Case: the rule's code under `rule`, and the number under `field`; decision: the tier's place in its rule.
    """
    decisions = tuple(
        DecisionRule(
            rule.tier_record(index),
            (Comparison("rule", Operator.EQUAL, rule.code), *range_comparisons(tier, field)),
            index,
        )
        for rule in rules
        for index, tier in enumerate(rule.tiers)
    )
    return DecisionTable(name, (("rule", str), (field, int)), decisions, partition="rule")
