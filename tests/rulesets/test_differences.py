"""Two editions side by side: records added, changed, removed, with old and new values in Chinese."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from rulesets.differences import differences
from rulesets.families import REGISTRY
from rulesets.models import Edition
from rulesets.packs import load_pack
from units.models import Account, Unit

Change = Callable[[dict[str, Any]], object]
Said = list[tuple[str, str, str, list[tuple[str, str, str]]]]


@pytest.fixture
def said(small_pack: dict[str, Any]) -> Callable[[Change], Said]:
    """What differs when the small scheme is changed: section, how, code, and the values before and after."""

    def run(change: Change) -> Said:
        later = deepcopy(small_pack)
        change(later)
        return [
            (each.section, each.how_name, each.code, [(v.label, v.before, v.after) for v in each.values])
            for each in differences(small_pack, later, REGISTRY)
        ]

    return run


def rule(snapshot: dict[str, Any], code: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in snapshot["rules"] if each["code"] == code)
    return found


def test_the_same_scheme_has_no_differences(said: Callable[[Change], Said]) -> None:
    assert said(lambda later: None) == []


def test_a_changed_tier_is_told_by_its_case(said: Callable[[Change], Said]) -> None:
    found = said(lambda later: rule(later, "A1")["tiers"][0].update(value="4"))
    assert found == [("规则", "修改", "A1", [("档次：国家级", "5", "4")])]


def test_ranges_of_a_band_stand_together(said: Callable[[Change], Said]) -> None:
    found = said(lambda later: rule(later, "good").update(tiers=[{"low": "16"}]))
    assert found == [("规则", "修改", "good", [("档次", "15及以上", "16及以上")])]


def test_a_tier_that_comes_and_one_that_goes_stand_on_one_side(said: Callable[[Change], Said]) -> None:
    def change(later: dict[str, Any]) -> None:
        rule(later, "A2")["tiers"][0]["choice"] = "missing"

    expected = [("档次：迟报", "-0.5", ""), ("档次：未报", "", "-0.5")]
    ((_, how, code, values),) = said(change)
    assert (how, code, sorted(values)) == ("修改", "A2", sorted(expected))


def test_a_new_record_is_told_with_all_that_it_says(said: Callable[[Change], Said]) -> None:
    limit = {
        "code": "L1",
        "family": "limit",
        "name": "表彰限额",
        "params": {"most": "8", "each": "year", "side": "gain"},
        "targets": {"items": ["A1"]},
    }
    ((section, how, code, values),) = said(lambda later: later["rules"].append(limit))
    assert (section, how, code) == ("规则", "新增", "L1")
    told = {label: (before, after) for label, before, after in values}
    assert told["规则类型"] == ("", "计分项限额")
    assert told["名称"] == ("", "表彰限额")
    assert ("", "表彰（A1）") in told.values()
    assert ("", "每年") in told.values()
    assert "类型版次" not in told


def test_a_removed_record_is_told_with_what_it_said(said: Callable[[Change], Said]) -> None:
    found = said(lambda later: later["rules"].remove(rule(later, "V1")))
    ((section, how, code, values),) = found
    assert (section, how, code) == ("规则", "删除", "V1")
    assert all(after == "" for _, _, after in values)


def test_figures_of_the_edition_and_of_components_are_told_by_their_labels(
    said: Callable[[Change], Said],
) -> None:
    def change(later: dict[str, Any]) -> None:
        later["decimals"] = 1
        later["periods"] = ["year", "half"]
        later["components"][0]["ceiling"] = "25"

    assert said(change) == [
        ("考核办法", "修改", "", [("总分小数位数", "2", "1"), ("考核期间", "年", "年、半年")]),
        ("构成部分", "修改", "work", [("上限", "20", "25")]),
    ]


def test_a_condition_is_told_as_a_sentence(said: Callable[[Change], Said]) -> None:
    condition = {"field": "level", "is": "eq", "value": "national"}
    found = said(lambda later: rule(later, "A3").update(condition=condition))
    assert found[0][3] == [("适用条件", "", "级别为国家级")]


def test_another_order_is_told_from_the_first_to_the_last_that_moved(said: Callable[[Change], Said]) -> None:
    def change(later: dict[str, Any]) -> None:
        rules = later["rules"]
        rules[3], rules[4] = rules[4], rules[3]

    assert said(change) == [("规则", "修改", "", [("次序", "best、good", "good、best")])]


def test_a_renamed_choice_and_a_wording_are_told(said: Callable[[Change], Said]) -> None:
    def change(later: dict[str, Any]) -> None:
        later["attributes"][0]["choices"][0]["name"] = "逾期"
        later["wordings"] = {"title": "登记表"}

    assert said(change) == [
        ("情形项", "修改", "form", [("可选情形：late", "迟报", "逾期")]),
        ("文书用语", "新增", "title", [("文字", "", "登记表")]),
    ]


@pytest.fixture
def clerk(client: Client, office: Unit, account_in: Callable[..., Account]) -> Client:
    client.force_login(account_in("clerk", office, role="scheme_admin"))
    return client


def compared(client: Client, edition: Edition, other: Edition | None = None) -> str:
    address = reverse("admin:rulesets_edition_compare", args=[edition.pk])
    response = client.get(address, {"other": other.pk} if other else {})
    assert response.status_code == 200
    return response.content.decode()


def test_an_edition_stands_beside_the_one_before_it(
    clerk: Client, draft: Edition, small_pack: dict[str, Any]
) -> None:
    newer, _ = load_pack(draft.scheme.unit, small_pack | {"decimals": 1})
    text = compared(clerk, newer)
    assert "从第 1 版到第 2 版" in text
    assert "<td><del>2</del></td><td><ins>1</ins></td>" in text
    assert "从第 1 版到第 2 版" in compared(clerk, draft, newer)


def test_a_draft_that_is_not_finished_can_be_compared(
    clerk: Client, draft: Edition, small_pack: dict[str, Any]
) -> None:
    newer, _ = load_pack(draft.scheme.unit, small_pack | {"decimals": 1})
    newer.rules.filter(code="A2").update(params={}, condition={"field": "nothing"})
    assert "尚未填写完整" in compared(clerk, newer)


def test_an_only_edition_says_so(clerk: Client, draft: Edition) -> None:
    assert "没有可以对照的版本" in compared(clerk, draft)


def test_an_edition_of_another_unit_is_not_compared(
    clerk: Client, draft: Edition, other_unit: Unit, small_pack: dict[str, Any]
) -> None:
    foreign, _ = load_pack(other_unit, small_pack)
    assert "没有可以对照的版本" in compared(clerk, draft, foreign)
    assert clerk.get(reverse("admin:rulesets_edition_compare", args=[foreign.pk])).status_code == 404
