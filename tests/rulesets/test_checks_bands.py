"""Totals without a band, bands that nobody can get, and bands that overlap."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from rulesets.checks import Severity
from rulesets.checks.bands import without
from rulesets.checks.bounds import total_bounds
from rulesets.engine.numbers import fraction
from rulesets.engine.period import PeriodKind
from rulesets.engine.scheme import Scheme

Doubts = Callable[..., list[str]]
HELD = {"components": [{"code": "work", "name": "工作", "base": "60", "floor": "0", "ceiling": "100"}]}
TOP = {"code": "top", "family": "share", "params": {"side": "top", "percent": "20"}}

UP_AND_DOWN = {"code": "A", "family": "quantity", "params": {"signed": True}, "tiers": [{"value": "1"}]}


@pytest.fixture
def doubts(doubts: Doubts) -> Doubts:
    """As elsewhere, with an item that can take a total anywhere."""
    return partial(doubts, UP_AND_DOWN)


def band(code: str, *ranges: tuple[str | None, str | None], **more: Any) -> dict[str, Any]:
    tiers = [
        {key: end for key, end in (("low", low), ("high", high)) if end is not None} for low, high in ranges
    ]
    return {"code": code, "family": "band", "tiers": tiers, **more}


def test_a_band_that_asks_for_a_component_does_not_hold_all_its_totals(doubts: Doubts) -> None:
    asking = band("good", ("80", None), params={"components_percent": "90"}, targets={"components": ["work"]})
    (said,) = doubts(asking, band("poor", (None, "80")), **HELD)
    assert said.startswith("等次：按年考核，总分在80至100之间的没有等次")
    assert not doubts(asking, band("fair", ("80", None)), band("poor", (None, "80")), **HELD)


def test_totals_between_two_bands_get_none(doubts: Doubts) -> None:
    said = doubts(band("good", ("90", None)), band("fair", (None, "80")), **HELD)
    assert said == [
        "等次：按年考核，总分在80至89.99之间的没有等次：请补上等次或改动分数范围，或在发布说明中写明是有意的。"
    ]


def test_a_single_total_that_no_band_takes_is_named(doubts: Doubts) -> None:
    above = band("good")
    above["tiers"] = [{"low": "80", "low_included": False}]
    (said,) = doubts(above, band("fair", (None, "80")), **HELD)
    assert "总分为80的没有等次" in said


def test_what_lies_between_two_roundings_is_no_gap(doubts: Doubts) -> None:
    assert not doubts(band("good", ("80", None)), band("fair", (None, "79.995")), **HELD)


def test_totals_that_cannot_be_need_no_band(doubts: Doubts) -> None:
    assert not doubts(band("good", ("60", None)), band("fair", ("0", "60")), **HELD)


def test_a_share_leaves_those_outside_it_without_a_band(doubts: Doubts) -> None:
    rules = [TOP, band("good", ("80", None), targets={"within": ["top"]}), band("fair", (None, "80"))]
    (said,) = doubts(*rules, **HELD)
    assert "总分在80至100之间的没有等次" in said


def test_bands_that_all_ask_for_a_share_are_meant_for_the_few(doubts: Doubts) -> None:
    assert not doubts(TOP, band("good", targets={"within": ["top"]}), **HELD)


def test_a_band_behind_one_that_takes_all_of_it_is_named(doubts: Doubts) -> None:
    rules = [band("fair", ("60", None)), band("good", ("90", None)), band("poor", (None, "60"))]
    assert doubts(*rules, **HELD) == [
        "规则 good 第1档：没有人能评为“good”：排在前面的等次已经包含这些总分。请调整次序或分数范围。"
    ]


def test_a_band_behind_one_that_asks_for_a_share_can_be_had(doubts: Doubts) -> None:
    first = band("best", ("60", None), targets={"within": ["top"]})
    assert not doubts(TOP, first, band("good", ("60", None)), band("poor", (None, "60")), **HELD)


def test_a_band_above_every_total_is_named(doubts: Doubts) -> None:
    (said,) = doubts(band("best", ("101", None)), band("fair", (None, "101")), **HELD)
    assert said.startswith("规则 best 第1档：没有人能评为“best”：总分只会在0至100之间")


def test_overlapping_bands_are_worth_knowing_and_no_more(doubts: Doubts) -> None:
    rules = [band("good", ("80", None)), band("fair", ("60", None)), band("poor", (None, "60"))]
    assert not doubts(*rules, **HELD)
    (said,) = doubts(*rules, severity=Severity.INFORMATION, **HELD)
    assert (
        said
        == "规则 fair：分数范围与排在前面的“good”有重叠（总分在80至100之间）：符合前面等次全部条件的，评为前面的等次。"
    )


def bounds(rules: list[dict[str, Any]], kind: PeriodKind = PeriodKind.YEAR, **component: Any) -> Any:
    """The lowest and the highest total under these rules of one component."""
    work = {"code": "work", "name": "工作", **component}
    named = [{"name": rule["code"], "component": "work", "family": "tiered", **rule} for rule in rules]
    snapshot = {"code": "s", "name": "办法", "components": [work], "rules": named}
    found = total_bounds(Scheme.from_snapshot(snapshot), kind)
    return found.low, found.high


def test_an_item_can_come_any_number_of_times() -> None:
    assert bounds([{"code": "A", "tiers": [{"value": "2"}]}], base="10") == (10, None)


def test_a_limit_bounds_what_an_item_comes_to() -> None:
    limit = {
        "code": "L", "family": "limit", "component": None, "targets": {"items": ["A"]},
        "params": {"each": "quarter", "side": "loss", "most": "5"},
    }  # fmt: skip
    assert bounds([{"code": "A", "tiers": [{"value": "-2"}]}, limit], base="10") == (-10, 10)


@pytest.mark.parametrize(
    ("rule", "low", "high"),
    [
        ({"family": "clean_period", "params": {"each": "month", "value": "2", "streak": 3}}, 0, 8),
        ({"family": "threshold", "params": {"each": "half"}, "tiers": [{"high": "1", "value": "-1.5"}]}, -3, 0),
        ({"family": "shortfall", "params": {"each": "half", "required": 2, "value": "-1"}}, -4, 0),
        ({"family": "placing", "params": {"each": "quarter"}, "tiers": [{"high": "3", "value": "5"}]}, 0, 20),
        ({"family": "completion", "params": {"each": "year", "points": "15"}}, 0, 15),
        ({"family": "review", "params": {"part": "p", "points": "20"}}, 0, 20),
    ],
)  # fmt: skip
def test_a_standing_rule_brings_so_much_in_a_year(rule: dict[str, Any], low: int, high: int) -> None:
    assert bounds([{"code": "R", **rule}]) == (low, high)


def test_a_veto_with_a_factor_lowers_what_is_possible() -> None:
    veto = {"code": "V", "family": "veto", "component": None, "params": {"effect": "factor", "factor": "0.8"}}
    assert bounds([veto], base="60") == (48, 60)


def test_the_mean_of_sheets_enters_at_its_percentage() -> None:
    snapshot = {
        "code": "s", "name": "办法",
        "components": [
            {"code": "sheets", "name": "平时"},
            {"code": "duty", "name": "本职", "parent": "sheets", "base": "100"},
        ],
        "rules": [
            {"code": "M", "name": "平均", "family": "weighting", "component": "sheets",
             "params": {"each": "month", "percent": "40"}},
            {"code": "A", "name": "缺勤", "family": "tiered", "component": "duty", "tiers": [{"value": "-1"}]},
        ],
    }  # fmt: skip
    found = total_bounds(Scheme.from_snapshot(snapshot), PeriodKind.YEAR)
    assert (found.low, found.high) == (None, fraction("40"))


def test_taking_the_middle_leaves_both_ends() -> None:
    assert without([(0, 10)], [(3, 5)]) == [(0, 2), (6, 10)]
