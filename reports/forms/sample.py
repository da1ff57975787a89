"""A made-up result of a scheme, so that its papers can be seen before anybody was assessed by it."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from reports.forms.source import Particulars, Source
from rulesets.engine.numbers import plain
from rulesets.engine.period import Period, PeriodKind
from rulesets.engine.scheme import Component, Rule, Scheme

NAMES = ("张三", "李四", "欧阳小五", "赵六")
DEPARTMENTS = ("办公室", "业务一科", "业务二科", "综合科")
# Families whose tiers give the points of an event.
ITEMS = ("tiered", "quantity")
MOST_LINES = 6
DIGEST = "0" * 64


@dataclass(frozen=True)
class SampleRecord:
    """What the record of nobody says."""

    chain_head: str = DIGEST
    particulars: Mapping[str, Particulars] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)

    def evidence_of(self, events: Collection[str]) -> Mapping[str, str]:
        """The evidence of these events."""
        return {event: self.evidence[event] for event in events if event in self.evidence}


def sample_source(
    scheme: Scheme, unit_name: str, edition: int, document: str, year: int, wordings: Mapping[str, str]
) -> Source:
    """The papers' source of a made-up year (or the longest period that the scheme has) under the scheme."""
    kind = next(kind for kind in PeriodKind if kind in scheme.periods)
    period = Period.holding(datetime.date(year, 1, 1), kind)
    subjects = [_subject(scheme, period, place) for place in range(len(NAMES))]
    result = {
        "unit": "sample",
        "unit_name": unit_name,
        "scheme": scheme.code,
        "scheme_name": scheme.name,
        "edition": edition,
        "document": document,
        "period": period.code,
        "period_name": period.name,
        "as_of": period.end.isoformat(),
        "digest": DIGEST,
        "components": [_component(component, kind) for component in scheme.components_in(kind)],
        "bands": [{"code": rule.code, "name": rule.name} for rule in _family(scheme, "band")],
        "outcomes": [{"code": rule.code, "name": rule.name} for rule in _family(scheme, "payout")],
        "subjects": subjects,
    }
    people = Particulars("女", "1985-03", "中共党员", datetime.date(2020, 1, 1), people=6)
    record = SampleRecord(
        particulars={subject["no"]: people for subject in subjects},
        evidence={line["event"]: "示例文件〔2025〕1号" for subject in subjects for line in subject["lines"]},
    )
    return Source(result, scheme, record, wordings)


def _family(scheme: Scheme, family: str) -> list[Rule]:
    return [rule for rule in scheme.rules if rule.family == family]


def _component(component: Component, kind: PeriodKind) -> dict[str, Any]:
    base = component.base_in(kind)
    return {
        "code": component.code,
        "name": component.name,
        "base": base,
        "floor": component.floor,
        "ceiling": component.ceiling,
        "clause": component.clause,
    }


def _subject(scheme: Scheme, period: Period, place: int) -> dict[str, Any]:
    """The one at a place: the further down, the fewer points."""
    values = {c.code: _value(c, period.kind, place) for c in scheme.components_in(period.kind)}
    total = sum(values.values(), Fraction(0))
    bands = _family(scheme, "band")
    band = bands[min(place, len(bands) - 1)] if bands else None
    group = scheme.groups[place % len(scheme.groups)] if scheme.groups else None
    name = DEPARTMENTS[place] if scheme.subject == "department" else NAMES[place]
    return {
        "no": f"{1001 + place}",
        "name": f"{name}（示例）",
        "department": f"K{place + 1:02d}",
        "department_name": DEPARTMENTS[place],
        "position": None if scheme.subject == "department" else "科员",
        "group": group and group.code,
        "group_name": group and group.name,
        "total": plain(total),
        "rank": place + 1,
        "of": len(NAMES),
        "band": band and band.code,
        "band_name": band and band.name,
        "components": {code: plain(value) for code, value in values.items()},
        "flags": [],
        "outcomes": {rule.code: True for rule in _family(scheme, "payout")}
        if place == len(NAMES) - 1
        else {},
        "lines": _lines(scheme, period),
        **_sheets(scheme, period, place),
    }


def _value(component: Component, kind: PeriodKind, place: int) -> Fraction:
    """What the sample has in a component: base less a point for each place, within its limits."""
    value = Fraction(component.base_in(kind)) or Fraction(component.ceiling or 10) * 3 / 4
    value -= place
    low = Fraction(component.floor) if component.floor is not None else value
    high = Fraction(component.ceiling) if component.ceiling is not None else value
    return min(max(value, low), high)


def _lines(scheme: Scheme, period: Period) -> list[dict[str, Any]]:
    """A line of each of the first items, by months."""
    items = [rule for rule in scheme.rules if rule.family in ITEMS and rule.tiers and rule.component][
        :MOST_LINES
    ]
    months: Sequence[Period] = period.parts(PeriodKind.MONTH) or (period,)
    return [_line(scheme, rule, months[place * 2 % len(months)], place) for place, rule in enumerate(items)]


def _line(scheme: Scheme, rule: Rule, month: Period, place: int) -> dict[str, Any]:
    tier = rule.tiers[0]
    points = tier.value or "0"
    return {
        "event": f"示例-{place + 1:03d}",
        "date": month.start.replace(day=15).isoformat(),
        "item": rule.code,
        "name": rule.name,
        "component": rule.component,
        "role": tier.role,
        "role_name": scheme.name_of("role", tier.role) if tier.role else None,
        "level": tier.level,
        "level_name": scheme.name_of("level", tier.level) if tier.level else None,
        "raw": points,
        "points": points,
        "clause": rule.clause,
        "reasons": [],
    }


def _sheets(scheme: Scheme, period: Period, place: int) -> dict[str, Any]:
    """The months' sheets, where the scheme has them: the bases, and the pay of each."""
    if period.kind is PeriodKind.MONTH or not _family(scheme, "weighting"):
        return {}
    parts = scheme.components_in(PeriodKind.MONTH)
    values = {part.code: _value(part, PeriodKind.MONTH, place) for part in parts}
    pay = {rule.code: rule.params["amount"] for rule in _family(scheme, "sheet_pay")}
    sheet = {
        "total": plain(sum(values.values(), Fraction(0))),
        "components": {code: plain(value) for code, value in values.items()},
        "outcomes": pay,
    }
    return {"periods": [{"period": month.code, **sheet} for month in period.parts(PeriodKind.MONTH)]}
