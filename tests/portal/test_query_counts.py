"""No page asks the database more often than its kept number, however many rows there are.

The numbers stand in query_counts.json. A page that needs fewer is a reason to lower its number, one that needs
more a reason to look why.
"""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.large_unit import large_unit
from tests.pages_measured import addresses
from units.models import Account, Membership

KEPT = Path(__file__).parent / "query_counts.json"
MOST = 25
OPERATORS = {"admin admin_interface.theme", "admin jobs.job"}


@pytest.fixture
def counted(client: Client, db: None) -> dict[str, int]:
    """Page → queries, as the scheme administrator of a unit of 30 people and 300 events asks for it again."""
    unit, run = large_unit(items=20, people=30, events=300)
    account = Account.objects.create(username="clerk")
    Membership.objects.create(account=account, unit=unit, role=Membership.Role.SCHEME_ADMIN)
    client.force_login(account)
    found = {}
    for name, address in addresses(unit, run).items():
        if name in OPERATORS:
            continue
        assert client.get(address).status_code == 200, name
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        found[name] = len(queries)
    return found


def test_no_page_asks_more_often_than_its_kept_number(counted: dict[str, int]) -> None:
    kept = json.loads(KEPT.read_text("utf-8"))
    assert set(kept) <= set(counted)
    # A page that is new is held to the limit until it has a number of its own.
    assert {name: count for name, count in counted.items() if count > kept.get(name, MOST)} == {}


def test_no_kept_number_is_over_the_limit() -> None:
    assert {name: n for name, n in json.loads(KEPT.read_text("utf-8")).items() if n > MOST} == {}
