"""A sum divided among all, beyond the worked examples."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

VETO = {"code": "V1", "name": "师德失范", "family": "veto", "params": {"effect": "mark"}}


def pool(amount: str = "1000", **more: Any) -> dict[str, Any]:
    return {"code": "pay", "name": "绩效工资", "family": "pool", "params": {"amount": amount}, **more}


def paid(bench: Any, rules: list[dict[str, Any]], inputs: dict[str, Any]) -> dict[str, str | None]:
    outcomes = bench.found(rules, inputs)["outcomes"]
    return {no: own.get("pay") for no, own in outcomes.items()}


@given(st.lists(st.integers(0, 200), min_size=1, max_size=9))
@settings(max_examples=20, deadline=None)
def test_what_is_divided_is_never_more_than_the_sum_and_short_of_it_by_less_than_a_cent_each(
    bench: Any, totals: list[int]
) -> None:
    inputs = {"totals": {str(number): str(total) for number, total in enumerate(totals)}}
    together = sum(Fraction(part or "0") for part in paid(bench, [pool()], inputs).values())
    assert together <= 1000
    assert together > 1000 - Fraction(len(totals), 100) or not any(totals)


def test_a_group_that_is_not_named_and_who_is_vetoed_have_no_part(bench: Any) -> None:
    rule = pool(tiers=[{"group": "teachers", "value": "1"}], targets={"vetoed": ["V1"]})
    inputs = {
        "totals": {"a": "60", "b": "40", "c": "50", "d": "50"},
        "groups": {"a": "teachers", "b": "teachers", "c": "teachers", "d": "guards"},
        "vetoes": {"c": ["V1"]},
    }
    assert paid(bench, [VETO, rule], inputs) == {"a": "600", "b": "400", "c": None, "d": None}


def test_a_total_below_nothing_gets_nothing_and_takes_nothing_from_the_others(bench: Any) -> None:
    assert paid(bench, [pool()], {"totals": {"a": "50", "b": "-50"}}) == {"a": "1000", "b": "0"}


def test_who_shares_and_how_is_said(bench: Any) -> None:
    rule = pool(tiers=[{"group": "teachers", "value": "1.2"}], targets={"vetoed": ["V1"]})
    assert bench.sentence(rule, VETO) == (
        "总量1000元，按得分乘以系数（teachers1.2）占全体的比例分配，精确到分，舍去零头；有师德失范的不参加。"
    )


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (pool("0"), "“分配总量”须大于0。"),
        (pool(tiers=[{"group": "x", "value": "-1"}]), "系数须为0或以上。"),
    ],
)
def test_a_sum_and_coefficients_are_checked(bench: Any, rule: dict[str, Any], said: str) -> None:
    assert bench.faults(rule) == [said]
