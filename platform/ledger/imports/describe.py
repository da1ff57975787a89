"""Says what an import changes, a sentence an event."""

import datetime
from collections.abc import Iterator, Mapping

from django.utils.formats import date_format

from ledger.entries import BallotEntry, Change, Entry, EventEntry, Participation
from rulesets.engine.numbers import plain_points
from rulesets.vocabulary import Vocabulary

FIELD_NAMES = {"date": "日期", "matter": "同一事项", "evidence": "依据"}
PART_NAMES = {
    "level": "级别",
    "quantity": "数量",
    "rank": "名次",
    "out_of": "总数",
    "attributes": "其他要素",
    "remark": "说明",
}


def said(name: str, value: object, words: Vocabulary) -> str:
    """A value as a sentence shows it: levels, attributes and their choices by name."""
    if value is None or value in ("", ()):
        return "空"
    if isinstance(value, datetime.date):
        return date_format(value)
    if name == "quantity":
        return plain_points(int(str(value)))
    if name == "level":
        return words.levels.get(str(value), str(value))
    if isinstance(value, tuple):
        return "、".join(_attribute(code, text, words) for code, text in value)
    return str(value)


def _attribute(code: str, text: str, words: Vocabulary) -> str:
    attribute = words.attributes.get(code)
    return f"{attribute.name} {attribute.choices.get(text, text)}" if attribute else f"{code} {text}"


def said_of(entry: Entry) -> str:
    """How an entry is named in a sentence; a ballot without anything that leads to its rater."""
    if isinstance(entry, EventEntry):
        return f"事件 {entry.event_no}"
    what = entry.part if isinstance(entry, BallotEntry) else entry.metric
    return f"{entry.period} {what} {entry.subject}"


def event_line(change: Change, words: Vocabulary, names: Mapping[str, str]) -> str:
    """The sentence of one new or changed event, in the words of its unit.

    names: number or code → name of people and departments.
    """
    entry = change.entry
    assert isinstance(entry, EventEntry)
    if change.before is None:
        parts = "；".join(_named(part, words, names) for part in entry.participants)
        return f"新增 事件 {entry.event_no}（{date_format(entry.date)}）：{parts}"
    before = change.before.entry
    assert isinstance(before, EventEntry)
    return f"变更 事件 {entry.event_no}：{'；'.join(_differences(before, entry, words, names))}"


def removed_parts(change: Change) -> int:
    """How many participants of an event its new state no longer has."""
    if change.before is None:
        return 0
    assert isinstance(change.entry, EventEntry) and isinstance(change.before.entry, EventEntry)
    kept = {part.key for part in change.entry.participants}
    return sum(part.key not in kept for part in change.before.entry.participants)


def _named(part: Participation, words: Vocabulary, names: Mapping[str, str]) -> str:
    role, item = words.roles.get(part.role), words.items.get(part.item)
    subject = f"{names[part.subject]}（{part.subject}）" if part.subject in names else part.subject
    told = (subject, part.item, item.name if item else "", role.name if role else part.role)
    return " ".join(text for text in told if text)


def _differences(
    before: EventEntry, after: EventEntry, words: Vocabulary, names: Mapping[str, str]
) -> Iterator[str]:
    if before.withdrawal_reason:
        yield "恢复已撤回的事件"
    for name, title in FIELD_NAMES.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield f"{title} {said(name, old, words)} → {said(name, new, words)}"
    old_parts = {part.key: part for part in before.participants}
    new_parts = {part.key: part for part in after.participants}
    for key in sorted(new_parts.keys() - old_parts.keys()):
        yield f"增加 {_named(new_parts[key], words, names)}"
    for key in sorted(old_parts.keys() - new_parts.keys()):
        yield f"移除 {_named(old_parts[key], words, names)}"
    for key in sorted(old_parts.keys() & new_parts.keys()):
        yield from _part_differences(old_parts[key], new_parts[key], words, names)


def _part_differences(
    before: Participation, after: Participation, words: Vocabulary, names: Mapping[str, str]
) -> Iterator[str]:
    changes = [
        f"{title} {said(name, getattr(before, name), words)} → {said(name, getattr(after, name), words)}"
        for name, title in PART_NAMES.items()
        if getattr(before, name) != getattr(after, name)
    ]
    if changes:
        yield f"{_named(after, words, names)} {'，'.join(changes)}"
