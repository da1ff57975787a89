"""Bands that ask for single components."""

from typing import Any

import pytest

PARTS = [
    {"code": "work", "name": "业务", "ceiling": "50"},
    {"code": "virtue", "name": "品德", "ceiling": "20", "weight": "0.5"},
]
ITEMS = [
    {"code": "A", "name": "业务分", "family": "quantity", "component": "work", "tiers": [{"value": "1"}]},
    {"code": "B", "name": "品德分", "family": "quantity", "component": "virtue", "tiers": [{"value": "1"}]},
]
TOP = {"code": "top", "name": "前列", "family": "share", "params": {"side": "top", "count": 1}}
FAIR = {"code": "fair", "name": "称职", "family": "band", "tiers": [{"low": "0"}]}


def good(within: list[str] | None = None, **params: str) -> dict[str, Any]:
    targets = {"components": ["work", "virtue"]} | ({"within": within} if within else {})
    return {
        "code": "good", "name": "优秀", "family": "band", "params": params,
        "tiers": [{"low": "40"}], "targets": targets,
    }  # fmt: skip


def given(**points: tuple[str, str]) -> dict[str, Any]:
    rows = [
        {"event": f"{no}{item}", "item": item, "subject": no, "quantity": quantity}
        for no, own in points.items()
        for item, quantity in zip("AB", own, strict=True)
    ]
    return {"components": PARTS, "events": rows}


def test_a_component_is_held_against_what_it_enters_the_total_with(bench: Any) -> None:
    # 品德 enters at half its weight: 12 and 11 points as 6 and 5.5 of 10.
    outcome = bench.found(
        [*ITEMS, good(components_percent="60"), FAIR], given(a=("40", "12"), b=("40", "11"))
    )
    assert outcome["bands"] == {"a": "good", "b": "fair"}
    assert outcome["notes"] == {"a": [], "b": ["品德得5.5分，不足6分，不评为优秀"]}


def test_every_component_that_is_short_is_named(bench: Any) -> None:
    outcome = bench.found([*ITEMS, good(components_from="45"), FAIR], given(a=("44", "20")))
    assert outcome["notes"] == {"a": ["业务得44分，不足45分，品德得10分，不足45分，不评为优秀"]}


def test_who_is_short_in_a_component_is_not_flagged_for_a_tie_at_the_cut(bench: Any) -> None:
    rules = [*ITEMS, TOP, good(["top"], components_percent="60"), FAIR]
    outcome = bench.found(rules, given(a=("46", "12"), b=("47", "10")))
    assert outcome["totals"] == {"a": "52", "b": "52"}
    assert outcome["flags"] == {"a": ["tie_at_cut:good"], "b": []}


def test_what_a_band_asks_of_components_is_said(bench: Any) -> None:
    by_percent = bench.sentence(good(components_percent="60.0"), given={"components": PARTS})
    assert by_percent == "总分40及以上，并且业务、品德各达到上限的60%的，评为优秀；符合前面等次的除外。"
    by_points = bench.sentence(good(components_from="30"), given={"components": PARTS})
    assert "并且业务、品德各得30分及以上的" in by_points


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (good(), "须填写一项，且只填一项"),
        (good(components_from="1", components_percent="1"), "须填写一项，且只填一项"),
        (good(components_percent="0"), "须大于0、不超过100"),
        (good(components_from="1") | {"targets": {}}, "没有选定“单项须达标的构成部分”"),
    ],
)
def test_what_a_band_asks_of_components_is_checked(bench: Any, rule: dict[str, Any], said: str) -> None:
    (fault,) = bench.faults(rule, given={"components": PARTS})
    assert said in fault


def test_a_percentage_of_a_component_without_a_ceiling_is_at_fault(bench: Any) -> None:
    open_ended = [PARTS[0], {"code": "virtue", "name": "品德"}]
    (fault,) = bench.faults(good(components_percent="60"), given={"components": open_ended})
    assert fault.startswith("构成部分“品德”没有大于0的上限")
