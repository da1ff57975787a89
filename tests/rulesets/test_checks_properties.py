"""The doubts of tiers, bands and limits, against trying every case of small domains."""

from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rulesets.checks.bands import band_findings
from rulesets.checks.overlap import overlap
from rulesets.checks.tiers import tier_findings
from rulesets.engine.decide import points_table
from rulesets.engine.scheme import Rule, Scheme
from rulesets.engine.shadow import Shadow
from rulesets.families import REGISTRY
from rulesets.families.band import Band

LEVELS, ROLES = ("high", "low", "other"), ("lead", "help")
LAST_PLACE = 8  # beyond every place that a tier or condition speaks of
BASIS: dict[str, Any] = {
    "code": "s",
    "name": "办法",
    "levels": [{"code": code, "name": code} for code in LEVELS],
    "roles": [{"code": code, "name": code} for code in ROLES],
    "components": [{"code": "work", "name": "工作"}],
}


def comparisons() -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.builds(
            lambda op, value: {"field": "level", "is": op, "value": value},
            st.sampled_from(["eq", "ne"]),
            st.sampled_from(LEVELS),
        ),
        st.builds(
            lambda op, value: {"field": "rank", "is": op, "value": value},
            st.sampled_from(["eq", "ne", "lt", "lte", "gt", "gte"]),
            st.integers(0, LAST_PLACE - 1),
        ),
    )


def conditions() -> st.SearchStrategy[dict[str, Any] | None]:
    some = st.lists(comparisons(), min_size=1, max_size=3)
    return st.none() | st.builds(lambda kind, parts: {kind: parts}, st.sampled_from(["all", "any"]), some)


@st.composite
def items(draw: st.DrawFn) -> dict[str, Any]:
    """An item whose tiers, none of which overlap, ask the same axes."""
    axes = draw(st.sets(st.sampled_from(["level", "role", "range"]), min_size=1))
    parts = {"level": st.sampled_from(LEVELS[:2]), "role": st.sampled_from(ROLES)}
    tiers: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(1, 5))):
        tier: dict[str, Any] = {axis: draw(parts[axis]) for axis in parts if axis in axes}
        if "range" in axes:
            low = draw(st.integers(0, LAST_PLACE - 2))
            ends = {"low": str(low), "high": str(draw(st.integers(low + 1, LAST_PLACE - 1)))}
            tier |= ends | {"low_included": draw(st.booleans())}
        if not any(overlap(tier, other) for other in tiers):
            tiers.append(tier | {"value": str(draw(st.integers(1, 3)))})
    return {
        "code": "A", "name": "甲", "family": "tiered", "component": "work", "params": {"number": "rank"},
        "tiers": tiers, "condition": draw(conditions()),
    }  # fmt: skip


def all_cases(rule: Rule) -> list[dict[str, Any]]:
    """Every row that the import admits for the item."""
    asks_level = any(tier.level for tier in rule.tiers)
    roles: list[str | None] = [*sorted({tier.role for tier in rule.tiers if tier.role})] or [None]
    levels: tuple[str | None, ...] = LEVELS if asks_level else (None, *LEVELS)
    found = product(levels, roles, (None, *range(1, LAST_PLACE + 1)))
    return [{"item": "A", "level": level, "role": role, "rank": rank} for level, role, rank in found]


@given(items())
@settings(max_examples=300, deadline=None)
def test_a_tier_is_out_of_reach_when_it_decides_no_case(item: dict[str, Any]) -> None:
    scheme = Scheme.from_snapshot({**BASIS, "rules": [item]})
    (rule,) = scheme.rules
    shadow = Shadow(points_table(scheme, [rule]))
    decided = {shadow.decide(case) for case in all_cases(rule)} - {None}
    said = [str(finding) for finding in tier_findings(scheme, REGISTRY)]
    if not decided:
        assert [line for line in said if "没有一档能够适用" in line]
        return
    named = {place for place in range(len(rule.tiers)) if any(f"第{place + 1}档：“" in line for line in said)}
    assert named == set(range(len(rule.tiers))) - decided


