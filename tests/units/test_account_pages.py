"""Accounts and roles of a unit, kept by the unit itself; nobody raises anybody in another unit, or oneself."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from units.duties import check_duties, check_holders, holders_of_several_duties
from units.models import Account, Membership, Person, Unit

pytestmark = pytest.mark.django_db
Role = Membership.Role
LIST = reverse("admin:units_account_changelist")
ADD = reverse("admin:units_account_add")
GRANT = reverse("admin:units_membership_add")


@pytest.fixture
def manager(client: Client, bureau: Unit, account_in: Callable[..., Account]) -> Client:
    """A client at which the scheme administrator of 某局 is signed in."""
    client.force_login(account_in("manager", bureau, role="scheme_admin"))
    return client


@pytest.fixture
def colleague(bureau: Unit) -> Account:
    return Account.objects.create_user("colleague", unit=bureau, last_name="同", first_name="事")


@pytest.fixture
def stranger(other_unit: Unit, account_in: Callable[..., Account]) -> Account:
    return account_in("stranger", other_unit)


def new_account(unit: Unit, **further: object) -> dict[str, object]:
    password = {"password1": "Xq7-longer-still", "password2": "Xq7-longer-still"}
    return {"username": "new", "last_name": "新", "first_name": "人", "unit": unit.pk, **password, **further}


def roles_of(account: Account) -> set[tuple[str, str]]:
    return set(account.memberships.values_list("unit__code", "role"))


def test_a_scheme_administrator_opens_an_account_of_the_unit(manager: Client, bureau: Unit) -> None:
    manager.post(ADD, new_account(bureau))
    assert Account.objects.get(username=f"new@{bureau.code}").unit == bureau


def test_an_account_of_another_unit_is_not_opened(manager: Client, other_unit: Unit) -> None:
    manager.post(ADD, new_account(other_unit))
    manager.post(ADD, new_account(other_unit) | {"unit": ""})
    assert not Account.objects.filter(username__startswith="new").exists()


def test_an_account_is_not_linked_to_a_person_of_another_unit(
    manager: Client, bureau: Unit, other_unit: Unit
) -> None:
    person = Person.objects.create(unit=other_unit, no="1", name="外人")
    manager.post(ADD, new_account(bureau, person=person.pk))
    assert not Account.objects.filter(username__startswith="new").exists()


def test_a_posted_superuser_mark_is_not_taken(manager: Client, bureau: Unit, colleague: Account) -> None:
    manager.post(ADD, new_account(bureau, is_superuser="on"))
    assert not Account.objects.get(username=f"new@{bureau.code}").is_superuser
    address = reverse("admin:units_account_change", args=[colleague.pk])
    formset = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    manager.post(address, {"username": "colleague", "is_active": "on", "is_superuser": "on", **formset})
    colleague.refresh_from_db()
    assert not colleague.is_superuser


def test_only_accounts_of_the_unit_are_listed(manager: Client, colleague: Account, stranger: Account) -> None:
    page = manager.get(LIST).content.decode()
    assert "colleague" in page and "stranger" not in page


def test_a_role_is_given_to_a_colleague(manager: Client, bureau: Unit, colleague: Account) -> None:
    manager.post(GRANT, {"account": colleague.pk, "unit": bureau.pk, "role": Role.RECORDER})
    assert roles_of(colleague) == {("bureau", "recorder")}


def test_a_role_in_another_unit_is_not_given(manager: Client, other_unit: Unit, colleague: Account) -> None:
    manager.post(GRANT, {"account": colleague.pk, "unit": other_unit.pk, "role": Role.RECORDER})
    assert not roles_of(colleague)


def test_a_role_is_not_given_to_an_account_of_another_unit(
    manager: Client, bureau: Unit, stranger: Account
) -> None:
    manager.post(GRANT, {"account": stranger.pk, "unit": bureau.pk, "role": Role.RECORDER})
    assert roles_of(stranger) == {("elsewhere", "recorder")}


def test_nobody_gives_a_role_to_oneself(manager: Client, bureau: Unit) -> None:
    own = Account.objects.get(username="manager")
    manager.post(GRANT, {"account": own.pk, "unit": bureau.pk, "role": Role.AUDITOR})
    assert roles_of(own) == {("bureau", "scheme_admin")}


def test_a_role_is_given_on_the_page_of_the_account(
    manager: Client, bureau: Unit, colleague: Account
) -> None:
    address = reverse("admin:units_account_change", args=[colleague.pk])
    formset = {"memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 0}
    row = {"memberships-0-unit": bureau.pk, "memberships-0-role": Role.LEADER}
    manager.post(address, {"username": "colleague", "is_active": "on", **formset, **row})
    assert roles_of(colleague) == {("bureau", "leader")}


def test_a_role_in_another_unit_posted_to_the_page_of_an_account_is_refused(
    manager: Client, other_unit: Unit, colleague: Account
) -> None:
    address = reverse("admin:units_account_change", args=[colleague.pk])
    formset = {"memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 0}
    row = {"memberships-0-unit": other_unit.pk, "memberships-0-role": Role.LEADER}
    manager.post(address, {"username": "colleague", "is_active": "on", **formset, **row})
    assert not roles_of(colleague)


def test_the_password_of_who_has_a_role_elsewhere_is_not_set(
    manager: Client, other_unit: Unit, colleague: Account
) -> None:
    Membership.objects.create(account=colleague, unit=other_unit, role=Role.RECORDER)
    address = reverse("admin:auth_user_password_change", args=[colleague.pk])
    assert manager.get(address).status_code == 403


def test_the_password_page_of_a_foreign_account_is_as_absent_as_that_of_none(
    manager: Client, stranger: Account
) -> None:
    for key in (stranger.pk, 999_999):
        assert manager.get(reverse("admin:auth_user_password_change", args=[key])).status_code == 404


def test_a_recorder_sees_no_accounts(
    client: Client, bureau: Unit, account_in: Callable[..., Account]
) -> None:
    client.force_login(account_in("recorder", bureau))
    assert client.get(LIST).status_code == 403


def test_a_system_administrator_keeps_accounts_and_gives_no_roles(
    client: Client, bureau: Unit, colleague: Account, account_in: Callable[..., Account]
) -> None:
    client.force_login(account_in("system", bureau, role="system_admin"))
    client.post(ADD, new_account(bureau))
    assert Account.objects.filter(username=f"new@{bureau.code}").exists()
    client.post(GRANT, {"account": colleague.pk, "unit": bureau.pk, "role": Role.RECORDER})
    assert not roles_of(colleague)


def test_a_security_administrator_gives_roles_and_opens_no_accounts(
    client: Client, bureau: Unit, colleague: Account, account_in: Callable[..., Account]
) -> None:
    client.force_login(account_in("security", bureau, role="security_admin"))
    client.post(ADD, new_account(bureau))
    assert not Account.objects.filter(username__startswith="new").exists()
    client.post(GRANT, {"account": colleague.pk, "unit": bureau.pk, "role": Role.RECORDER})
    assert roles_of(colleague) == {("bureau", "recorder")}


def test_where_duties_are_separated_the_scheme_administrator_gives_no_roles(
    manager: Client, bureau: Unit, colleague: Account, settings: Any
) -> None:
    settings.GONGGUO_SEPARATE_DUTIES = True
    manager.post(GRANT, {"account": colleague.pk, "unit": bureau.pk, "role": Role.RECORDER})
    manager.post(ADD, new_account(bureau))
    assert not roles_of(colleague) and not Account.objects.filter(username="new").exists()


def test_nobody_holds_two_of_the_three_duties(bureau: Unit, colleague: Account, settings: Any) -> None:
    Membership.objects.create(account=colleague, unit=bureau, role=Role.SYSTEM_ADMIN)
    check_duties(colleague, Role.SECURITY_ADMIN)
    settings.GONGGUO_SEPARATE_DUTIES = True
    with pytest.raises(ValidationError, match="三员分立"):
        check_duties(colleague, Role.SECURITY_ADMIN)
    with pytest.raises(ValidationError, match="兼任业务"):
        check_duties(colleague, Role.RECORDER)
    check_duties(colleague, Role.STAFF)


def test_two_accounts_of_one_person_are_one_hand(
    bureau: Unit, bureau_people: dict[str, Person], settings: Any
) -> None:
    settings.GONGGUO_SEPARATE_DUTIES = True
    person = bureau_people["1001"]
    first, second = (Account.objects.create_user(name, unit=bureau, person=person) for name in ("a", "b"))
    Membership.objects.create(account=first, unit=bureau, role=Role.SYSTEM_ADMIN)
    with pytest.raises(ValidationError, match="三员分立"):
        check_duties(second, Role.AUDIT_ADMIN)
    Membership.objects.create(account=second, unit=bureau, role=Role.AUDIT_ADMIN)
    assert holders_of_several_duties() == ["a", "b"]
    (named,) = check_holders(["default"])
    assert "账号 a、b 的持有人兼任" in named.msg
    settings.GONGGUO_SEPARATE_DUTIES = False
    assert check_holders(["default"]) == []


def test_a_name_that_another_unit_has_is_given_like_one_that_nobody_has(
    manager: Client, bureau: Unit, other_unit: Unit
) -> None:
    for taken in ("zhang", "Zhang"):
        Account.objects.create_user(taken, unit=other_unit)
    for name in ("zhang", "ZHANG2"):
        answer = manager.post(ADD, new_account(bureau, username=name))
        assert answer.status_code == 302
        assert Account.objects.filter(username=f"{name}@{bureau.code}", unit=bureau).exists()


def test_a_changed_name_gets_the_ending_and_one_left_as_it_is_stays(
    manager: Client, bureau: Unit, colleague: Account, stranger: Account
) -> None:
    address = reverse("admin:units_account_change", args=[colleague.pk])
    formset = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0, "is_active": "on"}
    manager.post(address, {"username": "colleague", "last_name": "改", **formset})
    colleague.refresh_from_db()
    assert (colleague.username, colleague.last_name) == ("colleague", "改")
    manager.post(address, {"username": stranger.username, **formset})
    colleague.refresh_from_db()
    assert colleague.username == f"{stranger.username}@{bureau.code}"


@pytest.mark.parametrize("name", ["new@somewhere", "@", "new@bureau@bureau"])
def test_a_name_with_an_ending_of_another_unit_is_refused(manager: Client, bureau: Unit, name: str) -> None:
    answer = manager.post(ADD, new_account(bureau, username=name))
    assert "用户名里不要写“@”" in answer.content.decode()
    assert not Account.objects.filter(username__startswith="new").exists()


def test_a_name_that_the_own_unit_has_is_said_to_be_taken(manager: Client, bureau: Unit) -> None:
    manager.post(ADD, new_account(bureau))
    answer = manager.post(ADD, new_account(bureau, username="NEW"))
    assert "本单位已有这个用户名" in answer.content.decode()
    assert Account.objects.filter(username__istartswith="new").count() == 1


def test_only_whoever_runs_the_site_gives_names_without_an_ending(client: Client, bureau: Unit) -> None:
    client.force_login(Account.objects.create(username="root", is_superuser=True))
    client.post(ADD, new_account(bureau))
    assert Account.objects.get(username="new").unit == bureau


def test_the_list_of_roles_says_who_has_them(manager: Client, bureau: Unit, colleague: Account) -> None:
    Membership.objects.create(account=colleague, unit=bureau, role=Role.RECORDER)
    assert ">同事</td>" in manager.get(reverse("admin:units_membership_changelist")).content.decode()
