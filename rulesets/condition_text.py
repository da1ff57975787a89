"""Conditions as a clerk writes them: “级别 为 市级 且（数量 大于 3 或者 角色 未填）”, to the stored tree and back.

Every stored tree has a text that reads back to exactly that tree. A name with punctuation, or a text that is none of
the scheme's own words, stands in quotes: “K01”. Reading also takes signs (≥, =), 并且, 或 and 非, half-width brackets,
and words without spaces.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rulesets.engine.conditions import DECIMAL_TEXT, DEEPEST_NESTING, WORDING, Operator
from rulesets.engine.frames import attribute_column

FIELD_NAMES = {
    "item": "事项",
    "role": "角色",
    "level": "级别",
    "group": "分组",
    "department": "部门",
    "matter": "同一事项",
    "evidence": "依据",
    "quantity": "数量",
    "rank": "名次",
    "out_of": "总数",
    "place_share": "名次占比",
    "occurrence": "本年第几次",
}
ALL_OF, ANY_OF, NOT = "全部满足", "任一满足", "不满足"
AND, OR = "且", "或者"
CONNECTIVES = {"all": ("并且", "而且", "且"), "any": ("或者", "或")}
LISTS = {"all": ALL_OF, "any": ANY_OF}
OPERATORS: dict[str, Operator] = {
    **{said: operator for operator, said in WORDING.items()},
    "等于": Operator.EQUAL,
    "是": Operator.EQUAL,
    "=": Operator.EQUAL,
    "不等于": Operator.NOT_EQUAL,
    "不是": Operator.NOT_EQUAL,
    "≠": Operator.NOT_EQUAL,
    "<": Operator.LESS,
    "≤": Operator.AT_MOST,
    "<=": Operator.AT_MOST,
    ">": Operator.MORE,
    "≥": Operator.AT_LEAST,
    ">=": Operator.AT_LEAST,
    "没有填写": Operator.IS_MISSING,
    "已经填写": Operator.IS_PRESENT,
}
SPACE = re.compile(r"[\s，,]*")
NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?=[\s，,；;（）()]|且|并且|而且|或|$)")
QUOTED = re.compile('“((?:[^”]|””)*)”|"([^"]*)"')
WORD = re.compile(r"[^\s，,；;（）()“”\"]+")
# A name that can stand without quotes.
PLAIN_NAME = re.compile(r"[^\W\d_]\w*")
BOOLEANS = {"是": True, "否": False}


class ConditionUnreadable(ValueError):
    """A text is no condition; says in Chinese at what place and what is expected there."""


@dataclass(frozen=True, slots=True)
class ConditionWords:
    """What a scheme's own conditions speak of.

    fields: stored field → its name. values: stored field → {code: name} of the words that it can have.
    """

    fields: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, snapshot: Mapping[str, Any]) -> "ConditionWords":
        """The words of a snapshot."""
        attributes = snapshot.get("attributes", ())
        sections = {"level": "levels", "role": "roles", "group": "groups"}
        values = {field: _names(snapshot.get(section, ())) for field, section in sections.items()}
        values |= {attribute_column(a["code"]): _names(a.get("choices", ())) for a in attributes}
        named = {attribute_column(a["code"]): a["name"] for a in attributes}
        return cls(FIELD_NAMES | named, values)

    def named_in(self, text: str) -> str:
        """A message of the engine's, in which fields stand in quotes by their codes, with their names instead."""
        for field, name in self.fields.items():
            text = text.replace(f"“{field}”", f"“{name}”")
        return text


