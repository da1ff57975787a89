"""Rows that a page sends back → rules and tiers of a draft: everything, or nothing and why."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Max, RestrictedError

from rulesets.codes import code_after, code_from
from rulesets.engine.protocols import Axis
from rulesets.grid.layout import Option, Words, number_of
from rulesets.grid.ranges import Range, RangeUnclear, read_range
from rulesets.grid.rows import TEXTS, Cell, GridRow
from rulesets.models import Component, Rule, Tier
from tabular.cells import CellRefused, clean_decimal, fold

Case = tuple[int | None, int | None, int | None, int | None, Range | None]
# Tables of policies write “5分”, “扣2分”, “加1分”.
POINTS_WORD = re.compile(r"(?<=\d)\s*分$")
SIGN_WORD = re.compile(r"^([扣减加])\s*(?=\d)")
TERM_AXES = (Axis.LEVEL, Axis.ROLE, Axis.GROUP, Axis.CHOICE)


@dataclass(slots=True)
class Saved:
    """What a save did."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        verbs = (("新增", self.added), ("修改", self.changed), ("删除", self.deleted))
        said = "；".join(f"{verb}{len(codes)}项（{'、'.join(codes)}）" for verb, codes in verbs if codes)
        return f"已保存：{said}。" if said else "没有改动。"


def save_rows(component: Component, rows: Sequence[GridRow], words: Words) -> Saved | None:
    """Writes what differs from the records, in one transaction.

    None where something is wrong: nothing is written then, and each row's `faults` say what and where.
    """
    saved = Saved()
    new = [row.rule for row in rows if row.is_new]
    _give_codes(component, rows)
    with transaction.atomic():
        for row in rows:
            if row.deleted and not row.is_new:
                _delete(row, saved)
        stored = _tiers_of(component)
        for row in rows:
            if not (row.deleted or row.is_blank):
                _Writing(row, words, stored.get(row.rule.pk, [])).write(saved)
        if any(row.faults for row in rows):
            transaction.set_rollback(True)
            _unsave(new)
            return None
        _put_in_order([row.rule for row in rows if row.rule.pk is not None and not row.deleted])
    return saved


def _unsave(rules: Sequence[Rule]) -> None:
    """Takes the keys away from rules that a rollback undid: their rows are sent back as new ones."""
    for rule in rules:
        rule.pk = None
        rule._state.adding = True


def _tiers_of(component: Component) -> dict[int | None, list[Tier]]:
    """The tiers of the component's rules, by the key of the rule."""
    tiers: dict[int | None, list[Tier]] = defaultdict(list)
    for tier in Tier.objects.filter(rule__component=component):
        tiers[tier.rule_id].append(tier)
    return tiers


def _give_codes(component: Component, rows: Sequence[GridRow]) -> None:
    """Gives a new row with a name and without a code the one after the row above, or one made of its name."""
    if all(row.texts["code"] or row.is_blank for row in rows):
        return
    scheme = component.edition.scheme
    # Another scheme of the unit may not use an item's code either; other editions of this one do.
    elsewhere = Rule.objects.filter(edition__scheme__unit=scheme.unit_id).exclude(edition__scheme=scheme)
    taken = {
        *elsewhere.values_list("code", flat=True),
        *component.edition.rules.values_list("code", flat=True),
    }
    taken.update(row.texts["code"] for row in rows)
    above = ""
    for row in rows:
        if row.is_new and not row.is_blank and not row.texts["code"] and row.texts["name"]:
            row.texts["code"] = code_after(above, taken) or code_from(row.texts["name"], taken).upper()
            taken.add(row.texts["code"])
        above = row.texts["code"] or above


def _delete(row: GridRow, saved: Saved) -> None:
    code = row.rule.code
    try:
        with transaction.atomic():
            Rule.objects.get(pk=row.rule.pk).delete()
    except RestrictedError:
        naming = "、".join(row.rule.targeted_by.values_list("rule__code", flat=True).distinct())
        message = f"规则 {naming} 说到了 {code}，不能删除；请先在那里去掉它"
        row.faults[row.input_name("row")].append(message)
    else:
        saved.deleted.append(code)


