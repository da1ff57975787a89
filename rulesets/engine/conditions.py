"""Conditions of a scheme as plain data, and their normal form.

A condition is stored as JSON: `{"all": [...]}`, `{"any": [...]}`, `{"not": {...}}`, or a comparison
`{"field": "level", "is": "eq", "value": "national"}`. A comparison over a missing value (absent or
None) is false and so is its negation; only `missing` and `present` speak of missing values. Negations
are therefore pushed down to the complementary comparisons while reading, and none are left afterwards.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Any

Value = str | bool | int

MOST_ALTERNATIVES = 200
DECIMAL_TEXT = re.compile(r"-?[0-9]+\.[0-9]+")
DEEPEST_NESTING = 20


class Operator(StrEnum):
    """How a field is compared; the values are those of the stored form."""

    EQUAL = "eq"
    NOT_EQUAL = "ne"
    LESS = "lt"
    AT_MOST = "lte"
    MORE = "gt"
    AT_LEAST = "gte"
    IS_MISSING = "missing"
    IS_PRESENT = "present"


ABOUT_PRESENCE = frozenset({Operator.IS_MISSING, Operator.IS_PRESENT})
EQUALITY = frozenset({Operator.EQUAL, Operator.NOT_EQUAL})
COMPLEMENT = {
    Operator.EQUAL: Operator.NOT_EQUAL,
    Operator.NOT_EQUAL: Operator.EQUAL,
    Operator.LESS: Operator.AT_LEAST,
    Operator.AT_LEAST: Operator.LESS,
    Operator.MORE: Operator.AT_MOST,
    Operator.AT_MOST: Operator.MORE,
    Operator.IS_MISSING: Operator.IS_PRESENT,
    Operator.IS_PRESENT: Operator.IS_MISSING,
}
WORDING = {
    Operator.EQUAL: "为",
    Operator.NOT_EQUAL: "不为",
    Operator.LESS: "小于",
    Operator.AT_MOST: "不大于",
    Operator.MORE: "大于",
    Operator.AT_LEAST: "不小于",
    Operator.IS_MISSING: "未填",
    Operator.IS_PRESENT: "已填",
}


class ConditionMalformed(ValueError):
    """A stored condition is not what a condition looks like; names the record that holds it."""

    def __init__(self, record: str, why: str) -> None:
        super().__init__(record, why)
        self.record = record
        self.why = why

    def __str__(self) -> str:
        return f"“{self.record}”的适用条件有误：{self.why}"


class ConditionTooBroad(ValueError):
    """A condition falls into more alternatives than are accepted; names the record that holds it."""

    def __init__(self, record: str) -> None:
        super().__init__(record)
        self.record = record

    def __str__(self) -> str:
        return (
            f"“{self.record}”的适用条件展开后超过 {MOST_ALTERNATIVES} 种情形，"
            "请拆成几条记录，或者减少“或者”的层次"
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """One field compared with one value; `value` is None for IS_MISSING and IS_PRESENT, and only there."""

    field: str
    operator: Operator
    value: Value | None

    def holds(self, value: Value | None) -> bool:
        """Whether the comparison is true of this value of its field (None: missing)."""
        if self.operator is Operator.IS_MISSING:
            return value is None
        if value is None:
            return False
        if self.operator is Operator.IS_PRESENT:
            return True
        if self.operator is Operator.EQUAL:
            return value == self.value
        if self.operator is Operator.NOT_EQUAL:
            return value != self.value
        return self._orders(value)

    def _orders(self, value: Value) -> bool:
        if isinstance(value, str) or isinstance(self.value, str) or self.value is None:
            raise TypeError(f"{self.operator} compares integers, not {value!r} with {self.value!r}")
        if self.operator is Operator.LESS:
            return value < self.value
        if self.operator is Operator.AT_MOST:
            return value <= self.value
        if self.operator is Operator.MORE:
            return value > self.value
        return value >= self.value


@dataclass(frozen=True, slots=True)
class AllOf:
    """True when every part is; without parts always true."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True when some part is; without parts never true."""

    parts: tuple["Condition", ...]


Condition = Comparison | AllOf | AnyOf
Conjunction = tuple[Comparison, ...]
ConditionKey = tuple[str, str, str, str]
ALWAYS = AllOf(())


def parse_condition(tree: Mapping[str, Any] | None, record: str) -> Condition:
    """The condition of a stored JSON tree; None is the condition that always holds.

    `record` is what an error names. Raises ConditionMalformed.
    """
    if tree is None:
        return ALWAYS
    return _parse(tree, record, negated=False, depth=1)


def _parse(tree: Any, record: str, *, negated: bool, depth: int) -> Condition:
    if depth > DEEPEST_NESTING:
        raise ConditionMalformed(record, f"条件嵌套超过 {DEEPEST_NESTING} 层，请拆开填写")
    if not isinstance(tree, Mapping):
        raise ConditionMalformed(record, f"此处应为一个条件，实际为“{tree}”")
    if "field" in tree:
        return _parse_comparison(tree, record, negated)
    if len(tree) != 1:
        raise ConditionMalformed(record, "每一层只能是“全部满足”“任一满足”“不满足”或者一项比较中的一种")
    kind, content = next(iter(tree.items()))
    if kind == "not":
        return _parse(content, record, negated=not negated, depth=depth + 1)
    if kind not in ("all", "any"):
        raise ConditionMalformed(record, f"不认识“{kind}”，可用的有 all、any、not 和 field")
    if not isinstance(content, list | tuple):
        raise ConditionMalformed(record, f"“{kind}”里应为若干个条件")
    if kind == "any" and not content:
        raise ConditionMalformed(record, "“任一满足”里没有任何条件，请填写条件或者删去这一层")
    parts = tuple(_parse(part, record, negated=negated, depth=depth + 1) for part in content)
    if len(parts) == 1:
        return parts[0]
    return AllOf(parts) if (kind == "all") != negated else AnyOf(parts)


