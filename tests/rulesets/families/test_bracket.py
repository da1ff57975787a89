"""bracket beyond its worked example."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rulesets.engine.numbers import fraction
from rulesets.engine.scheme import Tier
from rulesets.families.bracket import amount

SLICES = (
    Tier(high="50000", value="10"),
    Tier(low="50000", high="100000", value="15"),
    Tier(low="100000", value="20"),
)
FIGURES = st.decimals("-1000", "300000", places=2)


def rule(*tiers: dict[str, str]) -> dict[str, Any]:
    return {
        "code": "pay",
        "name": "计提",
        "family": "bracket",
        "params": {"metric": "m"},
        "tiers": list(tiers),
    }


def test_the_order_of_the_slices_makes_no_difference() -> None:
    assert amount(tuple(reversed(SLICES)), fraction("120000")) == 16500


def test_half_a_cent_is_rounded_up_once() -> None:
    assert amount((Tier(value="50"),), fraction("0.01")) == fraction("0.01")


def test_a_gap_between_slices_is_at_fault(bench: Any) -> None:
    (fault,) = bench.faults(rule({"high": "5", "value": "1"}, {"low": "6", "value": "2"}))
    assert "首尾相接" in fault


def test_an_overlap_of_slices_is_at_fault(bench: Any) -> None:
    (fault,) = bench.faults(rule({"high": "7", "value": "1"}, {"low": "6", "value": "2"}))
    assert "首尾相接" in fault


def test_a_rule_without_slices_is_at_fault(bench: Any) -> None:
    assert bench.faults(rule()) == ["没有分段：请填写各段的范围和比例。"]


@given(FIGURES, FIGURES)
def test_a_higher_figure_never_brings_less(one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    assert amount(SLICES, fraction(low)) <= amount(SLICES, fraction(high))


@given(FIGURES)
def test_money_lies_between_the_lowest_and_the_highest_rate(value: Decimal) -> None:
    figure, paid = fraction(max(value, Decimal(0))), amount(SLICES, fraction(value))
    cent = fraction("0.01")
    assert figure / 10 - cent <= paid <= figure / 5 + cent
