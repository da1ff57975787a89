"""Condition trees: what is read, what is refused, their normal form and their sentence."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulesets.engine.conditions import (
    ALWAYS,
    AnyOf,
    Comparison,
    ConditionMalformed,
    ConditionTooBroad,
    Operator,
    alternatives,
    describe,
    parse_condition,
)

LEVEL_IS_NATIONAL = {"field": "level", "is": "eq", "value": "national"}
QUANTITY_OVER_3 = {"field": "quantity", "is": "gt", "value": 3}
ROLE_IS_MISSING = {"field": "role", "is": "missing"}
NAMES = {"level": "级别", "quantity": "数量", "role": "角色", "led": "班子直管"}
VALUES = {("level", "national"): "国家级", ("role", "reviewer"): "审核人"}

comparison_trees = st.one_of(
    st.builds(
        lambda field, operator, value: {"field": field, "is": operator, "value": value},
        st.sampled_from(["level", "role"]),
        st.sampled_from(["eq", "ne"]),
        st.sampled_from(["a", "b"]),
    ),
    st.builds(
        lambda operator, value: {"field": "quantity", "is": operator, "value": value},
        st.sampled_from(["eq", "ne", "lt", "lte", "gt", "gte"]),
        st.integers(-1, 2),
    ),
    st.builds(
        lambda field, operator: {"field": field, "is": operator},
        st.sampled_from(["level", "role", "quantity"]),
        st.sampled_from(["missing", "present"]),
    ),
)
condition_trees = st.recursive(
    comparison_trees,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=7,
)
cases = st.fixed_dictionaries(
    {
        "level": st.sampled_from([None, "a", "b", "c"]),
        "role": st.sampled_from([None, "a", "b"]),
        "quantity": st.sampled_from([None, -2, -1, 0, 1, 2, 3]),
    }
)


def direct(tree: dict[str, Any], case: dict[str, Any]) -> tuple[bool, bool]:
    """Whether the tree holds and whether its negation does: both are false over a missing value."""
    if "not" in tree:
        holds, fails = direct(tree["not"], case)
        return fails, holds
    if "field" in tree:
        return direct_comparison(tree, case[tree["field"]])
    kind, parts = next(iter(tree.items()))
    results = [direct(part, case) for part in parts]
    if kind == "all":
        return all(holds for holds, _ in results), any(fails for _, fails in results)
    return any(holds for holds, _ in results), all(fails for _, fails in results)


def direct_comparison(tree: dict[str, Any], value: Any) -> tuple[bool, bool]:
    if tree["is"] in ("missing", "present"):
        holds = (value is None) == (tree["is"] == "missing")
        return holds, not holds
    if value is None:
        return False, False
    sign = (value > tree["value"]) - (value < tree["value"])
    wanted = {"eq": (0,), "ne": (-1, 1), "lt": (-1,), "lte": (-1, 0), "gt": (1,), "gte": (0, 1)}[tree["is"]]
    return sign in wanted, sign not in wanted


@given(condition_trees, cases)
def test_the_normal_form_says_what_the_tree_says(tree, case):
    found = alternatives(parse_condition(tree, "R"), "R")
    holds = any(all(c.holds(case[c.field]) for c in conjunction) for conjunction in found)
    assert holds == direct(tree, case)[0]


def test_no_condition_always_holds():
    assert parse_condition(None, "R") == ALWAYS
    assert alternatives(ALWAYS, "R") == ((),)


def test_alternatives_are_sorted_and_without_duplicates():
    first = {"all": [LEVEL_IS_NATIONAL, QUANTITY_OVER_3, LEVEL_IS_NATIONAL]}
    second = {"all": [QUANTITY_OVER_3, LEVEL_IS_NATIONAL]}
    found = alternatives(parse_condition({"any": [ROLE_IS_MISSING, first, second]}, "R"), "R")
    assert found == (
        (Comparison("level", Operator.EQUAL, "national"), Comparison("quantity", Operator.MORE, 3)),
        (Comparison("role", Operator.IS_MISSING, None),),
    )


def test_true_and_1_stay_two_alternatives():
    parts = [{"field": "led", "is": "eq", "value": value} for value in (True, 1)]
    found = alternatives(parse_condition({"any": parts}, "R"), "R")
    assert sorted(type(conjunction[0].value).__name__ for conjunction in found) == ["bool", "int"]


def test_a_negation_becomes_the_complementary_comparison():
    assert parse_condition({"not": QUANTITY_OVER_3}, "R") == Comparison("quantity", Operator.AT_MOST, 3)


def test_the_negation_of_all_is_any_of_the_negations():
    found = parse_condition({"not": {"all": [LEVEL_IS_NATIONAL, ROLE_IS_MISSING]}}, "R")
    assert found == AnyOf(
        (
            Comparison("level", Operator.NOT_EQUAL, "national"),
            Comparison("role", Operator.IS_PRESENT, None),
        )
    )


def test_a_missing_value_meets_neither_a_comparison_nor_its_negation():
    for tree in (QUANTITY_OVER_3, {"not": QUANTITY_OVER_3}):
        comparison = parse_condition(tree, "R")
        assert isinstance(comparison, Comparison)
        assert not comparison.holds(None)


def test_an_expansion_beyond_the_limit_is_refused_by_the_record():
    pairs = [
        {"any": [{"field": f"f{number}", "is": "eq", "value": value} for value in ("a", "b")]}
        for number in range(8)
    ]
    with pytest.raises(ConditionTooBroad, match="B601 第2档"):
        alternatives(parse_condition({"all": pairs}, "B601 第2档"), "B601 第2档")


def nested(depth: int) -> dict[str, Any]:
    return LEVEL_IS_NATIONAL if depth == 0 else {"not": nested(depth - 1)}


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        ("level", "应为一个条件"),
        ({}, "每一层只能是"),
        ({"all": [], "any": []}, "每一层只能是"),
        ({"none": []}, "不认识“none”"),
        ({"any": []}, "没有任何条件"),
        ({"all": LEVEL_IS_NATIONAL}, "应为若干个条件"),
        ({"all": ["level"]}, "应为一个条件"),
        ({"field": "", "is": "missing"}, "没有写明比较哪一项"),
        ({"field": "level", "is": "like", "value": "a"}, "比较方式“like”无效"),
        ({"field": "level", "value": "a"}, "比较方式“None”无效"),
        ({"field": "level", "is": "eq", "value": "a", "unit": 1}, "unit"),
        ({"field": "level", "is": "eq"}, "应为文字、整数或者是否"),
        ({"field": "quantity", "is": "eq", "value": 1.5}, "应为文字、整数或者是否"),
        ({"field": "level", "is": "gt", "value": "a"}, "只能用数字"),
        ({"field": "led", "is": "lt", "value": True}, "只能用数字"),
        ({"field": "role", "is": "missing", "value": "a"}, "只问填没填"),
        (nested(25), "嵌套超过"),
    ],
)
def test_a_malformed_tree_is_refused_by_the_record(tree, said):
    with pytest.raises(ConditionMalformed, match=said) as refusal:
        parse_condition(tree, "B601 第2档")
    assert "B601 第2档" in str(refusal.value)


@pytest.mark.parametrize(
    ("tree", "sentence"),
    [
        (None, "任何情形"),
        ({"all": [LEVEL_IS_NATIONAL, {"any": [QUANTITY_OVER_3, ROLE_IS_MISSING]}]},
         "级别为国家级，且（数量大于 3 或者 角色未填）"),
        ({"any": [{"all": [LEVEL_IS_NATIONAL, QUANTITY_OVER_3]}, ROLE_IS_MISSING]},
         "（级别为国家级，且数量大于 3） 或者 角色未填"),
        ({"not": ROLE_IS_MISSING}, "角色已填"),
        ({"not": {"field": "role", "is": "eq", "value": "reviewer"}}, "角色不为审核人（未填的不算）"),
        ({"field": "led", "is": "eq", "value": True}, "班子直管为是"),
        ({"field": "quantity", "is": "lte", "value": -1}, "数量不大于 -1"),
        ({"not": {"all": []}}, "没有任何情形"),
    ],
)  # fmt: skip
def test_a_condition_reads_as_a_chinese_sentence(tree, sentence):
    assert describe(parse_condition(tree, "R"), NAMES, VALUES) == sentence