@given(items())
@settings(max_examples=300, deadline=None)
def test_a_gap_is_said_only_where_a_case_that_the_condition_admits_gets_nothing(item: dict[str, Any]) -> None:
    scheme = Scheme.from_snapshot({**BASIS, "rules": [item]})
    (rule,) = scheme.rules
    with_tiers = Shadow(points_table(scheme, [rule]))
    for_all = Scheme.from_snapshot({**BASIS, "rules": [{**item, "tiers": [{"value": "1"}]}]})
    by_condition = Shadow(points_table(for_all, for_all.rules))
    left_out = [
        case
        for case in all_cases(rule)
        if by_condition.decide(case) is not None and with_tiers.decide(case) is None
    ]
    said = [str(f) for f in tier_findings(scheme, REGISTRY) if "空缺" in f.message or "没有写到" in f.message]
    assert left_out or not said


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_between_the_ends_of_one_row_of_ranges_every_hole_is_said(data: st.DataObject) -> None:
    marks = sorted(data.draw(st.lists(st.integers(1, 20), min_size=4, max_size=4, unique=True)))
    tiers = [
        {"low": str(low), "high": str(high), "high_included": True, "value": str(value)}
        for value, (low, high) in enumerate((marks[:2], marks[2:]), start=1)
    ]
    item = {"code": "A", "name": "甲", "family": "tiered", "component": "work", "tiers": tiers}
    scheme = Scheme.from_snapshot({**BASIS, "rules": [{**item, "params": {"number": "rank"}}]})
    said = [f for f in tier_findings(scheme, REGISTRY) if "空缺" in f.message]
    assert bool(said) == (marks[2] - marks[1] > 1)


HIGHEST_TOTAL = 12
SHARE = {"code": "top", "name": "前列", "family": "share", "params": {"side": "top", "count": 3}}


@st.composite
def bands(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to four bands of one range each, some of them for a share only."""
    found = []
    for place in range(draw(st.integers(1, 4))):
        low, high = draw(st.integers(-2, HIGHEST_TOTAL + 2)), draw(st.integers(1, 8))
        ends = {"low": str(low), "high": str(low + high)}
        kept = {end: ends[end] for end in draw(st.sets(st.sampled_from(["low", "high"]), min_size=1))}
        tier: dict[str, Any] = kept | {"high_included": draw(st.booleans())}
        targets = {"within": ["top"]} if draw(st.booleans()) else {}
        found.append(
            {"code": f"b{place}", "name": f"b{place}", "family": "band", "tiers": [tier], "targets": targets}
        )
    return found


@given(bands())
@settings(max_examples=300, deadline=None)
def test_bands_against_every_total(rules: list[dict[str, Any]]) -> None:
    held = {"code": "work", "name": "工作", "base": "5", "floor": "0", "ceiling": str(HIGHEST_TOTAL)}
    item = {"code": "A", "name": "甲", "family": "quantity", "component": "work", "params": {"signed": True}}
    whole = [{**item, "tiers": [{"value": "1"}]}, SHARE, *rules]
    scheme = Scheme.from_snapshot({**BASIS, "decimals": 0, "components": [held], "rules": whole})
    own = [rule for rule in scheme.rules if rule.family == "band"]
    (table,) = Band().tables(own, scheme)
    shadow = Shadow(table)
    given_to = {
        (total, inside): shadow.decide({"total": total * 10_000, "inside_top": inside})
        for total, inside in product(range(HIGHEST_TOTAL + 1), (True, False))
    }
    said = [str(finding) for finding in band_findings(scheme)]
    never = {rule.code for place, rule in enumerate(own) if place not in given_to.values()}
    assert {rule.code for rule in own if any(f"没有人能评为“{rule.code}”" in line for line in said)} == never
    left = any(given_to[total, False] is None for total in range(HIGHEST_TOTAL + 1))
    sure = any(not rule.targets.get("within") for rule in own)
    assert any("没有等次" in line for line in said) == (left and sure)
