"""The history of what may change: who, when, from where, what before, what after, why; also of many rows at once."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from units import audit, history_page
from units.models import Account, Appointment, Department, Membership, Person, Unit
from units.past import Histories, acts_of, entries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client: Client, bureau: Unit, account_in: Callable[..., Account]) -> Client:
    account = account_in("clerk", bureau)
    Account.objects.filter(pk=account.pk).update(last_name="登", first_name="记员")
    client.force_login(account)
    return client


@pytest.fixture
def department(bureau: Unit) -> Department:
    return Department.objects.create(unit=bureau, code="X01", name="一科")


def test_a_change_on_a_page_tells_who_from_where_what_and_why(clerk: Client, department: Department) -> None:
    address = reverse("admin:units_department_change", args=[department.pk])
    clerk.post(
        address, {"name": "综合科", "direct_led": "on", "change_reason": "机构改革"}, REMOTE_ADDR="10.1.2.3"
    )
    newest = entries_of(department, 10)[0]
    assert (newest.who, newest.address, newest.kind, newest.reason) == (
        "登记员",
        "10.1.2.3",
        "修改",
        "机构改革",
    )
    assert [(change.label, change.before, change.after) for change in newest.changes] == [
        ("名称", "一科", "综合科"),
        ("班子直管", "否", "是"),
    ]


def test_the_page_of_the_history_says_it_in_chinese(clerk: Client, department: Department) -> None:
    department.name = "综合科"
    department.save()
    page = clerk.get(reverse("admin:units_department_history", args=[department.pk])).content.decode()
    assert "名称</td><td>一科</td><td>综合科" in page and "新增" in page and "（命令或系统）" in page


def renamed(department: Department, times: int) -> None:
    for number in range(1, times + 1):
        department.name = f"第{number}次"
        department.save()


def test_a_long_history_is_told_page_by_page_to_its_first_change(
    clerk: Client, department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_page, "ON_A_PAGE", 2)
    renamed(department, 3)
    address = reverse("admin:units_department_history", args=[department.pk])
    newest, oldest = clerk.get(address).content.decode(), clerk.get(f"{address}?page=2").content.decode()
    assert "<td>第2次</td><td>第3次</td>" in newest and "<td>新增</td>" not in newest
    assert '<a href="?page=2">2</a>' in newest and "共4条" in newest
    assert (
        "<td>一科</td><td>第1次</td>" in oldest
        and "<td>新增</td>" in oldest
        and "<td>第3次</td>" not in oldest
    )


def test_what_was_done_at_once_is_told_in_full(clerk: Client, bureau: Unit) -> None:
    departments = Department.objects.bulk_create(
        Department(unit=bureau, code=f"X{number:03}", name=f"第{number}科") for number in range(90)
    )
    told = Histories([Department.history.filter(id__in=[department.pk for department in departments])])
    [act] = acts_of(told[0:100])
    assert len(act.lines) == told.count() == 90


def test_the_audit_tells_changes_and_sign_ins_page_by_page(
    client: Client,
    bureau: Unit,
    department: Department,
    account_in: Callable[..., Account],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(audit, "ON_A_PAGE", 2)
    renamed(department, 3)
    account = account_in("auditor", bureau, role="audit_admin")
    for _ in range(3):
        client.post(reverse("portal:login"), {"username": "auditor", "password": "wrong"})
    client.force_login(account)
    asked = {"day": str(datetime.date.today() + datetime.timedelta(days=1)), "page": "3", "signs": "2"}
    page = client.get(reverse("admin:audit"), asked).content.decode()
    assert "一科 → 第1次" in page and "第2次 → 第3次" not in page
    assert page.count("<td>失败</td>") == 2 and "<td>已登录</td>" not in page
    assert f'<a href="?day={asked["day"]}&amp;page=1&amp;signs=2">1</a>' in page


def test_many_rows_at_once_are_kept(bureau: Unit, bureau_people: dict[str, Person]) -> None:
    """The cast comes in by an import, which creates people in bulk."""
    assert Person.history.filter(history_type="+", of_unit=bureau.pk).count() == 5
    assert Appointment.history.filter(history_type="+").count() == 7


def test_an_import_tells_its_file_as_the_reason(bureau_people: dict[str, Person]) -> None:
    assert entries_of(bureau_people["1001"], 1)[0].reason == "导入文件 people.csv"
    assert {past.history_change_reason for past in Appointment.history.all()} == {"导入文件 people.csv"}


def test_what_is_deleted_together_is_asked_for_its_reason_which_each_row_keeps(
    clerk: Client, department: Department
) -> None:
    other = Department.objects.create(unit=department.unit, code="X02", name="二科")
    form = {"action": "delete_selected", "_selected_action": [department.pk, other.pk]}
    address = reverse("admin:units_department_changelist")
    assert 'name="change_reason"' in clerk.post(address, form).content.decode()
    clerk.post(address, form | {"post": "yes", "change_reason": "机构撤并"})
    gone = Department.history.filter(history_type="-")
    assert [past.history_change_reason for past in gone] == ["机构撤并"] * 2


def test_an_update_of_many_rows_is_kept(bureau: Unit, bureau_people: dict[str, Person]) -> None:
    Person.objects.filter(unit=bureau).update(politics="群众")
    assert Person.history.filter(history_type="~", politics="群众").count() == 5


def test_what_is_deleted_stays_in_the_history(department: Department) -> None:
    key = department.pk
    department.delete()
    assert [past.history_type for past in Department.history.filter(id=key)] == ["-", "+"]


def test_a_sealed_field_tells_that_it_changed_and_not_what_it_says(bureau_people: dict[str, Person]) -> None:
    person = bureau_people["1001"]
    person.citizen_number = "11010519491231002X"
    person.save()
    [change] = entries_of(person, 1)[0].changes
    assert (change.before, change.after) == ("（空）", "（不显示）")


def test_signing_in_is_no_change_of_the_account(client: Client, bureau: Unit) -> None:
    account = Account.objects.create_user("clerk", unit=bureau)
    client.force_login(account)
    assert account.history.count() == 1


def test_no_password_stands_in_the_history(bureau: Unit) -> None:
    account = Account.objects.create_user("clerk", password="a-long-password", unit=bureau)
    assert not hasattr(account.history.get(), "password")


def test_the_history_costs_an_import_few_statements(
    bureau: Unit, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    people = [Person(unit=bureau, no=f"{no}", name="某") for no in range(400)]
    with django_assert_max_num_queries(12):
        Person.objects.bulk_create(people)


def test_the_auditor_finds_changes_and_sign_ins_of_the_unit(
    client: Client, bureau: Unit, other_unit: Unit, department: Department, account_in: Callable[..., Account]
) -> None:
    Department.objects.create(unit=other_unit, code="Y01", name="外科室")
    department.name = "综合科"
    department.save()
    client.post(reverse("portal:login"), {"username": "auditor", "password": "wrong"})
    client.force_login(account_in("auditor", bureau, role="audit_admin"))
    page = client.get(reverse("admin:audit")).content.decode()
    assert "一科 → 综合科" in page and "外科室" not in page and "Y01" not in page


def test_failed_sign_ins_stand_in_the_audit(
    client: Client, bureau: Unit, account_in: Callable[..., Account]
) -> None:
    account = account_in("auditor", bureau, role="auditor")
    client.post(reverse("portal:login"), {"username": "auditor", "password": "wrong"})
    client.force_login(account)
    page = client.get(reverse("admin:audit"), {"day": datetime.date.today() + datetime.timedelta(days=1)})
    assert "失败" in page.content.decode()


def test_who_does_not_audit_has_no_such_page(clerk: Client) -> None:
    assert clerk.get(reverse("admin:audit")).status_code == 403


def test_a_membership_given_and_taken_away_is_kept(bureau: Unit) -> None:
    account = Account.objects.create_user("clerk", unit=bureau)
    membership = Membership.objects.create(account=account, unit=bureau, role=Membership.Role.AUDITOR)
    Membership.objects.all().delete()
    kinds = Membership.history.filter(account=account).values_list("history_type", flat=True)
    assert membership.role == "auditor" and list(kinds) == ["-", "+"]
