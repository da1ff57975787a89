"""The roster's page: who is assessed; taking out, taking back, and what is refused."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.template.defaultfilters import striptags
from django.test import Client
from django.urls import reverse

from ledger.closing import close_period
from ledger.models import Exclusion
from units.models import Account, Membership, Person, Unit

pytestmark = pytest.mark.django_db
KEEPS = {"superuser", "scheme_admin", "recorder"}
ROLES = [*Membership.Role.values, "superuser"]
LEAVE = {"no": ["1002"], "kind": "excluded", "ground": "sick_leave", "reason": "病休", "since": ""}


def text_of(response: Any) -> str:
    body = response.content.decode().partition("<main")[2].partition(">")[2]
    return re.sub(r"\s+", " ", striptags(body))


@pytest.fixture
def address(bureau: Unit, bureau_people: dict[str, Person]) -> str:
    return reverse("portal:roster", args=[bureau.code, "2025"])


@pytest.fixture
def keeper(client: Client, bureau: Unit, visitor: Callable[..., Account]) -> Client:
    client.force_login(visitor("recorder", bureau))
    return client


def test_who_is_in_office_is_listed_and_who_has_left_apart(keeper: Client, address: str) -> None:
    text = text_of(keeper.get(address))
    assert "参加考核4人" in text
    assert "钱五 1005" in text
    assert "任职至2025年3月31日" in text


def test_who_is_taken_out_is_shown_with_the_reason_and_who_entered_it(keeper: Client, address: str) -> None:
    answer = keeper.post(address, LEAVE, follow=True)
    text = text_of(answer)
    assert "名册已调整1个对象" in text
    assert "长期病假：病休，自2025年1月1日起" in text
    assert "参加考核3人" in text
    assert Exclusion.objects.get().made_by is not None


def test_a_spreadsheet_goes_to_the_import_page(keeper: Client, address: str, bureau: Unit) -> None:
    page = keeper.get(address).content.decode()
    assert f'action="{reverse("admin:ledger_exclusion_import")}"' in page
    assert f"{reverse('admin:ledger_exclusion_blank_import')}?unit={bureau.pk}" in page


def test_several_are_entered_at_once_or_none(keeper: Client, address: str) -> None:
    keeper.post(address, LEAVE | {"no": ["1001", "1002"]})
    assert Exclusion.objects.count() == 2
    back = {"no": ["1001", "1003"], "kind": "included", "ground": "other", "reason": "返岗"}
    assert "王三（1003）本来就参加" in text_of(keeper.post(address, back))
    assert Exclusion.objects.current().filter(kind="excluded").count() == 2


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"no": []}, "请先勾选"),
        ({"kind": ""}, "请选择如何处理"),
        ({"ground": ""}, "请选择情形"),
        ({"ground": "other", "reason": ""}, "须填写说明"),
        ({"since": "三月"}, "起算日请写作"),
    ],
)
def test_an_entry_that_lacks_something_is_refused(
    keeper: Client, address: str, sent: dict[str, Any], said: str
) -> None:
    assert said in text_of(keeper.post(address, LEAVE | sent))
    assert not Exclusion.objects.exists()


def test_who_has_left_can_t_be_ticked(keeper: Client, address: str) -> None:
    keeper.post(address, LEAVE | {"no": ["1005"]})
    assert not Exclusion.objects.exists()


def test_a_closed_period_is_said_and_offers_no_form(keeper: Client, address: str, bureau: Unit) -> None:
    close_period(bureau, "2025")
    page = keeper.get(address)
    assert "已封账" in text_of(page)
    assert "登记调整" not in text_of(page)
    assert "已封账" in text_of(keeper.post(address, LEAVE))
    assert not Exclusion.objects.exists()


@pytest.mark.parametrize("role", ROLES)
def test_the_roster_is_kept_by_those_who_may(
    role: str, client: Client, address: str, bureau: Unit, visitor: Callable[..., Account]
) -> None:
    client.force_login(visitor(role, bureau))
    client.post(address, LEAVE)
    assert Exclusion.objects.exists() is (role in KEEPS)


def test_nobody_of_another_unit_sees_or_keeps_it(
    client: Client, address: str, other_unit: Unit, visitor: Callable[..., Account]
) -> None:
    client.force_login(visitor("scheme_admin", other_unit))
    assert client.get(address).status_code == 404
    assert client.post(address, LEAVE).status_code == 404
    assert not Exclusion.objects.exists()


def test_what_the_scheme_does_not_assess_has_no_roster(keeper: Client, address: str) -> None:
    assert keeper.get(address, {"kind": "department"}).status_code == 404
