"""factor beyond its worked example."""

from typing import Any

import pytest

from rulesets.families.factor import FactoredPointsTooFine

ITEM = {"code": "A", "name": "走访", "family": "quantity", "component": "work", "params": {"signed": True},
        "tiers": [{"value": "1"}]}  # fmt: skip


def rule(code: str = "half", **params: object) -> dict[str, Any]:
    filled = {"factor": "0.5", "groups": ["away"]} | params
    return {"code": code, "name": "系数", "family": "factor", "params": filled}


def inputs(*quantities: str) -> dict[str, Any]:
    return {
        "groups": {"a": "away"},
        "events": [
            {"event": f"E{n}", "item": "A", "subject": "a", "quantity": quantity}
            for n, quantity in enumerate(quantities)
        ],
    }


def test_a_factor_for_losses_leaves_gains_alone(bench: Any) -> None:
    outcome = bench.found([ITEM, rule(side="loss")], inputs("4", "-4"))
    assert outcome["points"] == {"E0": "4", "E1": "-2"}


def test_factors_multiply_one_after_the_other(bench: Any) -> None:
    outcome = bench.found([ITEM, rule("one"), rule("two", factor="3")], inputs("4"))
    assert outcome["points"] == {"E0": "6"}
    assert outcome["reasons"] == {"E0": ["factor:one", "factor:two"]}


def test_points_finer_than_four_decimals_stop_the_assessment_and_name_the_event(bench: Any) -> None:
    with pytest.raises(FactoredPointsTooFine, match="E0（A）"):
        bench.found([ITEM, rule(factor="0.3333")], inputs("0.5"))


def test_limits_read_the_multiplied_points(bench: Any) -> None:
    limit = {
        "code": "L", "name": "限额", "family": "limit", "params": {"each": "year", "side": "gain", "most": "3"},
        "targets": {"items": ["A"]},
    }  # fmt: skip
    assert bench.found([ITEM, rule(), limit], inputs("4", "4"))["points"] == {"E0": "2", "E1": "1"}


def test_only_the_named_items_are_multiplied(bench: Any) -> None:
    other = ITEM | {"code": "B"}
    events = [{"event": "E9", "item": "B", "subject": "a", "quantity": "4"}]
    given = inputs("4") | {"events": inputs("4")["events"] + events}
    outcome = bench.found([ITEM, other, rule() | {"targets": {"items": ["B"]}}], given)
    assert outcome["points"] == {"E0": "4", "E9": "2"}


def test_a_negative_factor_is_at_fault(bench: Any) -> None:
    assert bench.faults(rule(factor="-1")) == ["系数须在0至100之间。"]
