"""Keeps a record of each import; of one of people, what was there before, so that it can be undone."""

import json
from collections.abc import Collection
from typing import Any

from ledger.chain import Source
from ledger.imports.report import ImportReport
from ledger.models import Batch, ImportRecord
from ledger.stored import chunks
from rulesets.engine.canonical import canonical
from units.models import Appointment, Department, Person, Unit
from units.sealed import seal_bytes, unseal_bytes

# Plain data of people and departments: `departments` code → values or None where there is none, `people` number →
# values or None, `posts` number → appointments.
State = dict[str, Any]
DEPARTMENT_VALUES = ("name", "direct_led")
PERSON_VALUES = ("name", "gender", "birth", "politics", "citizen_number")
POST_VALUES = ("department__code", "group", "position", "start", "end", "is_secondary")


def keep_record(
    unit: Unit,
    kind: ImportRecord.Kind,
    source: Source,
    report: ImportReport,
    batch: Batch | None = None,
    former: Any = None,
) -> ImportRecord:
    """The record of an import that was written; called in its transaction. `former` is plain data, kept sealed."""
    return ImportRecord.objects.create(
        unit=unit,
        kind=kind,
        batch=batch,
        filename=source.filename[:255],
        digest=source.digest,
        new=report.new,
        changed=report.changed,
        unchanged=report.unchanged,
        removed=report.removed,
        former=None if former is None else seal_bytes(canonical(former).encode()),
        made_by=source.account,
    )


def former_of(record: ImportRecord) -> dict[str, Any]:
    """What an import keeps to be undone by: of people what it found (`before`) and left (`after`), of roster entries
    the keys of those that it made (`made`).
    """
    former: dict[str, Any] = json.loads(unseal_bytes(bytes(record.former or b"")))
    return former


def state_of(unit: Unit, codes: Collection[str], numbers: Collection[str]) -> State:
    """The departments of these codes and the people of these numbers, with all of their appointments."""
    state: State = {
        "departments": dict.fromkeys(codes),
        "people": dict.fromkeys(numbers),
        "posts": {number: [] for number in numbers},
    }
    for part in chunks(sorted(codes)):
        for row in Department.objects.filter(unit=unit, code__in=part):
            state["departments"][row.code] = {name: getattr(row, name) for name in DEPARTMENT_VALUES}
    for part in chunks(sorted(numbers)):
        for person in Person.objects.filter(unit=unit, no__in=part):
            state["people"][person.no] = {name: getattr(person, name) for name in PERSON_VALUES}
        posts = Appointment.objects.filter(unit=unit, person__no__in=part)
        for number, *values in posts.values_list("person__no", *POST_VALUES).order_by("pk"):
            state["posts"][number].append([_plain(value) for value in values])
    for posts in state["posts"].values():
        posts.sort(key=str)
    return state


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
