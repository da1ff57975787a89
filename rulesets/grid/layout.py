"""Which columns an item's cells stand under: none, or some of level, role, group, choice, range of a number.

One or two of them are columns; of three the first is lines of the item's own, a line a range, a choice or a level.
An item of more has no cells: a page has no room for them, and the rule's own page has a row for each tier.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

from rulesets.engine.protocols import Axis, Family, FieldKind
from rulesets.grid.ranges import Range
from rulesets.models import Edition, Rule, Term, Tier

# The axis whose columns enclose those of the one after it stands before it.
AXES = (Axis.NUMBER, Axis.CHOICE, Axis.LEVEL, Axis.GROUP, Axis.ROLE)
LABELS = {Axis.CHOICE: "情形", Axis.LEVEL: "级别", Axis.GROUP: "分组", Axis.ROLE: "角色"}
ANY = "0"  # stands in a cell's key for an axis that the tier doesn't ask about
ANY_LABEL = "不限"
MOST_COLUMN_AXES = 2
MOST_AXES = MOST_COLUMN_AXES + 1
# Axes whose columns can be left out where no item of the component uses them.
NARROWED = (Axis.LEVEL, Axis.GROUP, Axis.ROLE)
MOST_RANGES = 20

CellKey = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The axes of an item's cells, the attribute whose choices and the number whose ranges they are."""

    axes: tuple[Axis, ...] = ()
    attribute: str = ""
    number: str = ""

    @property
    def code(self) -> str:
        """As the form names it: “level,role”, “choice:form”, “number:rank,role”."""
        further = {Axis.CHOICE: f":{self.attribute}", Axis.NUMBER: f":{self.number}"}
        return ",".join(f"{axis.value}{further.get(axis, '')}" for axis in self.axes)

    @property
    def has_ranges(self) -> bool:
        return Axis.NUMBER in self.axes

    @property
    def lined(self) -> Axis | None:
        """The axis whose options are lines of the item; None where all are columns."""
        return self.axes[0] if len(self.axes) > MOST_COLUMN_AXES else None

    @property
    def columns(self) -> Layout:
        """What stands in the head of the columns."""
        return self if self.lined is None else Layout(self.axes[1:], self.attribute)


@dataclass(frozen=True, slots=True)
class Option:
    """One column of an axis: its part of a cell's key, what it is called, and the word that a tier then names."""

    key: str
    label: str
    term: Term | None = None


@dataclass(slots=True)
class Words:
    """The edition's vocabulary, read once."""

    level: list[Term] = field(default_factory=list)
    role: list[Term] = field(default_factory=list)
    group: list[Term] = field(default_factory=list)
    attributes: list[Term] = field(default_factory=list)
    choices: dict[str, list[Term]] = field(default_factory=lambda: defaultdict(list))
    # The keys of the levels, roles and groups that have columns; None: all have.
    shown: set[str] | None = None

    @classmethod
    def of(cls, edition: Edition) -> Words:
        words = cls()
        terms = list(edition.terms.all())
        codes = {term.pk: term.code for term in terms}
        for term in terms:
            if term.kind == Term.Kind.CHOICE:
                words.choices[codes[term.parent_id]].append(term)
            elif term.kind == Term.Kind.ATTRIBUTE:
                words.attributes.append(term)
            else:
                getattr(words, term.kind).append(term)
        return words

    def terms(self, axis: Axis, layout: Layout) -> list[Term]:
        """The words of an axis; of CHOICE those of the layout's attribute."""
        if axis is Axis.CHOICE:
            return self.choices[layout.attribute]
        terms: list[Term] = getattr(self, axis.value)
        return terms

    def options(self, axis: Axis, layout: Layout, with_any: bool) -> list[Option]:
        """The columns of an axis that is not the number."""
        named = [Option(str(term.pk), term.name, term) for term in self.terms(axis, layout)]
        if self.shown is not None and axis in NARROWED:
            used = [option for option in named if option.key in self.shown]
            named = used or named
        return [*named, Option(ANY, ANY_LABEL)] if with_any else named