def _put_in_order(rules: Sequence[Rule]) -> None:
    """Gives the rules the places that they hold already, in the order given; other components' keep theirs."""
    places = sorted(rule.order for rule in rules)
    if len(set(places)) < len(places):
        # Several hold one place: behind all others there are enough.
        last = Rule.objects.filter(edition=rules[0].edition).aggregate(last=Max("order"))["last"]
        places = list(range(last + 1, last + 1 + len(rules)))
    for rule, place in zip(rules, places, strict=True):
        if rule.order != place:
            rule.order = place
            rule.save(update_fields=["order"])


class _Writing:
    """One row → its rule and tiers."""

    def __init__(self, row: GridRow, words: Words, stored: Sequence[Tier]) -> None:
        self.row = row
        self.words = words
        self.rule = row.rule
        self.stored = stored
        self.before = {tier.pk: (tier.value, tier.order) for tier in stored}

    def write(self, saved: Saved) -> None:
        """Checks and writes; faults go to the row, and nothing more is written once there is one."""
        was_new, rule_changed = self.row.is_new, self._set_rule()
        if was_new or rule_changed:
            self._check_rule()
        wanted = [] if self.row.layout is None else self._wanted()
        if self.row.faults:
            return
        if was_new:
            last = Rule.objects.filter(edition=self.rule.edition).aggregate(last=Max("order"))["last"]
            self.rule.order = 0 if last is None else last + 1
        if was_new or rule_changed:
            self.rule.save()
        tiers_changed = self.row.layout is not None and self._write_tiers(wanted)
        if was_new:
            saved.added.append(self.rule.code)
        elif rule_changed or tiers_changed:
            saved.changed.append(self.rule.code)

    def _set_rule(self) -> bool:
        """Takes over texts, attribute and number; returns whether anything differs from the record."""
        before = (*(getattr(self.rule, part) for part in TEXTS), self.rule.params)
        for part in TEXTS:
            setattr(self.rule, part, self.row.texts[part])
        layout = self.row.layout
        params = dict(self.rule.params)
        if layout is not None and layout.attribute:
            params["attribute"] = layout.attribute
        if layout is not None and layout.number and layout.number != number_of(self.rule, self.row.family):
            params["number"] = layout.number
        self.rule.params = params
        return before != (*(getattr(self.rule, part) for part in TEXTS), params)

    def _check_rule(self) -> None:
        try:
            self.rule.full_clean()
        except ValidationError as error:
            for part, messages in error.message_dict.items():
                # A code that another rule has is a fault of both fields together.
                part = "code" if part == NON_FIELD_ERRORS else part
                name = self.row.input_name(part if part in TEXTS else "row")
                self.row.faults[name].extend(messages)

    def _wanted(self) -> list[Tier]:
        """The tiers that the cells say, in the order of the columns: stored ones where the case is the same."""
        by_case = {_case(tier): tier for tier in self.stored}
        ranges = self._ranges()
        wanted = []
        for cell in self.row.cells(self.words):
            if cell.text and (value := self._number(cell)) is not None:
                tier = self._tier(cell.options, ranges)
                tier = by_case.get(_case(tier), tier)
                if tier.pk is None or tier.value != value:
                    tier.value = value
                    self._check_tier(tier, cell)
                wanted.append(tier)
        return wanted

    def _ranges(self) -> dict[str, Range]:
        """The ranges that are written, by their column's key; what is unclear, missing or double is a fault."""
        found: dict[str, Range] = {}
        for place, cell in enumerate(self.row.range_cells()):
            filled = any(key[0] == f"r{place}" for key in self.row.values)
            if not cell.text:
                if filled:
                    self.row.faults[cell.name].append("这一段填了分值，但没有写范围")
                continue
            try:
                read = read_range(cell.text)
            except RangeUnclear as unclear:
                self.row.faults[cell.name].append(str(unclear))
                continue
            if read in found.values():
                self.row.faults[cell.name].append("与前面一段的范围相同，请合并为一段")
            elif not filled:
                self.row.faults[cell.name].append("写了范围，但这一段没有填分值")
            found[f"r{place}"] = read
        return found

    def _number(self, cell: Cell) -> Decimal | None:
        try:
            return clean_decimal(_points(cell.text))
        except CellRefused as refused:
            self.row.faults[cell.name].append(str(refused))
            return None

    def _tier(self, options: Sequence[Option], ranges: dict[str, Range]) -> Tier:
        assert self.row.layout is not None
        tier = Tier(rule=self.rule)
        for axis, option in zip(self.row.layout.axes, options, strict=True):
            if axis is Axis.NUMBER and (own := ranges.get(option.key)) is not None:
                tier.low, tier.low_included = own.low, own.low_included
                tier.high, tier.high_included = own.high, own.high_included
            elif option.term is not None:
                setattr(tier, axis.value, option.term)
        return tier

    def _check_tier(self, tier: Tier, cell: Cell) -> None:
        """Checks what was typed; the words of the columns are the edition's own."""
        try:
            tier.clean_fields(exclude={"rule", *(axis.value for axis in TERM_AXES), "band"})
            if Range.of(tier) is not None:
                tier.validate_constraints()
        except ValidationError as error:
            faults = error.message_dict
            for part, messages in faults.items():
                name = cell.name if part == "value" else self.row.input_name(f"range-{cell.key[0][1:]}")
                self.row.faults[name] = list(dict.fromkeys([*self.row.faults[name], *messages]))

    def _write_tiers(self, wanted: Sequence[Tier]) -> bool:
        """Writes what differs; returns whether anything did."""
        kept = {tier.pk for tier in wanted if tier.pk is not None}
        gone = [tier for tier in self.stored if tier.pk not in kept]
        for tier in gone:
            tier.delete()
        changed = bool(gone)
        for order, tier in enumerate(self._ordered(wanted)):
            tier.order = order
            if tier.pk is None or self.before[tier.pk] != (tier.value, order):
                tier.rule = self.rule
                tier.save()
                changed = True
        return changed

    def _ordered(self, wanted: Sequence[Tier]) -> list[Tier]:
        """Stored tiers in their own order, each new one behind the one of the column before it."""
        kept = {tier.pk for tier in wanted if tier.pk is not None}
        by_key = {tier.pk: tier for tier in wanted}
        ordered = [by_key[tier.pk] for tier in self.stored if tier.pk in kept]
        before: Tier | None = None
        for tier in wanted:
            if tier.pk is None:
                ordered.insert(0 if before is None else _place(ordered, before) + 1, tier)
            before = tier
        return ordered


def _points(text: str) -> str:
    """What a cell says as a number would be written: “扣2分” → “-2”."""
    bare = POINTS_WORD.sub("", fold(text))
    return SIGN_WORD.sub(lambda word: "" if word[1] == "加" else "-", bare)


def _place(tiers: Sequence[Tier], wanted: Tier) -> int:
    return next(place for place, tier in enumerate(tiers) if tier is wanted)


def _case(tier: Tier) -> Case:
    level, role, group, choice = (getattr(tier, f"{axis.value}_id") for axis in TERM_AXES)
    return level, role, group, choice, Range.of(tier)


def faults_of(rows: Sequence[GridRow], words: Words) -> Iterator[tuple[str, str, str]]:
    """Every fault with the input that it is about: name, label, message."""
    for row in rows:
        labels = {c.name: c.label for c in (*row.text_cells(), *row.range_cells(), *row.cells(words))}
        for name, messages in row.faults.items():
            for message in messages:
                yield name, labels.get(name, row.title), message
