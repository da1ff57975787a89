"""What a people file states, put together from its rows: people, departments, appointments."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.formats import date_format

from ledger.imports.words import Words, WordUnknown
from tabular import Column, Row, Table
from units.citizen_number import CitizenNumberWrong, clean_citizen_number

COLUMNS = (
    Column("no", "工号", "code", required=True),
    Column("name", "姓名", "name", required=True),
    Column("department", "部门", "code", required=True, aliases=("部门编码",)),
    Column("department_name", "部门名称", "name"),
    Column("group", "分组", "code"),
    Column("position", "职务", "text"),
    Column("start", "起", "date", required=True),
    Column("end", "止", "date", empty_words=("至今", "今", "现在", "现任")),
    Column("gender", "性别", "text"),
    Column("birth", "出生年月", "text"),
    Column("politics", "政治面貌", "text"),
    Column("direct_led", "班子直管", "boolean"),
    Column("secondary", "兼任", "boolean"),
    Column("citizen_number", "公民身份号码", "code", aliases=("身份证号", "身份证号码")),
)
# Column → field. What a column that stands in the file leaves empty is emptied.
PERSON_FIELDS = {
    "name": "name",
    "gender": "gender",
    "birth": "birth",
    "politics": "politics",
    "citizen_number": "citizen_number",
}
DEPARTMENT_FIELDS = {"department_name": "name", "direct_led": "direct_led"}


class StatedPost(NamedTuple):
    """An appointment as the file states it; `department` is the code."""

    department: str
    group: str
    position: str
    start: datetime.date
    end: datetime.date | None
    is_secondary: bool

    def said(self, groups: Mapping[str, str]) -> str:
        """The appointment in words, its group by name: `K01 科级干部 科长 2020年1月1日起`."""
        start, end = date_format(self.start), f"至{date_format(self.end)}" if self.end else "起"
        group = groups.get(self.group, self.group)
        words = [self.department, group, self.position, "兼任" if self.is_secondary else ""]
        return f"{' '.join(word for word in words if word)} {start}{end}"

    def holds_on(self, day: datetime.date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(slots=True)
class Roster:
    """People by number, departments by code: column → value; appointments by number, with their rows."""

    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    departments: dict[str, dict[str, Any]] = field(default_factory=dict)
    posts: dict[str, list[tuple[Row, StatedPost]]] = field(default_factory=lambda: defaultdict(list))


def stated_roster(table: Table, groups: Mapping[str, str]) -> Roster:
    """What the file states; what is wrong is added to the table's faults.

    groups: those that the unit's schemes declare, code → name; none where they declare none.
    """
    numbers = _citizen_numbers(table)
    roster = Roster(
        people=_agreed(table, "no", "人员", PERSON_FIELDS, numbers),
        departments=_agreed(table, "department", "部门", DEPARTMENT_FIELDS, {}),
    )
    words = Words("分组", groups)
    for row in table.rows:
        post = _post(table, row, words)
        if post is not None:
            roster.posts[row["no"]].append((row, post))
    for posts in roster.posts.values():
        _check_alone(table, posts)
    for row in table.rows:
        if row["no"] in roster.departments:
            table.faults.add(row.number, "no", "工号与本文件中的部门编码相同，无法区分；请改用不同的编码")
    return roster


def _citizen_numbers(table: Table) -> dict[tuple[int, str], str]:
    """The checked citizen numbers, by row number and column."""
    numbers = {}
    for row in table.rows:
        if row["citizen_number"] is None:
            continue
        try:
            numbers[row.number, "citizen_number"] = clean_citizen_number(row["citizen_number"])
        except CitizenNumberWrong as wrong:
            table.faults.add(row.number, "citizen_number", str(wrong))
    return numbers


def _agreed(
    table: Table,
    key: str,
    kind: str,
    columns: Mapping[str, str],
    cleaned: Mapping[tuple[int, str], str],
) -> dict[str, dict[str, Any]]:
    """What all rows of one key say together; two rows that contradict each other are a fault.

    An empty cell says nothing.
    """
    present = [column for column in columns if column in table.columns_present]
    agreed: dict[str, dict[str, Any]] = {}
    first_rows: dict[tuple[str, str], Row] = {}
    for row in table.rows:
        code = row[key]
        if code is None:
            continue
        values = agreed.setdefault(code, dict.fromkeys(present))
        for column in present:
            value = cleaned.get((row.number, column), row[column])
            if value is None:
                continue
            first = first_rows.setdefault((code, column), row)
            if first is row:
                values[column] = value
            elif values[column] != value:
                table.faults.add(
                    row.number, column, f"与第 {first.number} 行矛盾：同一{kind} {code} 的此列应前后一致"
                )
    return agreed


def _post(table: Table, row: Row, words: Words) -> StatedPost | None:
    """The row's appointment; None where a part that it can't be without is missing or refused."""
    group, start, end = row["group"] or "", row["start"], row["end"]
    if group and words.names:
        try:
            group = words.code_of(group)
        except WordUnknown as unknown:
            table.faults.add(row.number, "group", str(unknown))
    if start is not None and end is not None and end < start:
        table.faults.add(row.number, "end", f"止日 {end} 早于起日 {start}；止日应不早于起日")
        return None
    if row["no"] is None or row["department"] is None or start is None or "end" in row.faulty:
        return None
    return StatedPost(row["department"], group, row["position"] or "", start, end, bool(row["secondary"]))


def _check_alone(table: Table, posts: Sequence[tuple[Row, StatedPost]]) -> None:
    """One main appointment at a time; nothing stated twice."""
    main = sorted(
        ((row, post) for row, post in posts if not post.is_secondary), key=lambda pair: pair[1].start
    )
    latest: tuple[Row, StatedPost] | None = None
    for row, post in main:
        if latest is not None and latest[1].holds_on(post.start):
            later, earlier = sorted((row, latest[0]), key=lambda each: each.number, reverse=True)
            problem = (
                f"与第 {earlier.number} 行的任职时间重叠；同一人员在同一时间只能有一个主要任职，"
                "请改正起止日期，或把其中一个标为兼任"
            )
            table.faults.add(later.number, "start", problem)
        if latest is None or _ends_later(post, latest[1]):
            latest = (row, post)
    seen: dict[StatedPost, Row] = {}
    for row, post in posts:
        first = seen.setdefault(post, row)
        if first is not row and post.is_secondary:
            table.faults.add(row.number, "department", f"与第 {first.number} 行重复；请删除其一")


def _ends_later(post: StatedPost, other: StatedPost) -> bool:
    return other.end is not None and (post.end is None or post.end > other.end)
