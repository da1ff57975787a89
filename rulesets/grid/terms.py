"""An edition's words as rows of one page: levels, roles, groups, attributes and their choices.

Like the grid of items: everything typed stays text until it is saved, and a save writes what differs, or nothing.
A choice names its attribute by what stands on the same page, so that both can be new.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import RestrictedError

from rulesets.codes import code_from
from rulesets.engine.canonical import digest_of
from rulesets.grid.saving import Saved
from rulesets.models import Edition, Term
from rulesets.models.fields import CODE_LENGTH

Kind = Term.Kind
# Attributes before the choices that belong to them.
KINDS = (Kind.LEVEL, Kind.ROLE, Kind.GROUP, Kind.ATTRIBUTE, Kind.CHOICE)
LABELS = {
    "name": "名称",
    "code": "编码",
    "most": "每件事项最多人数",
    "attribute_type": "填写方式",
    "parent": "所属情形项",
    "order": "次序",
}
# The cells of a row of each kind, in their order; the last is where it stands among its kind.
PARTS: Mapping[str, tuple[str, ...]] = {
    Kind.LEVEL: ("name", "code", "order"),
    Kind.ROLE: ("name", "code", "most", "order"),
    Kind.GROUP: ("name", "code", "order"),
    Kind.ATTRIBUTE: ("name", "code", "attribute_type", "order"),
    Kind.CHOICE: ("parent", "name", "code", "order"),
}
TYPES = dict(Term.AttributeType.choices)
MOST_ROWS = 1000
LARGEST_ORDER = 10**6


@dataclass(slots=True)
class TermRow:
    """One word; `faults` are by the part that they are of."""

    number: int
    term: Term
    texts: dict[str, str]
    deleted: bool = False
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def kind(self) -> str:
        return self.term.kind

    @property
    def is_new(self) -> bool:
        return self.term.pk is None

    @property
    def is_blank(self) -> bool:
        return self.is_new and not any(text for part, text in self.texts.items() if part != "order")

    @property
    def title(self) -> str:
        return self.texts["name"] or self.texts["code"] or "新的一行"


def stored_terms(edition: Edition) -> list[TermRow]:
    """The edition's words by kind, in their order; choices under their attributes."""
    terms = list(edition.terms.select_related("parent"))
    places = {term.pk: place for place, term in enumerate(terms)}
    terms.sort(key=lambda t: (KINDS.index(Kind(t.kind)), places.get(t.parent_id, 0), places[t.pk]))
    counted: dict[str, int] = defaultdict(int)
    rows = []
    for number, term in enumerate(terms):
        counted[term.kind] += 1
        rows.append(TermRow(number, term, _texts(term, counted[term.kind])))
    return rows


def _texts(term: Term, place: int) -> dict[str, str]:
    texts = {
        "name": term.name,
        "code": term.code,
        "most": "" if term.most is None else str(term.most),
        "attribute_type": TYPES.get(term.attribute_type, ""),
        "parent": term.parent.name if term.parent is not None else "",
        "order": str(place),
    }
    return {part: texts[part] for part in PARTS[term.kind]}


def blank_row(number: int, edition: Edition, kind: str) -> TermRow:
    return TermRow(number, Term(edition=edition, kind=kind), dict.fromkeys(PARTS[kind], ""))


def stamp_of(rows: Sequence[TermRow]) -> str:
    """What tells whether the words are still those that a page was made from."""
    return digest_of({str(row.term.pk): row.texts for row in rows})


def posted_terms(post: Mapping[str, str], edition: Edition, stored: Sequence[TermRow]) -> list[TermRow]:
    """The rows that a page sends, blank ones left out, as are words that are no longer there."""
    known = {str(row.term.pk): row.term for row in stored}
    count = int(post["rows"]) if post.get("rows", "").isdecimal() and len(post["rows"]) < 6 else 0
    rows: list[TermRow] = []
    for sent in range(min(count, MOST_ROWS)):
        key, kind = post.get(f"t{sent}-id", ""), post.get(f"t{sent}-kind", "")
        term = known.get(key) or (Term(edition=edition, kind=kind) if not key and kind in KINDS else None)
        if term is None:
            continue
        texts = {part: post.get(f"t{sent}-{part}", "").strip() for part in PARTS[term.kind]}
        row = TermRow(len(rows), term, texts, deleted=post.get(f"t{sent}-delete") == "on")
        if not row.is_blank:
            rows.append(row)
    return rows


def save_terms(edition: Edition, rows: Sequence[TermRow]) -> Saved | None:
    """Writes what differs, in one transaction. None where something is wrong: the rows' `faults` say what."""
    saved = Saved()
    kept = _kept(rows)
    new = [row.term for row in kept if row.is_new]
    _give_codes(kept)
    for row in kept:
        _take_over(row)
    attributes = [row for row in kept if row.kind == Kind.ATTRIBUTE]
    with transaction.atomic():
        for row in rows:
            if row.deleted and not row.is_new:
                _delete(row, saved)
        for kind in KINDS:
            own = [row for row in kept if row.kind == kind]
            if kind == Kind.CHOICE:
                for row in own:
                    _find_parent(row, attributes)
            for siblings in _siblings(own):
                _put_in_order(siblings)
            for row in own:
                _write(row, saved)
        if any(row.faults for row in rows):
            transaction.set_rollback(True)
            for term in new:
                term.pk, term._state.adding = None, True
            return None
    return saved


