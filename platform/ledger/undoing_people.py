"""Undoes an import of people: departments, people and appointments are again as the import found them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import DO_NOTHING, ForeignObjectRel, Model
from django.utils.formats import date_format

from ledger.errors import UndoRefused
from ledger.imports.records import DEPARTMENT_VALUES, PERSON_VALUES, State, former_of, state_of
from ledger.imports.subjects import Subjects
from ledger.models import ImportRecord, Participant
from ledger.stored import chunks
from units.models import Appointment, Department, Person, Unit


def undo_people(record: ImportRecord) -> None:
    """Restores what the record keeps; called under the unit's lock.

    Raises UndoRefused where the record was changed since, or something needs what the import brought.
    """
    unit, former = record.unit, former_of(record)
    before, after = former["before"], former["after"]
    _refuse_changed(unit, after)
    people = {row.no: row for row in Person.objects.filter(unit=unit, no__in=before["people"])}
    Appointment.objects.filter(unit=unit, person__in=people.values()).delete()
    _restore(Department, "code", unit, before["departments"], DEPARTMENT_VALUES)
    _restore(Person, "no", unit, before["people"], PERSON_VALUES)
    departments = dict(Department.objects.filter(unit=unit).values_list("code", "pk"))
    Appointment.objects.bulk_create(
        Appointment(
            unit=unit,
            person=people[number],
            department_id=departments[code],
            group=group,
            position=position,
            start=start,
            end=end,
            is_secondary=secondary,
        )
        for number, posts in before["posts"].items()
        for code, group, position, start, end, secondary in posts
    )
    _refuse_uncovered(unit, list(before["people"]))


def _refuse_changed(unit: Unit, after: State) -> None:
    now = state_of(unit, list(after["departments"]), list(after["people"]))
    for part, kind in (("departments", "部门"), ("people", "人员"), ("posts", "人员")):
        for code, values in after[part].items():
            if now[part][code] != values:
                raise UndoRefused(
                    f"本次导入之后，{kind} {code} 的信息或任职又有更改，不能整批撤销；"
                    "请先撤销后来的那次导入，或直接更正。"
                )


def _refuse_uncovered(unit: Unit, numbers: Sequence[str]) -> None:
    """Each day on which an event names one of these people must still lie within an appointment."""
    subjects = Subjects.of_unit(unit)
    for part in chunks(numbers):
        rows = Participant.objects.filter(event__unit=unit, event__is_current=True, person__no__in=part)
        for number, day, event in rows.values_list("person__no", "event__date", "event__event_no"):
            if not subjects.is_appointed(number, day):
                raise UndoRefused(
                    f"本次导入不能撤销：撤销后人员 {number} 在{date_format(day)}没有任职，而事项 {event} 记有该人员；"
                    "请先撤销或更正这些事项。"
                )


def _restore(model: type[Model], key: str, unit: Unit, states: Any, fields: tuple[str, ...]) -> None:
    """Gives rows their former values; those that were not there before go, where nothing needs them."""
    rows = {
        getattr(row, key): row for row in model._default_manager.filter(unit=unit, **{f"{key}__in": states})
    }
    changed = []
    for code, values in states.items():
        row = rows[code]
        if values is None:
            _refuse_needed(row, code)
            row.delete()
            continue
        for name, value in values.items():
            setattr(row, name, value)
        changed.append(row)
    model._default_manager.bulk_update(changed, fields, batch_size=500)


def _refuse_needed(row: Model, code: str) -> None:
    """A row that came with the import may go only where nothing refers to it."""
    for relation in row._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.on_delete is DO_NOTHING:
            continue  # what refers without needing it (a history) may outlast it
        related: Any = relation.related_model
        if related._base_manager.filter(**{relation.field.name: row}).exists():
            raise UndoRefused(
                f"本次导入不能撤销：{row._meta.verbose_name} {code} 已被“{related._meta.verbose_name}”用到；"
                "请先撤销或更正那些记录。"
            )
