"""People are found by the spelling and the initials of their names."""

from io import BytesIO

import pytest
from django.test import Client

from ledger.imports.people import import_people
from units.models import Account, Person, Unit
from units.pinyin import LONGEST, found_by, search_key

HEADER = "工号,姓名,部门,部门名称,起\n"


def test_a_name_is_spelt_whole_and_by_initials() -> None:
    assert {"zhangguoqiang", "zgq"} <= set(search_key("张国强").split())


@pytest.mark.parametrize("word", ["zengwei", "cengwei", "zw"])
def test_every_reading_of_a_character_counts(word: str) -> None:
    assert word in search_key("曾伟").split()


@pytest.mark.parametrize(("name", "word"), [("吕布", "lvbu"), ("Ann李", "annli"), ("欧阳 锋", "oyf")])
def test_further_names(name: str, word: str) -> None:
    assert word in search_key(name).split()


def test_a_long_name_fits_the_column() -> None:
    assert 0 < len(search_key("单曾朴解仇查" * 10)) <= LONGEST


@pytest.mark.parametrize(("text", "is_found"), [("国强", True), ("ZGQ", True), ("guoq", True), ("lw", False)])
def test_a_text_finds_a_name_by_part_or_spelling(text: str, is_found: bool) -> None:
    assert found_by(text, "张国强") is is_found


@pytest.mark.django_db
def test_saving_and_renaming_keep_the_spelling_in_step(other_unit: Unit) -> None:
    person = Person.objects.create(unit=other_unit, no="1", name="张国强")
    assert person.pinyin.startswith("zhangguoqiang")
    person.name = "李伟"
    person.save(update_fields=["name"])
    person.refresh_from_db()
    assert person.pinyin == "liwei lw"
    Person.objects.filter(pk=person.pk).update(name="王芳")
    person.refresh_from_db()
    assert "wangfang" in person.pinyin.split()


@pytest.mark.django_db
def test_imports_keep_the_spelling_in_step(bureau: Unit) -> None:
    for name, spelling in (("张国强", "zgq"), ("李伟", "lw")):
        text = f"{HEADER}9,{name},K1,一科,2020-01-01\n"
        import_people(bureau, BytesIO(text.encode()), filename="people.csv")
        assert spelling in Person.objects.get(no="9").pinyin.split()


@pytest.mark.parametrize("term", ["cy", "CHENY", "1001", "陈"])
@pytest.mark.django_db
def test_the_list_of_people_is_searched_by_spelling(
    client: Client, bureau_people: dict[str, Person], term: str
) -> None:
    client.force_login(Account.objects.create(username="chief", is_superuser=True, is_staff=True))
    page = client.get("/admin/units/person/", {"q": term}).content.decode()
    assert "陈一" in page
    assert "李二" not in page
