"""Who sees which page: every address of the portal, for every kind of account, over two units."""

import re
from collections.abc import Callable

import pytest
from admin_interface.models import Theme
from django.test import Client
from django.urls import reverse

from assessments.models import Run
from units.models import Account, Membership, Person, Unit

# Take no look, only an order: test_reckoning_order.py, test_review.py
PAGES = {
    "home": (),
    "results": ("2025",),
    "subject": ("2025", "1002"),
    "annual_form": ("2025", "1002"),
    "result_document": ("2025",),
    "review": ("2025",),
    "roster": ("2025",),
}
SEES_ALL = dict.fromkeys(PAGES, 200)
SEES_NOTHING = dict.fromkeys(PAGES, 404) | {"home": 200}
SEES_OWN = SEES_NOTHING | {"subject": 200, "annual_form": 200}
ROLES = {
    "superuser": SEES_ALL,
    "scheme_admin": SEES_ALL,
    "committee": SEES_ALL,
    "leader": SEES_ALL,
    "auditor": SEES_ALL,
    "recorder": SEES_ALL | {"result_document": 404},
    "staff": SEES_NOTHING,
    "system_admin": SEES_NOTHING,
    "security_admin": SEES_NOTHING,
    "audit_admin": SEES_NOTHING,
}


def address(name: str, unit: Unit) -> str:
    return reverse(f"portal:{name}", args=[unit.code, *PAGES[name]] if PAGES[name] else [])


def statuses(client: Client, account: Account, unit: Unit) -> dict[str, int]:
    client.force_login(account)
    return {name: client.get(address(name, unit)).status_code for name in PAGES}


def test_every_role_stands_in_these_tests() -> None:
    assert set(Membership.Role.values) | {"superuser"} == set(ROLES)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_what_it_may_see_in_its_unit(
    role: str, client: Client, run: Run, visitor: Callable[..., Account]
) -> None:
    assert statuses(client, visitor(role, run.unit), run.unit) == ROLES[role]


@pytest.mark.parametrize("role", [role for role in ROLES if role != "superuser"])
def test_a_role_in_one_unit_finds_nothing_of_another(
    role: str, client: Client, run: Run, neighbours_run: Run, visitor: Callable[..., Account]
) -> None:
    account = visitor(role, neighbours_run.unit)
    assert statuses(client, account, run.unit) == SEES_NOTHING


@pytest.mark.parametrize("role", ["staff", ""])
def test_a_person_sees_the_own_result_with_and_without_a_membership(
    role: str,
    client: Client,
    run: Run,
    bureau_people: dict[str, Person],
    visitor: Callable[..., Account],
) -> None:
    account = visitor(role, run.unit, bureau_people["1002"])
    assert statuses(client, account, run.unit) == SEES_OWN


def test_a_person_does_not_see_a_colleague(
    client: Client, run: Run, bureau_people: dict[str, Person], visitor: Callable[..., Account]
) -> None:
    client.force_login(visitor("staff", run.unit, bureau_people["1001"]))
    assert client.get(address("subject", run.unit)).status_code == 404
    assert client.get(address("annual_form", run.unit)).status_code == 404


def test_the_same_number_in_another_unit_opens_nothing(
    client: Client, run: Run, neighbours_run: Run, visitor: Callable[..., Account]
) -> None:
    person = Person.objects.get(unit=neighbours_run.unit, no="1002")
    account = visitor("staff", neighbours_run.unit, person)
    assert statuses(client, account, run.unit) == SEES_NOTHING


def test_a_run_of_another_unit_is_not_shown_under_the_own_address(
    client: Client, run: Run, neighbours_run: Run, visitor: Callable[..., Account]
) -> None:
    client.force_login(visitor("committee", run.unit))
    for name in ("results", "subject", "annual_form", "result_document"):
        assert client.get(address(name, run.unit), {"run": neighbours_run.pk}).status_code == 404


def test_what_is_not_there_and_what_is_not_for_one_look_the_same(
    client: Client, run: Run, neighbour: Unit, visitor: Callable[..., Account]
) -> None:
    client.force_login(visitor("committee", neighbour))
    hidden = client.get(reverse("portal:results", args=[run.unit.code, "2025"]))
    absent = client.get(reverse("portal:results", args=["nowhere", "2025"]))
    assert hidden.status_code == absent.status_code == 404
    tokens = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')
    assert tokens.sub(b"", hidden.content) == tokens.sub(b"", absent.content)


def test_an_account_that_was_closed_is_sent_to_the_entrance(
    client: Client, run: Run, visitor: Callable[..., Account]
) -> None:
    account = visitor("committee", run.unit)
    client.force_login(account)
    Account.objects.filter(pk=account.pk).update(is_active=False)
    response = client.get(address("results", run.unit))
    assert response.status_code == 302


@pytest.mark.parametrize("name", PAGES)
def test_a_visitor_without_an_account_is_sent_to_the_entrance(name: str, client: Client, run: Run) -> None:
    target = address(name, run.unit)
    response = client.get(target)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("portal:login"))


@pytest.mark.parametrize("name", PAGES)
def test_no_browser_keeps_a_page_of_the_portal(
    name: str, client: Client, run: Run, visitor: Callable[..., Account]
) -> None:
    client.force_login(visitor("committee", run.unit))
    assert "no-store" in client.get(address(name, run.unit))["Cache-Control"]


def test_the_themes_tell_nobody_without_the_right_which_of_them_there_are(
    client: Client, bureau: Unit, visitor: Callable[..., Account]
) -> None:
    client.force_login(visitor("scheme_admin", bureau))
    there = Theme.objects.values_list("pk", flat=True)[0]
    for page in ("change", "history", "delete"):
        answers = [
            client.get(reverse(f"admin:admin_interface_theme_{page}", args=[key]))
            for key in (there, there + 1)
        ]
        assert [answer.status_code for answer in answers] == [403, 403], page
