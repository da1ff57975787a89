"""clean_period: points for a period without certain events, for who was on the roll all through it."""

from collections.abc import Iterable, Sequence

import polars as pl

from rulesets.engine.frames import AWARDS
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
    """A period counts when it has ended by the as-of date (community, C101 to C103, C204).

    A streak is counted within the assessed period, and each full one gives its line at its last period.
    """

    code = "clean_period"
    name = "期间内无某类事项"
    about = "一个期间内没有发生某类事项的，给几分。"
    stage = Stage.STANDING
    has_component = True
    fields = (
        FamilyField("each", "按什么期间判定", FieldKind.PERIOD_KIND, required=True),
        FamilyField("value", "分值", FieldKind.DECIMAL, required=True),
        FamilyField("streak", "连续几期计一次", FieldKind.INTEGER, help="不填表示每期计一次。"),
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
        Example(
            title="连续三个月没有迟到的加2分：5月迟到，1至3月、6至8月、9至11月各得一次，4月和12月接不上",
            rules=(
                LATE,
                {
                    "code": "S", "name": "连续无迟到", "family": "clean_period", "component": "basic",
                    "params": {"each": "month", "value": "2", "streak": 3}, "targets": {"without": ["C111"]},
                },
            ),
            given={"events": [{"event": "E1", "date": "2025-05-06", "item": "C111", "subject": "1001"}]},
            expected={
                "raw": {"E1": "0", "@S:2025-03": "2", "@S:2025-08": "2", "@S:2025-11": "2"},
                "points_of": {"1001": "6"},
            },
        ),
    )  # fmt: skip

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        items = "、".join(scheme.rule(code).name for code in rule.targets.get("without", ()))
        kind = PERIOD_KIND_NAMES[PeriodKind(rule.params["each"])]
        points = f"{signed(rule.params['value'])}分"
        if "streak" in rule.params:
            return f"整{kind}在册且没有{items}的，每连续{rule.params['streak']}个{kind}{points}，中断后重新起算。"
        return f"整{kind}在册且当{kind}没有{items}的，每{kind}{points}。"

    def faults(self, rule: Rule, scheme: Scheme) -> Iterable[str]:
        if "streak" in rule.params and int(rule.params["streak"]) < 2:
            yield "“连续几期计一次”须为2或以上；每期计一次的，请不填。"

    def reckon(
        self, rules: Sequence[Rule], inquiry: Inquiry
    ) -> tuple[pl.DataFrame, Sequence[tuple[str, str]]]:
        pieces = [pl.DataFrame(schema=AWARDS)]
        for rule in rules:
            parts = calendar(inquiry.period.ended_parts(PeriodKind(rule.params["each"]), inquiry.as_of))
            on_roll = on_roll_throughout(inquiry, parts)
            happened = reached_subjects(inquiry, rule.targets["without"])
            spoilt = happened.join(parts, how="cross").filter(
                pl.col("date") >= pl.col("start"), pl.col("date") <= pl.col("end")
            )
            clean = on_roll.join(spoilt, on=["subject", "period"], how="anti")
            if "streak" in rule.params:
                clean = completing(clean, parts, int(rule.params["streak"]))
            further = clean.select(
                "subject",
                event=pl.format("@{}:{}", pl.lit(rule.code), pl.col("period")),
                date=pl.col("end"),
                raw=pl.lit(scaled(rule.params["value"]), pl.Int64),
            )
            pieces.append(standing_lines(further, rule))
        return pl.concat(pieces), ()


def completing(clean: pl.DataFrame, parts: pl.DataFrame, streak: int) -> pl.DataFrame:
    """Of the clean periods those that complete a streak: each `streak`th in an unbroken row.

    `clean` has the columns subject and period, `parts` as `calendar` makes it, in order.
    """
    places = parts.select("period", place=pl.int_range(pl.len(), dtype=pl.Int64))
    ordered = clean.join(places, on="period").sort("subject", "place")
    # Consecutive places less their running number are the same all through an unbroken row.
    unbroken = pl.col("place") - pl.int_range(pl.len(), dtype=pl.Int64).over("subject")
    nth = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("subject", "unbroken")
    return ordered.with_columns(unbroken=unbroken).filter(nth % streak == 0).select(clean.columns)
