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
                f"{record} 第{second}档", f"与第{first}档会同时适用于同一情形，请让两档的条件互不重叠。"
            )


def overlap(tier: Tier, other: Tier) -> bool:
    """Whether some case matches both tiers."""
    for axis in AXES:
        if axis in tier and axis in other and tier[axis] != other[axis]:
            return False
    return _reaches(tier, other) and _reaches(other, tier)


def _reaches(lower: Tier, upper: Tier) -> bool:
    """Whether the one range begins before the other ends, or just where it ends."""
    if "low" not in lower or "high" not in upper:
        return True
    low, high = Decimal(lower["low"]), Decimal(upper["high"])
    both_included = lower.get("low_included", True) and upper.get("high_included", False)
    return low < high or (low == high and both_included)
