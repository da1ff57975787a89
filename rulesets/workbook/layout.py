"""Which sheets and columns a scheme's workbook has: derived from the shape of records and the families' fields."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from rulesets.engine.protocols import FamilyField, FieldKind, Registry
from rulesets.shape import PERIODS, RULE_KEYS, SCHEME_KEYS, TIER_KEYS, Key, Kind
from tabular import Column

SCHEME_SHEET = "考核办法"
NOTES = "说明"
"""Sheets whose names begin so are for the reader alone."""
ITEM = Column("item", "填写项", "verbatim", required=True)
CONTENT = Column("content", "内容", "verbatim")
REMARK = Column("remark", "填写说明", "verbatim")
PURPOSE = Column("purpose", "用途", "verbatim")
POINTED = Column("pointed", "所指规则或构成部分", "verbatim")
NESTED = (Kind.RECORDS, Kind.TARGETS, Kind.TEXTS)
BOOLEAN_NAMES = {True: "是", False: "否"}
FamilyKey = tuple[str, int]


@dataclass(frozen=True, slots=True)
class ParamColumn:
    """A column of the rules' sheet: the fields of all families that are labelled alike and hold the same kind."""

    name: str
    kind: FieldKind
    fields: dict[FamilyKey, FamilyField] = field(default_factory=dict)

    @property
    def column(self) -> Column:
        return Column(self.name, self.name, "verbatim")

    @property
    def choices(self) -> dict[str, str]:
        """Name → code of what any of the families offers here."""
        if self.kind is FieldKind.PERIOD_KIND:
            return {name: code for code, name in PERIODS}
        return {name: code for one in self.fields.values() for code, name in one.choices}


@dataclass(frozen=True, slots=True)
class RecordSheet:
    """The sheet of one list of records. `owner` is the list whose records they belong to (tiers: rules)."""

    key: Key
    owner: Key | None = None
    params: tuple[ParamColumn, ...] = ()

    @property
    def name(self) -> str:
        return self.key.label

    @property
    def keys(self) -> tuple[Key, ...]:
        """The keys that have a column of their own."""
        return tuple(key for key in self.key.keys if key.kind not in (*NESTED, Kind.PARAMS))

    @property
    def columns(self) -> list[Column]:
        own = [Column(key.code, key.label, "verbatim") for key in self.keys]
        return [*owner_columns(self.owner), *own, *(param.column for param in self.params)]


def owner_columns(owner: Key | None) -> list[Column]:
    """Whose record a row is: its code, and beside it the name for the reader."""
    if owner is None:
        return []
    return [
        Column("owner", f"所属{owner.label}", "verbatim", aliases=(owner.label,)),
        Column("owner_name", f"{owner.label}名称", "verbatim"),
    ]


@dataclass(frozen=True, slots=True)
class Layout:
    """All sheets of the workbook that are read."""

    records: tuple[RecordSheet, ...]
    targets: tuple[tuple[Key, Key], ...]  # (the key of targets, the list of records that have it)
    texts: tuple[Key, ...]

    @property
    def scalars(self) -> tuple[Key, ...]:
        return tuple(key for key in SCHEME_KEYS if key.kind not in NESTED)

    def columns(self) -> dict[str, list[Column]]:
        """The columns of each sheet, by its name."""
        return {
            SCHEME_SHEET: [ITEM, CONTENT, REMARK],
            **{sheet.name: sheet.columns for sheet in self.records},
            **{key.label: [*owner_columns(owner), PURPOSE, POINTED] for key, owner in self.targets},
            **{key.label: [Column("code", "编码", "verbatim"), CONTENT] for key in self.texts},
        }


def layout_of(registry: Registry) -> Layout:
    """The layout for these families."""
    records, targets = [], []
    for key, owner in _lists():
        if key.kind is Kind.TARGETS and owner is not None:
            targets.append((key, owner))
        elif key.kind is Kind.RECORDS:
            has_params = any(own.kind is Kind.PARAMS for own in key.keys)
            records.append(RecordSheet(key, owner, _param_columns(registry) if has_params else ()))
    return Layout(tuple(records), tuple(targets), tuple(k for k in SCHEME_KEYS if k.kind is Kind.TEXTS))


def _lists() -> Iterator[tuple[Key, Key | None]]:
    """Every list of a scheme and of its records, owners first."""
    for key in SCHEME_KEYS:
        if key.kind is Kind.RECORDS:
            yield key, None
            yield from ((own, key) for own in key.keys if own.kind in NESTED)


def _param_columns(registry: Registry) -> tuple[ParamColumn, ...]:
    """One column a label, in the order in which families declare them; where a label is taken for something else
    (another kind, another field of the family, a key of every rule), the family's name is put to it."""
    taken = {key.label for key in RULE_KEYS}
    columns: dict[str, ParamColumn] = {}
    for family in registry:
        own = (family.code, family.version)
        for declared in family.fields:
            name = declared.label
            column = columns.get(name)
            if name in taken or (column and (column.kind is not declared.kind or own in column.fields)):
                name = f"{declared.label}·{family.name}·{declared.code}"
            columns.setdefault(name, ParamColumn(name, declared.kind)).fields[own] = declared
    return tuple(columns.values())


def choices_of(key: Key) -> Mapping[str, str]:
    """Name → code of what a key of choices or of kinds of periods may be."""
    choices = PERIODS if key.kind is Kind.PERIODS else key.choices
    return {name: code for code, name in choices}


def heading(key: Key) -> str:
    """A key's column in the header: marked where it must be filled in, with what holds where it is empty."""
    if key.required:
        return f"{key.label}*"
    if key.kind is Kind.BOOLEAN and key in TIER_KEYS:
        return f"{key.label}（不填为{BOOLEAN_NAMES[bool(key.default)]}）"
    return key.label
