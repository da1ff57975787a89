"""weighting: a component is the mean of its parts' monthly (quarterly, half-yearly) sheets, at a weight."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

import polars as pl

from rulesets.engine.holding import held
from rulesets.engine.numbers import fraction, unscaled
from rulesets.engine.period import PERIOD_KIND_NAMES, Period, PeriodKind
from rulesets.engine.protocols import (
    Example,
    FamilyField,
    FieldKind,
    Inquiry,
    Sheet,
    Stage,
    Standing,
    SubjectFamily,
)
from rulesets.engine.roll import calendar, on_roll_throughout
from rulesets.engine.scheme import Component, Rule, Scheme
from rulesets.engine.score import component_sums


class Weighting(SubjectFamily):
    """Sheets count when their period has ended by the as-of date and the subject was on the roll throughout.

    Who has no counted sheet is not assessed (township, *Year*).
    """

    code = "weighting"
    name = "各期平均按权重计入"
    about = "各月、各季度或各半年考核表的平均分，按权重计入。"
    stage = Stage.SCORE
    has_component = True
    fields = (
        FamilyField("each", "每张考核表的期间", FieldKind.PERIOD_KIND, required=True),
        FamilyField("percent", "权重（%）", FieldKind.DECIMAL, required=True),
    )
    examples = (
        Example(
            title="半年表基础分100：上半年扣4分、下半年不扣，平均98，按40%计39.2分",
            rules=(
                {"code": "T103", "name": "报表迟报", "family": "tiered", "component": "duty",
                 "tiers": [{"value": "-4"}]},
                {
                    "code": "mean", "name": "平均", "family": "weighting", "component": "sheets",
                    "params": {"each": "half", "percent": "40"},
                },
            ),
            given={
                "components": [
                    {"code": "sheets", "name": "平时"},
                    {"code": "duty", "name": "本职", "parent": "sheets", "base": "100"},
                ],
                "events": [{"event": "E1", "date": "2025-03-01", "item": "T103", "subject": "1001"}],
            },
            expected={"components": {"1001": {"sheets": "39.2"}}},
        ),
    )  # fmt: skip

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        kind = PERIOD_KIND_NAMES[PeriodKind(rule.params["each"])]
        parts = "、".join(part.name for part in _parts(rule, scheme))
        return (
            f"{parts}每{kind}一张表，取各{kind}得分的平均，按{rule.params['percent']}%计入；"
            f"只计已结束且整{kind}在册的{kind}。"
        )

    def faults(self, rule: Rule, scheme: Scheme) -> Iterable[str]:
        if not _parts(rule, scheme):
            yield "所属构成部分没有下级部分：请先设置组成考核表的各部分。"
        if "percent" in rule.params and not 0 < fraction(rule.params["percent"]) <= 100:
            yield "权重须大于0、不超过100。"

    def reckon(self, rules: Sequence[Rule], standings: Sequence[Standing], inquiry: Inquiry) -> None:
        for rule in rules:
            assert rule.component is not None
            kind = PeriodKind(rule.params["each"])
            add_sheets(_parts(rule, inquiry.scheme), kind, standings, inquiry)
            for standing in standings:
                totals = [sheet.total for sheet in standing.sheets.values()]
                if not totals:
                    standing.flags.add("not_assessed")
                    continue
                mean = sum(totals, Fraction(0)) / len(totals)
                standing.components[rule.component] += mean * fraction(rule.params["percent"]) / 100


def _parts(rule: Rule, scheme: Scheme) -> list[Component]:
    return [component for component in scheme.components if component.parent == rule.component]


def add_sheets(
    parts: Sequence[Component], kind: PeriodKind, standings: Sequence[Standing], inquiry: Inquiry
) -> None:
    """Gives each standing its counted sheets: base and lines of the parts in each ended sub-period."""
    periods = inquiry.period.ended_parts(kind, inquiry.as_of)
    counted = set(on_roll_throughout(inquiry, calendar(periods)).select("subject", "period").iter_rows())
    sums = {period: _sums(inquiry, period, parts) for period in periods}
    nothing = [0] * len(parts)
    for standing in standings:
        for period in periods:
            if (standing.subject, period.code) in counted:
                standing.sheets[period.code] = Sheet(
                    {
                        part.code: _on_sheet(part, fraction(part.base_in(kind)) + unscaled(points), inquiry)
                        for part, points in zip(
                            parts, sums[period].get(standing.subject, nothing), strict=True
                        )
                    }
                )


def _on_sheet(part: Component, value: Fraction, inquiry: Inquiry) -> Fraction:
    """What stands on the sheet: held there too, since a base by itself may be over (from reckoning 2 on)."""
    return held(part, value) if inquiry.scheme.reckoning >= 2 else value


def _sums(inquiry: Inquiry, period: Period, parts: Sequence[Component]) -> dict[str, Sequence[int]]:
    within = inquiry.lines.filter(pl.col("date") >= period.start, pl.col("date") <= period.end)
    return component_sums(within, [part.code for part in parts])
