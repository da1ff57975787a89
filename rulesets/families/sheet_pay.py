"""sheet_pay: money by the sheet of each sub-period (township, *Monthly money*)."""

import datetime
from collections.abc import Iterable, Sequence
from fractions import Fraction

import polars as pl

from rulesets.engine.numbers import fraction, plain, unscaled
from rulesets.engine.period import PERIOD_KIND_NAMES, Period, PeriodKind
from rulesets.engine.protocols import (
    Example,
    FamilyField,
    FieldKind,
    Inquiry,
    Stage,
    Standing,
    SubjectFamily,
    TargetField,
)
from rulesets.engine.scheme import Rule, Scheme


class SheetPay(SubjectFamily):
    """amount − rate × (full − sheet's total) − the office's deduction, between 0 and the amount.

    From the sub-period of the first veto of the year on it is 0.
    """

    code = "sheet_pay"
    name = "按期考核奖"
    about = "每张考核表按得分发放考核奖，满分发全额，每少一分扣若干元。"
    stage = Stage.OUTCOME
    looks_back = True
    counts = True
    fields = (
        FamilyField("each", "每张考核表的期间", FieldKind.PERIOD_KIND, required=True),
        FamilyField("amount", "满分时的金额（元）", FieldKind.DECIMAL, required=True),
        FamilyField("full", "满分", FieldKind.DECIMAL, required=True),
        FamilyField("rate", "每少一分扣（元）", FieldKind.DECIMAL, required=True),
        FamilyField("metric", "另行扣款的指标编码", FieldKind.TEXT),
    )
    targets = (TargetField("vetoed", "取消发放的一票否决", "rule", families=("veto",)),)
    examples = (
        Example(
            title="每月满分100发600元，每少1分扣20元：97分发540元，另扣30元的发510元",
            rules=(
                {"code": "T103", "name": "报表迟报", "family": "tiered", "component": "duty",
                 "tiers": [{"value": "-3"}]},
                {
                    "code": "mean", "name": "平均", "family": "weighting", "component": "sheets",
                    "params": {"each": "half", "percent": "100"},
                },
                {
                    "code": "pay", "name": "考核奖", "family": "sheet_pay",
                    "params": {"each": "half", "amount": "600", "full": "100", "rate": "20", "metric": "deduction"},
                },
            ),
            given={
                "components": [
                    {"code": "sheets", "name": "平时"},
                    {"code": "duty", "name": "本职", "parent": "sheets", "base": "100"},
                ],
                "events": [{"event": "E1", "date": "2025-03-01", "item": "T103", "subject": "1001"}],
                "metrics": [{"metric": "deduction", "period": "2025H2", "subject": "1001", "value": "30"}],
            },
            expected={"sheets": {"1001": {"2025H1": {"pay": "540"}, "2025H2": {"pay": "570"}}}},
        ),
    )  # fmt: skip

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        p = rule.params
        kind = PERIOD_KIND_NAMES[PeriodKind(p["each"])]
        deduction = f"，再减指标“{p['metric']}”的金额" if p.get("metric") else ""
        veto = "；有一票否决的，从当期起不发" if rule.targets.get("vetoed") else ""
        return (
            f"每{kind}满分{p['full']}分发{p['amount']}元，每少一分扣{p['rate']}元{deduction}，"
            f"最多{p['amount']}元，最少0元{veto}。"
        )

    def faults(self, rule: Rule, scheme: Scheme) -> Iterable[str]:
        for code, label in (("amount", "满分时的金额"), ("rate", "每少一分扣")):
            if code in rule.params and fraction(rule.params[code]) < 0:
                yield f"“{label}”须为0或以上。"

    def reckon(self, rules: Sequence[Rule], standings: Sequence[Standing], inquiry: Inquiry) -> None:
        for rule in rules:
            kind = PeriodKind(rule.params["each"])
            deductions = _deductions(rule, inquiry)
            vetoed_from = _vetoed_from(rule, inquiry)
            for period in inquiry.period.ended_parts(kind, inquiry.as_of):
                for standing in standings:
                    total = _sheet_total(standing, period, inquiry)
                    if total is None:
                        continue
                    veto = vetoed_from.get(standing.subject)
                    barred = veto is not None and veto <= period.end
                    deduction = deductions.get((standing.subject, period.code), Fraction(0))
                    pay = plain(Fraction(0) if barred else _pay(rule, total, deduction))
                    own = (
                        standing.outcomes
                        if kind == inquiry.period.kind
                        else standing.sheets[period.code].outcomes
                    )
                    own[rule.code] = pay


def _sheet_total(standing: Standing, period: Period, inquiry: Inquiry) -> Fraction | None:
    if period.kind == inquiry.period.kind:
        return standing.total
    return standing.sheets[period.code].total if period.code in standing.sheets else None


def _pay(rule: Rule, total: Fraction, deduction: Fraction) -> Fraction:
    amount, full, rate = (fraction(rule.params[code]) for code in ("amount", "full", "rate"))
    return max(Fraction(0), min(amount, amount - rate * (full - total) - deduction))


def _deductions(rule: Rule, inquiry: Inquiry) -> dict[tuple[str, str], Fraction]:
    own = inquiry.frames.metrics.filter(pl.col("metric") == rule.params.get("metric", ""))
    return {
        (subject, period): unscaled(value)
        for subject, period, value in own.select("subject", "period", "value").iter_rows()
    }


def _vetoed_from(rule: Rule, inquiry: Inquiry) -> dict[str, datetime.date]:
    own = inquiry.vetoes.filter(pl.col("item").is_in(list(rule.targets.get("vetoed", ()))))
    return dict(own.group_by("subject").agg(pl.col("date").min()).iter_rows())
