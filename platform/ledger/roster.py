"""The roster of a period 考核对象名册: who is in office, and whom the unit has taken out, with the reasons."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format

from ledger.chain import lock
from ledger.closing import ClosedPeriods, closed_sentence
from ledger.errors import RosterRefused
from ledger.models import Exclusion
from rulesets.engine.frames import EXCLUSIONS
from rulesets.engine.period import Period, PeriodUnknown
from rulesets.models import Edition
from units.models import Account, Appointment, Department, Person, Unit

LONGEST_REASON = 500
KIND_NAMES = {"person": "人员", "department": "部门"}


@dataclass(frozen=True, slots=True)
class Entry:
    """What the clerk states of a subject: kind and ground by their codes, since when, and why."""

    kind: str
    ground: str
    reason: str
    since: datetime.date


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A subject of the roster.

    in_office: whether it holds a main appointment (a department: has a member) on the roster's day; who is not
    is not assessed, without any entry. exclusion: the entry in force. history: all entries, the newest first.
    """

    no: str
    name: str
    department: str
    position: str
    in_office: bool
    left_on: datetime.date | None
    exclusion: Exclusion | None
    history: Sequence[Exclusion]

    @property
    def is_assessed(self) -> bool:
        excluded = self.exclusion is not None and self.exclusion.kind == Exclusion.Kind.EXCLUDED
        return self.in_office and not excluded

    @property
    def standing(self) -> str:
        """How the subject takes part, in words."""
        if not self.in_office:
            return "期末不在任，不参加考核"
        return str(self.exclusion.get_kind_display()) if self.exclusion else "参加考核"


def roster_of(unit: Unit, period: Period, subject_kind: str, day: datetime.date) -> list[RosterRow]:
    """The roster as of the day: everybody with a main appointment that shares a day with the period, by number.

    subject_kind: person or department, as the scheme says. Departments: those that had a member in the period.
    """
    posts = (
        Appointment.objects.filter(Q(end__isnull=True) | Q(end__gte=period.start), is_secondary=False)
        .filter(unit=unit, start__lte=min(period.end, day))
        .select_related("person", "department")
        .order_by("start", "pk")
    )
    history = _histories(unit, period, subject_kind)
    # The last post by its start is the one that is shown.
    if subject_kind == "department":
        members: dict[Department, list[Appointment]] = defaultdict(list)
        for post in posts:
            members[post.department].append(post)
        rows = [_department_row(department, own, day, history) for department, own in members.items()]
    else:
        last = {post.person_id: post for post in posts}
        rows = [_person_row(post, day, history) for post in last.values()]
    return sorted(rows, key=lambda row: row.no)


def _histories(unit: Unit, period: Period, subject_kind: str) -> dict[str, list[Exclusion]]:
    entries = Exclusion.objects.filter(unit=unit, period=period.code, **{f"{subject_kind}__isnull": False})
    found: dict[str, list[Exclusion]] = defaultdict(list)
    for entry in entries.select_related("person", "department", "made_by").order_by("-pk"):
        found[_number(entry.subject)].append(entry)
    return found


def _number(subject: Person | Department) -> str:
    return subject.no if isinstance(subject, Person) else subject.code


def _person_row(post: Appointment, day: datetime.date, history: dict[str, list[Exclusion]]) -> RosterRow:
    in_office = post.end is None or post.end >= day
    entries = history.get(post.person.no, [])
    return RosterRow(
        no=post.person.no,
        name=post.person.name,
        department=post.department.name,
        position=post.position,
        in_office=in_office,
        left_on=None if in_office else post.end,
        exclusion=_in_force(entries),
        history=entries,
    )


def _department_row(
    department: Department,
    posts: Sequence[Appointment],
    day: datetime.date,
    history: dict[str, list[Exclusion]],
) -> RosterRow:
    entries = history.get(department.code, [])
    return RosterRow(
        no=department.code,
        name=department.name,
        department=department.name,
        position="",
        in_office=any(post.end is None or post.end >= day for post in posts),
        left_on=None,
        exclusion=_in_force(entries),
        history=entries,
    )


def _in_force(entries: Sequence[Exclusion]) -> Exclusion | None:
    current = next((entry for entry in entries if entry.is_current), None)
    return None if current is None or current.kind == Exclusion.Kind.INCLUDED else current


