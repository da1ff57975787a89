"""The admin's lists with nothing in them, with one unit's rows, and narrowed as clerks narrow them."""

from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Run
from tests.portal.walking import lists
from units.models import Account, Appointment, Person, Unit

pytestmark = pytest.mark.django_db
EVENTS = reverse("admin:ledger_event_changelist")
PEOPLE = reverse("admin:units_person_changelist")


@pytest.fixture
def manager(client: Client, bureau: Unit, visitor: Callable[..., Account]) -> Client:
    client.force_login(visitor("scheme_admin", bureau))
    return client


def shown(client: Client, address: str, **query: str) -> str:
    response = client.get(address, query)
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_every_list_without_a_row_says_so_and_what_to_do(
    client: Client, visitor: Callable[..., Account]
) -> None:
    client.force_login(visitor("scheme_admin", Unit.objects.create(code="new", name="新局")))
    silent = []
    for page, address in lists():
        text = shown(client, address)
        if "共1条" not in text and f"还没有{page.opts.verbose_name}。" not in text:
            silent.append(page.opts.label)
        elif "nothing-yet" in text and not (page.when_empty or 'class="button"' in text):
            silent.append(f"{page.opts.label} says nothing of the next step")
    assert not silent


def test_a_list_that_is_narrowed_to_nothing_leads_back(manager: Client, run: Run) -> None:
    text = shown(manager, EVENTS, q="没有的")
    assert "没有符合条件的事项" in text and "去掉条件，显示全部" in text


def test_the_unit_is_a_column_for_those_alone_who_see_several(
    manager: Client, bureau: Unit, bureau_people: dict[str, Person], other_unit: Unit
) -> None:
    assert "column-unit" not in shown(manager, PEOPLE)
    account = Account.objects.get(memberships__unit=bureau)
    account.memberships.create(unit=other_unit, role="recorder")
    assert "column-unit" in shown(manager, PEOPLE)


def test_people_are_narrowed_to_a_department_of_today(
    manager: Client, bureau_people: dict[str, Person]
) -> None:
    post = Appointment.objects.filter(person=bureau_people["1001"]).get()
    text = shown(manager, PEOPLE, department=str(post.department_id))
    assert "陈一" in text and "钱五" not in text
    assert "钱五" in shown(manager, PEOPLE, department="x")


def test_appointments_are_narrowed_to_those_that_hold(
    manager: Client, bureau_people: dict[str, Person]
) -> None:
    address = reverse("admin:units_appointment_changelist")
    assert "钱五" not in shown(manager, address, in_office="yes")
    ended = shown(manager, address, in_office="no")
    assert "钱五" in ended and "陈一" not in ended


def test_events_stand_newest_first_and_are_narrowed_to_a_month(manager: Client, run: Run) -> None:
    text = shown(manager, EVENTS)
    assert text.index(">E5<") < text.index(">E1<")
    narrowed = shown(manager, EVENTS, within="2025-03")
    assert ">E1<" in narrowed and ">E2<" not in narrowed
    assert '<option selected value="?within=2025-03">2025年3月</option>' in " ".join(narrowed.split())


def test_events_are_found_by_what_their_item_is_called(manager: Client, run: Run) -> None:
    text = shown(manager, EVENTS, q="获表彰")
    assert ">E2<" in text and ">E1<" not in text
