"""Imports people, departments and appointments.

A file states all appointments of each person that it names, from the earliest day on that it gives the person;
what ended before stays on record.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction

from ledger.chain import Source, lock
from ledger.imports.doubts import doubted_posts
from ledger.imports.opening import check_lengths, name_of, opened, read_labels
from ledger.imports.records import keep_record, state_of
from ledger.imports.report import ImportReport
from ledger.imports.roster import (
    COLUMNS,
    DEPARTMENT_FIELDS,
    PERSON_FIELDS,
    Roster,
    StatedPost,
    stated_roster,
)
from ledger.models import ImportRecord, Participant
from ledger.stored import chunks
from rulesets.vocabulary import vocabulary_of
from tabular import Table
from units.history import because
from units.models import Account, Appointment, Department, Person, Unit

PERSON_TEXTS = {"no": "no", "name": "name", "gender": "gender", "birth": "birth", "politics": "politics"}
FIELD_NAMES = {column.code: column.name for column in COLUMNS}
SECRET = frozenset({"citizen_number"})
# By number: the key and the content of each appointment on record.
RecordedPosts = dict[str, list[tuple[int, StatedPost]]]


@dataclass(slots=True)
class Difference:
    """What has to be written so that the record says what the file states."""

    departments: list[Department] = field(default_factory=list)
    changed_departments: list[Department] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    changed_people: list[Person] = field(default_factory=list)
    posts: list[tuple[str, StatedPost]] = field(default_factory=list)
    removed_posts: list[int] = field(default_factory=list)
    # Whose appointments are removed or added.
    moved: set[str] = field(default_factory=set)
    unchanged: int = 0
    lines: list[str] = field(default_factory=list)

    @property
    def touched(self) -> tuple[set[str], set[str]]:
        """The codes of the departments and the numbers of the people whose record changes."""
        codes = {row.code for row in (*self.departments, *self.changed_departments)}
        return codes, self.moved | {row.no for row in (*self.people, *self.changed_people)}

    @property
    def report(self) -> ImportReport:
        return ImportReport(
            new=len(self.departments) + len(self.people) + len(self.posts),
            changed=len(self.changed_departments) + len(self.changed_people),
            unchanged=self.unchanged,
            removed=len(self.removed_posts),
            lines=self.lines,
        )


@transaction.atomic
def import_people(
    unit: Unit,
    source: Path | BinaryIO,
    *,
    filename: str = "",
    account: Account | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Brings departments, people and their appointments to what the file states.

    The report counts departments, people and appointments together. An appointment is not taken away from under
    an event that needs it. A roster is no link of the chain: its import record keeps what was there before.
    Raises FileMissing, or TableRefused with every fault by row and column.
    """
    table = opened(source, COLUMNS, filename)
    read_labels(table, "department", dict(Department.objects.filter(unit=unit).values_list("code", "name")))
    check_lengths(table, Person, PERSON_TEXTS)
    check_lengths(table, Department, {"department": "code", "department_name": "name"})
    check_lengths(table, Appointment, {"group": "group", "position": "position"})
    groups = vocabulary_of(unit).groups
    roster = stated_roster(table, groups)
    lock(unit)
    departments = {row.code: row for row in Department.objects.filter(unit=unit)}
    people = _recorded_people(unit, roster)
    recorded = _recorded_posts(unit, people)
    _check_codes(table, unit, roster, departments)
    _check_earlier_posts(table, roster, recorded, groups)
    _check_events(table, unit, roster, recorded)
    table.raise_if_faulty()
    difference = Difference()
    _compare_departments(unit, roster, departments, difference)
    _compare_people(unit, roster, people, difference)
    _compare_posts(roster, recorded, difference, groups)
    report = difference.report
    if not dry_run and report.changes_anything:
        _write_kept(unit, difference, Source(name_of(source, filename), table.sha256, account))
    return replace(report, doubts=list(doubted_posts(table))) if report.changes_anything else report


