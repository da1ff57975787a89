"""No page asks the database more often than its kept number, however many rows there are.

The numbers stand in query_counts.json. A page that needs fewer is a reason to lower its number, one that needs
more a reason to look why.
"""

import json
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.large_unit import large_unit
from tests.pages_measured import addresses, clerk_of_all, is_page

KEPT = Path(__file__).parent / "query_counts.json"
MOST = 25


@pytest.fixture
def counted(db: None) -> dict[str, int]:
    """Page → queries, as an account with every role asks for it in a unit of 30 people and 300 events."""
    unit, _ = large_unit(items=20, people=30, events=300)
    client = clerk_of_all(unit)
    client.get(reverse("admin:index"))
    ContentType.objects.get_for_models(*apps.get_models())  # known to a process once it has worked a while
    found = {}
    for name, address in addresses(unit).items():
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        if is_page(response):
            found[name] = len(queries)
    return found


def test_no_page_asks_more_often_than_its_kept_number(counted: dict[str, int]) -> None:
    kept = json.loads(KEPT.read_text("utf-8"))
    assert set(kept) <= set(counted)
    # A page that is new is held to the limit until it has a number of its own.
    assert {name: count for name, count in counted.items() if count > kept.get(name, MOST)} == {}


def test_no_kept_number_is_over_the_limit() -> None:
    assert {name: n for name, n in json.loads(KEPT.read_text("utf-8")).items() if n > MOST} == {}
