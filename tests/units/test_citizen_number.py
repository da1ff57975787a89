"""Citizen numbers: checked by GB 11643, stored encrypted, shown masked."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from units.citizen_number import CitizenNumberWrong, clean_citizen_number
from units.models import Account, Person, Unit
from units.sealed import SealBroken, masked, seal, seal_bytes, unseal, unseal_bytes

# The examples that the standard gives.
VALID = ["11010519491231002X", "440524188001010014"]
MAY = ("view_person", "change_person")


@pytest.mark.parametrize("number", VALID)
def test_the_standards_examples_are_taken(number: str) -> None:
    assert clean_citizen_number(number) == number


def test_a_small_x_becomes_a_capital_one() -> None:
    assert clean_citizen_number("11010519491231002x") == "11010519491231002X"


@pytest.mark.parametrize("digit", "0123456789")
def test_every_other_check_digit_is_refused(digit: str) -> None:
    with pytest.raises(CitizenNumberWrong, match="校验码不符"):
        clean_citizen_number(f"11010519491231002{digit}")


def test_a_day_that_does_not_exist_is_refused() -> None:
    with pytest.raises(CitizenNumberWrong, match="出生日期不存在"):
        clean_citizen_number("110105194913310020")


@pytest.mark.parametrize("text", ["", "1101051949123100", "11010519491231002XX", "甲乙丙"])
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(CitizenNumberWrong, match="应为 18 位"):
        clean_citizen_number(text)


def test_what_was_sealed_is_opened_again() -> None:
    assert unseal(seal("秘密")) == "秘密"
    assert unseal_bytes(seal_bytes(b"\x00\xff")) == b"\x00\xff"


def test_an_altered_token_is_not_opened() -> None:
    with pytest.raises(SealBroken):
        unseal(seal("秘密")[:-4] + "AAAA")


def test_a_mask_leaves_the_first_three_and_the_last_two() -> None:
    assert masked(VALID[0]) == "110*************2X"
    assert masked("1234") == "****"


@pytest.fixture
def person(bureau: Unit) -> Person:
    return Person.objects.create(unit=bureau, no="1001", name="陈一", citizen_number=VALID[0])


@pytest.mark.django_db
def test_the_database_holds_no_readable_number(person: Person) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT citizen_number FROM units_person")
        (stored,) = cursor.fetchone()
    assert VALID[0] not in stored
    assert Person.objects.get().citizen_number == VALID[0]


@pytest.mark.django_db
@pytest.mark.parametrize("permissions", [("view_person",), MAY])
def test_pages_show_the_number_masked(
    person: Person, bureau: Unit, account_in: Callable[..., Account], permissions: tuple[str, ...]
) -> None:
    client = Client()
    client.force_login(account_in("clerk", bureau, permissions=permissions))
    for address in ("/admin/units/person/", f"/admin/units/person/{person.pk}/change/"):
        page = client.get(address).content.decode()
        assert VALID[0] not in page and masked(VALID[0]) in page


def post_person(client: Client, person: Person, **values: str) -> str:
    inline = {"appointments-TOTAL_FORMS": "0", "appointments-INITIAL_FORMS": "0"}
    fields = {"name": person.name, "gender": "", "birth": "", "politics": "", "new_citizen_number": ""}
    response = client.post(f"/admin/units/person/{person.pk}/change/", fields | inline | values)
    return response.content.decode()


@pytest.mark.django_db
def test_a_number_is_entered_anew_or_left_as_it_is(
    person: Person, bureau: Unit, account_in: Callable[..., Account]
) -> None:
    client = Client()
    client.force_login(account_in("clerk", bureau, permissions=MAY))
    post_person(client, person, name="陈壹")
    assert (Person.objects.get().name, Person.objects.get().citizen_number) == ("陈壹", VALID[0])
    post_person(client, person, new_citizen_number=VALID[1])
    assert Person.objects.get().citizen_number == VALID[1]
    post_person(client, person, clear_citizen_number="on")
    assert Person.objects.get().citizen_number == ""


@pytest.mark.django_db
def test_a_wrong_number_is_refused_on_the_page(
    person: Person, bureau: Unit, account_in: Callable[..., Account]
) -> None:
    client = Client()
    client.force_login(account_in("clerk", bureau, permissions=MAY))
    assert "校验码不符" in post_person(client, person, new_citizen_number="110105194912310021")


def test_who_may_only_look_sees_no_field_to_enter_a_number(
    client: Client, account_in: Callable[..., Account], person: Person
) -> None:
    client.force_login(account_in("reader", person.unit, permissions=("view_person",)))
    page = client.get(f"/admin/units/person/{person.pk}/change/").content.decode()
    assert "110*************2X" in page
    assert "citizen number" not in page
