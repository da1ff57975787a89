"""How many people an event may name in a role, on a scheme that limits it: chief 1, deputy 2, key 3."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from ledger.imports.events import import_events
from ledger.imports.people import import_people
from ledger.imports.report import ImportReport
from rulesets.packs import load_pack, read_pack
from tabular import TableRefused
from units.models import Unit

PACK = Path(__file__).parents[2] / "fixtures/schemes/district.yaml"
PEOPLE = "no,name,department,department_name,start\n" + "".join(
    f"{number},人{number},K01,第一科,2020-01-01\n" for number in range(1, 6)
)
pytestmark = pytest.mark.django_db


@pytest.fixture
def with_key_people() -> Callable[..., ImportReport]:
    """Imports an event with so many key people, each with a remark or without."""
    unit = Unit.objects.create(code="district", name="某区")
    load_pack(unit, read_pack(PACK))
    import_people(unit, BytesIO(PEOPLE.encode()), filename="people.csv")

    def run(*remarks: str) -> ImportReport:
        rows = [
            f"E1,2025-05-05,D102,{number},key,national,{text}\n"
            for number, text in enumerate(remarks, start=1)
        ]
        text = "event_no,date,item,subject,role,level,remark\n" + "".join(rows)
        return import_events(unit, BytesIO(text.encode()), filename="events.csv")

    return run


def test_people_up_to_the_limit_need_no_reason(with_key_people: Callable[..., ImportReport]) -> None:
    assert with_key_people("", "", "").new == 1


def test_a_role_over_its_limit_is_refused_with_role_limit_and_count(
    with_key_people: Callable[..., ImportReport],
) -> None:
    with pytest.raises(TableRefused) as refused:
        with_key_people("", "", "", "")
    assert str(refused.value).startswith("第 5 行，列“角色”：事件 E1 中角色 key（")
    assert "共 4 人，超过限额 3 人" in str(refused.value)


def test_more_people_are_taken_when_their_rows_give_the_reason(
    with_key_people: Callable[..., ImportReport],
) -> None:
    assert with_key_people("", "", "", "多人联合完成").new == 1


def test_a_reason_speaks_for_its_own_row_alone(with_key_people: Callable[..., ImportReport]) -> None:
    with pytest.raises(TableRefused, match="共 5 人"):
        with_key_people("", "", "", "", "多人联合完成")
