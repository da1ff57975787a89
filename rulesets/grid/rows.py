"""A component's rules as rows of the grid: as they are stored, and as a page sends them back.

Everything typed stays text until it is saved, so that what can't be saved comes back as it was typed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rulesets.engine.canonical import digest_of
from rulesets.engine.protocols import Axis, Family
from rulesets.families import REGISTRY
from rulesets.grid.layout import (
    AXES,
    MOST_RANGES,
    CellKey,
    Layout,
    Option,
    Words,
    asked,
    combined,
    key_of,
    layout_of,
    layouts,
    range_key,
    ranges_of,
)
from rulesets.models import Component, Rule, Tier
from rulesets.shape import plain_decimal

TEXTS = ("code", "name", "clause")
MOST_ROWS = 1000
# What a new row may be: the families whose items are nothing but a table.
NEW_FAMILIES = ("tiered", "quantity")
# How many ranges can be written at once where a rule has few: 第1至2次, 第3次起 in one go.
FIRST_RANGES = 3


class Cell(NamedTuple):
    """An input of a row: its name in the form, what a screen reader calls it, what is typed, what is wrong."""

    name: str
    label: str
    text: str
    faults: Sequence[str]
    key: CellKey = ()
    options: tuple[Option, ...] = ()


@dataclass(slots=True)
class GridRow:
    """One rule. `layout` is None where its tiers fit no grid, which `off_grid` says why of where it has a table;
    `faults` are by the name of the input.
    """

    number: int
    rule: Rule
    family: Family
    layout: Layout | None
    texts: dict[str, str]
    ranges: list[str] = field(default_factory=list)
    with_any: frozenset[Axis] = frozenset()
    values: dict[CellKey, str] = field(default_factory=dict)
    deleted: bool = False
    posted_number: int = 0  # as the page that sent it called it
    off_grid: str = ""
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def input_name(self, part: str) -> str:
        return f"r{self.number}-{part}"

    def cell_name(self, key: CellKey) -> str:
        return self.input_name("-".join(("c", *key)))

    @property
    def is_new(self) -> bool:
        return self.rule.pk is None

    @property
    def is_blank(self) -> bool:
        """Whether nothing is typed in a row that was added."""
        return self.is_new and not any([*self.texts.values(), *self.ranges, *self.values.values()])

    @property
    def title(self) -> str:
        return self.texts["name"] or self.texts["code"] or f"第{self.number + 1}行"

    def columns(self, words: Words) -> list[tuple[Option, ...]]:
        """The columns of the row's cells, an option for each axis."""
        if self.layout is None:
            return []
        return combined([self.options(axis, words) for axis in self.layout.axes])

    def column_options(self, words: Words) -> list[tuple[Option, ...]]:
        """What stands side by side: all columns, or those of one line where the item has lines of its own."""
        if self.layout is None:
            return []
        return combined([self.options(axis, words) for axis in self.layout.columns.axes])

    def options(self, axis: Axis, words: Words) -> list[Option]:
        assert self.layout is not None
        if axis is not Axis.NUMBER:
            return words.options(axis, self.layout, axis in self.with_any)
        written = self.written_ranges()
        options = [Option(range_key(place), text or "新的一段") for place, text in enumerate(written)]
        return [*options, Option("0", "不限")] if axis in self.with_any else options

    def written_ranges(self) -> list[str]:
        """The ranges, and empty ones for more: where nothing else has columns, as many as a rule begins with."""
        assert self.layout is not None
        at_least = FIRST_RANGES if len(self.layout.axes) == 1 else 0
        more = max(1, at_least - len(self.ranges))
        return [*self.ranges, *[""] * more][:MOST_RANGES]

    def cells(self, words: Words) -> list[Cell]:
        """The inputs of the row's values."""
        return [self._cell(options) for options in self.columns(words)]

    def _cell(self, options: tuple[Option, ...]) -> Cell:
        key = tuple(option.key for option in options)
        name = self.cell_name(key)
        named = " ".join([self.title, *(option.label for option in options)])
        label = named if options else f"{named} {self.family.tier_value}"
        return Cell(name, label, self.values.get(key, ""), self.faults.get(name, ()), key, options)

    def text_cells(self) -> list[Cell]:
        """The inputs of code, name and clause."""
        labels = {"code": "编码", "name": "名称", "clause": "条款"}
        return [
            Cell(name, f"{self.title} {labels[part]}", self.texts[part], self.faults.get(name, ()))
            for part in TEXTS
            for name in [self.input_name(part)]
        ]

    def range_cells(self) -> list[Cell]:
        """The inputs in the head of the columns, where the ranges are written."""
        if self.layout is None or not self.layout.has_ranges:
            return []
        written = self.written_ranges()
        return [
            Cell(name, f"{self.title} 第{place + 1}段的范围", text, self.faults.get(name, ()))
            for place, text in enumerate(written)
            for name in [self.input_name(f"range-{place}")]
        ]


