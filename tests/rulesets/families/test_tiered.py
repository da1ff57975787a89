"""tiered beyond its worked examples: shares of places, which count from the nearer end."""

from typing import Any

import pytest

from rulesets.engine.numbers import fraction


def rule(**tier: Any) -> dict[str, Any]:
    return {
        "code": "P", "name": "排名", "family": "tiered", "component": "work", "params": {"number": "place_share"},
        "tiers": [{"value": "3", **tier}],
    }  # fmt: skip


@pytest.mark.parametrize(
    "tier",
    [
        {"high": "20", "high_included": True},  # would be the last half as well
        {"low": "-20"},  # would be the first half as well
        {"low": "0", "high": "60"},  # would end at the middle
        {"low": "20", "low_included": False},
        {"low": "-60", "high": "0"},
        {"low": "-20", "high": "20"},
    ],
)
def test_a_range_of_places_that_is_open_or_passes_the_middle_is_at_fault(
    bench: Any, tier: dict[str, Any]
) -> None:
    (fault,) = bench.faults(rule(**tier))
    assert fault.startswith("第1档：名次占比从较近的一端数")


@pytest.mark.parametrize(
    "tier", [{"low": "0", "high": "50", "high_included": True}, {"low": "-50", "high": "-20"}, {}]
)
def test_a_range_within_one_half_of_the_field_is_not(bench: Any, tier: dict[str, Any]) -> None:
    assert bench.faults(rule(**tier)) == []


@pytest.mark.parametrize(
    ("tier", "rank_from_end"),
    [({"low": "0", "high": "20", "high_included": True}, False), ({"low": "-20", "high": "0"}, True)],
)
def test_a_share_of_places_is_rounded_down_at_either_end(
    bench: Any, tier: dict[str, Any], rank_from_end: bool
) -> None:
    fields = [(rank, of) for of in range(1, 13) for rank in range(1, of + 1)]
    events = [
        {"event": f"{rank}/{of}", "item": "P", "subject": "a", "rank": rank, "out_of": of}
        for rank, of in fields
    ]
    raw = bench.found([rule(**tier)], {"events": events})["raw"]
    inside = {event for event, points in raw.items() if fraction(points) > 0}
    assert inside == {
        f"{rank}/{of}" for rank, of in fields if (of + 1 - rank if rank_from_end else rank) <= of * 20 // 100
    }
