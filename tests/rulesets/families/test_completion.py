"""completion beyond its worked examples."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulesets.engine.numbers import fraction
from rulesets.engine.scheme import Scheme
from rulesets.families.completion import share_of


def rule(**params: str) -> dict[str, Any]:
    filled = {"metric": "m", "each": "year", "points": "10", "against": "target"} | params
    return {"code": "W", "name": "任务", "family": "completion", "component": "work", "params": filled}


def figures(**values: str) -> dict[str, Any]:
    return {
        "subjects": list(values),
        "metrics": [
            {"metric": "m", "period": "2025", "subject": no, "value": value} for no, value in values.items()
        ],
    }


def test_a_figure_below_zero_counts_as_none_done(bench: Any) -> None:
    assert bench.found([rule(target="10")], figures(a="-5"))["totals"] == {"a": "0"}


def test_a_share_of_exactly_the_floor_still_counts(bench: Any) -> None:
    assert bench.found([rule(target="10", floor="60")], figures(a="6"))["totals"] == {"a": "6"}


def test_where_even_the_best_has_nothing_nobody_has_points_and_nobody_is_flagged(bench: Any) -> None:
    outcome = bench.found([rule(against="best")], figures(a="0", b="0"))
    assert outcome["totals"] == {"a": "0", "b": "0"}
    assert outcome["flags"] == {"a": [], "b": []}


def test_the_best_of_those_on_record_is_the_measure_also_when_others_have_no_figure(bench: Any) -> None:
    inputs = figures(a="50", b="40") | {"subjects": ["a", "b", "c"]}
    outcome = bench.found([rule(against="best")], inputs)
    assert outcome["totals"] == {"a": "10", "b": "8", "c": "0"}
    assert outcome["flags"]["c"] == ["figure_missing:W"]


def test_a_target_of_ones_own_that_is_not_on_record_is_flagged(bench: Any) -> None:
    outcome = bench.found([rule(target_metric="due")], figures(a="5"))
    assert outcome["totals"] == {"a": "0"}
    assert outcome["flags"]["a"] == ["figure_missing:W"]


def test_a_rule_with_two_targets_is_at_fault(bench: Any) -> None:
    (fault,) = bench.faults(rule(target="1", target_metric="due"))
    assert "只填一项" in fault


def test_a_target_beside_the_best_is_at_fault(bench: Any) -> None:
    (fault,) = bench.faults(rule(against="best", target="1"))
    assert "删去目标值" in fault


def test_a_target_of_nothing_is_at_fault(bench: Any) -> None:
    assert bench.faults(rule(target="0")) == ["“目标值”须大于0。"]


@settings(max_examples=200)
@given(
    st.decimals("-1000", "1000", places=4),
    st.decimals("0.0001", "1000", places=4),
    st.decimals("0.01", "100", places=2),
)
def test_completion_never_exceeds_full_points_and_never_falls_as_the_figure_grows(
    value: Decimal, mark: Decimal, floor: Decimal
) -> None:
    snapshot = {"code": "s", "name": "s", "rules": [rule(target=str(mark), floor=str(floor))]}
    (own,) = Scheme.from_snapshot(snapshot).rules
    share = share_of(own, fraction(value), fraction(mark))
    assert 0 <= share <= 1
    assert share <= share_of(own, fraction(value) + Fraction(1, 10), fraction(mark))
    assert share == 0 or share * 100 >= fraction(floor)


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"most": "90"}, "“完成率最多按多少计”须为100或以上"),
        ({"against": "best", "most": "120"}, "与最高值相比的，完成率不会超过100%"),
        ({"against": "mean", "target": "5"}, "与平均值相比的，不再填写目标值"),
    ],
)
def test_how_far_beyond_the_yardstick_counts_is_checked(
    bench: Any, params: dict[str, str], said: str
) -> None:
    target = {} if "against" in params else {"target": "5"}
    (fault,) = bench.faults(rule(**target, **params))
    assert said in fault
