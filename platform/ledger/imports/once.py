"""Checks that a subject is registered no more than once a period with an item that says so."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from ledger.entries import DEPARTMENT, PERSON, EventEntry, Participation
from ledger.models import Participant
from rulesets.engine.period import PERIOD_KIND_NAMES, Period, PeriodKind
from rulesets.vocabulary import ItemWords
from tabular import Row, Table
from units.models import Unit


class ReportedPart(NamedTuple):
    """A row and the participation that it states."""

    row: Row
    part: Participation


class Registration(NamedTuple):
    """What is there once. A department and its members are different subjects."""

    item: str
    subject_kind: str
    subject: str
    period: Period


def check_registered_once(
    unit: Unit | None,
    table: Table,
    reported: Mapping[str, Iterable[ReportedPart]],
    items: Mapping[str, ItemWords],
) -> None:
    """Adds a fault for each row that registers a subject again, within the file or beside the record.

    reported: event number → its parts. An event that the file states takes the place of what is on record of
    it. Called under the unit's lock; without a unit the file stands by itself.
    """
    kinds = {code: item.once for code, item in items.items() if item.once is not None}
    stated = [
        (number, row, Registration(part.item, part.subject_kind, part.subject, period))
        for number, parts in reported.items()
        for row, part in parts
        if part.item in kinds and row["date"] is not None
        for period in [Period.holding(row["date"], kinds[part.item])]
    ]
    if not stated:
        return
    periods = {registration.period for _, _, registration in stated}
    places = {} if unit is None else _recorded(unit, kinds, periods, reported)
    for number, row, registration in stated:
        place = places.setdefault(registration, f"事件 {number}（第 {row.number} 行）")
        if place != f"事件 {number}（第 {row.number} 行）":
            item = items[registration.item]
            table.faults.add(
                row.number,
                "subject",
                f"计分项 {item.code}（{item.name}）同一对象每{PERIOD_KIND_NAMES[kinds[item.code]]}只登记一次；"
                f"{registration.subject} 在{registration.period.name}已登记在{place}；请删除其一，或更正原事件",
            )


def restored_twice(unit: Unit, entries: Iterable[EventEntry], items: Mapping[str, ItemWords]) -> str | None:
    """What would be registered twice if these events stood as they say, in a sentence; None where nothing would."""
    kinds = {code: item.once for code, item in items.items() if item.once is not None}
    stated = [
        (
            entry.event_no,
            Registration(
                part.item, part.subject_kind, part.subject, Period.holding(entry.date, kinds[part.item])
            ),
        )
        for entry in entries
        for part in entry.participants
        if part.item in kinds
    ]
    if not stated:
        return None
    numbers = {number for number, _ in stated}
    places = _recorded(unit, kinds, {registration.period for _, registration in stated}, numbers)
    for number, registration in stated:
        place = places.setdefault(registration, f"事件 {number}")
        if place != f"事件 {number}":
            return (
                f"事件 {number} 恢复后，{registration.subject} 在{registration.period.name}的计分项 "
                f"{registration.item} 与{place}重复"
            )
    return None


def _recorded(
    unit: Unit, kinds: Mapping[str, PeriodKind], periods: Collection[Period], stated: Collection[str]
) -> dict[Registration, str]:
    """Which event on record holds each registration in these periods, but for the events that are stated."""
    rows = Participant.objects.filter(
        event__unit=unit,
        event__is_current=True,
        item__in=kinds,
        event__date__gte=min(period.start for period in periods),
        event__date__lte=max(period.end for period in periods),
    ).values_list("event__event_no", "event__date", "item", "person__no", "department__code")
    places: dict[Registration, str] = {}
    for number, day, item, person, department in rows.order_by("event__date", "event__event_no"):
        if number not in stated:
            kind, subject = (DEPARTMENT, department) if person is None else (PERSON, person)
            registration = Registration(item, kind, subject, Period.holding(day, kinds[item]))
            places.setdefault(registration, f"事件 {number}")
    return places
