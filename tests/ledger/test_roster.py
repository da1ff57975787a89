"""The roster of a period: made from the appointments, entries with reasons, nothing of it lost."""

import datetime
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from ledger.closing import close_period
from ledger.errors import LedgerFixed, RosterRefused
from ledger.models import Exclusion
from ledger.roster import Entry, RosterRow, enter, excluded_subjects, roster_of
from rulesets.engine.period import Period
from units.models import Department, Person, Unit

YEAR = Period.parse("2025")
LEAVE = Entry("excluded", "sick_leave", "病休", datetime.date(2025, 3, 1))
Enter = Callable[..., Exclusion]
pytestmark = pytest.mark.django_db


@pytest.fixture
def entered(bureau: Unit, bureau_people: dict[str, Person]) -> Enter:
    """Enters something of a person, by default that 1002 is on long sick leave."""

    def make(no: str = "1002", entry: Entry = LEAVE) -> Exclusion:
        return enter(bureau, "2025", bureau_people[no], entry)[0]

    return make


def rows(unit: Unit, kind: str = "person") -> dict[str, RosterRow]:
    return {row.no: row for row in roster_of(unit, YEAR, kind, YEAR.end)}


def test_the_roster_is_made_of_the_appointments_of_the_period(
    bureau: Unit, bureau_people: dict[str, Person]
) -> None:
    found = rows(bureau)
    assert {no: row.is_assessed for no, row in found.items()} == {
        "1001": True,
        "1002": True,
        "1003": True,
        "1004": True,
        "1005": False,
    }
    assert found["1005"].left_on == datetime.date(2025, 3, 31)


def test_a_roster_of_departments_holds_those_with_members(
    bureau: Unit, bureau_people: dict[str, Person]
) -> None:
    Department.objects.create(unit=bureau, code="K09", name="空科")
    assert list(rows(bureau, "department")) == ["K01", "K02"]


def test_an_entry_shows_on_the_roster_with_its_reason(bureau: Unit, entered: Enter) -> None:
    entered()
    row = rows(bureau)["1002"]
    assert row.exclusion is not None
    assert (row.is_assessed, row.exclusion.why) == (False, "长期病假：病休")


def test_who_gets_no_band_is_assessed(bureau: Unit, entered: Enter) -> None:
    entered(entry=Entry("no_grade", "probation", "", YEAR.start))
    assert rows(bureau)["1002"].is_assessed


def test_an_entry_is_read_by_the_engine_from_its_day_on(bureau: Unit, entered: Enter) -> None:
    entered()
    assert excluded_subjects(bureau, YEAR, "person", datetime.date(2025, 2, 28)).rows() == []
    assert excluded_subjects(bureau, YEAR, "person", YEAR.end).rows() == [
        ("1002", "excluded", "长期病假：病休")
    ]


def test_an_entry_holds_for_its_period_alone(bureau: Unit, entered: Enter) -> None:
    entered()
    assert excluded_subjects(bureau, Period.parse("2025H1"), "person", YEAR.end).rows() == []


def test_taking_back_needs_a_reason_and_keeps_the_former_entry(bureau: Unit, entered: Enter) -> None:
    entered()
    with pytest.raises(RosterRefused, match="须填写说明"):
        entered(entry=Entry("included", "other", " ", YEAR.start))
    entered(entry=Entry("included", "other", "已返岗", YEAR.start))
    row = rows(bureau)["1002"]
    assert row.is_assessed
    assert [entry.kind for entry in row.history] == ["included", "excluded"]
    assert excluded_subjects(bureau, YEAR, "person", YEAR.end).rows() == []


def test_the_same_again_changes_nothing(entered: Enter) -> None:
    assert entered() == entered()
    assert Exclusion.objects.count() == 1


def test_who_was_never_taken_out_can_t_be_taken_back(entered: Enter) -> None:
    with pytest.raises(RosterRefused, match="不需要恢复"):
        entered(entry=Entry("included", "other", "返岗", YEAR.start))


def test_a_person_of_another_unit_is_refused(bureau: Unit, other_unit: Unit) -> None:
    stranger = Person.objects.create(unit=other_unit, no="9", name="外人")
    with pytest.raises(RosterRefused, match="不属于本单位"):
        enter(bureau, "2025", stranger, LEAVE)


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        (Entry("excluded", "other", "", YEAR.start), "须填写说明"),
        (Entry("excluded", "other", "长" * 501, YEAR.start), "最多 500 个字"),
        (Entry("excluded", "retirement", "", datetime.date(2026, 1, 1)), "晚于2025年的最后一天"),
    ],
)
def test_an_entry_that_lacks_something_is_refused(entered: Enter, entry: Entry, problem: str) -> None:
    with pytest.raises(RosterRefused, match=problem):
        entered(entry=entry)
    assert not Exclusion.objects.exists()


def test_the_roster_of_a_closed_period_stays(bureau: Unit, entered: Enter) -> None:
    close_period(bureau, "2025")
    with pytest.raises(RosterRefused, match="已封账"):
        entered()


def test_an_entry_is_neither_changed_nor_deleted(entered: Enter) -> None:
    entry = entered()
    with pytest.raises(LedgerFixed):
        entry.delete()
    for statement in ("DELETE FROM ledger_exclusion", "UPDATE ledger_exclusion SET reason = 'x'"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_command_takes_out_and_lists(
    bureau: Unit, bureau_people: dict[str, Person], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("roster", "bureau", "2025", exclude="1002", ground="probation")
    call_command("roster", "bureau", "2025")
    assert "1002\t李二\t第一科\t参加考核，不定等次（试用期）" in capsys.readouterr().out