def layout_of(rule: Rule, family: Family, tiers: Sequence[Tier]) -> Layout | str:
    """The layout that the rule's tiers fit; where they don't fit any, why: that rule has its own page.

    Why is empty for a family that has no table of points.
    """
    if not family.tier_value or set(family.axes) - set(AXES):
        return ""
    if any(tier.band_id is not None or tier.value is None for tier in tiers):
        return "有的档次没有填写分值"
    used = {axis for tier in tiers for axis in asked(tier)}
    if not used and set(family.axes) == {Axis.NUMBER}:
        used = {Axis.NUMBER}  # there is nothing but ranges to write
    attribute = str(rule.params.get("attribute", "")) if Axis.CHOICE in used else ""
    if Axis.CHOICE in used and not attribute:
        return "有的档次按情形区分，但没有选定按哪一项情形"
    number = number_of(rule, family) if Axis.NUMBER in used else ""
    layout = Layout(tuple(axis for axis in AXES if axis in used), attribute, number)
    if len(layout.axes) > MOST_AXES:
        names = "、".join(LABELS.get(axis, "数字的范围") for axis in layout.axes)
        return f"分档同时看{names}{len(layout.axes)}项，表格最多排{MOST_AXES}项"
    ranges = ranges_of(tiers)
    if len(ranges) >= MOST_RANGES:
        return f"数字分了{len(ranges)}段，表格最多排{MOST_RANGES - 1}段"
    keys = [key_of(tier, layout, ranges) for tier in tiers]
    return layout if len(set(keys)) == len(keys) else "有两档的情形完全相同，须先删去一档"


def asked(tier: Tier) -> Iterator[Axis]:
    """The axes that a tier asks about."""
    for axis in LABELS:
        if getattr(tier, f"{axis.value}_id") is not None:
            yield axis
    if Range.of(tier) is not None:
        yield Axis.NUMBER


def ranges_of(tiers: Iterable[Tier]) -> list[Range]:
    """The ranges that the tiers name, each once, in their order."""
    return list(dict.fromkeys(found for tier in tiers if (found := Range.of(tier))))


def key_of(tier: Tier, layout: Layout, ranges: Sequence[Range]) -> CellKey:
    """Under which columns the tier's value stands."""
    return tuple(_part(tier, axis, ranges) for axis in layout.axes)


def _part(tier: Tier, axis: Axis, ranges: Sequence[Range]) -> str:
    if axis is Axis.NUMBER:
        own = Range.of(tier)
        return ANY if own is None else range_key(ranges.index(own))
    term = getattr(tier, f"{axis.value}_id")
    return ANY if term is None else str(term)


def range_key(place: int) -> str:
    return f"r{place}"


def number_of(rule: Rule, family: Family) -> str:
    """Which number the rule's ranges are of; empty where the family has only one."""
    return str(rule.params.get("number") or "quantity") if numbers(family) else ""


def numbers(family: Family) -> Sequence[tuple[str, str]]:
    """The numbers whose ranges an item of the family may choose between, code and name."""
    return next((f.choices for f in family.fields if f.code == "number"), ())


def layouts(family: Family, words: Words) -> list[tuple[str, str]]:
    """What a row of the family may be laid out by, code and name, the simplest first."""
    single = list(_single(family, words))
    found = [Layout()] if Axis.NUMBER not in family.axes or len(family.axes) > 1 else []
    pairs = [both for pair in combinations(single, 2) if (both := _joined(*pair))]
    found += [*single, *pairs]
    found += dict.fromkeys(all_three for one in single for both in pairs if (all_three := _joined(one, both)))
    return [(layout.code, layout_name(layout, family, words)) for layout in found]


def _single(family: Family, words: Words) -> Iterator[Layout]:
    for axis in (Axis.LEVEL, Axis.ROLE, Axis.GROUP):
        if axis in family.axes and getattr(words, axis.value):
            yield Layout((axis,))
    has_attribute = any(f.kind is FieldKind.ATTRIBUTE for f in family.fields)
    if Axis.CHOICE in family.axes and has_attribute:
        yield from (
            Layout((Axis.CHOICE,), attribute=term.code)
            for term in words.attributes
            if words.choices[term.code]
        )
    if Axis.NUMBER in family.axes:
        yield from (Layout((Axis.NUMBER,), number=code) for code, _ in numbers(family) or [("", "")])


def _joined(one: Layout, other: Layout) -> Layout | None:
    if set(one.axes) & set(other.axes):
        return None
    axes = tuple(axis for axis in AXES if axis in (*one.axes, *other.axes))
    return Layout(axes, one.attribute or other.attribute, one.number or other.number)


def layout_name(layout: Layout, family: Family, words: Words) -> str:
    """“级别×角色”, “情形”, “名次分段”; “不分档” for a single cell."""
    return "×".join(_axis_name(axis, layout, family, words) for axis in layout.axes) or "不分档"


def _axis_name(axis: Axis, layout: Layout, family: Family, words: Words) -> str:
    if axis is Axis.CHOICE:
        return next(term.name for term in words.attributes if term.code == layout.attribute)
    if axis is Axis.NUMBER:
        name = dict(numbers(family)).get(layout.number, "数值").partition("（")[0]
        return f"{name}分段"
    return LABELS[axis]


def combined(options: Sequence[Sequence[Option]]) -> list[tuple[Option, ...]]:
    """The columns of a layout, outer axis first; one without any label where it has no axes."""
    return list(product(*options))
