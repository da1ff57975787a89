"""The history of rows in words: each change with what it was before and what it became."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import connection, models

from units.sealed import SealedTextField
from units.values import plain_value

KINDS = {"+": "新增", "~": "修改", "-": "删除"}
NOTHING = "（空）"
LONGEST = 200
# Changes of one request follow each other within this time.
AT_ONCE = timedelta(seconds=2)
# So many changes stand on a page.
ON_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a change, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A change of a row: when, whose, from where, what was done (新增, 修改, 删除) to what, and why."""

    when: datetime
    who: str
    address: str
    kind: str
    what: str
    changes: Sequence[Change]
    reason: str


@dataclass(slots=True)
class Act:
    """What somebody did at once, by saving a page or importing a file: its entries in the order of doing."""

    when: datetime
    who: str
    address: str
    reason: str
    entries: list[Entry]

    @property
    def lines(self) -> list["Line"]:
        return [line for entry in self.entries for line in _lines_of(entry)]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the page of an act: one field of one entry, or an entry that tells no field."""

    what: str
    before: str
    after: str


def _lines_of(entry: Entry) -> list[Line]:
    what = entry.what if entry.kind == KINDS["~"] else f"{entry.kind}{entry.what}"
    if not entry.changes:
        came_or_went = {KINDS["+"]: (NOTHING, "新增"), KINDS["-"]: ("有", "已删除")}
        return [Line(what, *came_or_went.get(entry.kind, ("—", "—")))]
    return [Line(f"{what}：{change.label}", change.before, change.after) for change in entry.changes]


Teller = Callable[[Any, Any, "Words"], Sequence[Change]]


@dataclass(frozen=True, slots=True)
class Manner:
    """How the history of a model is told where its fields alone don't tell it.

    called: a state → what the row is called; told: fields that are told of a row that comes or goes as well;
    tellers: a field → of the state before and the one after, the changes in words.
    """

    called: Callable[[Any, "Words"], str] | None = None
    told: Sequence[str] = ()
    tellers: Mapping[str, Teller] = field(default_factory=dict)


MANNERS: dict[Any, Manner] = {}
PLAIN = Manner()


class Words:
    """Says values as the pages do; looks each related row up once."""

    def __init__(self) -> None:
        self._related: dict[tuple[Any, Any], str] = {}
        # Rows, or where they were deleted their last kept states, by model and key; None where nothing is left.
        self._rows: dict[tuple[Any, Any], Any] = {}

    def said(self, field: models.Field, value: Any) -> str:
        """A stored value in words, cut where it is long."""
        if isinstance(field, SealedTextField):
            return "（不显示）" if value else NOTHING
        if value in (None, "", [], {}):
            return NOTHING
        if isinstance(field, models.ForeignKey):
            return self._row(field.related_model, value)
        if isinstance(value, Decimal):
            return f"{value.normalize():f}"
        if isinstance(value, bool):
            return "是" if value else "否"
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        text = (
            json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else plain_value(value)
        )
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"

    def learn(self, states: Iterable[Any]) -> None:
        """Looks up what the states point to: one query a model instead of one a row."""
        keys: dict[Any, set[Any]] = defaultdict(set)
        for state in states:
            for each in state.tracked_fields:
                key = getattr(state, each.attname)
                if isinstance(each, models.ForeignKey) and key is not None:
                    keys[each.related_model].add(key)
        for model, wanted in keys.items():
            self._look_up(model, wanted)

    def row(self, model: Any, key: Any) -> Any:
        """The row of a key; its last kept state where it was deleted, None where nothing is left of it."""
        if (model, key) not in self._rows:
            self._look_up(model, {key})
        return self._rows[model, key]

    def _look_up(self, model: Any, wanted: set[Any]) -> None:
        found = model._base_manager.in_bulk(wanted)
        gone = wanted - found.keys()
        if gone and hasattr(model, "history"):
            name = model._meta.pk.attname
            kept = model.history.filter(**{f"{name}__in": gone}).order_by("history_date", "history_id")
            found |= {getattr(state, name): state for state in kept}
        self._rows |= {(model, key): found.get(key) for key in wanted}

    def _row(self, model: Any, key: Any) -> str:
        if (model, key) not in self._related:
            row = self.row(model, key)
            there = isinstance(row, model)
            self._related[model, key] = str(row) if there else self._gone(model, row)
        return self._related[model, key]

    def _gone(self, model: Any, last: Any) -> str:
        """What a deleted row was called, where its history is kept."""
        kind = model._meta.verbose_name
        return f"（已删除的{kind}{f' {called(last, self)}' if last is not None else ''}）"


def entries_of(row: models.Model, most: int) -> list[Entry]:
    """The latest changes of a row, the newest first."""
    return entries_in([history_of(row)], most)


def history_of(row: models.Model) -> models.QuerySet[Any]:
    """The kept states of one row."""
    return type(row).history.filter(**{row._meta.pk.attname: row.pk})  # type: ignore[attr-defined, union-attr, no-any-return]


class Histories:
    """The changes among kept states of several models, the newest first, as Paginator asks for them."""

    def __init__(self, histories: Iterable[models.QuerySet[Any]]) -> None:
        self.histories = list(histories)

    def count(self) -> int:
        """How many changes there are; one query."""
        parts = [history.order_by().values("history_id") for history in self.histories]
        return parts[0].union(*parts[1:], all=True).count() if parts else 0

    def __getitem__(self, place: slice) -> list[Entry]:
        return entries_in(self.histories, place.stop, place.start or 0)


def entries_in(histories: Iterable[models.QuerySet[Any]], most: int, first: int = 0) -> list[Entry]:
    """The changes among kept states of several models, the newest first, from place `first` to before `most`."""
    states = _newest(list(histories), first, most)
    earlier = _states_before([state for state in states if state.history_type == "~"])
    words = Words()
    words.learn([*states, *earlier.values()])
    return [entry_of(state, earlier.get((type(state), state.history_id)), words) for state in states]


def _newest(histories: Sequence[models.QuerySet[Any]], first: int, most: int) -> list[Any]:
    """The latest states of all, the newest first: one query says which, then one for each table that has some."""
    if not histories:
        return []
    parts: list[str] = []
    values: list[Any] = []
    for place, history in enumerate(histories):
        keys = history.order_by("-history_date", "-history_id").values_list(
            models.Value(place, models.IntegerField()), "history_id", "history_date"
        )
        statement, given = keys[:most].query.sql_with_params()
        parts.append(f"SELECT * FROM ({statement}) AS part{place}")
        values += given
    with connection.cursor() as cursor:
        part = f"LIMIT {most - first:d} OFFSET {first:d}"
        cursor.execute(f"{' UNION ALL '.join(parts)} ORDER BY 3 DESC, 1, 2 DESC {part}", values)
        found = [(histories[place].model, key) for place, key, _ in cursor.fetchall()]
    wanted: dict[Any, list[int]] = defaultdict(list)
    for model, key in found:
        wanted[model].append(key)
    states = {
        (model, key): state
        for model, keys in wanted.items()
        for key, state in model.objects.select_related("history_user").in_bulk(keys).items()
    }
    return [states[place] for place in found]


def _states_before(states: list[Any]) -> dict[Any, Any]:
    """For each state the one of the same row before it; one query a table."""
    found: dict[Any, Any] = {}
    for model in {type(state) for state in states}:
        of_model = [state for state in states if type(state) is model]
        key = model.instance_type._meta.pk.attname
        rows = {getattr(state, key) for state in of_model}
        history: dict[Any, list[Any]] = {}
        for past in model.objects.filter(**{f"{key}__in": rows}).order_by("history_date", "history_id"):
            history.setdefault(getattr(past, key), []).append(past)
        for line in history.values():
            for before, after in pairwise(line):
                found[model, after.history_id] = before
    return found


def acts_of(entries: Sequence[Entry]) -> list[Act]:
    """Entries, the newest first, by what was done at once."""
    acts: list[Act] = []
    for entry in entries:
        last = acts[-1] if acts else None
        by = (entry.who, entry.address, entry.reason)
        same = last is not None and by == (last.who, last.address, last.reason)
        if last is not None and same and last.entries[0].when - entry.when <= AT_ONCE:
            last.entries.insert(0, entry)
        else:
            acts.append(Act(entry.when, *by, [entry]))
    return acts


def entry_of(later: Any, earlier: Any, words: Words) -> Entry:
    """A row of a history in words; earlier: the one before it, None where there is none."""
    return Entry(
        when=later.history_date,
        who=later.history_user.display_name if later.history_user else "（命令或系统）",
        address=later.address or "",
        kind=KINDS[later.history_type],
        what=f"{later.instance_type._meta.verbose_name} {called(later, words)}",
        changes=_changes(later, earlier, words),
        reason=later.history_change_reason or "",
    )


def _changes(later: Any, earlier: Any, words: Words) -> list[Change]:
    manner = MANNERS.get(later.instance_type, PLAIN)
    changes: list[Change] = []
    for each in later.tracked_fields:
        after = getattr(later, each.attname, None)
        if later.history_type == "~":
            if earlier is None or (before := getattr(earlier, each.attname, None)) == after:
                continue
            if teller := manner.tellers.get(each.name):
                changes.extend(teller(earlier, later, words))
            else:
                changes.append(
                    Change(str(each.verbose_name), words.said(each, before), words.said(each, after))
                )
        elif each.name in manner.told and (said := words.said(each, after)) != NOTHING:
            came = later.history_type == "+"
            changes.append(Change(str(each.verbose_name), *((NOTHING, said) if came else (said, NOTHING))))
    return changes


# What names a row: fields of its own, a code where it has no name, else the rows that it joins.
NAMING = (("no", "username", "key", "name"), ("code",), ("account", "person", "department", "rule", "role"))


def called(state: Any, words: Words) -> str:
    """What a kept state of a row is called: by the fields that name rows, else by the rows that it joins."""
    if own := MANNERS.get(state.instance_type, PLAIN).called:
        return own(state, words)
    named: list[str] = []
    for names in NAMING:
        for name in names if not named else ():
            try:
                field = state._meta.get_field(name)
            except FieldDoesNotExist:
                continue
            named.append(words.said(field, getattr(state, field.attname)))
    return " ".join(named) or f"#{getattr(state, state.instance_type._meta.pk.attname)}"
