"""clean_period: points for a period without certain events, for who was on the roll all through it."""

from collections.abc import Sequence

import polars as pl

from rulesets.engine.frames import LINES
from rulesets.engine.numbers import scaled
from rulesets.engine.period import PERIOD_KIND_NAMES, PeriodKind
from rulesets.engine.protocols import (
    Example,
    FamilyField,
    FieldKind,
    Inquiry,
    PeriodFamily,
    Stage,
    TargetField,
)
from rulesets.engine.roll import calendar, on_roll_throughout
from rulesets.engine.scheme import Rule, Scheme
from rulesets.engine.score import reached_subjects, standing_lines
from rulesets.families.wording import signed

LATE = {"code": "C111", "name": "迟到", "family": "tiered", "component": "basic"}


class CleanPeriod(PeriodFamily):
    """A period counts when it has ended by the as-of date (community, C101 to C103, C204)."""

    code = "clean_period"
    name = "期间内无某类事项"
    stage = Stage.STANDING
    has_component = True
    fields = (
        FamilyField("each", "按什么期间判定", FieldKind.PERIOD_KIND, required=True),
        FamilyField("value", "分值", FieldKind.DECIMAL, required=True),
    )
    targets = (
        TargetField("without", "期间内没有的事项", "rule", families=("tiered", "quantity"), required=True),
    )
    examples = (
        Example(
            title="每季度没有迟到的加8分：第二季度迟到一次，全年得三次",
            rules=(
                LATE,
                {
                    "code": "C101", "name": "无迟到", "family": "clean_period", "component": "basic",
                    "params": {"each": "quarter", "value": "8"}, "targets": {"without": ["C111"]},
                },
            ),
            given={"events": [{"event": "E1", "date": "2025-05-06", "item": "C111", "subject": "1001"}]},
            expected={
                "raw": {"E1": "0", "@C101:2025Q1": "8", "@C101:2025Q3": "8", "@C101:2025Q4": "8"},
                "points_of": {"1001": "24"},
            },
        ),
    )  # fmt: skip

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        items = "、".join(scheme.rule(code).name for code in rule.targets.get("without", ()))
        kind = PERIOD_KIND_NAMES[PeriodKind(rule.params["each"])]
        return f"整{kind}在册且当{kind}没有{items}的，每{kind}{signed(rule.params['value'])}分。"

    def reckon(
        self, rules: Sequence[Rule], inquiry: Inquiry
    ) -> tuple[pl.DataFrame, Sequence[tuple[str, str]]]:
        pieces = [pl.DataFrame(schema=LINES)]
        for rule in rules:
            parts = calendar(inquiry.period.ended_parts(PeriodKind(rule.params["each"]), inquiry.as_of))
            on_roll = on_roll_throughout(inquiry, parts)
            happened = reached_subjects(inquiry, rule.targets["without"])
            spoilt = happened.join(parts, how="cross").filter(
                pl.col("date") >= pl.col("start"), pl.col("date") <= pl.col("end")
            )
            clean = on_roll.join(spoilt, on=["subject", "period"], how="anti")
            further = clean.select(
                "subject",
                event=pl.format("@{}:{}", pl.lit(rule.code), pl.col("period")),
                date=pl.col("end"),
                raw=pl.lit(scaled(rule.params["value"]), pl.Int64),
            )
            pieces.append(standing_lines(further, rule))
        return pl.concat(pieces), ()
