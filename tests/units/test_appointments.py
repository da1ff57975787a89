"""A person has one main appointment at a time, and what files name a row by stays: the database holds both."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from units.models import Appointment, Department, Person, Unit
from units.triggers import check_triggers, install_triggers, missing_triggers

pytestmark = pytest.mark.django_db
DAY = datetime.date


@pytest.fixture
def appointed(other_unit: Unit) -> Appointment:
    """A main appointment of the first half of 2025."""
    person = Person.objects.create(unit=other_unit, no="1", name="甲")
    department = Department.objects.create(unit=other_unit, code="K01", name="一科")
    return Appointment.objects.create(
        unit=other_unit, person=person, department=department, start=DAY(2025, 1, 1), end=DAY(2025, 6, 30)
    )


def another(appointed: Appointment, start: DAY, end: DAY | None, secondary: bool = False) -> Appointment:
    return Appointment(
        unit=appointed.unit,
        person=appointed.person,
        department=appointed.department,
        start=start,
        end=end,
        is_secondary=secondary,
    )


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (DAY(2025, 6, 30), None),
        (DAY(2024, 1, 1), DAY(2025, 1, 1)),
        (DAY(2025, 2, 1), DAY(2025, 3, 1)),
        (DAY(2024, 1, 1), None),
    ],
)
def test_a_main_appointment_that_overlaps_is_refused(appointed: Appointment, start: DAY, end: DAY) -> None:
    late = another(appointed, start, end)
    with pytest.raises(ValidationError, match="只能有一个主要任职"):
        late.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        late.save()


def test_raw_sql_makes_no_overlap(appointed: Appointment) -> None:
    later = another(appointed, DAY(2025, 7, 1), None)
    later.save()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE units_appointment SET start = '2025-06-30' WHERE id = %s", [later.pk])


def test_two_that_overlap_in_one_statement_are_refused(appointed: Appointment) -> None:
    pair = [another(appointed, DAY(2026, 1, 1), None), another(appointed, DAY(2026, 2, 1), None)]
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.bulk_create(pair)


def test_the_day_after_is_free(appointed: Appointment) -> None:
    another(appointed, DAY(2025, 7, 1), None).save()


def test_a_secondary_appointment_may_overlap(appointed: Appointment) -> None:
    another(appointed, DAY(2025, 2, 1), None, secondary=True).save()


def test_an_appointment_may_be_changed_where_it_stands(appointed: Appointment) -> None:
    appointed.end = DAY(2025, 5, 31)
    appointed.save()


def test_a_day_has_the_appointments_that_hold_on_it(appointed: Appointment) -> None:
    assert appointed in Appointment.objects.on(DAY(2025, 6, 30))
    assert appointed not in Appointment.objects.on(DAY(2025, 7, 1))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE units_person SET no = '2'",
        "UPDATE units_department SET code = 'K99'",
        "UPDATE units_unit SET code = 'other'",
    ],
)
def test_what_names_a_row_is_not_changed(appointed: Appointment, statement: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_name_may_be_changed(appointed: Appointment) -> None:
    appointed.person.name = "乙"
    appointed.person.save()


def test_a_trigger_that_a_table_rebuild_dropped_is_named_and_made_again(db: None) -> None:
    on = " ON units_appointment" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER units_appointment_alone_insert{on}")
    (error,) = check_triggers(["default"])
    assert "units_appointment_alone_insert" in error.msg
    install_triggers()
    assert missing_triggers() == []
