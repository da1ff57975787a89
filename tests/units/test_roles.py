"""What a role gives, and that it gives it in the unit of the membership alone."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from units.models import Account, Department, Membership, Person, Unit
from units.rights import rights_of

pytestmark = pytest.mark.django_db
Role = Membership.Role


@pytest.fixture
def recorder_and_auditor(bureau: Unit, other_unit: Unit) -> Account:
    """Recorder of 某局, auditor of 别处."""
    account = Account.objects.create_user("two", password="a-long-password", unit=bureau)
    Membership.objects.create(account=account, unit=bureau, role=Role.RECORDER)
    Membership.objects.create(account=account, unit=other_unit, role=Role.AUDITOR)
    return account


@pytest.fixture
def there(other_unit: Unit) -> Department:
    return Department.objects.create(unit=other_unit, code="X01", name="外科室")


def test_a_role_gives_its_permissions_in_its_unit_alone(
    recorder_and_auditor: Account, bureau: Unit, other_unit: Unit
) -> None:
    rights = rights_of(recorder_and_auditor)
    assert rights.may("ledger.add_event", bureau) and rights.may("ledger.view_event", other_unit)
    assert not rights.may("ledger.add_event", other_unit)


def test_django_asked_about_a_row_answers_by_its_unit(
    recorder_and_auditor: Account, bureau: Unit, there: Department
) -> None:
    here = Department.objects.create(unit=bureau, code="X01", name="一科")
    assert recorder_and_auditor.has_perm("units.change_department", here)
    assert recorder_and_auditor.has_perm("units.view_department", there)
    assert not recorder_and_auditor.has_perm("units.change_department", there)


def test_an_auditor_sees_the_page_of_a_row_and_can_not_write_it(
    client: Client, recorder_and_auditor: Account, there: Department
) -> None:
    client.force_login(recorder_and_auditor)
    address = reverse("admin:units_department_change", args=[there.pk])
    page = client.get(address).content.decode()
    assert "外科室" in page and 'name="_save"' not in page
    assert client.post(address, {"name": "改名"}).status_code == 403
    there.refresh_from_db()
    assert there.name == "外科室"


def test_an_action_leaves_rows_of_a_unit_in_which_one_only_reads(
    client: Client, recorder_and_auditor: Account, bureau: Unit, there: Department
) -> None:
    here = Department.objects.create(unit=bureau, code="X01", name="一科")
    client.force_login(recorder_and_auditor)
    chosen = {"action": "delete_selected", "_selected_action": [here.pk, there.pk], "post": "yes"}
    client.post(reverse("admin:units_department_changelist"), chosen)
    assert set(Department.objects.all()) == {there}


def test_nothing_is_added_to_a_unit_in_which_one_only_reads(
    client: Client, recorder_and_auditor: Account, other_unit: Unit
) -> None:
    client.force_login(recorder_and_auditor)
    client.post(reverse("admin:units_person_add"), {"unit": other_unit.pk, "no": "1", "name": "甲"})
    assert not Person.objects.exists()


def test_an_auditor_of_an_upper_unit_reads_all_units_below_and_writes_none(other_unit: Unit) -> None:
    below = Unit.objects.create(code="below", name="下级", parent=other_unit)
    lowest = Unit.objects.create(code="lowest", name="最下级", parent=below)
    account = Account.objects.create_user("auditor")
    Membership.objects.create(account=account, unit=other_unit, role=Role.AUDITOR)
    Membership.objects.create(account=account, unit=other_unit, role=Role.RECORDER)
    rights = rights_of(account)
    assert rights.may("ledger.view_event", lowest) and rights.may("assessments.view_result", below)
    assert not rights.may("ledger.add_event", below)


def test_an_auditor_of_a_lower_unit_reads_nothing_above(other_unit: Unit) -> None:
    below = Unit.objects.create(code="below", name="下级", parent=other_unit)
    account = Account.objects.create_user("auditor")
    Membership.objects.create(account=account, unit=below, role=Role.AUDITOR)
    assert not rights_of(account).may("ledger.view_event", other_unit)


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
def test_the_three_duties_do_no_business(role: str, other_unit: Unit) -> None:
    account = Account.objects.create_user("duty")
    Membership.objects.create(account=account, unit=other_unit, role=role)
    rooms = ("ledger", "rulesets", "assessments", "reports")
    assert not any(account.has_module_perms(room) for room in rooms)
    assert not account.has_perm("units.view_person")


def test_the_menu_shows_what_one_may_use(client: Client, recorder_and_auditor: Account) -> None:
    client.force_login(recorder_and_auditor)
    page = client.get(reverse("admin:index")).content.decode()
    assert reverse("admin:units_person_changelist") in page
    recorder_and_auditor.memberships.filter(role=Role.AUDITOR).delete()
    page = client.get(reverse("admin:index")).content.decode()
    assert reverse("admin:units_account_changelist") not in page


def test_staff_do_not_enter_the_admin(client: Client, other_unit: Unit) -> None:
    account = Account.objects.create_user("staff")
    Membership.objects.create(account=account, unit=other_unit, role=Role.STAFF)
    client.force_login(account)
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_memberships_are_read_once_a_request(
    client: Client, recorder_and_auditor: Account, django_assert_max_num_queries: Callable[..., object]
) -> None:
    client.force_login(recorder_and_auditor)
    client.get(reverse("admin:units_department_changelist"))
    with django_assert_max_num_queries(12):
        client.get(reverse("admin:units_department_changelist"))
