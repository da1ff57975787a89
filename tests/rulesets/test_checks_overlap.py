"""Tiers of one rule that meet: what they are to each other, against trying all cases."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulesets.checks.overlap import covers, overlap, overlap_findings

HIGHEST = 6


def tiers() -> st.SearchStrategy[dict[str, Any]]:
    """Tiers over two levels and numbers up to HIGHEST, with open and closed ends."""
    ends = st.integers(0, HIGHEST).map(str)
    return st.fixed_dictionaries(
        {"value": st.sampled_from(["1", "2"])},
        optional={
            "level": st.sampled_from(["high", "low"]),
            "low": ends,
            "high": ends,
            "low_included": st.booleans(),
            "high_included": st.booleans(),
        },
    ).filter(lambda tier: taken(tier) and in_order(tier))


def in_order(tier: dict[str, Any]) -> bool:
    return "low" not in tier or "high" not in tier or int(tier["low"]) <= int(tier["high"])


def taken(tier: dict[str, Any]) -> set[tuple[str, int]]:
    """The cases (level, twice the number) that the tier takes; halves stand for what lies between."""

    def within(doubled: int) -> bool:
        low, high = (2 * int(tier[end]) if end in tier else None for end in ("low", "high"))
        above = low is None or doubled > low or (doubled == low and tier.get("low_included", True))
        below = high is None or doubled < high or (doubled == high and tier.get("high_included", False))
        return above and below

    levels = [tier["level"]] if "level" in tier else ["high", "low", "another"]
    return {(level, doubled) for level in levels for doubled in range(-2, 2 * HIGHEST + 3) if within(doubled)}


@given(tiers(), tiers())
def test_tiers_overlap_when_they_share_a_case(tier: dict[str, Any], other: dict[str, Any]) -> None:
    assert overlap(tier, other) == bool(taken(tier) & taken(other))


@given(tiers(), tiers())
def test_a_tier_covers_another_when_it_takes_all_its_cases(
    tier: dict[str, Any], other: dict[str, Any]
) -> None:
    assert covers(tier, other) == (taken(other) <= taken(tier))


@pytest.mark.parametrize(
    ("tier", "other", "message"),
    [
        ({"value": "1"}, {"value": "2"}, "两档数值不同，相互矛盾"),
        ({"value": "1"}, {"level": "high", "value": "1"}, "第1档已经包含这一档，数值也相同，请删去这一档"),
        ({"level": "high", "value": "1"}, {"value": "1"}, "这一档已经包含第1档，数值也相同，请删去第1档"),
        ({"high": "5", "value": "1"}, {"low": "4", "value": "1"}, "两档数值相同，请合并为一档"),
    ],
)
def test_what_two_tiers_are_to_each_other_is_said(
    tier: dict[str, Any], other: dict[str, Any], message: str
) -> None:
    (finding,) = overlap_findings("规则 A", [tier, other])
    assert str(finding).startswith("规则 A 第2档：与第1档会同时适用于同一情形：")
    assert message in finding.message
