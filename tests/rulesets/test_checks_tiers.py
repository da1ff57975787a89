"""Tiers that no case reaches, and cases that no tier takes."""

from collections.abc import Callable
from typing import Any

import pytest

from rulesets.checks import Severity

Doubts = Callable[..., list[str]]
ONE = {"value": "1"}


def test_a_tier_that_the_condition_contradicts_is_named(doubts: Doubts) -> None:
    rule = {
        "code": "A",
        "condition": {"field": "level", "is": "eq", "value": "high"},
        "tiers": [{"level": "high", "value": "2"}, {"level": "low", "value": "1"}],
    }
    assert doubts(rule) == ["规则 A 第2档：“低”永远不会适用：与本项的适用条件矛盾。请改正或者删去这一档。"]


@pytest.mark.parametrize(
    ("tier", "params"),
    [
        ({"high": "0", "value": "1"}, {}),
        ({"high": "0", "high_included": True, "value": "1"}, {"number": "rank"}),
        ({"high": "1", "value": "1"}, {"number": "occurrence"}),
    ],
)
def test_a_range_outside_what_the_number_can_be_is_named(
    doubts: Doubts, tier: dict[str, Any], params: dict[str, Any]
) -> None:
    (said,) = doubts({"code": "A", "params": params, "tiers": [tier, {"low": "2", "high": "9", **ONE}]})
    assert said.startswith("规则 A 第1档：")
    assert "永远不会适用：这种情形不会出现" in said


def test_a_negative_quantity_is_possible_where_quantities_are_signed(doubts: Doubts) -> None:
    tiers = [{"role": "lead", **ONE}]
    condition = {"field": "quantity", "is": "lt", "value": 0}
    rule = {"code": "A", "family": "quantity", "condition": condition, "tiers": tiers}
    assert doubts(rule) == ["规则 A：没有一档能够适用，谁也得不到：请核对各档的条件和本项的适用条件。"]
    assert not doubts({**rule, "params": {"signed": True}})


def test_a_tier_for_a_group_that_the_item_is_not_for_is_named(doubts: Doubts) -> None:
    tiers = [{"group": "head", **ONE}, {"group": "staff", "value": "2"}]
    (said,) = doubts({"code": "A", "params": {"groups": ["head"]}, "tiers": tiers})
    assert said.startswith("规则 A 第2档：“干部”永远不会适用")


def test_what_reaches_all_members_reaches_every_group(doubts: Doubts) -> None:
    tiers = [{"group": "head", **ONE}, {"group": "staff", "value": "2"}]
    assert not doubts({"code": "A", "params": {"groups": ["head"], "members": True}, "tiers": tiers})


def test_a_department_has_no_group(doubts: Doubts) -> None:
    tiers = [{"group": "head", **ONE}]
    (said,) = doubts({"code": "A", "tiers": tiers}, subject="department")
    assert said.startswith("规则 A：没有一档能够适用")


def test_a_condition_on_a_role_that_the_item_does_not_admit_leaves_nothing(doubts: Doubts) -> None:
    condition = {"field": "role", "is": "eq", "value": "help"}
    rule = {"code": "A", "condition": condition, "tiers": [ONE]}
    assert "没有一档能够适用" in doubts(rule)[0]
    assert not doubts({**rule, "params": {"roles": ["help"]}})


def test_a_hole_between_two_ranges_is_named(doubts: Doubts) -> None:
    tiers = [
        {"low": "1", "high": "5", "high_included": True, "value": "3"},
        {"low": "8", "high": "10", **ONE},
    ]
    (said,) = doubts({"code": "A", "params": {"number": "rank"}, "tiers": tiers})
    assert said.startswith("规则 A：各档之间有空缺：第6至7名，落在这里的")


def test_places_that_follow_each_other_leave_no_hole(doubts: Doubts) -> None:
    tiers = [
        {"low": "1", "high": "5", "high_included": True, "value": "3"},
        {"low": "6", "high": "10", **ONE},
    ]
    assert not doubts({"code": "A", "params": {"number": "rank"}, "tiers": tiers})


def test_an_edge_that_neither_range_includes_is_a_hole(doubts: Doubts) -> None:
    tiers = [{"high": "5", "value": "1"}, {"low": "5", "low_included": False, "value": "2"}]
    rule = {"code": "A", "family": "threshold", "params": {"metric": "m", "each": "year"}, "tiers": tiers}
    (said,) = doubts(rule)
    assert said.startswith("规则 A：各档之间有空缺：正好5，")


def test_a_hole_that_the_condition_leaves_out_is_no_hole(doubts: Doubts) -> None:
    tiers = [{"high": "5", "value": "1"}, {"low": "8", "value": "2"}]
    outside = {"any": [{"field": "quantity", "is": op, "value": n} for op, n in (("lt", 5), ("gte", 8))]}
    assert not doubts({"code": "A", "condition": outside, "tiers": tiers})


def test_a_hole_for_one_level_that_a_tier_for_all_fills_is_no_hole(doubts: Doubts) -> None:
    tiers = [
        {"level": "high", "high": "5", "value": "1"},
        {"low": "5", "high": "8", "value": "2"},
        {"level": "high", "low": "8", "value": "3"},
    ]
    assert not doubts({"code": "A", "tiers": tiers})


