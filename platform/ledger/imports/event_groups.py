"""Puts the rows of an events file together into events, and checks what concerns several rows at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ledger.entries import PERSON, EventEntry
from ledger.imports.event_rows import EventRows
from ledger.imports.once import ReportedPart, check_registered_once
from rulesets.vocabulary import RoleWords
from tabular import Row, Table
from units.models import Unit

# What an event has once, however many rows it has.
OF_THE_EVENT = {"date": "日期", "evidence": "依据", "matter": "同一事项"}


def reported_events(unit: Unit | None, table: Table, rows: EventRows) -> dict[str, EventEntry]:
    """The events that the table states, by number; what is wrong is added to the table's faults.

    Called under the unit's lock: what may be registered once a period is looked for on record as well, unless
    there is no unit, where the table stands by itself.
    """
    first_rows: dict[str, Row] = {}
    reported: dict[str, list[ReportedPart]] = defaultdict(list)
    for row in table.rows:
        part = rows.read(row)
        number = row["event_no"]
        if number is None:
            continue
        _check_same_event(table, first_rows.setdefault(number, row), row)
        if part is not None:
            reported[number].append(ReportedPart(row, part))
    for parts in reported.values():
        _check_once(table, parts)
        _check_headcount(table, parts, rows.vocabulary.roles)
    check_registered_once(unit, table, reported, rows.vocabulary.items)
    if len(table.faults):
        return {}
    return {number: _entry(first_rows[number], parts) for number, parts in reported.items()}


def _entry(row: Row, parts: Sequence[ReportedPart]) -> EventEntry:
    return EventEntry(
        event_no=row["event_no"],
        date=row["date"],
        matter=row["matter"] or "",
        evidence=row["evidence"] or "",
        participants=tuple(sorted((part for _, part in parts), key=lambda part: part.key)),
    )


def _check_same_event(table: Table, first: Row, row: Row) -> None:
    for column, name in OF_THE_EVENT.items():
        if row[column] != first[column] and not {column} & (row.faulty | first.faulty):
            said, before = row[column] or "空", first[column] or "空"
            table.faults.add(
                row.number,
                column,
                f"与第 {first.number} 行矛盾：事件 {row['event_no']} 的{name}在该行为“{before}”，"
                f"在本行为“{said}”；同一事件号的各行应一致",
            )


def _check_once(table: Table, parts: Sequence[ReportedPart]) -> None:
    """Subject × item × role stands once in an event."""
    first_rows: dict[tuple[str, ...], Row] = {}
    for row, part in parts:
        first = first_rows.setdefault(part.key, row)
        if first is not row:
            problem = (
                f"与第 {first.number} 行重复：同一事件中，同一对象、计分项和角色只能出现一次；请删除其一"
            )
            table.faults.add(row.number, "subject", problem)


def _check_headcount(table: Table, parts: Sequence[ReportedPart], roles: Mapping[str, RoleWords]) -> None:
    """No more people in a role than its limit, but for those whose rows give the reason in the remark."""
    people: dict[str, dict[str, Row]] = defaultdict(dict)
    unexplained: dict[str, set[str]] = defaultdict(set)
    for row, part in parts:
        if part.role and part.subject_kind == PERSON:
            people[part.role].setdefault(part.subject, row)
            if not part.remark:
                unexplained[part.role].add(part.subject)
    for code, rows in people.items():
        role = roles[code]
        if role.most is None or len(unexplained[code]) <= role.most:
            continue
        row = list(rows.values())[role.most]
        table.faults.add(
            row.number,
            "role",
            f"事件 {row['event_no']} 中角色 {role.code}（{role.name}）共 {len(rows)} 人，超过限额 {role.most} 人；"
            "确需增加的，请在超出人员各行的“说明”中写明理由",
        )