def excluded_subjects(unit: Unit, period: Period, subject_kind: str, as_of: datetime.date) -> pl.DataFrame:
    """Columns EXCLUSIONS: the entries of the period in force, since a day not after `as_of`."""
    entries = (
        Exclusion.objects.current()
        .filter(unit=unit, period=period.code, since__lte=as_of, **{f"{subject_kind}__isnull": False})
        .exclude(kind=Exclusion.Kind.INCLUDED)
        .select_related("person", "department")
    )
    rows = [(_number(entry.subject), str(entry.kind), entry.why) for entry in entries]
    return pl.DataFrame(sorted(rows), schema=EXCLUSIONS, orient="row")


@transaction.atomic
def enter(
    unit: Unit, period_code: str, subject: Person | Department, entry: Entry, account: Account | None = None
) -> tuple[Exclusion, bool]:
    """The roster's entry on the subject, and whether it is new; the former one stays on record.

    The kind INCLUDED takes the subject back in. Raises RosterRefused where the entry lacks what it needs, the
    period is closed, or there is nothing to take back.
    """
    period = _checked(period_code, entry)
    if subject.unit_id != unit.pk:
        raise RosterRefused("考核对象不属于本单位，请重新选择。")
    lock(unit)
    if closed := ClosedPeriods(unit).holding(period.start, period.end):
        raise RosterRefused(f"名册不能调整：{closed_sentence(closed)}。")
    field = "person" if isinstance(subject, Person) else "department"
    own = Exclusion.objects.current().filter(unit=unit, period=period.code, **{field: subject})
    standing = own.select_related(field).first()
    if standing is not None and _says_the_same(standing, entry):
        return standing, False
    if entry.kind == Exclusion.Kind.INCLUDED and _in_force([standing] if standing else []) is None:
        raise RosterRefused(f"{subject}本来就参加{period.name}的考核，不需要恢复。")
    if standing is not None:
        Exclusion.objects.all().retire([standing.pk])
    made = Exclusion.objects.create(
        unit=unit,
        period=period.code,
        **{field: subject},
        kind=entry.kind,
        ground=entry.ground,
        reason=entry.reason.strip(),
        since=entry.since,
        made_by=account,
        supersedes=standing,
    )
    return made, True


def _says_the_same(standing: Exclusion, entry: Entry) -> bool:
    stated = (entry.kind, entry.ground, entry.reason.strip(), entry.since)
    return (standing.kind, standing.ground, standing.reason, standing.since) == stated


def _checked(period_code: str, entry: Entry) -> Period:
    try:
        period = Period.parse(period_code)
    except PeriodUnknown as error:
        raise RosterRefused(str(error)) from error
    needs_words = entry.ground == Exclusion.Ground.OTHER or entry.kind == Exclusion.Kind.INCLUDED
    if needs_words and not entry.reason.strip():
        raise RosterRefused("请写明理由：情形为“其他”的，以及恢复参加考核的，须填写说明。")
    if len(entry.reason.strip()) > LONGEST_REASON:
        raise RosterRefused(f"说明过长，最多 {LONGEST_REASON} 个字。")
    if entry.since > period.end:
        raise RosterRefused(f"起算日{date_format(entry.since)}晚于{period.name}的最后一天，请更正。")
    return period


def subject_kinds(unit: Unit) -> dict[str, str]:
    """What the unit's schemes assess, with its name: persons, departments or both; persons where it has none yet."""
    assessed = {edition.subject for edition in Edition.objects.spoken_in(unit)}
    return {code: name for code, name in KIND_NAMES.items() if code in assessed} or {
        "person": KIND_NAMES["person"]
    }


def subject_named(unit: Unit, subject_kind: str, no: str) -> Person | Department:
    """The person of a number or the department of a code. Raises RosterRefused."""
    found: Person | Department | None
    if subject_kind == "department":
        found = Department.objects.filter(unit=unit, code=no).first()
    else:
        found = Person.objects.filter(unit=unit, no=no).first()
    if found is None:
        raise RosterRefused(f"单位“{unit}”没有编号为“{no}”的考核对象，请核对。")
    return found