def _kept(rows: Sequence[TermRow]) -> list[TermRow]:
    """The rows that stay: choices go with their attribute."""
    gone = {row.term.pk: row.term.name for row in rows if row.deleted and row.kind == Kind.ATTRIBUTE}
    return [
        row
        for row in rows
        if not row.deleted
        and not (row.term.parent_id in gone and row.texts["parent"] == gone[row.term.parent_id])
    ]


def _siblings(rows: Sequence[TermRow]) -> Iterable[list[TermRow]]:
    """The rows of a kind that are in one order: all, or the choices of one attribute."""
    by_parent: dict[int, list[TermRow]] = defaultdict(list)
    for row in rows:
        by_parent[id(row.term.parent)].append(row)
    return by_parent.values()


def _give_codes(rows: Sequence[TermRow]) -> None:
    """Gives new rows without a code one made of the name, as no other word of the kind has."""
    taken: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        taken[row.kind].add(row.texts["code"])
    for row in rows:
        if row.is_new and row.texts["name"] and not row.texts["code"]:
            row.texts["code"] = code_from(row.texts["name"], taken[row.kind])[:CODE_LENGTH]
            taken[row.kind].add(row.texts["code"])


def _take_over(row: TermRow) -> None:
    """What is typed → the term, but for its attribute and its place."""
    row.term.name, row.term.code = row.texts["name"], row.texts["code"]
    if row.kind == Kind.ROLE:
        row.term.most = _whole(row, "most", "不限的不填") if row.texts["most"] else None
    if row.kind == Kind.ATTRIBUTE:
        typed = row.texts["attribute_type"] or TYPES[Term.AttributeType.CHOICE]
        codes = {name: code for code, name in TYPES.items()} | {code: code for code in TYPES}
        if typed in codes:
            row.term.attribute_type = codes[typed]
        else:
            row.faults["attribute_type"].append(f"没有“{typed}”这种填写方式，可填{'、'.join(TYPES.values())}")


def _whole(row: TermRow, part: str, else_said: str) -> int | None:
    text = unicodedata.normalize("NFKC", row.texts[part]).strip()
    if text.isascii() and text.isdecimal() and 1 <= int(text) <= LARGEST_ORDER:
        return int(text)
    row.faults[part].append(f"“{row.texts[part]}”不是1或以上的整数，请改正；{else_said}")
    return None


def _find_parent(row: TermRow, attributes: Sequence[TermRow]) -> None:
    """The attribute that a choice names, by name or by code, also one that is new on the page."""
    named = row.texts["parent"]
    found = [a for a in attributes if named and named in (a.texts["name"], a.texts["code"])]
    if not named and len(attributes) == 1:
        found = list(attributes)
    if len(found) == 1 and found[0].term.attribute_type == Term.AttributeType.CHOICE:
        row.term.parent = found[0].term
    elif len(found) == 1:
        row.faults["parent"].append(f"“{named}”的填写方式不是“选择”，不能有可选的情形")
    elif found:
        row.faults["parent"].append(f"有{len(found)}个情形项叫“{named}”，请改填编码")
    else:
        known = "、".join(a.title for a in attributes) or "（还没有，请先在“情形项”里填写）"
        said = f"没有叫“{named}”的情形项" if named else "没有填写所属的情形项"
        row.faults["parent"].append(f"{said}，可填：{known}")


def _put_in_order(rows: Sequence[TermRow]) -> None:
    """Gives the words of a kind their places: by the numbers typed, those without one last; as few writes as can be."""
    numbers = {
        row.number: (_whole(row, "order", "不填的排在最后") or 0) if row.texts["order"] else LARGEST_ORDER
        for row in rows
    }
    last = -1
    for row in sorted(rows, key=lambda row: (numbers[row.number], row.number)):
        if row.is_new or row.term.order <= last:
            row.term.order = last + 1
        last = row.term.order


def _write(row: TermRow, saved: Saved) -> None:
    if row.faults or (row.term.parent is not None and row.term.parent.pk is None):
        return
    was_new = row.is_new
    before = None if was_new else Term.objects.get(pk=row.term.pk)
    names = ("name", "code", "most", "attribute_type", "parent_id", "order")
    if before is not None and all(getattr(before, name) == getattr(row.term, name) for name in names):
        return
    try:
        row.term.full_clean()
    except ValidationError as error:
        for part, messages in error.message_dict.items():
            # A code that another word has is a fault of several fields together.
            row.faults["code" if part == NON_FIELD_ERRORS else part if part in row.texts else "name"].extend(
                messages
            )
        return
    row.term.save()
    (saved.added if was_new else saved.changed).append(row.term.name)


def _delete(row: TermRow, saved: Saved) -> None:
    name = row.term.name
    try:
        with transaction.atomic():
            Term.objects.get(pk=row.term.pk).delete()
    except RestrictedError as error:
        rules = sorted({str(tier.rule) for tier in error.restricted_objects if hasattr(tier, "rule")})
        row.faults["name"].append(f"规则 {'、'.join(rules)} 的档次用到了“{name}”，不能删除；请先在那里去掉")
    else:
        saved.deleted.append(name)


def faults_of(rows: Iterable[TermRow]) -> list[tuple[str, str, str]]:
    """What is wrong, each with the input's name and what it is called."""
    return [
        (f"t{row.number}-{part}", f"{Kind(row.kind).label} {row.title}：{LABELS[part]}", message)
        for row in rows
        for part, messages in row.faults.items()
        for message in messages
    ]
