"""An item that is registered once a period: the place in a quarter's assessment of the community (C105)."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from ledger.imports.events import import_events
from ledger.imports.people import import_people
from ledger.imports.report import ImportReport
from ledger.withdrawal import withdraw_event
from rulesets.packs import load_pack, read_pack
from tabular import TableRefused
from units.models import Unit

PACK = Path(__file__).parents[2] / "fixtures/schemes/community.yaml"
PEOPLE = (
    "no,name,department,department_name,start\n3001,甲,S01,第一组,2020-01-01\n3002,乙,S01,第一组,2020-01-01\n"
)
HEADER = "event_no,date,item,subject,rank\n"
Imported = Callable[[str], ImportReport]
pytestmark = pytest.mark.django_db


@pytest.fixture
def community() -> Unit:
    unit = Unit.objects.create(code="community", name="某社区")
    load_pack(unit, read_pack(PACK))
    import_people(unit, BytesIO(PEOPLE.encode()), filename="people.csv")
    return unit


@pytest.fixture
def places(community: Unit) -> Imported:
    """Imports rows of events into the community."""

    def run(rows: str) -> ImportReport:
        return import_events(community, BytesIO((HEADER + rows).encode()), filename="events.csv")

    return run


def refusal(places: Imported, rows: str) -> str:
    with pytest.raises(TableRefused) as refused:
        places(rows)
    return str(refused.value)


def test_a_second_event_of_a_quarter_is_refused_with_the_first(places: Imported) -> None:
    said = refusal(places, "E1,2025-04-30,C105,3001,1\nE2,2025-06-30,C105,3001,2\n")
    assert said == (
        "第 3 行，列“对象”：计分项 C105（季度“四知四清四掌握”考核前5名）同一对象每季度只登记一次；"
        "3001 在2025年第2季度已登记在事件 E1（第 2 行）；请删除其一，或更正原事件"
    )


def test_one_that_is_on_record_is_refused_with_its_event(places: Imported) -> None:
    places("E1,2025-04-30,C105,3001,1\n")
    said = refusal(places, "E2,2025-06-30,C105,3001,2\n")
    assert "3001 在2025年第2季度已登记在事件 E1；" in said


def test_another_quarter_another_person_and_another_item_are_taken(places: Imported) -> None:
    places("E1,2025-03-31,C105,3001,1\n")
    rows = "E2,2025-04-01,C105,3001,1\nE3,2025-03-31,C105,3002,2\nE4,2025-03-31,C202,3001,\n"
    assert places(rows).new == 3


def test_the_same_file_twice_changes_nothing(places: Imported) -> None:
    rows = "E1,2025-04-30,C105,3001,1\nE1,2025-04-30,C105,3002,2\n"
    places(rows)
    assert not places(rows).changes_anything


def test_an_event_that_the_file_corrects_makes_room(places: Imported) -> None:
    places("E1,2025-04-30,C105,3001,1\n")
    report = places("E1,2025-04-30,C105,3002,1\nE2,2025-05-30,C105,3001,2\n")
    assert (report.new, report.changed) == (1, 1)


def test_a_withdrawn_event_makes_room(places: Imported, community: Unit) -> None:
    places("E1,2025-04-30,C105,3001,1\n")
    withdraw_event(community, "E1", "登记有误")
    assert places("E2,2025-05-30,C105,3001,2\n").new == 1
