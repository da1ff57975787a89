"""Codes and names of what records point to: a workbook says names where they mean one record alone."""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from rulesets.engine.protocols import Registry
from tabular import CellRefused, fold

BETWEEN = "、"
SEPARATORS = re.compile(r"[、，,；;\n]")
LABELS = {
    "levels": "级别",
    "roles": "角色",
    "groups": "分组",
    "attributes": "情形项",
    "choices": "情形",
    "components": "构成部分",
    "rules": "规则",
    "bands": "等次",
    "families": "规则类型",
}
# Rules are known by their codes, as in events' spreadsheets; their names may be whole sentences.
BY_CODE = frozenset({"rules"})
MOST_LISTED = 30


class Names:
    """The records of a scheme by list; those of `choices` by their attribute as well."""

    def __init__(self, written: Mapping[str, Any], registry: Registry) -> None:
        """written: a snapshot, or what was read so far in its form; records without a code are passed over."""
        rules = written.get("rules", ())
        self._lists: dict[tuple[str, str], dict[str, str]] = {
            (section, ""): _named(written.get(section, ()))
            for section in ("levels", "roles", "groups", "attributes", "components", "rules")
        }
        self._lists["bands", ""] = _named(rule for rule in rules if rule.get("family") == "band")
        families = registry.newest()
        self._lists["families", ""] = {code: family.name for code, family in families.items()}
        for attribute in written.get("attributes", ()):
            self._lists["choices", str(attribute.get("code"))] = _named(attribute.get("choices", ()))

    def names(self, of: str, within: str = "") -> dict[str, str]:
        """Code → name."""
        return self._lists.get((of, within), {})

    def said(self, of: str, code: Any, within: str = "", listed: bool = False) -> str:
        """How the workbook calls a record: by its name where that reads back, else by its code."""
        names = self.names(of, within)
        name = names.get(code, "")
        means_one = list(names.values()).count(name) == 1 and (name not in names or name == code)
        if (
            of in BY_CODE
            or not name
            or not means_one
            or name != name.strip()
            or (listed and SEPARATORS.search(name))
        ):
            return str(code)
        return name

    def resolved(self, of: str, text: str, within: str = "") -> str:
        """The code of the record that a cell names by code or name. Raises CellRefused."""
        names = self.names(of, within)
        if text in names:
            return text
        for form in (str, fold):
            called = [code for code, name in names.items() if form(name) == form(text)]
            if len(called) == 1:
                return called[0]
            if called:
                raise CellRefused(
                    f"有{len(called)}个{LABELS[of]}都叫“{text}”；请改填编码：{BETWEEN.join(called)}"
                )
        folded = fold(text)
        if folded in names:
            return folded
        if of == "choices" and not within:
            raise CellRefused("这条规则没有选定情形项；请先在“规则”表选定档次按哪一项情形区分")
        near = get_close_matches(text, (*names.values(), *names), n=1)
        meant = f"是否应为“{near[0]}”？" if near else ""
        raise CellRefused(f"没有“{text}”这个{LABELS[of]}；{meant}{_offered(names, of)}")


def _named(records: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return {str(record["code"]): str(record.get("name", "")) for record in records if "code" in record}


def _offered(names: Mapping[str, str], of: str) -> str:
    words: Sequence[str] = list(names) if of in BY_CODE else list(names.values())
    if not words:
        return f"办法里还没有{LABELS[of]}，请先添加"
    more = f" 等{len(words)}个" if len(words) > MOST_LISTED else ""
    return f"可填 {BETWEEN.join(words[:MOST_LISTED])}{more}"


def parts(text: str) -> list[str]:
    """The words of a cell that lists several."""
    return [word.strip() for word in SEPARATORS.split(text) if word.strip()]
