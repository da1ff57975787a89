"""The pages show what the other schemes have: departments, monthly sheets, totals below zero."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from assessments.models import Run
from assessments.results import latest_run
from units.models import Account, Membership, Person, Unit

ROOT = Path(__file__).parents[2]
CASES = ("district", "township", "street", "community")


def reckoned(case: str) -> Run:
    """The year of a case of the same name as its scheme, under a unit of that name."""
    call_command("load_scheme", str(ROOT / f"fixtures/schemes/{case}.yaml"), unit=case, publish=True)
    for name in ("people", "events", "ballots", "metrics"):
        file = ROOT / f"tests/cases/{case}/{name}.csv"
        if file.exists():
            call_command(f"import_{name}", case, str(file))
    call_command("assess", case, "2025")
    return latest_run(Unit.objects.get(code=case), "2025")


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES)
def test_every_line_of_every_subject_stands_on_its_page(
    case: str, client: Client, visitor: Callable[..., Account]
) -> None:
    run = reckoned(case)
    client.force_login(visitor("committee", run.unit))
    for subject in run.result["subjects"]:
        page = client.get(reverse("portal:subject", args=[case, "2025", subject["no"]])).content.decode()
        assert page.count("<summary>") == len(subject["lines"]), subject["no"]
        shown = re.search(r'class="grand">.*?</span>([^<]+)<', page)
        assert shown is not None
        assert shown[1] == (subject["total"] or "—")


def test_a_person_with_the_number_of_a_department_does_not_see_its_result(
    client: Client, db: None, visitor: Callable[..., Account]
) -> None:
    run = reckoned("street")
    department = run.result["subjects"][0]["no"]
    person = Person.objects.create(unit=run.unit, no=department, name="同号")
    client.force_login(visitor(Membership.Role.STAFF, run.unit, person))
    assert client.get(reverse("portal:subject", args=["street", "2025", department])).status_code == 404
    assert department not in client.get(reverse("portal:home")).content.decode()


def test_a_department_has_no_personal_form(client: Client, db: None, visitor: Callable[..., Account]) -> None:
    run = reckoned("street")
    department = run.result["subjects"][0]["no"]
    client.force_login(visitor("committee", run.unit))
    assert client.get(reverse("portal:annual_form", args=["street", "2025", department])).status_code == 404
    page = client.get(reverse("portal:subject", args=["street", "2025", department])).content.decode()
    assert "下载考核登记表" not in page