def stored_rows(component: Component, words: Words) -> list[GridRow]:
    """The component's rules as they are, in their order."""
    tiers: dict[int, list[Tier]] = defaultdict(list)
    for tier in Tier.objects.filter(rule__component=component):
        tiers[tier.rule_id].append(tier)
    rules = component.rules.select_related(None)
    return [_stored_row(number, rule, tiers[rule.pk], words) for number, rule in enumerate(rules)]


def _stored_row(number: int, rule: Rule, tiers: Sequence[Tier], words: Words) -> GridRow:
    family = REGISTRY.get(rule.family, rule.family_version)
    layout = layout_of(rule, family, tiers)
    if isinstance(layout, str):
        return GridRow(number, rule, family, None, _texts(rule), off_grid=layout)
    row = GridRow(number, rule, family, layout, _texts(rule))
    ranges = ranges_of(tiers)
    row.ranges = [str(one) for one in ranges]
    row.with_any = frozenset(axis for axis in layout.axes if any(axis not in asked(t) for t in tiers))
    row.values = {key_of(t, layout, ranges): plain_decimal(t.value) for t in tiers if t.value is not None}
    return row


def _texts(rule: Rule) -> dict[str, str]:
    return {part: getattr(rule, part) for part in TEXTS}


def new_row(number: int, component: Component, family_code: str = NEW_FAMILIES[0]) -> GridRow:
    """An empty row for a rule that is to be."""
    family = REGISTRY.newest()[family_code]
    rule = Rule(
        edition=component.edition, component=component, family=family.code, family_version=family.version
    )
    return GridRow(number, rule, family, Layout(), _texts(rule))


def stamp_of(rows: Sequence[GridRow]) -> str:
    """What tells whether the rules are still those that a page was made from."""
    return digest_of(
        {
            str(row.rule.pk): [row.texts, row.rule.params, row.ranges, _flat(row.values), row.rule.order]
            for row in rows
        }
    )


def _flat(values: Mapping[CellKey, str]) -> list[str]:
    return [f"{'-'.join(key)}={text}" for key, text in values.items()]


def posted_rows(
    post: Mapping[str, str], component: Component, words: Words, stored: Sequence[GridRow]
) -> list[GridRow]:
    """The rows that a page sends, in the order that it gives them; rules that are no longer there are left out."""
    known = {str(row.rule.pk): row for row in stored}
    words.shown = None if words.shown is None else words.shown | set(typed_terms(post))
    count = min(_count(post.get("rows", "")), MOST_ROWS)
    places = {number: _count(post.get(f"r{number}-order", "")) for number in range(count)}
    parts: dict[str, dict[str, str]] = defaultdict(dict)
    for name, text in post.items():
        row_name, _, part = name.partition("-")
        parts[row_name][part] = text
    rows: list[GridRow] = []
    for number in sorted(places, key=lambda number: (places[number], number)):
        if row := _posted_row(parts[f"r{number}"], len(rows), known, component, words):
            row.posted_number = number
            rows.append(row)
    return rows


