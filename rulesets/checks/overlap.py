"""Tiers of one rule that one case can match both of: exactly one tier may decide a case, or none."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any

from rulesets.checks.finding import Finding, error

AXES = ("level", "role", "group", "choice", "band")
Tier = Mapping[str, Any]


def overlap_findings(record: str, tiers: Sequence[Tier]) -> Iterator[Finding]:
    """An error for each pair of tiers that one case can match."""
    for (first, tier), (second, other) in combinations(enumerate(tiers, start=1), 2):
        if overlap(tier, other):
            yield error(
                f"{record} 第{second}档",
                f"与第{first}档会同时适用于同一情形：{_remedy(tier, other, first)}。",
            )


def _remedy(tier: Tier, other: Tier, first: int) -> str:
    """What the two tiers are to each other, and what to do about the later one."""
    if tier.get("value") != other.get("value"):
        return "两档数值不同，相互矛盾，请让两档的条件互不重叠"
    if covers(tier, other):
        return f"第{first}档已经包含这一档，数值也相同，请删去这一档"
    if covers(other, tier):
        return f"这一档已经包含第{first}档，数值也相同，请删去第{first}档"
    return "两档数值相同，请合并为一档，或者让两档的条件互不重叠"


def overlap(tier: Tier, other: Tier) -> bool:
    """Whether some case matches both tiers."""
    for axis in AXES:
        if axis in tier and axis in other and tier[axis] != other[axis]:
            return False
    return _reaches(tier, other) and _reaches(other, tier)


def covers(tier: Tier, other: Tier) -> bool:
    """Whether every case that matches the other tier matches this one too."""
    if any(axis in tier and tier[axis] != other.get(axis) for axis in AXES):
        return False
    return _begins_no_later(tier, other) and _ends_no_sooner(tier, other)


def _begins_no_later(tier: Tier, other: Tier) -> bool:
    if "low" not in tier:
        return True
    if "low" not in other:
        return False
    own, its = Decimal(tier["low"]), Decimal(other["low"])
    included = tier.get("low_included", True) or not other.get("low_included", True)
    return own < its or (own == its and included)


def _ends_no_sooner(tier: Tier, other: Tier) -> bool:
    if "high" not in tier:
        return True
    if "high" not in other:
        return False
    own, its = Decimal(tier["high"]), Decimal(other["high"])
    included = tier.get("high_included", False) or not other.get("high_included", False)
    return own > its or (own == its and included)


def _reaches(lower: Tier, upper: Tier) -> bool:
    """Whether the one range begins before the other ends, or just where it ends."""
    if "low" not in lower or "high" not in upper:
        return True
    low, high = Decimal(lower["low"]), Decimal(upper["high"])
    both_included = lower.get("low_included", True) and upper.get("high_included", False)
    return low < high or (low == high and both_included)