def _write_kept(unit: Unit, difference: Difference, origin: Source) -> None:
    """Writes the difference, and an import record of what was there before and after."""
    codes, numbers = difference.touched
    before = state_of(unit, codes, numbers)
    with because(f"导入文件 {origin.filename}"):
        _write(unit, difference)
    former = {"before": before, "after": state_of(unit, codes, numbers)}
    keep_record(unit, ImportRecord.Kind.PEOPLE, origin, difference.report, former=former)


def _recorded_people(unit: Unit, roster: Roster) -> dict[str, Person]:
    people: dict[str, Person] = {}
    for numbers in chunks(sorted(roster.people)):
        people |= {row.no: row for row in Person.objects.filter(unit=unit, no__in=numbers)}
    return people


def _check_codes(table: Table, unit: Unit, roster: Roster, departments: dict[str, Department]) -> None:
    """No number is a department's code as well; a new department has a name."""
    numbers = set(Person.objects.filter(unit=unit).values_list("no", flat=True))
    for row in table.rows:
        code = row["department"]
        if row["no"] in departments and row["no"] not in roster.departments:
            table.faults.add(row.number, "no", "工号与已有的部门编码相同，无法区分；请改用不同的编码")
        if code in numbers:
            table.faults.add(row.number, "department", "部门编码与已有的工号相同，无法区分；请改用不同的编码")
        named = code is None or code in departments or roster.departments[code].get("department_name")
        if not named and "department_name" not in row.faulty:
            table.faults.add(row.number, "department_name", f"部门 {code} 是新部门，须填写部门名称")


def _stays(post: StatedPost, roster: Roster, number: str) -> bool:
    """Whether a recorded post is earlier than what the file states of the person: it stays as it is."""
    return post.start < min(stated.start for _, stated in roster.posts[number])


def _check_earlier_posts(
    table: Table, roster: Roster, recorded: RecordedPosts, groups: Mapping[str, str]
) -> None:
    """A main post from before goes on into what the file states: the file has to say when it ended."""
    for number, stated in roster.posts.items():
        mains = [(row, post) for row, post in stated if not post.is_secondary]
        for _, earlier in recorded.get(number, []):
            if earlier.is_secondary or not _stays(earlier, roster, number):
                continue
            for row, post in mains:
                if earlier.holds_on(post.start):
                    held = f"人员 {number} 已有的任职（{earlier.said(groups)}）"
                    problem = f"{held}与本行重叠；请在表中列出该任职并填写止日"
                    table.faults.add(row.number, "start", problem)


def _check_events(table: Table, unit: Unit, roster: Roster, recorded: RecordedPosts) -> None:
    """Each day on which an event names a person stays within an appointment."""
    uncovered: dict[str, list[str]] = defaultdict(list)
    for numbers in chunks(sorted(roster.posts)):
        named = Participant.objects.filter(
            event__unit=unit, event__is_current=True, person__no__in=numbers
        ).values_list("person__no", "event__date", "event__event_no")
        for number, day, event in named.order_by("event__date", "event__event_no").distinct():
            earlier = [p for p in recorded.get(number, []) if _stays(p[1], roster, number)]
            if not any(post.holds_on(day) for _, post in [*roster.posts[number], *earlier]):
                uncovered[number].append(f"{event}（{day}）")
    for number, events in uncovered.items():
        row = roster.posts[number][0][0]
        shown = "、".join(events[:5]) + ("等" if len(events) > 5 else "")
        problem = f"人员 {number} 的任职不再包含已登记的事项 {shown}的日期；请核对起止日期，或先更正这些事项"
        table.faults.add(row.number, "start", problem)


def _changed_values(row: Any, stated: dict[str, Any], fields: dict[str, str]) -> list[str]:
    """Sets what differs on the row; gives the changes in words. A name and a yes or no are never emptied."""
    words = []
    for column, value in stated.items():
        name = fields[column]
        before = getattr(row, name)
        if value is None and (name == "name" or isinstance(before, bool)):
            continue
        after = "" if value is None else value
        if before != after:
            setattr(row, name, after)
            shown = "已更改" if column in SECRET else f"{_said(before)} → {_said(after)}"
            words.append(f"{FIELD_NAMES[column]} {shown}")
    return words


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value) or "空"


