"""What differs between two schemes, as the preview of a workbook and a comparison of editions show it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulesets.comparison import Change, differences
from rulesets.engine.canonical import digest_of
from rulesets.families import REGISTRY
from rulesets.packs import pack_from
from tests.rulesets.conftest import SMALL

SMALL_PACK = pack_from(SMALL.encode(), "small.yaml")


def said(old: str, new: str) -> list[tuple[str, str, list[Change]]]:
    """What differs when one text of the small pack is replaced by another."""
    assert SMALL.count(old) == 1
    changed = pack_from(SMALL.replace(old, new).encode(), "small.yaml")
    return [(d.record, d.kind, list(d.changes)) for d in differences(SMALL_PACK, changed, REGISTRY)]


def test_a_scheme_does_not_differ_from_itself() -> None:
    assert differences(SMALL_PACK, SMALL_PACK, REGISTRY) == []


@pytest.mark.parametrize(
    ("old", "new", "record", "change"),
    [
        ("name: 小办法", "name: 新办法", "考核办法", Change("名称", "小办法", "新办法")),
        ("ceiling: 20", "ceiling: 30", "构成部分 work 工作", Change("上限", "20", "30")),
        ("name: 市级", "name: 地级", "级别 municipal 地级", Change("名称", "市级", "地级")),
        (", {code: missing, name: 未报}", "", "情形项 form 情形", Change(
            "可选情形", "编码 late、名称 迟报；编码 missing、名称 未报", "编码 late、名称 迟报")),
        ("{role: lead, value: 0.1}", "{role: lead, value: 0.2}", "规则 A3 值班", Change(
            "档次", "角色 主要人员、数值 0.1", "角色 主要人员、数值 0.2")),
        ("{attribute: form}", "{attribute: form, evidence: true}", "规则 A2 迟报", Change("必须填写依据", "", "是")),
        ("{band: [good]}", "{band: [fair]}", "规则 V1 否决", Change("不高于的等次", "good", "fair")),
    ],
)  # fmt: skip
def test_a_changed_figure_is_shown_with_its_name_old_and_new(
    old: str, new: str, record: str, change: Change
) -> None:
    assert said(old, new) == [(record, "修改", [change])]


def test_a_rule_that_was_added_is_shown_with_its_figures() -> None:
    rule = "  - {code: A9, component: work, family: tiered, name: 论文, tiers: [{value: 3}]}\n"
    ((record, kind, changes),) = said("  - {code: best", rule + "  - {code: best")
    assert (record, kind) == ("规则 A9 论文", "新增")
    assert Change("档次", "", "数值 3") in changes


def test_a_rule_that_was_removed_is_named() -> None:
    changed = {**SMALL_PACK, "rules": [rule for rule in SMALL_PACK["rules"] if rule["code"] != "A1"]}
    (found,) = differences(SMALL_PACK, changed, REGISTRY)
    assert (found.record, found.kind) == ("规则 A1 表彰", "删除")


def test_another_order_is_shown() -> None:
    changed = {**SMALL_PACK, "levels": SMALL_PACK["levels"][::-1]}
    (found,) = differences(SMALL_PACK, changed, REGISTRY)
    assert list(found.changes) == [Change("顺序", "national、municipal", "municipal、national")]


def test_a_text_for_papers_is_compared_by_its_code() -> None:
    before, after = ({**SMALL_PACK, "wordings": {"title": text}} for text in ("甲", "乙"))
    (found,) = differences(before, after, REGISTRY)
    assert (found.record, list(found.changes)) == ("文书用语 title", [Change("内容", "甲", "乙")])


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The places of all texts and numbers in a snapshot."""
    if isinstance(value, dict):
        return [found for key, item in value.items() for found in leaves(item, (*path, key))]
    if isinstance(value, list):
        return [found for place, item in enumerate(value) for found in leaves(item, (*path, place))]
    return [path]


def without(value: Any, path: tuple[Any, ...]) -> Any:
    first, *rest = path
    if isinstance(value, list):
        return [without(item, tuple(rest)) if place == first and rest else item for place, item in enumerate(value)
                if rest or place != first]  # fmt: skip
    if rest:
        return {**value, first: without(value[first], tuple(rest))}
    return {key: item for key, item in value.items() if key != first}


OPTIONAL = [
    path for path in leaves(SMALL_PACK) if path[-1] not in ("code", "name", "family", "format", "type")
]


@settings(deadline=None, max_examples=len(OPTIONAL))
@given(st.sampled_from(OPTIONAL))
def test_whatever_is_taken_away_shows(path: tuple[Any, ...]) -> None:
    changed = without(SMALL_PACK, path)
    assert digest_of(changed) != digest_of(SMALL_PACK)
    assert differences(SMALL_PACK, changed, REGISTRY)
