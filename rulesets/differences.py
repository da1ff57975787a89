"""Two editions side by side: which records were added, changed, removed, with old and new values in Chinese."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rulesets.engine.conditions import ConditionMalformed, ConditionTooBroad
from rulesets.engine.period import PERIOD_KIND_NAMES, PeriodKind
from rulesets.engine.protocols import FamilyUnknown, FieldKind, Registry
from rulesets.engine.scheme import Rule, Scheme, Tier
from rulesets.families.wording import counted_range
from rulesets.sentences import condition_sentence
from rulesets.shape import (
    ATTRIBUTE_KEYS,
    COMPONENT_KEYS,
    ROLE_KEYS,
    RULE_KEYS,
    SCHEME_KEYS,
    TERM_KEYS,
    Key,
    Kind,
)

Snapshot = Mapping[str, Any]
SECTIONS: tuple[tuple[str, str, tuple[Key, ...]], ...] = (
    ("levels", "级别", TERM_KEYS),
    ("roles", "角色", ROLE_KEYS),
    ("groups", "分组", TERM_KEYS),
    ("attributes", "情形项", ATTRIBUTE_KEYS),
    ("components", "构成部分", COMPONENT_KEYS),
    ("rules", "规则", RULE_KEYS),
)
WHOLE = "考核办法"


class How(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


HOW_NAMES = {How.ADDED: "新增", How.CHANGED: "修改", How.REMOVED: "删除"}


@dataclass(frozen=True, slots=True)
class Value:
    """One thing that a record says, as it was and as it is; empty where it says nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A record that one edition has and the other has not, or has otherwise."""

    section: str
    how: How
    code: str
    name: str
    values: Sequence[Value]

    @property
    def how_name(self) -> str:
        return HOW_NAMES[self.how]


def differences(before: Snapshot, after: Snapshot, registry: Registry) -> list[Difference]:
    """What the later snapshot says otherwise than the earlier one, in the order of the records."""
    readers = (_Reader(before, registry), _Reader(after, registry))
    found = list(_of_whole(before, after, readers))
    for section, label, keys in SECTIONS:
        olds, news = (_by_code(snapshot.get(section, ())) for snapshot in (before, after))
        for code in dict.fromkeys([*news, *olds]):
            found.extend(_of_record(label, keys, olds.get(code), news.get(code), readers))
        found.extend(_of_order(label, list(olds), list(news)))
    found.extend(_of_wordings(before.get("wordings", {}), after.get("wordings", {})))
    return found


def _by_code(records: Sequence[Snapshot]) -> dict[str, Snapshot]:
    return {record["code"]: record for record in records}


def _of_whole(
    before: Snapshot, after: Snapshot, readers: tuple["_Reader", "_Reader"]
) -> Iterator[Difference]:
    sections = {section for section, _, _ in SECTIONS} | {"wordings", "format", "code"}
    keys = [key for key in SCHEME_KEYS if key.code not in sections]
    values = list(_values(keys, before, after, readers))
    if values:
        yield Difference(WHOLE, How.CHANGED, "", after["name"], values)


def _of_record(
    label: str,
    keys: Sequence[Key],
    old: Snapshot | None,
    new: Snapshot | None,
    readers: tuple["_Reader", "_Reader"],
) -> Iterator[Difference]:
    if old == new:
        return
    how = How.ADDED if old is None else How.REMOVED if new is None else How.CHANGED
    one = new or old or {}
    # Of a record that is new or gone, what it leaves out is not worth a row.
    shown = [key for key in keys if key.code != "code" and (how is How.CHANGED or key.code in one)]
    yield Difference(
        label, how, one["code"], one["name"], list(_values(shown, old or {}, new or {}, readers))
    )


def _values(
    keys: Sequence[Key], old: Snapshot, new: Snapshot, readers: tuple["_Reader", "_Reader"]
) -> Iterator[Value]:
    for key in keys:
        said = [
            reader.said(key, record) if record else {}
            for reader, record in zip(readers, (old, new), strict=True)
        ]
        for label in dict.fromkeys([*said[0], *said[1]]):
            before, after = said[0].get(label, ""), said[1].get(label, "")
            if before != after:
                yield Value(label, before, after)


def _of_order(label: str, olds: Sequence[str], news: Sequence[str]) -> Iterator[Difference]:
    """Records that both have, in another order: from the first that stands elsewhere to the last."""
    before = [code for code in olds if code in news]
    after = [code for code in news if code in olds]
    moved = [place for place, code in enumerate(before) if after[place] != code]
    if moved:
        span = slice(moved[0], moved[-1] + 1)
        value = Value("次序", "、".join(before[span]), "、".join(after[span]))
        yield Difference(label, How.CHANGED, "", "排列次序", [value])


def _of_wordings(olds: Mapping[str, str], news: Mapping[str, str]) -> Iterator[Difference]:
    for key in dict.fromkeys([*news, *olds]):
        old, new = olds.get(key), news.get(key)
        if old != new:
            how = How.ADDED if old is None else How.REMOVED if new is None else How.CHANGED
            yield Difference("文书用语", how, key, "", [Value("文字", old or "", new or "")])


class _Reader:
    """Says what the records of one snapshot hold, with the names that the snapshot itself gives."""

    def __init__(self, snapshot: Snapshot, registry: Registry) -> None:
        self.registry = registry
        self.scheme = Scheme.from_snapshot(snapshot)
        self.rules = {rule.code: rule for rule in self.scheme.rules}
        self.names: dict[tuple[str, str], str] = {}
        for section, kind in (("levels", "level"), ("roles", "role"), ("groups", "group")):
            self.names |= {(kind, term["code"]): term["name"] for term in snapshot.get(section, ())}
        for attribute in snapshot.get("attributes", ()):
            self.names["attribute", attribute["code"]] = attribute["name"]
            choices = attribute.get("choices", ())
            self.names |= {(attribute["code"], choice["code"]): choice["name"] for choice in choices}
        self.names |= {("rule", rule.code): rule.name for rule in self.scheme.rules}
        self.names |= {("component", part.code): part.name for part in self.scheme.components}

    def said(self, key: Key, record: Snapshot) -> dict[str, str]:
        """Label → text of what the record says under a key; several for what holds several things."""
        value = record.get(key.code, key.left_out)
        if value in (None, "", [], {}) and key.kind is not Kind.CONDITION:
            return {}
        match key.kind:
            case Kind.PARAMS:
                return self._params(record)
            case Kind.TARGETS:
                return self._targets(record)
            case Kind.RECORDS if key.code == "tiers":
                return self._tiers(record)
            case Kind.RECORDS:
                return {f"{key.label}：{item['code']}": item["name"] for item in value}
            case Kind.CONDITION:
                return {key.label: self._condition(record)} if value else {}
        return {key.label: self._plain(key, value)}

    def _plain(self, key: Key, value: Any) -> str:
        if key.code == "family":
            family = self.registry.newest().get(value)
            return family.name if family else str(value)
        if key.code in ("component", "parent"):
            return self.named("component", value)
        if key.kind is Kind.BOOLEAN:
            return "是" if value else "否"
        if key.kind is Kind.PERIODS:
            return _period_names(value)
        return dict(key.choices).get(value, str(value))

    def named(self, kind: str, code: str) -> str:
        """The record's name and code; the code alone where the snapshot doesn't know it."""
        name = self.names.get((kind, code))
        return f"{name}（{code}）" if name else code

    def _params(self, record: Snapshot) -> dict[str, str]:
        try:
            fields = self.registry.get(record["family"], record.get("version", 1)).fields
        except FamilyUnknown:
            return {code: str(value) for code, value in record["params"].items()}
        return {
            field.label: self._param(field.kind, dict(field.choices), record["params"][field.code])
            for field in fields
            if field.code in record["params"]
        }

    def _param(self, kind: FieldKind, choices: Mapping[str, str], value: Any) -> str:
        match kind:
            case FieldKind.BOOLEAN:
                return "是" if value else "否"
            case FieldKind.LEVELS | FieldKind.ROLES | FieldKind.GROUPS:
                return "、".join(self.named(kind.removesuffix("s"), code) for code in value)
            case FieldKind.ATTRIBUTE:
                return self.named("attribute", value)
            case FieldKind.PERIOD_KIND:
                return _period_names([value])
        return choices.get(value, str(value))

    def _targets(self, record: Snapshot) -> dict[str, str]:
        try:
            declared = self.registry.get(record["family"], record.get("version", 1)).targets
        except FamilyUnknown:
            declared = ()
        fields = {target.purpose: target for target in declared}
        said = {}
        for purpose, codes in record["targets"].items():
            field = fields.get(purpose)
            kind = field.of if field else "rule"
            said[field.label if field else purpose] = "、".join(self.named(kind, code) for code in codes)
        return said

    def _tiers(self, record: Snapshot) -> dict[str, str]:
        """A label a case, so that a tier whose value alone differs is one that was changed; ranges without values
        stand together.
        """
        rule = self.rules[record["code"]]
        if not any("value" in tier for tier in record["tiers"]):
            return {"档次": "；".join(self._case(rule, tier) or "不限" for tier in record["tiers"])}
        said: dict[str, str] = {}
        for tier in record["tiers"]:
            label = f"档次：{self._case(rule, tier) or '不限'}"
            said[label] = "、".join(text for text in (said.get(label), tier.get("value", "有")) if text)
        return said

    def _case(self, rule: Rule, tier: Snapshot) -> str:
        words = [
            self.names.get((axis, tier[axis]), tier[axis])
            for axis in ("level", "group", "role")
            if axis in tier
        ]
        if "choice" in tier:
            words.append(self.names.get((rule.params.get("attribute", ""), tier["choice"]), tier["choice"]))
        if "band" in tier:
            words.append(self.names.get(("rule", tier["band"]), tier["band"]))
        words.append(counted_range(rule, Tier(**tier)))
        return "、".join(word for word in words if word)

    def _condition(self, record: Snapshot) -> str:
        try:
            return condition_sentence(self.rules[record["code"]], self.scheme)
        except (ConditionMalformed, ConditionTooBroad):
            return "（尚未填写完整）"


def _period_names(kinds: Sequence[str]) -> str:
    return "、".join(PERIOD_KIND_NAMES[PeriodKind(kind)] for kind in kinds)
