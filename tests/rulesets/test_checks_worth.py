"""Points that come to nothing: rules of 0, components that never change; and what tells nobody apart."""

from collections.abc import Callable
from typing import Any

import pytest

from rulesets.checks import Severity

Doubts = Callable[..., list[str]]
GAIN: dict[str, Any] = {"code": "A", "tiers": [{"value": "5"}]}
LOSS: dict[str, Any] = {"code": "B", "tiers": [{"value": "-5"}]}
YEAR = {"metric": "m", "each": "year"}


def work(**figures: str) -> list[dict[str, Any]]:
    return [{"code": "work", "name": "工作", **figures}]


STILL = "不论发生什么都是10分"


@pytest.mark.parametrize(
    ("rules", "components"),
    [([GAIN], work(base="10", ceiling="10")), ([LOSS], work(base="10", floor="10"))],
)
def test_a_component_that_its_rules_can_not_change_is_named(
    doubts: Doubts, rules: list[dict[str, Any]], components: list[dict[str, Any]]
) -> None:
    (said,) = doubts(*rules, components=components)
    assert said.startswith("构成部分 work")
    assert STILL in said


def test_a_component_at_its_ceiling_that_can_lose_first_is_none(doubts: Doubts) -> None:
    assert doubts(GAIN, LOSS, components=work(base="10", ceiling="10")) == []


def test_a_component_of_no_weight_is_named(doubts: Doubts) -> None:
    other = {"code": "other", "name": "其他", "weight": "1"}
    (said,) = doubts(GAIN, components=[*work(weight="0"), other])
    assert said == "构成部分 work：权重是0，其中的得分都不计入总分：请改正权重，或者删去本部分。"


@pytest.mark.parametrize(
    "rule",
    [
        {"family": "threshold", "params": YEAR, "tiers": [{"low": "1", "value": "0"}]},
        {"family": "placing", "params": YEAR, "tiers": [{"low": "1", "value": "0"}]},
        {"family": "shortfall", "params": {**YEAR, "required": 3, "value": "0"}},
        {
            "family": "clean_period",
            "params": {"each": "month", "value": "0"},
            "targets": {"without": ["B"]},
        },
        {"family": "escalation", "params": {"every": 3, "value": "0"}, "targets": {"items": ["B"]}},
    ],
)
def test_a_standing_rule_of_no_points_is_named(doubts: Doubts, rule: dict[str, Any]) -> None:
    said = doubts(LOSS, {"code": "T"} | rule)
    assert said == ["规则 T：分值是0，不论是否达到都不加不扣：请填写分值，或者删去本规则。"]


@pytest.mark.parametrize(
    "rule",
    [
        {"family": "bracket", "params": {"metric": "m"}, "tiers": [{"low": "0", "value": "0"}]},
        {"family": "quota", "params": {"default": "0"}},
    ],
)
def test_an_outcome_of_nothing_is_named(doubts: Doubts, rule: dict[str, Any]) -> None:
    assert doubts({"code": "T"} | rule) == [
        "规则 T：各档和各项的数值都是0，谁也得不到：请填写数值，或者删去本规则。"
    ]


def test_a_limit_that_an_item_registered_once_can_not_reach_never_binds(doubts: Doubts) -> None:
    once = GAIN | {"params": {"once": "half"}}
    limit = {"code": "L", "family": "limit", "targets": {"items": ["A"]}}

    def said(most: str) -> list[str]:
        return doubts(once, limit | {"params": {"most": most, "each": "year", "side": "gain"}})

    assert said("9") == []
    (never,) = said("10")
    assert "这个限额不会起作用" in never


def test_levels_that_all_give_the_same_could_be_one_tier(doubts: Doubts) -> None:
    same = [{"level": "high", "value": "5"}, {"level": "low", "value": "5"}]
    (said,) = doubts({"code": "A", "tiers": same}, severity=Severity.INFORMATION)
    assert "合并为不分级别的一档" in said
    apart = [{"level": "high", "value": "5"}, {"level": "low", "value": "4"}]
    assert doubts({"code": "A", "tiers": apart}, severity=Severity.INFORMATION) == []


def test_items_of_one_name_are_named_by_their_codes(doubts: Doubts) -> None:
    twins = [GAIN | {"name": "表彰"}, GAIN | {"code": "C", "name": "表彰"}]
    (said,) = doubts(*twins, severity=Severity.INFORMATION)
    assert "2项同名“表彰”（A、C）" in said


def test_a_limit_beside_another_on_the_same_item_is_not_said_to_come_too_late(doubts: Doubts) -> None:
    loss = {"code": "A", "tiers": [{"value": "-2"}]}
    month = {"code": "L0", "family": "limit", "params": {"each": "month", "side": "loss", "most": "2"}}
    event = {"code": "L1", "family": "limit", "params": {"each": "event", "side": "loss", "most": "1"}}
    about = {"targets": {"items": ["A"]}}
    floor = work(base="2", floor="0")
    assert "这个限额不会起作用" in doubts(loss, month | about, components=floor)[0]
    assert doubts(loss, month | about, event | about, components=floor) == []
