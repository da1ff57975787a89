"""Conditions as rows of field, comparison and value in groups: what a page can build, and back to the stored tree.

A builder joins groups by all or any; each group joins its rows by all or any, or says that they don't hold. Trees of
another form are not taken apart: they stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from rulesets.condition_text import FIELD_NAMES, ConditionWords
from rulesets.engine.conditions import ABOUT_PRESENCE, EQUALITY, WORDING, Operator
from rulesets.engine.decide import NUMBER_FIELDS, WHOLE_NUMBERS
from rulesets.engine.frames import attribute_column
from rulesets.shape import plain_decimal
from tabular.cells import CellRefused, clean_decimal, clean_text

# What an item's own condition has no use for.
UNOFFERED = frozenset({"item"})
BOOLEANS = {"true": "是", "false": "否"}
JOINS = (
    ("all", "全部满足"),
    ("any", "满足任一项"),
    ("not_all", "并非全部满足"),
    ("not_any", "一项也不满足"),
)
PLAIN_INTEGER = re.compile(r"-?\d+")


class RowsFaulty(ValueError):
    """Rows that make no condition; `faults` say in Chinese what is wrong, by row."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("；".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Subject:
    """A field that conditions may speak of. `values` are those to choose from; none where something is typed."""

    code: str
    name: str
    is_number: bool
    values: tuple[tuple[str, str], ...]

    @property
    def operators(self) -> list[tuple[str, str]]:
        """The comparisons that make sense of it, code and name."""
        allowed = set(Operator) if self.is_number else EQUALITY | ABOUT_PRESENCE
        return [(operator.value, WORDING[operator]) for operator in Operator if operator in allowed]


def subjects_of(snapshot: Mapping[str, Any]) -> dict[str, Subject]:
    """The fields that a condition of the scheme may speak of, those with words of the scheme's own first."""
    words = ConditionWords.of(snapshot)
    types = {attribute_column(a["code"]): a["type"] for a in snapshot.get("attributes", ())}
    own = [code for code in words.fields if code not in FIELD_NAMES]
    found = {}
    for code in ("level", "role", "group", *own, *FIELD_NAMES):
        values = tuple(words.values.get(code, {}).items())
        if types.get(code) == "boolean":
            values = tuple(BOOLEANS.items())
        needs_words = code in ("level", "role", "group")
        if code not in found and code not in UNOFFERED and (values or not needs_words):
            found[code] = Subject(code, words.fields[code], code in NUMBER_FIELDS, values)
    return found


@dataclass(slots=True)
class ConditionRow:
    """As it stands on the page: codes of field and comparison, the value as text."""

    field: str = ""
    operator: str = Operator.EQUAL.value
    value: str = ""

    @property
    def is_blank(self) -> bool:
        return not self.field and not self.value


@dataclass(slots=True)
class Group:
    """Rows and how they are joined, a code of JOINS."""

    join: str = "all"
    rows: list[ConditionRow] = field(default_factory=list)


@dataclass(slots=True)
class Builder:
    """Groups and how they are joined: all or any."""

    join: str = "all"
    groups: list[Group] = field(default_factory=list)


def builder_of(tree: Mapping[str, Any] | None, subjects: Mapping[str, Subject]) -> Builder | None:
    """The rows of a stored condition; None where rows can't say it."""
    if tree is None:
        return Builder()
    whole = _group(tree, subjects)
    if whole is not None:
        return Builder("all", [whole])
    kind, parts = next(iter(tree.items())) if len(tree) == 1 else ("", None)
    if kind not in ("all", "any") or not isinstance(parts, list) or not parts:
        return None
    groups: list[Group] = []
    alone: Group | None = None
    for part in parts:
        if (row := _row(part, subjects)) is not None:
            if alone is None:
                alone = Group(kind)
                groups.append(alone)
            alone.rows.append(row)
        elif (group := _group(part, subjects)) is not None:
            groups.append(group)
        else:
            return None
    return Builder(kind, groups)


