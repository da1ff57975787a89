"""Conditions as rows of a page: what rows can say comes back the same, what they can't is left alone."""

from typing import Any

import pytest

from rulesets.condition_rows import (
    Builder,
    ConditionRow,
    Group,
    RowsFaulty,
    builder_of,
    subjects_of,
    tree_of,
)

WORDS: dict[str, Any] = {
    "levels": [{"code": "high", "name": "高"}, {"code": "low", "name": "低"}],
    "roles": [{"code": "lead", "name": "牵头"}],
    "attributes": [
        {"code": "form", "name": "形式", "type": "choice", "choices": [{"code": "late", "name": "迟报"}]},
        {"code": "abroad", "name": "境外", "type": "boolean"},
    ],
}
SUBJECTS = subjects_of(WORDS)
HIGH = {"field": "level", "is": "eq", "value": "high"}
MANY = {"field": "quantity", "is": "gt", "value": 3}
HALF = {"field": "quantity", "is": "lte", "value": "0.5"}
LATE = {"field": "attribute:form", "is": "ne", "value": "late"}
UNNAMED = {"field": "role", "is": "missing"}


def late() -> dict[str, Any]:
    code = next(code for code, subject in SUBJECTS.items() if subject.name == "形式")
    return LATE | {"field": code}


@pytest.mark.parametrize(
    "tree",
    [
        HIGH,
        HALF,
        UNNAMED,
        late(),
        {"all": [HIGH, MANY]},
        {"any": [HIGH, MANY]},
        {"not": HIGH},
        {"not": {"any": [HIGH, MANY]}},
        {"all": [HIGH, UNNAMED, {"any": [MANY, HALF]}]},
        {"any": [{"all": [HIGH, MANY]}, {"not": {"all": [UNNAMED, HALF]}}]},
    ],
)
def test_what_rows_can_say_comes_back_the_same(tree: dict[str, Any]) -> None:
    builder = builder_of(tree, SUBJECTS)
    assert builder is not None
    assert tree_of(builder, SUBJECTS) == tree


@pytest.mark.parametrize(
    "tree",
    [
        {"all": [HIGH, {"any": [MANY, {"all": [HALF, UNNAMED]}]}]},
        {"not": {"not": HIGH}},
        {"field": "level", "is": "eq", "value": "unknown"},
        {"field": "elsewhere", "is": "eq", "value": "x"},
        {"field": "quantity", "is": "gt", "value": True},
        {"all": []},
        {"level": "high"},
    ],
)
def test_what_rows_can_not_say_is_not_taken_apart(tree: dict[str, Any]) -> None:
    assert builder_of(tree, SUBJECTS) is None


def test_no_condition_is_no_row() -> None:
    assert tree_of(builder_of(None, SUBJECTS) or Builder("any"), SUBJECTS) is None


def test_fields_offer_the_words_of_the_scheme() -> None:
    assert SUBJECTS["level"].values == (("high", "高"), ("low", "低"))
    assert [subject.name for subject in SUBJECTS.values()][:4] == ["级别", "角色", "形式", "境外"]
    assert "group" not in SUBJECTS  # the scheme has none


def test_only_numbers_are_compared_by_size() -> None:
    assert len(SUBJECTS["quantity"].operators) == 8
    assert [code for code, _ in SUBJECTS["level"].operators] == ["eq", "ne", "missing", "present"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (ConditionRow("", "eq", "高"), "请选择比较哪一项"),
        (ConditionRow("level", "gt", "high"), "不能这样比较"),
        (ConditionRow("level", "eq", ""), "没有填写"),
        (ConditionRow("level", "eq", "中"), "没有“中”，可选 高、低"),
        (ConditionRow("quantity", "gt", "三"), "只能与数字比较"),
        (ConditionRow("rank", "gt", "1.5"), "只能与整数比较"),
    ],
)
def test_a_row_that_is_wrong_is_named(row: ConditionRow, said: str) -> None:
    builder = Builder("all", [Group("all", [ConditionRow("level", "eq", "high"), row])])
    with pytest.raises(RowsFaulty, match=f"第2行：.*{said}"):
        tree_of(builder, SUBJECTS)


def test_names_and_wide_digits_are_taken_as_well() -> None:
    rows = [ConditionRow("level", "eq", "高"), ConditionRow("quantity", "gte", "１．５０")]
    assert tree_of(Builder("all", [Group("any", rows)]), SUBJECTS) == {
        "any": [HIGH, {"field": "quantity", "is": "gte", "value": "1.5"}]
    }
