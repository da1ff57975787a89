"""From what is stored to the source of papers: a run's result, or the people on a day where no result is needed."""

import datetime
import json
from collections.abc import Collection, Mapping
from functools import cached_property

from django.utils import timezone

from assessments.models import Run
from assessments.projection import outline, whole_subject
from assessments.provenance import records_of
from assessments.reckoning import default_as_of, edition_for, scheme_of
from jobs.refusal import Refusal
from ledger.chain import head_of
from reports.forms.blank import blank_result
from reports.forms.lines import Packer
from reports.forms.source import Options, Particulars, Source
from rulesets.engine.period import PERIOD_KIND_NAMES, Period
from rulesets.engine.scheme import Scheme
from rulesets.models import Edition
from units.models import Appointment, Department, Person, Unit


class PeriodNotAssessed(Refusal):
    """The scheme has no such period."""

    def __init__(self, scheme: Scheme, period: Period) -> None:
        kinds = "、".join(PERIOD_KIND_NAMES[kind] for kind in scheme.periods)
        super().__init__(
            f"《{scheme.name}》不按{PERIOD_KIND_NAMES[period.kind]}考核，没有{period.name}的名册；"
            f"可以打印的期间：{kinds}。"
        )


def source_of(run: Run, options: Options | None = None) -> Source:
    """What the papers of a run's result are made from."""
    return Source(
        result=run.document.read_by_parts("subjects", Packer()),
        scheme=scheme_of(run.edition),
        record=StoredRecord(run.unit, run.as_of, run),
        wordings=wordings_of(run.edition),
        options=options or Options(today=timezone.localdate()),
    )


def outline_source_of(run: Run) -> Source:
    """What shows which papers a run's result has and for whom: the source without lines, notes and sheets.

    The first subject alone has them, from which forms see what the others have too. It is read in a tenth of the time.
    """
    result = outline(run)
    first, *others = result["subjects"] or [None]
    if first is not None:
        whole, _ = whole_subject(run, first["no"])
        result["subjects"] = [whole, *({**subject, "lines": (), "notes": ()} for subject in others)]
    return Source(
        result=result,
        scheme=scheme_of(run.edition),
        record=StoredRecord(run.unit, run.as_of, run),
        wordings=wordings_of(run.edition),
        options=Options(today=timezone.localdate()),
    )


def source_without_result(
    unit: Unit, period: Period, scheme_code: str | None = None, options: Options | None = None
) -> Source:
    """What papers are made from that need nobody's result: who stands on the roster of the period.

    Raises NoScheme, and PeriodNotAssessed where the scheme has no such period.
    """
    as_of = default_as_of(period)
    edition = edition_for(unit, scheme_code, as_of)
    scheme = scheme_of(edition)
    if period.kind not in scheme.periods:
        raise PeriodNotAssessed(scheme, period)
    return Source(
        result=blank_result(unit, edition, scheme, period, as_of),
        scheme=scheme,
        record=StoredRecord(unit, as_of),
        wordings=wordings_of(edition),
        options=options or Options(today=timezone.localdate()),
    )


def wordings_of(edition: Edition) -> Mapping[str, str]:
    """The texts for papers of a frozen edition."""
    return json.loads(edition.snapshot).get("wordings", {})


class StoredRecord:
    """What the database says of a unit on a day, read when it is asked for; with a run, what that had read."""

    def __init__(self, unit: Unit, day: datetime.date, run: Run | None = None) -> None:
        self.unit, self.day, self.run = unit, day, run

    @cached_property
    def chain_head(self) -> str:
        return head_of(self.unit)

    @cached_property
    def particulars(self) -> Mapping[str, Particulars]:
        """Of people by their numbers and of departments by their codes."""
        posts = list(
            Appointment.objects.filter(unit=self.unit).on(self.day).select_related("person", "department")
        )
        main = {post.person_id: post for post in posts if not post.is_secondary}
        extra: dict[int, list[str]] = {}
        for post in posts:
            if post.is_secondary:
                extra.setdefault(post.person_id, []).append(f"{post.department.name}{post.position}")
        people = {
            person.no: Particulars(
                gender=person.gender,
                birth=person.birth,
                politics=person.politics,
                since=main[person.pk].start if person.pk in main else None,
                secondary="、".join(extra.get(person.pk, ())),
            )
            for person in Person.objects.filter(unit=self.unit)
        }
        counts: dict[int, int] = {}
        for post in main.values():
            counts[post.department_id] = counts.get(post.department_id, 0) + 1
        departments = {
            department.code: Particulars(
                people=counts.get(department.pk, 0), is_direct_led=department.direct_led
            )
            for department in Department.objects.filter(unit=self.unit)
        }
        return departments | people

    def evidence_of(self, events: Collection[str]) -> Mapping[str, str]:
        """The evidence of these events by their numbers, as the run read it."""
        numbers = [number for number in events if not number.startswith("@")]
        if self.run is None or not numbers:
            return {}
        return {number: record.evidence for number, record in records_of(self.run, numbers).items()}