def _group(tree: Any, subjects: Mapping[str, Subject], negated: bool = False) -> Group | None:
    """The one group that says a tree; None where one can't."""
    if (row := _row(tree, subjects)) is not None:
        return Group("not_all" if negated else "all", [row])
    if not isinstance(tree, Mapping) or len(tree) != 1:
        return None
    kind, content = next(iter(tree.items()))
    if kind == "not" and not negated:
        return _group(content, subjects, negated=True)
    if kind not in ("all", "any") or not isinstance(content, list) or not content:
        return None
    rows = [_row(part, subjects) for part in content]
    found = [row for row in rows if row is not None]
    return Group(f"not_{kind}" if negated else kind, found) if len(found) == len(rows) else None


def _row(tree: Any, subjects: Mapping[str, Subject]) -> ConditionRow | None:
    if not isinstance(tree, Mapping) or tree.get("field") not in subjects:
        return None
    subject = subjects[tree["field"]]
    operator, value = str(tree.get("is")), tree.get("value")
    row = ConditionRow(subject.code, operator, "" if value is None else str(value))
    try:
        same = _comparison(row, subjects) == tree
    except ValueError:
        return None
    # 1 == True: the type counts as well.
    return row if same and not isinstance(value, bool) else None


def tree_of(builder: Builder, subjects: Mapping[str, Subject]) -> dict[str, Any] | None:
    """The condition that the rows say; None where there are none. Raises RowsFaulty."""
    faults: list[str] = []
    groups = []
    for group, names in zip(builder.groups, _row_names(builder), strict=True):
        parts = []
        for row, name in zip(group.rows, names, strict=True):
            try:
                if not row.is_blank:
                    parts.append(_comparison(row, subjects))
            except ValueError as fault:
                faults.append(f"{name}：{fault}")
        if parts:
            groups.append((group.join, parts))
    if faults:
        raise RowsFaulty(faults)
    if not groups:
        return None
    if len(groups) == 1:
        return _joined(*groups[0])
    flat: list[dict[str, Any]] = []
    for join, parts in groups:
        flat.extend(parts if join == builder.join else [_joined(join, parts)])
    return {builder.join: flat}


def _joined(join: str, parts: list[dict[str, Any]]) -> dict[str, Any]:
    kind = join.removeprefix("not_")
    tree = parts[0] if len(parts) == 1 else {kind if kind in ("all", "any") else "all": parts}
    return {"not": tree} if join.startswith("not_") else tree


def _row_names(builder: Builder) -> Iterator[list[str]]:
    several = len(builder.groups) > 1
    for place, group in enumerate(builder.groups, 1):
        yield [f"第{place}组第{n}行" if several else f"第{n}行" for n in range(1, len(group.rows) + 1)]


def _comparison(row: ConditionRow, subjects: Mapping[str, Subject]) -> dict[str, Any]:
    """Raises ValueError, which says what is wrong with the row."""
    subject = subjects.get(row.field)
    if subject is None:
        raise ValueError("请选择比较哪一项")
    if row.operator not in dict(subject.operators):
        raise ValueError(f"“{subject.name}”不能这样比较")
    asked = {"field": subject.code, "is": row.operator}
    if Operator(row.operator) in ABOUT_PRESENCE:
        return asked
    if not row.value:
        raise ValueError(f"没有填写与“{subject.name}”比较的值")
    return asked | {"value": _value(row.value, subject)}


def _value(text: str, subject: Subject) -> str | int:
    if subject.is_number:
        return _number(text, subject)
    if not subject.values:
        return clean_text(text) or ""
    by_name = {name: code for code, name in subject.values}
    if text in dict(subject.values):
        return text
    if text in by_name:
        return by_name[text]
    raise ValueError(f"“{subject.name}”没有“{text}”，可选 {'、'.join(by_name)}")


def _number(text: str, subject: Subject) -> str | int:
    try:
        number = clean_decimal(text)
    except CellRefused as refused:
        raise ValueError(f"“{subject.name}”只能与数字比较：{refused}") from None
    plain = plain_decimal(number or Decimal(0))
    if PLAIN_INTEGER.fullmatch(plain):
        return int(plain)
    if subject.code in WHOLE_NUMBERS:
        raise ValueError(f"“{subject.name}”只能与整数比较")
    return plain