def _names(records: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return {record["code"]: record["name"] for record in records}


def _unique(names: Mapping[str, str]) -> dict[str, str]:
    """Those names that mean one code alone, by code."""
    said = list(names.values())
    return {
        code: name
        for code, name in names.items()
        if said.count(name) == 1 and (name not in names or name == code)
    }


def _field_names(words: ConditionWords) -> dict[str, str]:
    """Field → name; an attribute that is called like a fixed field goes by its code."""
    own = {
        field: name
        for field, name in words.fields.items()
        if field in FIELD_NAMES or name not in FIELD_NAMES.values()
    }
    return _unique(own)


def write_condition(tree: Mapping[str, Any], words: ConditionWords) -> str:
    """The text of a stored condition; a tree that has none (it is malformed, so the checks refuse it) as JSON."""
    try:
        text = _Writer(words).text(tree)
        if read_condition(text, words) == tree:
            return text
    except ConditionUnreadable:
        pass
    return json.dumps(tree, ensure_ascii=False)


class _Writer:
    def __init__(self, words: ConditionWords) -> None:
        self.fields = _field_names(words)
        self.values = {field: _unique(names) for field, names in words.values.items()}

    def text(self, tree: Any, inside: bool = False) -> str:
        if not isinstance(tree, Mapping):
            raise ConditionUnreadable(f"此处应为一个条件，实际为“{tree}”")
        if "field" in tree:
            return self._comparison(tree)
        kind, content = next(iter(tree.items()), ("", None))
        if kind == "not":
            return f"{NOT}（{self.text(content)}）"
        if kind not in LISTS or not isinstance(content, list):
            raise ConditionUnreadable(f"不认识的条件“{kind}”")
        if len(content) < 2:
            return f"{LISTS[kind]}（{'；'.join(self.text(part) for part in content)}）"
        joint = f" {AND if kind == 'all' else OR} "
        joined = joint.join(self.text(part, inside=True) for part in content)
        return f"（{joined}）" if inside else joined

    def _comparison(self, tree: Mapping[str, Any]) -> str:
        try:
            said = WORDING[Operator(str(tree.get("is")))]
        except ValueError:
            raise ConditionUnreadable(f"比较方式“{tree.get('is')}”无效") from None
        field = str(tree["field"])
        name = _spoken(self.fields.get(field, field))
        if tree.get("value") is None:
            return f"{name} {said}"
        return f"{name} {said} {self._value(field, tree['value'])}"

    def _value(self, field: str, value: Any) -> str:
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, int) or DECIMAL_TEXT.fullmatch(str(value)):
            return str(value)
        named = self.values.get(field, {}).get(value)
        return _spoken(named) if named is not None and named not in BOOLEANS else _quoted(str(value))


def _spoken(name: str) -> str:
    return name if PLAIN_NAME.fullmatch(name) else _quoted(name)


def _quoted(text: str) -> str:
    return "“" + text.replace("”", "””") + "”"


def read_condition(text: str, words: ConditionWords) -> dict[str, Any]:
    """The stored tree of a text. Raises ConditionUnreadable."""
    if text.startswith("{"):
        return _from_json(text)
    reader = _Reader(text, words)
    tree = reader.joined(1)
    if not reader.ended:
        raise reader.unreadable("多出了这些内容，请核对括号，或用“且”“或者”连接")
    return tree


def _from_json(text: str) -> dict[str, Any]:
    try:
        tree = json.loads(text, parse_float=str)
    except (ValueError, RecursionError):
        raise ConditionUnreadable("内容以“{”开头，却不是完整的条件") from None
    if not isinstance(tree, dict):
        raise ConditionUnreadable("内容以“{”开头，却不是完整的条件")
    return tree


