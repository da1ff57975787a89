"""The history of a row in words: each change with what it was before and what it became."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from units.sealed import SealedTextField

KINDS = {"+": "新增", "~": "修改", "-": "删除"}
NOTHING = "（空）"
LONGEST = 200


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


class Words:
    """Says values as the pages do; looks each related row up once."""

    def __init__(self) -> None:
        self._related: dict[tuple[Any, Any], str] = {}

    def said(self, field: models.Field, value: Any) -> str:
        """A stored value in words, cut where it is long."""
        if isinstance(field, SealedTextField):
            return "（不显示）" if value else NOTHING
        if value in (None, "", [], {}):
            return NOTHING
        if isinstance(field, models.ForeignKey):
            return self._row(field.related_model, value)
        if isinstance(value, bool):
            return "是" if value else "否"
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        text = json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"

    def _row(self, model: Any, key: Any) -> str:
        if (model, key) not in self._related:
            row = model._base_manager.filter(pk=key).first()
            self._related[model, key] = (
                str(row) if row is not None else f"（已删除的{model._meta.verbose_name}）"
            )
        return self._related[model, key]


def entries_of(row: models.Model, most: int) -> list[Entry]:
    """The latest changes of a row, the newest first."""
    history = type(row).history.filter(**{row._meta.pk.attname: row.pk})  # type: ignore[attr-defined, union-attr]
    past = list(history.select_related("history_user").order_by("-history_date", "-history_id")[: most + 1])
    words = Words()
    return [entry_of(later, earlier, words) for later, earlier in zip(past, [*past[1:], None], strict=True)][
        :most
    ]


def entry_of(later: Any, earlier: Any, words: Words) -> Entry:
    """A row of a history in words; earlier: the one before it, None where there is none."""
    changes = []
    for field in later.tracked_fields:
        before, after = (getattr(state, field.attname, None) for state in (earlier, later))
        if earlier is not None and later.history_type == "~" and before != after:
            changes.append(
                Change(str(field.verbose_name), words.said(field, before), words.said(field, after))
            )
    name = later.instance_type._meta.verbose_name
    return Entry(
        when=later.history_date,
        who=later.history_user.display_name if later.history_user else "（命令或系统）",
        address=later.address or "",
        kind=KINDS[later.history_type],
        what=f"{name} {_called(later, words)}",
        changes=changes,
        reason=later.history_change_reason or "",
    )


# What names a row: fields of its own, else the rows that it joins.
OWN_NAMES = ("code", "no", "username", "key", "name")
JOINED = ("account", "person", "department", "rule", "role")


def _called(state: Any, words: Words) -> str:
    """What a kept state of a row is called: by the fields that name rows, else by the rows that it joins."""
    named: list[str] = []
    for names in (OWN_NAMES, JOINED):
        for name in names if not named else ():
            try:
                field = state._meta.get_field(name)
            except FieldDoesNotExist:
                continue
            named.append(words.said(field, getattr(state, field.attname)))
    return " ".join(named) or f"#{getattr(state, state.instance_type._meta.pk.attname)}"
