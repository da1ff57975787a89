"""Conditions as a clerk writes them."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulesets.condition_text import ConditionUnreadable, ConditionWords, read_condition, write_condition
from rulesets.engine.conditions import Operator

WORDS = ConditionWords.of(
    {
        "levels": [{"code": "city", "name": "市级"}, {"code": "county", "name": "县级"}],
        "roles": [
            {"code": "lead", "name": "牵头"},
            {"code": "a", "name": "b"},
            {"code": "b", "name": "协助"},
        ],
        "attributes": [
            {"code": "form", "name": "情形", "choices": [{"code": "late", "name": "迟（迟到、迟报）"}]},
            {"code": "kind", "name": "级别", "choices": []},
        ],
    }
)
CITY = {"field": "level", "is": "eq", "value": "city"}
MANY = {"field": "quantity", "is": "gt", "value": 3}
NO_ROLE = {"field": "role", "is": "missing"}


def read(text: str) -> dict[str, Any]:
    return read_condition(text, WORDS)


def test_a_condition_is_written_as_a_clerk_says_it() -> None:
    said = write_condition({"all": [CITY, {"any": [MANY, NO_ROLE]}]}, WORDS)
    assert said == "级别 为 市级 且 （数量 大于 3 或者 角色 未填）"


@pytest.mark.parametrize(
    "text",
    [
        "级别 为 市级 且（数量 大于 3 或者 角色 未填）",
        "级别为市级，且（数量大于3或角色未填）",
        "(级别 = “市级”) 并且 (数量>3 或 角色没有填写)",
        "全部满足（级别 等于 city；任一满足（quantity > 3；role 未填））",
    ],
)
def test_one_condition_can_be_written_in_several_ways(text: str) -> None:
    assert read(text) == {"all": [CITY, {"any": [MANY, NO_ROLE]}]}


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("不满足（级别 为 市级）", {"not": CITY}),
        ("全部满足（级别 为 市级）", {"all": [CITY]}),
        ("全部满足（）", {"all": []}),
        ("数量 不小于 0.5", {"field": "quantity", "is": "gte", "value": "0.5"}),
        ("部门 为 “K01”", {"field": "department", "is": "eq", "value": "K01"}),
        ("情形 为 “迟（迟到、迟报）”", {"field": "attribute_form", "is": "eq", "value": "late"}),
        ("“attribute_kind” 已填", {"field": "attribute_kind", "is": "present"}),
        ("角色 为 “b”", {"field": "role", "is": "eq", "value": "b"}),
        ("部门 为 “3”", {"field": "department", "is": "eq", "value": "3"}),
    ],
)
def test_what_is_read_is_written_again(text: str, tree: dict[str, Any]) -> None:
    assert read(text) == tree
    assert read(write_condition(tree, WORDS)) == tree


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("级别 为 市级 且 数量 大于 3 或者 角色 未填", "请用括号分清先后"),
        ("（级别 为 市级", "缺少右括号"),
        ("级别 市级", "缺少比较的方式"),
        ("级别 为 省级", "不认识“省级”；可填 市级、县级"),
        ("档位 为 市级", "应为所比较的项目"),
        ("级别 为 市级 数量 大于 3", "多出了这些内容"),
        ("部门 为 “K01", "引号没有成对"),
        ("（" * 30, "嵌套超过"),
        ("{1", "不是完整的条件"),
    ],
)
def test_what_is_no_condition_is_refused_with_its_place(text: str, why: str) -> None:
    with pytest.raises(ConditionUnreadable, match=why):
        read(text)


def tree(chance: random.Random, depth: int = 0) -> dict[str, Any]:
    kind = chance.choice(["all", "any", "not", "field", "field"]) if depth < 3 else "field"
    if kind == "not":
        return {"not": tree(chance, depth + 1)}
    if kind != "field":
        return {kind: [tree(chance, depth + 1) for _ in range(chance.randint(kind == "any", 3))]}
    field = chance.choice([*WORDS.fields, "attribute_unknown"])
    operator = chance.choice(list(Operator))
    if operator in (Operator.IS_MISSING, Operator.IS_PRESENT):
        return {"field": field, "is": operator.value}
    words = ["a”b", "是", "3", "0.5", "-1.25", "x 且 y", "", "市级", "（", *WORDS.values.get(field, {})]
    value = chance.choice([chance.randint(-9, 9), True, False, *words, *words])
    return {"field": field, "is": operator.value, "value": value}


@settings(deadline=None, max_examples=300)
@given(st.integers(0, 2**32))
def test_every_condition_comes_back_from_its_text(seed: int) -> None:
    stored = tree(random.Random(seed))
    assert read(write_condition(stored, WORDS)) == stored


@settings(deadline=None)
@given(st.text('级别为市县数量大于3且或者（）；“”{}[]": 不满足未填', max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert isinstance(read(text), dict)
    except ConditionUnreadable as refused:
        assert str(refused)
