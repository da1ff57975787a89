"""A limit of which the checks say that it never binds takes nothing from any total, whatever happens."""

import datetime
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from rulesets.checks.limits import limit_findings
from rulesets.engine.frames import LINES
from rulesets.engine.holding import hold_components
from rulesets.engine.numbers import SCALE
from rulesets.engine.period import PeriodKind
from rulesets.engine.scheme import Scheme
from rulesets.engine.score import in_line_order
from rulesets.families import REGISTRY
from rulesets.families.limit import Limit

ITEMS = ("A", "B")


@st.composite
def schemes(draw: st.DrawFn) -> Scheme:
    """One component with two items of one tier each, and one or two limits on them."""
    component: dict[str, Any] = {"code": "work", "name": "工作", "base": str(draw(st.integers(0, 3)))}
    component |= draw(st.sampled_from([{}, {"ceiling": "5"}, {"floor": "0"}, {"floor": "0", "ceiling": "5"}]))
    rules: list[dict[str, Any]] = [
        {
            "code": code, "name": code, "family": "tiered", "component": "work",
            "tiers": [{"value": str(draw(st.integers(-3, 3)))}],
        }
        for code in ITEMS
    ]  # fmt: skip
    for place in range(draw(st.integers(1, 2))):
        params = {
            "each": draw(st.sampled_from(["event", "month", "year"])),
            "side": draw(st.sampled_from(["gain", "loss"])),
            "most": str(draw(st.integers(0, 6))),
        }
        items = sorted(draw(st.sets(st.sampled_from(ITEMS), min_size=1)))
        limit = {"code": f"L{place}", "name": f"L{place}", "family": "limit", "params": params}
        rules.append({**limit, "targets": {"items": items}})
    return Scheme.from_snapshot({"code": "s", "name": "办法", "components": [component], "rules": rules})


# What happens to one subject: (item, month, event); an event may concern both items.
HAPPENINGS = st.lists(
    st.tuples(st.sampled_from(ITEMS), st.integers(1, 3), st.integers(1, 3)), max_size=12, unique=True
)


def total(scheme: Scheme, happened: list[tuple[str, int, int]], limits: list[str]) -> Fraction:
    """What the component comes to under these of the scheme's limits."""
    rows = []
    for item, month, event in happened:
        points = int(scheme.rule(item).tiers[0].value or "0") * SCALE
        day = datetime.date(2025, month, 1)
        own = {"event": f"E{month}{event}", "date": day, "item": item, "subject": "1001", "component": "work"}
        rows.append(own | {"raw": points, "points": points, "reasons": None})
    lines = in_line_order(pl.DataFrame(rows, schema=LINES))
    rules = [rule for rule in scheme.rules if rule.code in limits]
    # Of the inquiry a limit asks only by which reckoning.
    inquiry = SimpleNamespace(scheme=replace(scheme, reckoning=2))
    lines = Limit().reckon(rules, lines, inquiry)  # type: ignore[arg-type]
    held = hold_components(lines, scheme, PeriodKind.YEAR)
    return Fraction(scheme.components[0].base) + Fraction(int(held["points"].sum()), SCALE)


@given(schemes(), st.lists(HAPPENINGS, min_size=5, max_size=5))
@settings(max_examples=150, deadline=None)
def test_a_limit_that_is_said_never_to_bind_changes_no_total(
    scheme: Scheme, years: list[list[tuple[str, int, int]]]
) -> None:
    found = [one for one in limit_findings(scheme, REGISTRY) if "不会起作用" in one.message]
    idle = {finding.record.split()[1] for finding in found}
    every = [rule.code for rule in scheme.rules if rule.family == "limit"]
    for happened in years:
        assert total(scheme, happened, every) == total(scheme, happened, [c for c in every if c not in idle])
