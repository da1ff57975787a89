"""What papers are made from, as plain data: a result document, its scheme, and what the unit's record says beside.

The forms read nothing else, so that the preview and the tests make them without a database.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from assessments.errors import SubjectUnknown
from jobs.refusal import Refusal
from reports import wording
from reports.courses import Spread, spreads_of
from rulesets.engine.period import Period
from rulesets.engine.scheme import Scheme
from rulesets.wordings import TEXTS, filled, items_of, table_of

Subject = Mapping[str, Any]
BLANK_DAY = "　　年　月　日"


class DepartmentUnknown(Refusal):
    """Nobody in the result belongs to the named department."""


@dataclass(frozen=True, slots=True)
class Particulars:
    """A person's or a department's entries in the unit's record; texts as recorded, `since` the main post's first day.

    people: how many a department has on the as-of date. secondary: the posts held besides.
    """

    gender: str = ""
    birth: str = ""
    politics: str = ""
    since: datetime.date | None = None
    people: int | None = None
    is_direct_led: bool = False
    secondary: str = ""


class Record(Protocol):
    """What papers show besides the result, by the numbers of subjects and events."""

    @property
    def chain_head(self) -> str: ...

    @property
    def particulars(self) -> Mapping[str, Particulars]: ...

    def evidence_of(self, events: Collection[str]) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Options:
    """What is said at each print: the size of paper, the days of publicity (None: left to be written by hand)."""

    size: str = "A4"
    posted: datetime.date | None = None
    until: datetime.date | None = None
    today: datetime.date | None = None


@dataclass(frozen=True)
class Source:
    """All that papers are made from. result: a result document, or one without scores (`reports.forms.blank`)."""

    result: Mapping[str, Any]
    scheme: Scheme
    record: Record
    wordings: Mapping[str, str] = field(default_factory=dict)
    options: Options = Options()

    @cached_property
    def period(self) -> Period:
        return Period.parse(self.result["period"])

    @property
    def as_of_name(self) -> str:
        """The day up to which the record was read, 2025年12月31日."""
        return wording.chinese_date(datetime.date.fromisoformat(self.result["as_of"]))

    @property
    def subjects(self) -> Sequence[Subject]:
        return self.result["subjects"]

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The Chinese names of the codes that flags, lines and outcomes speak of."""
        parts = {rule.params["part"]: rule.name for rule in self.scheme.rules if "part" in rule.params}
        rules = {rule.code: rule.name for rule in self.scheme.rules}
        components = {component.code: component.name for component in self.scheme.components}
        bands = {band["code"]: band["name"] for band in self.result["bands"]}
        return components | parts | rules | bands

    @cached_property
    def spreads(self) -> Mapping[str, Spread]:
        """How each component spreads over the whole result, whomever papers are for."""
        return spreads_of(self.subjects)

    @property
    def of_departments(self) -> bool:
        """Whether departments are assessed, not people."""
        return self.scheme.subject == "department"

    def evidence_of(self, lines: Iterable[Mapping[str, Any]]) -> Mapping[str, str]:
        """The evidence of the events that lines are of, by their numbers."""
        return self.record.evidence_of({line["event"] for line in lines})

    def particulars(self, no: str) -> Particulars:
        return self.record.particulars.get(no, Particulars())

    def text(self, key: str, subjects: Sequence[Subject] | None = None) -> str:
        """The edition's text of this key, else the default; with its braces filled in."""
        text = self.wordings.get(key, "").strip() or TEXTS[key].default
        return filled(text, self._values(self.subjects if subjects is None else subjects))

    def lines(self, key: str, subjects: Sequence[Subject] | None = None) -> list[str]:
        """A text's paragraphs."""
        return [line.strip() for line in self.text(key, subjects).splitlines() if line.strip()]

    def items(self, key: str) -> list[str]:
        return items_of(self.text(key))

    def table(self, key: str) -> dict[str, str]:
        return dict(table_of(self.text(key)))

    def _values(self, subjects: Sequence[Subject]) -> dict[str, str]:
        """What stands for the words in braces."""
        result, options = self.result, self.options
        departments = dict.fromkeys(subject["department_name"] or "" for subject in subjects)
        return {
            "单位": result["unit_name"],
            "期间": result["period_name"],
            "年度": f"{self.period.year}年度",
            "办法": result["scheme_name"],
            "文号": result["document"],
            "版次": f"第{result['edition']}版",
            "人数": f"{len(subjects)}{'个部门' if self.of_departments else '人'}",
            "部门": "、".join(name for name in departments if name),
            "截止日期": self.as_of_name,
            "今天": _day(options.today),
            "公示开始": _day(options.posted),
            "公示结束": _day(options.until),
        }


def _day(day: datetime.date | None) -> str:
    return wording.chinese_date(day) if day else BLANK_DAY


def selected(source: Source, nos: Iterable[str] = (), departments: Iterable[str] = ()) -> list[Subject]:
    """The subjects of these numbers and departments, in the result's order; all where nothing is named.

    Raises SubjectUnknown or DepartmentUnknown for what the result doesn't hold.
    """
    wanted, codes = set(nos), set(departments)
    if not wanted and not codes:
        return list(source.subjects)
    known = {subject["no"] for subject in source.subjects}
    held_in = f"{source.result['period_name']}的{'结果' if source.result['digest'] else '名册'}中"
    for no in sorted(wanted - known):
        raise SubjectUnknown(f"{held_in}没有编号为“{no}”的考核对象，请核对编号，或换一个有此对象的期间。")
    held = {subject["department"]: subject["department_name"] for subject in source.subjects}
    for code in sorted(codes - held.keys()):
        offered = "、".join(f"{own}（{name}）" for own, name in sorted(held.items(), key=str) if own)
        raise DepartmentUnknown(f"{held_in}没有代码为“{code}”的部门，有的是：{offered or '（没有部门）'}。")
    return [s for s in source.subjects if s["no"] in wanted or s["department"] in codes]
