"""Finds whom a cell names: a person by number or a department by code, and who held which post when."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from ledger.entries import DEPARTMENT, PERSON
from ledger.imports.labels import LabelContradicts, code_in
from units.models import Appointment, Department, Person, Unit


class SubjectUnknown(ValueError):
    """A cell names no person and no department, or both; the message says so in Chinese."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A person or a department: its kind, its number or code, its primary key."""

    kind: str
    code: str
    row: int


@dataclass(frozen=True, slots=True)
class Post:
    """An appointment as checks need it."""

    start: datetime.date
    end: datetime.date | None
    is_secondary: bool
    group: str

    def holds_on(self, day: datetime.date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)


class Subjects:
    """People, departments and appointments by which cells are understood."""

    def __init__(
        self,
        people: Iterable[tuple[str, int, str]],
        departments: Iterable[tuple[str, int, str]],
        posts: Iterable[tuple[str, Post]],
    ) -> None:
        """people, departments: number or code, primary key, name. posts: number and appointment."""
        self._people: dict[str, int] = {}
        # By number or code, of both kinds, and of departments alone.
        self.names: dict[str, str] = {}
        self.department_names: dict[str, str] = {}
        self._numbers_of_name: dict[str, list[str]] = defaultdict(list)
        for number, row, name in people:
            self._people[number] = row
            self.names[number] = name
            self._numbers_of_name[name].append(number)
        self.departments: dict[str, int] = {}
        for code, row, name in departments:
            self.departments[code] = row
            self.names.setdefault(code, name)
            self.department_names[code] = name
        self._by_digits: dict[str, list[str]] | None = None
        self._posts: dict[str, list[Post]] = defaultdict(list)
        for number, post in posts:
            self._posts[number].append(post)

    @classmethod
    def of_unit(cls, unit: Unit) -> Self:
        """All of a unit, read once."""
        appointments = Appointment.objects.filter(unit=unit)
        posts = appointments.values_list("person__no", "start", "end", "is_secondary", "group")
        return cls(
            Person.objects.filter(unit=unit).values_list("no", "pk", "name"),
            Department.objects.filter(unit=unit).values_list("code", "pk", "name"),
            ((no, Post(start, end, is_secondary, group)) for no, start, end, is_secondary, group in posts),
        )

    def find(self, text: str) -> Subject:
        """The subject that the text names. Raises SubjectUnknown."""
        person, department = self._people.get(text), self.departments.get(text)
        if person is not None and department is not None:
            raise SubjectUnknown(f"“{text}”既是工号又是部门编码，无法区分；请先改正部门编码")
        if person is not None:
            return Subject(PERSON, text, person)
        if department is not None:
            return Subject(DEPARTMENT, text, department)
        try:
            if (code := code_in(text, self.names)) is not None:
                return self.find(code)
        except LabelContradicts as wrong:
            raise SubjectUnknown(str(wrong)) from wrong
        raise SubjectUnknown(f"“{text}”既不是本单位的工号，也不是部门编码；{self._hint(text)}")

    def _hint(self, text: str) -> str:
        """What may be meant by a text that names nobody."""
        if numbers := self._numbers_of_name.get("".join(text.split())):
            return f"请填写工号：{'、'.join(numbers)}"
        # A spreadsheet takes the zeros before a number away.
        if text.isdecimal() and (longer := self._longer(text)):
            return (
                f"是否应为 {'、'.join(longer)}？前面的 0 会被表格软件去掉，请把本列设为“文本”格式后重新填写"
            )
        return "允许已导入的工号或部门编码"

    def _longer(self, text: str) -> list[str]:
        """The numbers that are this one with zeros before it."""
        if self._by_digits is None:
            self._by_digits = defaultdict(list)
            for number in self._people:
                self._by_digits[number.lstrip("0")].append(number)
        return [number for number in self._by_digits.get(text, []) if number != text]

    def at(self, kind: str, code: str) -> Subject:
        """The subject of a kind and code that was found before."""
        return Subject(kind, code, self._people[code] if kind == PERSON else self.departments[code])

    def is_appointed(self, number: str, day: datetime.date) -> bool:
        """Whether the person holds a main post on the day; a secondary one counts for its department's events alone."""
        return any(post.holds_on(day) and not post.is_secondary for post in self._posts[number])

    def group_on(self, number: str, day: datetime.date) -> str:
        """The group of the person's main post on the day; empty where there is none."""
        main = (post.group for post in self._posts[number] if not post.is_secondary and post.holds_on(day))
        return next(main, "")
