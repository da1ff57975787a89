"""The admin's index by task, its words, and choices that tell namesakes apart."""

import re
from collections.abc import Callable

import pytest
from django.contrib import admin
from django.template.defaultfilters import striptags
from django.test import Client
from django.urls import reverse

from portal.templatetags.admin_tasks import GROUPS
from tests.pages_measured import admin_lists
from units.models import Account, Appointment, Person, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client: Client) -> Client:
    client.force_login(Account.objects.create(username="root", is_superuser=True))
    return client


def test_every_list_of_the_admin_stands_on_the_index(root: Client) -> None:
    page = root.get(reverse("admin:index")).content.decode()
    for address in admin_lists().values():
        assert f'href="{address}"' in page


def test_the_index_names_no_list_that_is_not_there() -> None:
    grouped = {label for _, _, labels in GROUPS for label in labels}
    assert grouped <= {model._meta.label_lower for model in admin.site._registry}


def test_the_index_goes_by_task_in_chinese(root: Client) -> None:
    page = root.get(reverse("admin:index")).content.decode()
    headings = re.findall(r'<h2 id="group-\d">([^<]+)</h2>', page)
    assert headings == [*(name for name, _, _ in GROUPS), "系统"]
    assert f'href="{reverse("admin:ledger_event_import")}">导入事项</a>' in page


def test_every_link_of_the_index_leads_to_a_page(root: Client) -> None:
    page = root.get(reverse("admin:index")).content.decode().partition('id="content-main"')[2]
    links = set(re.findall(r'href="(/[^"]*)"', page))
    assert {link: root.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_a_role_sees_its_own_tasks_alone(
    client: Client, bureau: Unit, visitor: Callable[..., Account]
) -> None:
    client.force_login(visitor("leader", bureau))
    page = client.get(reverse("admin:index")).content.decode()
    assert "新增" not in page
    assert reverse("admin:ledger_event_import") not in page
    assert reverse("admin:units_account_changelist") not in page


def test_no_page_that_one_reads_names_django(root: Client, bureau_people: dict[str, Person]) -> None:
    for name, address in admin_lists().items():
        page = root.get(address).content.decode()
        shown = striptags(re.sub(r"(?s)<(style|script).*?</\1>", "", page))
        assert "django" not in shown.lower(), name
        assert "None" not in shown, name


def test_namesakes_are_told_apart_by_number_and_department(
    root: Client, bureau: Unit, bureau_people: dict[str, Person]
) -> None:
    namesake = Person.objects.create(unit=bureau, no="2001", name="李二")
    second = bureau_people["1004"].appointments.get().department
    Appointment.objects.create(unit=bureau, person=namesake, department=second, start="2024-01-01")
    asked = {"app_label": "units", "model_name": "appointment", "field_name": "person"}
    answer = root.get(reverse("admin:autocomplete"), asked | {"term": "lier"}).json()
    assert [choice["text"] for choice in answer["results"]] == ["李二（1002）第一科", "李二（2001）第二科"]


def test_the_list_of_people_names_departments(root: Client, bureau_people: dict[str, Person]) -> None:
    page = root.get(reverse("admin:units_person_changelist")).content.decode()
    assert re.search(r'field-department">第二科</td>', page)
