"""fill beyond its worked examples."""

from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rulesets.engine.numbers import plain, rounded

PARTS = [
    {"code": "business", "name": "业务", "ceiling": "50"},
    {"code": "daily", "name": "日常", "ceiling": "30", "floor": "0"},
    {"code": "review", "name": "测评", "ceiling": "20"},
]


def item(code: str, component: str) -> dict[str, Any]:
    return {
        "code": code, "name": code, "family": "quantity", "component": component,
        "params": {"signed": True}, "tiers": [{"value": "1"}],
    }  # fmt: skip


def rule(code: str, component: str = "review", way: str = "weight") -> dict[str, Any]:
    params = {"way": way, "groups": ["village"]}
    return {"code": code, "name": "折算", "family": "fill", "component": component, "params": params}


def inputs(business: object, daily: object, parts: Any = PARTS) -> dict[str, Any]:
    return {
        "components": parts,
        "groups": {"a": "village"},
        "events": [
            {"event": "E1", "item": "A", "subject": "a", "quantity": str(business)},
            {"event": "E2", "item": "B", "subject": "a", "quantity": str(daily)},
        ],
    }


ITEMS = [item("A", "business"), item("B", "daily")]


def test_what_is_over_a_ceiling_is_not_read_into_the_share(bench: Any) -> None:
    outcome = bench.found([*ITEMS, rule("F")], inputs(70, 30))
    assert outcome["components"]["a"]["review"] == "20"
    assert outcome["totals"]["a"] == "100"


def test_two_filled_components_do_not_read_each_other(bench: Any) -> None:
    outcome = bench.found([*ITEMS, rule("F1"), rule("F2", "daily")], inputs(25, 0))
    assert outcome["components"]["a"] == {"business": "25", "daily": "15", "review": "10"}


def test_weights_of_components_count_in_how_a_weight_is_passed_on(bench: Any) -> None:
    weighted = [PARTS[0] | {"weight": "0.6"}, PARTS[1], PARTS[2]]
    outcome = bench.found([*ITEMS, rule("F")], inputs(50, 15, weighted))
    # (0.6 × 50 + 15) / (0.6 × 50 + 30) = 75%
    assert outcome["components"]["a"]["review"] == "15"


def test_a_component_without_a_ceiling_cannot_be_filled(bench: Any) -> None:
    faults = bench.faults(rule("F", "other"), *ITEMS, given=inputs(0, 0))
    assert any("没有上限" in fault for fault in faults)


def test_a_rule_that_never_applies_is_at_fault(bench: Any) -> None:
    assert any("何时不适用" in fault for fault in bench.faults(rule("F") | {"params": {"way": "mean"}}))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 50), st.integers(0, 30))
def test_passing_the_weight_on_gives_the_total_that_the_other_parts_alone_would(
    bench: Any, business: int, daily: int
) -> None:
    outcome = bench.found([*ITEMS, rule("F")], inputs(business, daily))
    assert outcome["totals"]["a"] == plain(rounded(Fraction(100 * (business + daily), 80), 2))
