"""quantity beyond its worked examples: steps over and under a mark."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulesets.families.quantity import PointsTooFine


def rule(**params: str) -> dict[str, Any]:
    return {
        "code": "Q", "name": "数量", "family": "quantity", "component": "work", "params": params,
        "tiers": [{"value": "2"}],
    }  # fmt: skip


def event(quantity: object) -> dict[str, Any]:
    return {"events": [{"event": "E", "item": "Q", "subject": "a", "quantity": str(quantity)}]}


@pytest.mark.parametrize(
    ("params", "points"),
    [
        ({"counting": "full", "unit": "3", "mark": "10"}, "2"),
        ({"counting": "begun", "unit": "3", "mark": "10"}, "4"),
        ({"counting": "exact", "unit": "2", "mark": "10"}, "4"),
        ({"counting": "full", "mark": "20", "side": "under"}, "12"),
        ({"counting": "full", "mark": "14"}, "0"),
        ({"counting": "full", "mark": "15"}, "0"),
    ],
)
def test_steps_are_counted_as_the_rule_says(bench: Any, params: dict[str, str], points: str) -> None:
    assert bench.found([rule(**params)], event("14"))["raw"] == {"E": points}


def test_an_exact_share_finer_than_four_decimals_stops_the_assessment(bench: Any) -> None:
    with pytest.raises(PointsTooFine, match="E（Q）"):
        bench.found([rule(counting="exact", unit="3")], event("1"))


def test_a_unit_without_a_way_of_counting_is_at_fault(bench: Any) -> None:
    (fault,) = bench.faults(rule(unit="3"))
    assert "零头怎么计" in fault


def test_a_unit_of_nothing_is_at_fault(bench: Any) -> None:
    assert bench.faults(rule(counting="full", unit="0")) == ["“多少为一个单位”须大于0。"]


@settings(max_examples=40, deadline=None)
@given(st.decimals("0", "100", places=2), st.decimals("0.5", "9", places=1), st.decimals("0", "50", places=1))
def test_begun_units_are_the_full_ones_or_one_more(
    bench: Any, quantity: Decimal, unit: Decimal, mark: Decimal
) -> None:
    def points(counting: str) -> Decimal:
        found = bench.found([rule(counting=counting, unit=str(unit), mark=str(mark))], event(quantity))
        return Decimal(found["raw"]["E"])

    beyond = max(quantity - mark, Decimal(0)) / unit
    assert points("full") == 2 * beyond.to_integral_value(ROUND_FLOOR)
    assert points("begun") == 2 * beyond.to_integral_value(ROUND_CEILING)
