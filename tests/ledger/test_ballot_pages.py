"""Ballots are shown as means alone, and never of a group with fewer than three raters."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse

from ledger.imports.ballots import import_ballots
from ledger.models import Ballot
from units.models import Account, Person, Unit

pytestmark = pytest.mark.django_db
HEADER = "期间,轮次,部分,评议组,评议人,评议人部门,对象,分数\n"
LIST = reverse("admin:ledger_ballot_changelist")


def cast(unit: Unit, subject: str, *scores: str, group: str = "") -> None:
    rows = "".join(
        f"2025,,democratic,{group},r{group}{rater},K02,{subject},{score}\n"
        for rater, score in enumerate(scores)
    )
    import_ballots(unit, BytesIO((HEADER + rows).encode()), filename="票.csv")


@pytest.fixture
def reader(
    client: Client, bureau: Unit, bureau_people: dict[str, Person], account_in: Callable[..., Account]
) -> Client:
    client.force_login(account_in("auditor", bureau, role="auditor"))
    return client


def test_a_group_stands_as_one_row_with_its_mean(reader: Client, bureau: Unit) -> None:
    cast(bureau, "1001", "90", "95", "97.5")
    page = reader.get(LIST).content.decode()
    assert "94.17" in page and "97.5" not in page and "共1条" in page


def test_a_group_of_two_has_no_mean(reader: Client, bureau: Unit) -> None:
    cast(bureau, "1001", "90", "95")
    page = reader.get(LIST).content.decode()
    assert "不足3份，不显示" in page and "92.5" not in page


def test_the_other_groups_of_a_part_are_kept_back_with_a_small_one(reader: Client, bureau: Unit) -> None:
    """Else the small one could be told from them and the result."""
    cast(bureau, "1001", "90", "95", "97.5", group="leaders")
    cast(bureau, "1001", "60", group="staff")
    page = reader.get(LIST).content.decode()
    assert "94.17" not in page and "60.00" not in page


def test_another_subject_is_not_kept_back(reader: Client, bureau: Unit) -> None:
    cast(bureau, "1001", "60")
    cast(bureau, "1002", "90", "95", "97.5")
    assert "94.17" in reader.get(LIST).content.decode()


@pytest.mark.parametrize("query", ["score=90", "rater_department=K02", "rater__startswith=a", "id__lt=5"])
def test_no_query_singles_out_a_ballot(reader: Client, bureau: Unit, query: str) -> None:
    cast(bureau, "1001", "90", "95", "97.5")
    assert reader.get(f"{LIST}?{query}").status_code in (302, 400)


def test_the_page_of_a_row_shows_the_mean_and_no_ballot(reader: Client, bureau: Unit) -> None:
    cast(bureau, "1001", "90", "95", "97.5")
    for ballot in Ballot.objects.all():
        response = reader.get(reverse("admin:ledger_ballot_change", args=[ballot.pk]), follow=True)
        page = response.content.decode()
        assert "97.5" not in page and ballot.rater not in page and "K02" not in page