def typed_terms(post: Mapping[str, str]) -> Iterator[str]:
    """The keys in the names of cells in which something is typed: their columns are not left out."""
    for name, text in post.items():
        _, _, part = name.partition("-")
        if part.startswith("c-") and text.strip():
            yield from part.split("-")[1:]


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def _posted_row(
    post: Mapping[str, str],
    number: int,
    known: Mapping[str, GridRow],
    component: Component,
    words: Words,
) -> GridRow | None:
    before = known.get(post.get("id", ""))
    if before is None and post.get("id"):
        return None
    family = post.get("family", "")
    new = new_row(number, component, family if family in NEW_FAMILIES else NEW_FAMILIES[0])
    row = GridRow(number, *((before.rule, before.family) if before else (new.rule, new.family)), None, {})
    row.deleted = post.get("delete") == "on"
    row.texts = {part: post.get(part, "").strip() for part in TEXTS}
    if before is not None and before.layout is None:
        row.off_grid = before.off_grid
        return row
    row.layout = layout_from(post.get("shown", ""), row.family, words)
    row.with_any = frozenset(axis for axis in AXES if axis.value in post.get("any", "").split(","))
    _read_values(row, post, words)
    return row


def layout_from(code: str, family: Family, words: Words) -> Layout:
    """The layout of a code that the form offers; that of a single cell for any other."""
    if code not in dict(layouts(family, words)):
        code = next(iter(dict(layouts(family, words))))
    parts = dict(part.partition(":")[::2] for part in code.split(",") if part)
    axes = tuple(axis for axis in AXES if axis.value in parts)
    return Layout(axes, parts.get(Axis.CHOICE.value, ""), parts.get(Axis.NUMBER.value, ""))


def _read_values(row: GridRow, post: Mapping[str, str], words: Words) -> None:
    """Takes over ranges and cells; a range without a text and without a value is dropped."""
    assert row.layout is not None
    written = [post.get(f"range-{place}", "").strip() for place in range(MOST_RANGES)]
    row.ranges = written if row.layout.has_ranges else []
    texts = {cell.key: post.get(cell.name.partition("-")[2], "").strip() for cell in row.cells(words)}
    filled = {key: text for key, text in texts.items() if text}
    if not row.layout.has_ranges:
        row.values = filled
        return
    # The number is the outermost axis.
    kept = [n for n, text in enumerate(written) if text or any(key[0] == range_key(n) for key in filled)]
    moved = {range_key(old): range_key(new) for new, old in enumerate(kept)}
    row.ranges = [written[place] for place in kept]
    row.values = {(moved.get(key[0], key[0]), *key[1:]): text for key, text in filled.items()}


def relaid(row: GridRow, layout: Layout, words: Words) -> GridRow:
    """The row under other columns, with what is typed so far.

    Under added axes each value stands in every one of the new columns; where axes go, the first value of those
    that fall together stays. Between axes that have nothing to do with each other no value is taken along.
    """
    assert row.layout is not None
    old = row.layout
    further = GridRow(row.number, row.rule, row.family, layout, row.texts, deleted=row.deleted)
    further.ranges = row.ranges if layout.has_ranges else []
    further.with_any = row.with_any & set(layout.axes)
    same_choices = old.attribute == layout.attribute
    shared = [a for a in layout.axes if a in old.axes and (same_choices or a is not Axis.CHOICE)]
    if len(shared) not in (len(old.axes), len(layout.axes)):
        return further
    known: dict[CellKey, str] = {}
    for key, text in row.values.items():
        known.setdefault(tuple(key[old.axes.index(axis)] for axis in shared), text)
    for cell in further.cells(words):
        typed = known.get(tuple(cell.key[layout.axes.index(axis)] for axis in shared))
        if typed:
            further.values[cell.key] = typed
    return further
