"""What is on record stays: models, querysets and the database refuse."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from ledger.errors import LedgerFixed
from ledger.imports.report import ImportReport
from ledger.models import Event, Participant
from units.triggers import missing_triggers

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(events: Callable[..., ImportReport], row: Callable[..., str]) -> Event:
    events(row())
    return Event.objects.get()


def test_a_saved_row_is_not_saved_again(event: Event) -> None:
    event.matter = "改动"
    with pytest.raises(LedgerFixed, match="事项已登记在案"):
        event.save()


def test_a_row_is_not_deleted(event: Event) -> None:
    with pytest.raises(LedgerFixed):
        event.delete()


def test_a_queryset_updates_and_deletes_nothing(event: Event) -> None:
    with pytest.raises(LedgerFixed):
        Event.objects.update(matter="改动")
    with pytest.raises(LedgerFixed):
        Participant.objects.all().delete()
    with pytest.raises(LedgerFixed):
        Event.objects.bulk_update([event], ["matter"])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_event SET matter = 'x'",
        "UPDATE ledger_event SET is_current = FALSE, matter = 'x'",
        "DELETE FROM ledger_participant",
        "UPDATE ledger_participant SET quantity = 5",
        "UPDATE ledger_batch SET size = 5",
        "DELETE FROM ledger_batch",
    ],
)
def test_the_database_refuses_raw_statements(event: Event, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_row_does_not_become_current_again(
    event: Event, events: Callable[..., ImportReport], row: Callable[..., str]
) -> None:
    events(row(subject="1002"))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_event SET is_current = TRUE WHERE NOT is_current")


def test_every_declared_trigger_is_there(db: None) -> None:
    assert missing_triggers() == []