def _compare_departments(
    unit: Unit, roster: Roster, departments: dict[str, Department], difference: Difference
) -> None:
    for code, stated in roster.departments.items():
        if code not in departments:
            values = {
                DEPARTMENT_FIELDS[column]: value for column, value in stated.items() if value is not None
            }
            difference.departments.append(Department(unit=unit, code=code, **values))
            difference.lines.append(f"新增 部门 {code} {values['name']}")
        elif words := _changed_values(departments[code], stated, DEPARTMENT_FIELDS):
            difference.changed_departments.append(departments[code])
            difference.lines.append(f"变更 部门 {code}：{'，'.join(words)}")
        else:
            difference.unchanged += 1


def _compare_people(unit: Unit, roster: Roster, people: dict[str, Person], difference: Difference) -> None:
    for number, stated in roster.people.items():
        if number not in people:
            values = {PERSON_FIELDS[column]: value for column, value in stated.items() if value is not None}
            difference.people.append(Person(unit=unit, no=number, **values))
            difference.lines.append(f"新增 人员 {number} {values['name']}")
        elif words := _changed_values(people[number], stated, PERSON_FIELDS):
            difference.changed_people.append(people[number])
            difference.lines.append(f"变更 人员 {number}：{'，'.join(words)}")
        else:
            difference.unchanged += 1


def _compare_posts(
    roster: Roster, recorded: RecordedPosts, difference: Difference, groups: Mapping[str, str]
) -> None:
    for number, stated in roster.posts.items():
        held = recorded.get(number, [])
        missing = Counter(post for _, post in stated)
        for row, post in held:
            if missing[post]:
                missing[post] -= 1
                difference.unchanged += 1
            elif not _stays(post, roster, number):
                difference.removed_posts.append(row)
                difference.moved.add(number)
                difference.lines.append(f"移除 任职 {number}：{post.said(groups)}")
        for post in missing.elements():
            difference.posts.append((number, post))
            difference.moved.add(number)
            difference.lines.append(f"新增 任职 {number}：{post.said(groups)}")


def _recorded_posts(unit: Unit, people: Iterable[str]) -> RecordedPosts:
    posts: dict[str, list[tuple[int, StatedPost]]] = defaultdict(list)
    for numbers in chunks(sorted(people)):
        rows = Appointment.objects.filter(unit=unit, person__no__in=numbers).values_list(
            "pk",
            "person__no",
            "department__code",
            "group",
            "position",
            "start",
            "end",
            "is_secondary",
        )
        for row, number, department, group, position, start, end, secondary in rows.order_by("pk"):
            post = StatedPost(department, group, position, start, end, secondary)
            posts[number].append((row, post))
    return posts


def _write(unit: Unit, difference: Difference) -> None:
    Department.objects.bulk_create(difference.departments)
    Department.objects.bulk_update(difference.changed_departments, [*DEPARTMENT_FIELDS.values()])
    Person.objects.bulk_create(difference.people)
    Person.objects.bulk_update(difference.changed_people, [*PERSON_FIELDS.values()], batch_size=500)
    for keys in chunks(difference.removed_posts):
        Appointment.objects.filter(pk__in=keys).delete()
    departments = dict(Department.objects.filter(unit=unit).values_list("code", "pk"))
    people = dict(Person.objects.filter(unit=unit).values_list("no", "pk"))
    Appointment.objects.bulk_create(
        [
            Appointment(
                unit=unit,
                person_id=people[number],
                department_id=departments[post.department],
                group=post.group,
                position=post.position,
                start=post.start,
                end=post.end,
                is_secondary=post.is_secondary,
            )
            for number, post in difference.posts
        ],
        batch_size=2000,
    )