def _parse_comparison(tree: Mapping[str, Any], record: str, negated: bool) -> Comparison:
    unknown = sorted(str(key) for key in set(tree) - {"field", "is", "value"})
    if unknown:
        raise ConditionMalformed(record, f"比较里有不认识的内容：{'、'.join(unknown)}")
    field = tree["field"]
    if not isinstance(field, str) or not field:
        raise ConditionMalformed(record, "没有写明比较哪一项")
    try:
        operator = Operator(str(tree.get("is")))
    except ValueError:
        allowed = "、".join(Operator)
        raise ConditionMalformed(
            record, f"“{field}”的比较方式“{tree.get('is')}”无效，可用的有 {allowed}"
        ) from None
    value = _parse_value(tree, field, operator, record)
    return Comparison(field, COMPLEMENT[operator] if negated else operator, value)


def _parse_value(tree: Mapping[str, Any], field: str, operator: Operator, record: str) -> Value | None:
    value = tree.get("value")
    if operator in ABOUT_PRESENCE:
        if value is not None:
            raise ConditionMalformed(record, f"“{field}”只问填没填，不能再给出比较的值")
        return None
    # bool is a kind of int in Python, so the exact type is asked for.
    if type(value) not in (str, bool, int):
        raise ConditionMalformed(record, f"“{field}”要比较的值应为文字、整数或者是否，实际为“{value}”")
    if operator not in EQUALITY and type(value) is not int and not _is_decimal_text(value):
        raise ConditionMalformed(record, f"“{field}”比较大小时只能用数字，实际为“{value}”")
    return value


def _is_decimal_text(value: object) -> bool:
    """Whether the value is a number with decimals as records hold it; a field's units are the engine's business."""
    return isinstance(value, str) and DECIMAL_TEXT.fullmatch(value) is not None


def comparison_order(comparison: Comparison) -> ConditionKey:
    """A sort key that also tells true from 1, which compare as equal."""
    value = comparison.value
    # str() of a StrEnum is its value, at a tenth of what `.value` takes.
    return comparison.field, str(comparison.operator), type(value).__name__, repr(value)


def alternatives(condition: Condition, record: str) -> tuple[Conjunction, ...]:
    """The condition in disjunctive normal form: it holds when every comparison of some alternative does.

    Sorted and without duplicates, within an alternative and among them. A condition that always holds
    has the one alternative (). Raises ConditionTooBroad beyond MOST_ALTERNATIVES.
    """
    if isinstance(condition, Comparison):
        return ((condition,),)
    branches = [alternatives(part, record) for part in condition.parts]
    if isinstance(condition, AnyOf):
        return _distinct((alternative for branch in branches for alternative in branch), record)
    conjunctions: tuple[Conjunction, ...] = ((),)
    for branch in branches:
        conjunctions = _distinct((left + right for left, right in product(conjunctions, branch)), record)
    return conjunctions


def _distinct(conjunctions: Iterable[Conjunction], record: str) -> tuple[Conjunction, ...]:
    found: dict[tuple[ConditionKey, ...], Conjunction] = {}
    for conjunction in conjunctions:
        keyed = {comparison_order(comparison): comparison for comparison in conjunction}
        key = tuple(sorted(keyed))
        found[key] = tuple(keyed[part] for part in key)
        if len(found) > MOST_ALTERNATIVES:
            raise ConditionTooBroad(record)
    return tuple(found[key] for key in sorted(found))


def describe(condition: Condition, names: Mapping[str, str], values: Mapping[tuple[str, str], str]) -> str:
    """The condition as a Chinese sentence, such as “级别为国家级，且（数量大于 3 或者 角色未填）”.

    `names` gives a field's name; `values` the name of (field, value), the value as text (an integer in
    decimal digits, a boolean as true or false). What is not named stands as it is stored.
    """
    if isinstance(condition, Comparison):
        return _describe_comparison(condition, names, values)
    if not condition.parts:
        return "任何情形" if isinstance(condition, AllOf) else "没有任何情形"
    parts = [
        describe(part, names, values)
        if isinstance(part, Comparison)
        else f"（{describe(part, names, values)}）"
        for part in condition.parts
    ]
    return ("，且" if isinstance(condition, AllOf) else " 或者 ").join(parts)


def _describe_comparison(
    comparison: Comparison, names: Mapping[str, str], values: Mapping[tuple[str, str], str]
) -> str:
    name = names.get(comparison.field, comparison.field)
    wording = WORDING[comparison.operator]
    value = comparison.value
    if value is None:
        return f"{name}{wording}"
    if isinstance(value, bool):
        text = values.get((comparison.field, "true" if value else "false"), "是" if value else "否")
    else:
        text = values.get((comparison.field, str(value)), str(value))
    space = " " if text[:1].isdigit() or text[:1] == "-" else ""
    sentence = f"{name}{wording}{space}{text}"
    # A missing value doesn't satisfy "is not" either, which a reader would not expect unsaid.
    return f"{sentence}（未填的不算）" if comparison.operator is Operator.NOT_EQUAL else sentence