class _Reader:
    """Reads from left to right; `place` is where it stands."""

    def __init__(self, text: str, words: ConditionWords) -> None:
        self.text = text
        self.place = 0
        self.words = words
        self.fields = {name: field for field, name in _field_names(words).items()}
        self.values = {
            field: {name: code for code, name in _unique(names).items()}
            for field, names in words.values.items()
        }

    @property
    def ended(self) -> bool:
        self._match(SPACE)
        return self.place == len(self.text)

    def unreadable(self, why: str) -> ConditionUnreadable:
        rest = self.text[self.place : self.place + 20] or "（结尾）"
        return ConditionUnreadable(f"“{rest}”处：{why}")

    def joined(self, depth: int) -> dict[str, Any]:
        """Conditions that one connective joins; one alone is itself."""
        if depth > DEEPEST_NESTING:
            raise self.unreadable(f"条件嵌套超过 {DEEPEST_NESTING} 层，请拆开填写")
        parts, joint = [self.single(depth)], ""
        while kind := self._connective():
            if joint and kind != joint:
                raise self.unreadable("“且”和“或者”同时使用时，请用括号分清先后")
            joint = kind
            parts.append(self.single(depth))
        return {joint: parts} if joint else parts[0]

    def single(self, depth: int) -> dict[str, Any]:
        if self._take("（", "("):
            tree = self.joined(depth + 1)
            self._close()
            return tree
        for kind, name in LISTS.items():
            if self._begins_list(name):
                return {kind: self._listed(depth)}
        if self._begins_list(NOT) or self._begins_list("非"):
            tree = {"not": self.joined(depth + 1)}
            self._close()
            return tree
        return self.comparison()

    def comparison(self) -> dict[str, Any]:
        field = self._field()
        said = self._longest(OPERATORS)
        if said is None:
            listed = "、".join(WORDING.values())
            raise self.unreadable(f"缺少比较的方式，可用的有 {listed}")
        operator = OPERATORS[said]
        if operator in (Operator.IS_MISSING, Operator.IS_PRESENT):
            return {"field": field, "is": operator.value}
        return {"field": field, "is": operator.value, "value": self._value(field)}

    def _field(self) -> str:
        self._match(SPACE)
        if quoted := self._quoted():
            return quoted if quoted in self.words.fields else self.fields.get(quoted, quoted)
        if name := self._longest(self.fields):
            return self.fields[name]
        if code := self._longest(self.words.fields):
            return code
        listed = "、".join(self.fields)
        raise self.unreadable(f"此处应为所比较的项目，可用的有 {listed}")

    def _value(self, field: str) -> str | int | bool:
        self._match(SPACE)
        codes, names = self.words.values.get(field, {}), self.values.get(field, {})
        if self.text.startswith(("“", '"'), self.place):
            quoted = self._quoted()
            return quoted if quoted in codes else names.get(quoted, quoted)
        if number := self._match(NUMBER):
            return number if "." in number else int(number)
        if name := self._longest(names):
            return names[name]
        if said := self._longest(BOOLEANS):
            return BOOLEANS[said]
        if code := self._longest(codes):
            return code
        word = WORD.match(self.text, self.place)
        listed = "、".join(codes.values())
        raise self.unreadable(
            f"不认识“{word[0] if word else ''}”；"
            + (f"可填 {listed}" if listed else "数字直接写，文字请写在引号里，如 “K01”")
        )

    def _listed(self, depth: int) -> list[dict[str, Any]]:
        parts: list[dict[str, Any]] = []
        if self._take("）", ")"):
            return parts
        parts.append(self.joined(depth + 1))
        while self._take("；", ";"):
            parts.append(self.joined(depth + 1))
        self._close()
        return parts

    def _begins_list(self, name: str) -> bool:
        """Whether a named bracket opens here; passes over its beginning."""
        self._match(SPACE)
        found = re.compile(rf"{name}\s*[（(]").match(self.text, self.place)
        if found:
            self.place = found.end()
        return found is not None

    def _connective(self) -> str:
        for kind, said in CONNECTIVES.items():
            if self._take(*said):
                return kind
        return ""

    def _close(self) -> None:
        if not self._take("）", ")"):
            raise self.unreadable("缺少右括号“）”，或者缺少连接的“且”“或者”")

    def _quoted(self) -> str:
        found = QUOTED.match(self.text, self.place)
        if found is None:
            if self.text.startswith(("“", '"'), self.place):
                raise self.unreadable("引号没有成对")
            return ""
        self.place = found.end()
        return found[2] if found[1] is None else found[1].replace("””", "”")

    def _longest(self, choices: Mapping[str, Any]) -> str | None:
        """The longest of the words that stands here; passes over it."""
        self._match(SPACE)
        fitting = [word for word in choices if self.text.startswith(word, self.place)]
        if not fitting:
            return None
        longest = max(fitting, key=len)
        self.place += len(longest)
        return longest

    def _take(self, *words: str) -> bool:
        return self._longest(dict.fromkeys(words)) is not None

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.place)
        if found is None:
            return ""
        self.place = found.end()
        return found[0]
