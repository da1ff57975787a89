"""The wall between units: nothing of another unit is shown, offered or accepted."""

import datetime
from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from units.access import unit_path_of, units_of, within_units
from units.models import Account, Appointment, Department, Membership, Person, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(bureau: Unit, account_in: Callable[..., Account]) -> Account:
    return account_in("clerk", bureau)


@pytest.fixture
def browser(clerk: Account) -> Client:
    client = Client()
    client.force_login(clerk)
    return client


@pytest.fixture
def stranger(other_unit: Unit) -> Person:
    """A person of another unit, with a department there."""
    Department.objects.create(unit=other_unit, code="X01", name="外科室")
    return Person.objects.create(unit=other_unit, no="9001", name="外人")


def test_an_account_has_the_units_of_its_memberships(clerk: Account, bureau: Unit, other_unit: Unit) -> None:
    assert list(units_of(clerk)) == [bureau]


def test_a_superuser_has_all_units(bureau: Unit, other_unit: Unit) -> None:
    assert units_of(Account.objects.create_superuser("root")).count() == 2


def test_nobody_and_the_dismissed_have_none(clerk: Account) -> None:
    clerk.is_active = False
    assert not units_of(clerk).exists()
    assert not units_of(AnonymousUser()).exists()


def test_a_model_without_a_path_to_its_unit_is_an_error() -> None:
    from django.contrib.sessions.models import Session

    with pytest.raises(ImproperlyConfigured, match="declare_unit_path"):
        unit_path_of(Session)


def test_rows_are_given_of_the_units_in_which_the_account_may_view_them(
    clerk: Account, bureau_people: dict[str, Person], stranger: Person
) -> None:
    Membership.objects.create(account=clerk, unit=stranger.unit, role=Membership.Role.STAFF)
    assert stranger not in within_units(Person.objects.all(), clerk)
    assert within_units(Person.objects.all(), clerk).count() == 5


def test_a_list_shows_own_rows_alone(
    browser: Client, bureau_people: dict[str, Person], stranger: Person
) -> None:
    page = browser.get("/admin/units/person/").content.decode()
    assert "陈一" in page and "外人" not in page and "别处" not in page


def test_a_foreign_row_has_no_page(browser: Client, stranger: Person) -> None:
    response = browser.get(f"/admin/units/person/{stranger.pk}/change/")
    assert response.status_code == 302
    assert "外人" not in browser.get(response.headers["Location"]).content.decode()


def test_a_foreign_row_is_not_deleted(browser: Client, stranger: Person) -> None:
    browser.post(f"/admin/units/person/{stranger.pk}/delete/", {"post": "yes"})
    browser.post(
        "/admin/units/person/", {"action": "delete_selected", "_selected_action": stranger.pk, "post": "yes"}
    )
    assert Person.objects.filter(pk=stranger.pk).exists()


def test_a_foreign_unit_posted_for_a_new_person_is_refused(browser: Client, other_unit: Unit) -> None:
    browser.post("/admin/units/person/add/", {"unit": other_unit.pk, "no": "1", "name": "甲"})
    assert not Person.objects.filter(no="1").exists()


def test_a_foreign_person_and_department_posted_for_an_appointment_are_refused(
    browser: Client, bureau: Unit, stranger: Person
) -> None:
    department = Department.objects.get(code="X01")
    browser.post(
        "/admin/units/appointment/add/",
        {"unit": bureau.pk, "person": stranger.pk, "department": department.pk, "start": "2025-01-01"},
    )
    assert not Appointment.objects.filter(person=stranger).exists()


def test_an_own_person_and_department_posted_for_an_appointment_are_taken(
    browser: Client, bureau: Unit, bureau_people: dict[str, Person]
) -> None:
    department = Department.objects.get(code="K01")
    person = bureau_people["1005"]
    browser.post(
        "/admin/units/appointment/add/",
        {"unit": bureau.pk, "person": person.pk, "department": department.pk, "start": "2025-09-01"},
    )
    assert Appointment.objects.filter(person=person, start="2025-09-01").exists()


def test_an_autocomplete_offers_own_rows_alone(
    browser: Client, bureau_people: dict[str, Person], stranger: Person
) -> None:
    address = "/admin/autocomplete/?app_label=units&model_name=appointment&field_name=person&term="
    offered = browser.get(address).json()["results"]
    assert len(offered) == 5
    assert all("外人" not in row["text"] for row in offered)


def test_a_filter_offers_own_departments_alone(
    browser: Client, bureau_people: dict[str, Person], stranger: Person
) -> None:
    page = browser.get("/admin/units/appointment/").content.decode()
    assert "第一科" in page and "外科室" not in page


@pytest.mark.parametrize(("role", "stays"), [("scheme_admin", True), ("system_admin", False)])
def test_the_second_person_is_not_done_without_by_who_writes_the_schemes(
    bureau: Unit, account_in: Callable[..., Account], role: str, stays: bool
) -> None:
    client = Client()
    client.force_login(account_in("keeper", bureau, role=role))
    address = reverse("admin:units_unit_change", args=[bureau.pk])
    stated = {"name": bureau.name, "colleagues_see": bureau.colleagues_see}
    for second_person in ({"second_person": "on"}, {}):
        assert client.post(address, stated | second_person).status_code == 302
    bureau.refresh_from_db()
    assert bureau.second_person == stays


def test_a_new_row_is_of_the_only_unit_in_which_the_account_may_write(browser: Client, bureau: Unit) -> None:
    form = browser.get(reverse("admin:units_person_add")).context["adminform"].form
    assert form.fields["unit"].initial == bureau.pk


@pytest.mark.parametrize("typed", ["2025-03-01", "2025/3/1", "2025.3.1", "2025年3月1日", "20250301"])
def test_a_date_is_read_as_clerks_write_it(browser: Client, bureau: Unit, typed: str) -> None:
    data = {"unit": bureau.pk, "start": typed, "end": "三月"}
    form = browser.post(reverse("admin:units_appointment_add"), data).context["adminform"].form
    assert form.cleaned_data["start"] == datetime.date(2025, 3, 1)
    assert form.errors["end"] == ["不是日期；请写成 2025-03-01、2025.3.1 或 2025年3月1日。"]