def test_adjoining_ranges_of_one_value_are_said_to_be_one(doubts: Doubts) -> None:
    tiers = [{"low": "0", "high": "5", **ONE}, {"low": "5", **ONE}]
    assert not doubts({"code": "A", "tiers": tiers})
    assert doubts({"code": "A", "tiers": tiers}, severity=Severity.INFORMATION) == [
        "规则 A 第2档：与第1档首尾相接、数值相同，可以合并为一档。"
    ]


def test_a_combination_that_is_missing_in_a_grid_is_named(doubts: Doubts) -> None:
    cells = [("high", "lead"), ("high", "help"), ("low", "lead")]
    tiers = [{"level": level, "role": role, **ONE} for level, role in cells]
    assert doubts({"code": "A", "tiers": tiers}) == [
        "规则 A：档次没有写到：低、协助，发生时不计分。请补上，或在发布说明中写明是有意的。"
    ]


def test_a_level_that_the_table_does_not_name_at_all_is_meant(doubts: Doubts) -> None:
    tiers = [{"level": "high", "role": role, **ONE} for role in ("lead", "help")]
    assert not doubts({"code": "A", "tiers": tiers})


def test_a_tier_for_every_role_fills_its_row(doubts: Doubts) -> None:
    tiers = [{"level": "high", "role": role, **ONE} for role in ("lead", "help")] + [{"level": "low", **ONE}]
    assert not doubts({"code": "A", "tiers": tiers})


def test_a_combination_that_the_condition_rules_out_is_not_missing(doubts: Doubts) -> None:
    cells = [("high", "lead"), ("high", "help"), ("low", "lead")]
    tiers = [{"level": level, "role": role, **ONE} for level, role in cells]
    condition = {
        "any": [
            {"field": "level", "is": "eq", "value": "high"},
            {"field": "role", "is": "eq", "value": "lead"},
        ]
    }
    assert not doubts({"code": "A", "condition": condition, "tiers": tiers})


def test_an_outcome_for_a_band_of_another_period_is_never_reached(doubts: Doubts) -> None:
    rules: list[dict[str, Any]] = [
        {"code": "good", "family": "band", "tiers": [{"low": "0"}, {"high": "0"}], "periods": ["year"]},
        {"code": "P", "family": "payout", "params": {"kind": "number"}, "periods": ["half"]},
    ]
    rules[1]["tiers"] = [{"band": "good", **ONE}]
    (said,) = [line for line in doubts(*rules, periods=["year", "half"]) if "规则 P" in line]
    assert said.startswith("规则 P：没有一档能够适用")


BY_TOTAL: list[dict[str, Any]] = [
    {"code": "passed", "family": "band", "tiers": [{"low": "80"}]},
    {"code": "failed", "family": "band", "tiers": [{"high": "80"}]},
    {"code": "V", "family": "veto", "params": {"effect": "band"}, "targets": {"band": ["failed"]}},
    {"code": "A", "family": "quantity", "params": {"signed": True}, "tiers": [{"value": "1"}]},
]


def said_of_totals(doubts: Doubts, *tiers: dict[str, Any], **params: str) -> list[str]:
    payout = {"code": "P", "family": "payout", "params": {"kind": "number", "number": "total"} | params}
    return [line for line in doubts(*BY_TOTAL, payout | {"tiers": list(tiers)}) if "规则 P" in line]


def test_totals_that_a_band_never_has_are_named_unless_a_veto_leads_down_to_it(doubts: Doubts) -> None:
    high, low = {"low": "90", "value": "1"}, {"high": "80", "value": "0.5"}
    assert not said_of_totals(doubts, {"band": "passed", **high}, {"band": "failed", **high})
    (said,) = said_of_totals(doubts, {"band": "passed", **high}, {"band": "passed", **low})
    assert said.startswith("规则 P 第2档：“passed、总分80以下（不含）”永远不会适用")


def test_a_tier_of_ranks_in_a_band_that_never_has_the_total_asked_besides_is_named(doubts: Doubts) -> None:
    first = {"low": "1", "high": "1", "high_included": True, "value": "1"}
    payout = {
        "code": "P", "family": "payout", "params": {"kind": "number", "total_from": "80"},
        "tiers": [{"band": "passed", **first}, {"band": "failed", **first}],
    }  # fmt: skip
    without_veto = [rule for rule in BY_TOTAL if rule["code"] != "V"]
    (said,) = [line for line in doubts(*without_veto, payout) if "规则 P" in line]
    assert said.startswith("规则 P 第2档：“failed、第1名”永远不会适用")


def test_a_hole_between_totals_is_named_where_a_total_can_lie_in_it(doubts: Doubts) -> None:
    above = {"low": "90", "value": "1"}
    (said,) = said_of_totals(doubts, above, {"high": "89.98", "high_included": True, "value": "0.9"})
    assert said.startswith("规则 P：各档之间有空缺：总分89.98（不含）至90（不含）之间，")
    assert not said_of_totals(doubts, above, {"high": "89.99", "high_included": True, "value": "0.9"})
