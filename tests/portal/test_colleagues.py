"""Whose lines those without oversight see: their own, and of colleagues as many as the unit has chosen."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Run
from assessments.publication import publish_run
from units.models import Account, Colleagues, Person, Unit

pytestmark = pytest.mark.django_db
# 1001 and 1002 are of the first department, 1003 and 1004 of the second.
OWN, NEIGHBOUR, OTHER = "1002", "1001", "1004"


@pytest.fixture
def published(run: Run) -> Run:
    publish_run(run)
    return run


@pytest.fixture
def staff(
    client: Client, bureau_people: dict[str, Person], bureau: Unit, visitor: Callable[..., Account]
) -> Client:
    client.force_login(visitor("staff", bureau, bureau_people[OWN]))
    return client


def lets(run: Run, whom: Colleagues) -> None:
    Unit.objects.filter(pk=run.unit_id).update(colleagues_see=whom)


def statuses(client: Client, run: Run) -> list[int]:
    """Those of the pages of the own, the neighbour's and the other's lines, and of the list."""
    lines = [reverse("portal:subject", args=[run.unit.code, "2025", no]) for no in (OWN, NEIGHBOUR, OTHER)]
    pages = [*lines, reverse("portal:results", args=[run.unit.code, "2025"])]
    return [client.get(page).status_code for page in pages]


def test_a_unit_that_chose_nothing_lets_see_the_own_lines_alone(staff: Client, published: Run) -> None:
    assert statuses(staff, published) == [200, 404, 404, 404]


def test_the_own_department(staff: Client, published: Run) -> None:
    lets(published, Colleagues.DEPARTMENT)
    assert statuses(staff, published) == [200, 200, 404, 200]
    page = staff.get(reverse("portal:results", args=[published.unit.code, "2025"])).content.decode()
    assert "陈一" in page and "赵四" not in page


def test_everybody(staff: Client, published: Run) -> None:
    lets(published, Colleagues.EVERYBODY)
    assert statuses(staff, published) == [200, 200, 200, 200]


def test_nothing_of_colleagues_before_it_is_published(staff: Client, run: Run) -> None:
    lets(run, Colleagues.EVERYBODY)
    assert statuses(staff, run) == [200, 404, 404, 404]


def test_a_colleagues_paper_is_not_issued(staff: Client, published: Run) -> None:
    lets(published, Colleagues.EVERYBODY)
    paper = reverse("portal:annual_form", args=[published.unit.code, "2025", NEIGHBOUR])
    assert staff.get(paper).status_code == 404


def test_the_choice_of_a_unit_opens_nothing_to_another(
    client: Client, published: Run, neighbours_run: Run, visitor: Callable[..., Account]
) -> None:
    lets(published, Colleagues.EVERYBODY)
    client.force_login(visitor("staff", neighbours_run.unit))
    assert statuses(client, published) == [404, 404, 404, 404]
