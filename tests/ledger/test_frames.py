"""Frames: the current record as the engine reads it."""

import datetime
from collections.abc import Callable

import pytest

from ledger.frames import frames_of
from ledger.imports.ballots import import_ballots
from ledger.imports.metrics import import_metrics
from ledger.imports.report import ImportReport
from rulesets.engine.frames import APPOINTMENTS, BALLOTS, DEPARTMENTS, EVENTS, METRICS, PEOPLE, Frames
from units.models import Appointment, Department, Person, Unit

FIRST, LAST = datetime.date(2025, 1, 1), datetime.date(2025, 12, 31)
Imported = Callable[..., ImportReport]
Line = Callable[..., str]
pytestmark = pytest.mark.django_db


@pytest.fixture
def frames(bureau: Unit, bureau_people: object) -> Callable[..., Frames]:
    def read(
        first: datetime.date = FIRST, last: datetime.date = LAST, as_of: datetime.date | None = None
    ) -> Frames:
        return frames_of(bureau, first, last, as_of or last, ["B102", "B303", "B601"], ["form"])

    return read


def test_frames_have_the_columns_that_the_engine_reads(frames: Callable[..., Frames]) -> None:
    read = frames()
    assert dict(read.people.schema) == PEOPLE
    assert dict(read.departments.schema) == DEPARTMENTS
    assert dict(read.appointments.schema) == APPOINTMENTS
    assert list(read.events.schema) == [*EVENTS, "attribute_form"]
    assert dict(read.ballots.schema) == BALLOTS
    assert dict(read.metrics.schema) == METRICS


def test_an_event_row_is_as_it_was_reported(
    events: Imported, row: Line, frames: Callable[..., Frames]
) -> None:
    events(row(item="B303", form="missed", quantity="1.5", evidence="文"))
    assert frames().events.row(0) == (
        "E1",
        datetime.date(2025, 5, 5),
        "B303",
        "1001",
        "person",
        None,
        None,
        15_000,
        None,
        None,
        None,
        "文",
        "missed",
    )


def test_a_superseded_state_is_not_read(events: Imported, row: Line, frames: Callable[..., Frames]) -> None:
    events(row())
    events(row(subject="1002"))
    assert frames().events["subject"].to_list() == ["1002"]


def test_an_item_of_another_scheme_is_not_read(
    events: Imported, row: Line, frames: Callable[..., Frames]
) -> None:
    events(row(item="B403"))
    assert frames().events.is_empty()


@pytest.mark.parametrize(
    ("day", "as_of", "count"),
    [
        ("2024-12-31", LAST, 0),
        ("2025-01-01", LAST, 1),
        ("2025-12-31", LAST, 1),
        ("2025-06-30", datetime.date(2025, 6, 30), 1),
        ("2025-07-01", datetime.date(2025, 6, 30), 0),
        ("2026-01-01", datetime.date(2026, 6, 30), 0),
    ],
)
def test_events_are_read_from_the_periods_first_day_to_what_was_known(
    events: Imported, row: Line, frames: Callable[..., Frames], day: str, as_of: datetime.date, count: int
) -> None:
    events(row(date=day))
    assert frames(as_of=as_of).events.height == count


def test_the_order_of_imports_changes_nothing(
    events: Imported, row: Line, frames: Callable[..., Frames]
) -> None:
    events(row(event_no="E2"))
    events(row(event_no="E10"))
    events(row(event_no="E1", subject="1004"), row(event_no="E1", subject="1002"))
    assert frames().events.select("event", "subject").rows() == [
        ("E1", "1002"),
        ("E1", "1004"),
        ("E10", "1001"),
        ("E2", "1001"),
    ]


def test_who_came_to_a_post_after_the_period_is_known_when_it_is_reckoned_later(
    bureau: Unit, bureau_people: dict[str, Person], frames: Callable[..., Frames]
) -> None:
    department = Department.objects.get(unit=bureau, code="K02")
    held = Appointment.objects.filter(person=bureau_people["1001"])
    held.update(end=LAST)
    first = LAST + datetime.timedelta(days=1)
    Appointment.objects.create(
        unit=bureau, person=bureau_people["1001"], department=department, position="干部", start=first
    )
    later = frames(as_of=first + datetime.timedelta(days=30)).appointments.filter(person="1001")
    assert later["start"].max() == first
    assert frames().appointments.filter(person="1001")["start"].max() < first


def test_appointments_that_share_a_day_with_the_period_are_read(frames: Callable[..., Frames]) -> None:
    second_half = frames(first=datetime.date(2025, 7, 1))
    assert second_half.people["no"].to_list() == ["1001", "1002", "1003", "1004"]
    assert second_half.appointments.filter(person="1003").select("department", "secondary").rows() == [
        ("K01", True),
        ("K02", False),
    ]


def test_ballots_of_the_year_are_read_for_its_half(imported: Imported, frames: Callable[..., Frames]) -> None:
    rows = "2025,R1,democratic,,r,,1001,90.5\n2024,R1,democratic,,r,,1001,80\n"
    imported(import_ballots, "period,round,part,rater_group,rater,rater_department,subject,score\n" + rows)
    half = frames(last=datetime.date(2025, 6, 30))
    assert half.ballots.rows() == [("2025", "R1", "democratic", None, None, "1001", 905_000)]


def test_figures_of_periods_that_have_ended_are_read(
    imported: Imported, frames: Callable[..., Frames]
) -> None:
    rows = "reflections,2025H1,1001,1\nreflections,2025H2,1001,2\nnotes,2025,1001,3\n"
    imported(import_metrics, "metric,period,subject,value\n" + rows)
    assert frames(as_of=datetime.date(2025, 7, 1)).metrics.rows() == [
        ("reflections", "2025H1", "1001", 10_000)
    ]
    assert frames().metrics["period"].to_list() == ["2025", "2025H1", "2025H2"]


def test_a_part_of_a_year_reads_no_figure_of_the_whole(
    imported: Imported, frames: Callable[..., Frames]
) -> None:
    imported(import_metrics, "metric,period,subject,value\nnotes,2025,1001,3\n")
    assert frames(last=datetime.date(2025, 6, 30), as_of=LAST).metrics.is_empty()
