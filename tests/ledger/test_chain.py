"""The hash chain: each batch stands on the one before, and the first link that doesn't fit is named."""

from collections.abc import Callable

import pytest
from django.db import connection

from ledger import chain
from ledger.imports.metrics import import_metrics
from ledger.imports.report import ImportReport
from ledger.models import Batch
from units.models import Unit
from units.triggers import install_triggers

Imported = Callable[..., ImportReport]
Line = Callable[..., str]
pytestmark = pytest.mark.django_db


@pytest.fixture
def three_batches(events: Imported, imported: Imported, row: Line) -> None:
    """An event, its successor with a further event, and a figure."""
    events(row())
    events(row(subject="1002"), row(event_no="E2", item="B303", form="missed"))
    imported(import_metrics, "metric,period,subject,value\nnotes,2025,1001,12000\n")


def forge(statement: str) -> None:
    """Changes the record behind the database's own safeguards."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        else:
            # A table with checks left to the end of the transaction is not altered.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
            for name, table in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}" ON {table}')
        cursor.execute(statement)
    install_triggers()


def test_a_unit_without_a_record_has_the_origin_as_head(bureau: Unit) -> None:
    assert chain.head_of(bureau) == chain.ORIGIN


def test_each_batch_stands_on_the_one_before(three_batches: None, bureau: Unit) -> None:
    first, second, third = Batch.objects.filter(unit=bureau).order_by("number")
    assert (first.previous, second.previous, third.previous) == (chain.ORIGIN, first.head, second.head)
    assert chain.head_of(bureau) == third.head


def test_an_untouched_chain_fits(three_batches: None, bureau: Unit) -> None:
    state = chain.verify(bureau)
    assert (state.length, state.broken) == (3, None)
    assert state.head == chain.head_of(bureau)


def test_units_have_chains_of_their_own(three_batches: None, other_unit: Unit) -> None:
    assert chain.head_of(other_unit) == chain.ORIGIN


@pytest.mark.parametrize(
    ("statement", "link"),
    [
        ("UPDATE ledger_event SET date = '2025-05-07' WHERE event_no = 'E2'", "第 2 批（事项）的内容"),
        ("UPDATE ledger_participant SET quantity = 2 WHERE item = 'B303'", "第 2 批（事项）的内容"),
        ("UPDATE ledger_participant SET attributes = '{}' WHERE item = 'B303'", "第 2 批（事项）的内容"),
        ("UPDATE ledger_metric SET value = 1", "第 3 批（指标数据）的内容"),
        ("UPDATE ledger_batch SET source = 'other.csv' WHERE number = 1", "第 1 批（事项）的批次信息"),
        ("UPDATE ledger_batch SET previous = head WHERE number = 2", "第 2 批（事项）与上一批次的链码不相接"),
        ("UPDATE ledger_batch SET size = 5 WHERE number = 1", "第 1 批（事项）的条数"),
        ("DELETE FROM ledger_metric", "第 3 批（指标数据）的条数不符：登记时 1 条，现有 0 条"),
        ("UPDATE ledger_batch SET number = 7 WHERE number = 3", "第 7 批（指标数据）的批次号不连续"),
        ("UPDATE ledger_event SET is_current = FALSE WHERE event_no = 'E2'", "现行标记"),
    ],
)
def test_the_first_link_that_does_not_fit_is_named(
    three_batches: None, bureau: Unit, statement: str, link: str
) -> None:
    forge(statement)
    broken = chain.verify(bureau).broken
    assert broken is not None and link in broken


def test_a_participant_moved_to_another_person_is_found(three_batches: None, bureau: Unit) -> None:
    forge("UPDATE ledger_participant SET person_id = person_id + 1 WHERE item = 'B303'")
    assert "第 2 批" in str(chain.verify(bureau).broken)
