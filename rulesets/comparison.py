"""What differs between two schemes: records added, removed and changed, each figure by its name, old and new."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rulesets.engine.protocols import FamilyUnknown, Registry
from rulesets.shape import Key
from rulesets.workbook.layout import BOOLEAN_NAMES, SCHEME_SHEET, Layout, ParamColumn, RecordSheet, layout_of
from rulesets.workbook.names import BETWEEN
from rulesets.workbook.values import Values, Written

ADDED, REMOVED, CHANGED = "新增", "删除", "修改"
Snapshot = Mapping[str, Any]
# Label → the figure as it is stored and as it is said. It is compared as stored: a level that got another name is
# still the same in all tiers.
Said = dict[str, tuple[Any, str]]


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that differs; empty where it is not filled in."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A record that differs. kind: ADDED, REMOVED or CHANGED. section: what kind of record it is, in Chinese."""

    section: str
    code: str
    name: str
    kind: str
    changes: Sequence[Change]

    @property
    def record(self) -> str:
        """What the record is called: “规则 B101 抽查”."""
        return " ".join(part for part in (self.section, self.code, self.name) if part)


def differences(before: Snapshot, after: Snapshot, registry: Registry) -> list[Difference]:
    """What `after` says otherwise than `before`, in the order of sheets and records."""
    layout = layout_of(registry)
    old, new = _Side(before, registry, layout), _Side(after, registry, layout)
    found = list(_scheme(old, new))
    for sheet in layout.records:
        if sheet.owner is None:
            found.extend(_records(sheet, old, new))
    for key in layout.texts:
        found.extend(_texts(key, before.get(key.code, {}), after.get(key.code, {})))
    return found


class _Side:
    """One of the two schemes, its figures as texts."""

    def __init__(self, snapshot: Snapshot, registry: Registry, layout: Layout) -> None:
        self.snapshot = snapshot
        self.registry = registry
        self.layout = layout
        self.values = Values(snapshot, registry)

    def scheme(self) -> Said:
        found = {}
        for key in self.layout.scalars:
            stored = self.snapshot.get(key.code, key.default)
            found[key.label] = (stored, _text(self.values.of_key(key, stored, {})))
        return _filled(found)

    def records(self, sheet: RecordSheet) -> dict[str, tuple[str, Said]]:
        """Code → name and figures of each record of a list."""
        return {
            str(record["code"]): (str(record.get("name", "")), self._record(sheet, record))
            for record in self.snapshot.get(sheet.key.code, ())
        }

    def _record(self, sheet: RecordSheet, record: Snapshot) -> Said:
        said: Said = {}
        for key in sheet.keys:
            stored = record.get(key.code)
            said[key.label] = (stored, _text(self.values.of_key(key, stored, record)))
        for param in sheet.params:
            text = _text(self.values.of_param(param, record))
            said[param.name] = (self._stored_param(param, record), text)
        for part in self.layout.records:
            if part.owner is sheet.key and record.get(part.key.code):
                own = record[part.key.code]
                said[part.name] = (own, "；".join(self._part(part, one, record) for one in own))
        for key, owner in self.layout.targets:
            if owner is sheet.key:
                said |= dict(self._targets(record, record.get(key.code, {})))
        return _filled(said)

    def _stored_param(self, param: ParamColumn, rule: Snapshot) -> Any:
        declared = param.fields.get((rule.get("family", ""), rule.get("version", 1)))
        return None if declared is None else rule.get("params", {}).get(declared.code)

    def _part(self, sheet: RecordSheet, part: Snapshot, record: Snapshot) -> str:
        """A tier or choice on one line: “级别 市级、数值 3”."""
        said = {key.label: _text(self.values.of_key(key, part.get(key.code), record)) for key in sheet.keys}
        return BETWEEN.join(f"{label} {text}" for label, text in said.items() if text)

    def _targets(
        self, record: Snapshot, targets: Mapping[str, Sequence[str]]
    ) -> Iterator[tuple[str, tuple[Any, str]]]:
        try:
            family = self.registry.get(record["family"], record.get("version", 1))
        except FamilyUnknown:
            return
        declared = {target.purpose: target for target in family.targets}
        for purpose, codes in targets.items():
            of = "components" if purpose in declared and declared[purpose].of == "component" else "rules"
            label = declared[purpose].label if purpose in declared else purpose
            yield label, (list(codes), BETWEEN.join(self.values.names.said(of, code) for code in codes))


def _filled(said: Said) -> Said:
    return {label: (stored, text) for label, (stored, text) in said.items() if text}


def _text(value: Written) -> str:
    if value is None:
        return ""
    return BOOLEAN_NAMES[value] if isinstance(value, bool) else str(value)


def _scheme(old: _Side, new: _Side) -> Iterator[Difference]:
    if changes := _changes(old.scheme(), new.scheme()):
        yield Difference(SCHEME_SHEET, "", "", CHANGED, changes)


def _records(sheet: RecordSheet, old: _Side, new: _Side) -> Iterator[Difference]:
    before, after = old.records(sheet), new.records(sheet)
    for code, (name, said) in before.items():
        if code not in after:
            yield Difference(sheet.name, code, name, REMOVED, _changes(said, {}))
    for code, (name, said) in after.items():
        if code not in before:
            yield Difference(sheet.name, code, name, ADDED, _changes({}, said))
        elif changes := _changes(before[code][1], said):
            yield Difference(sheet.name, code, name, CHANGED, changes)
    kept = [code for code in before if code in after]
    moved = [code for code in after if code in before]
    if kept != moved:
        yield Difference(
            sheet.name, "", "", CHANGED, [Change("顺序", BETWEEN.join(kept), BETWEEN.join(moved))]
        )


def _texts(key: Key, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Difference]:
    for code in dict.fromkeys((*before, *after)):
        old, new = before.get(code, ""), after.get(code, "")
        if old != new:
            kind = ADDED if not old else REMOVED if not new else CHANGED
            yield Difference(key.label, code, "", kind, [Change("内容", old, new)])


def _changes(before: Said, after: Said) -> list[Change]:
    nothing = (None, "")
    return [
        Change(label, before.get(label, nothing)[1], after.get(label, nothing)[1])
        for label in dict.fromkeys((*after, *before))
        if before.get(label, nothing)[0] != after.get(label, nothing)[0]
    ]
