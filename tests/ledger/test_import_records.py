"""Import records in the admin: what came in, and the page that undoes it."""

from collections.abc import Callable

import pytest
from django.test import Client

from ledger.closing import close_period
from ledger.imports.metrics import import_metrics
from ledger.imports.report import ImportReport
from ledger.models import Event, ImportRecord
from rulesets.vocabulary import vocabulary_of
from units.models import Account, Unit

LIST = "/admin/ledger/importrecord/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def record(events: Callable[..., ImportReport], row: Callable[..., str]) -> ImportRecord:
    events(row())
    return ImportRecord.objects.get(kind="events")


@pytest.fixture
def clerk(bureau: Unit, account_in: Callable[..., Account]) -> Client:
    return logged_in(account_in("clerk", bureau, permissions=("view_importrecord", "change_importrecord")))


def logged_in(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def undo(client: Client, record: ImportRecord, reason: str = "选错了文件") -> str:
    return client.post(f"{LIST}{record.pk}/undo/", {"reason": reason}, follow=True).content.decode()


def test_the_list_names_file_counts_and_state(clerk: Client, record: ImportRecord) -> None:
    page = clerk.get(LIST).content.decode()
    assert "events.csv" in page and "第 1 批（事项）" in page and "有效" in page


def test_an_import_is_undone_from_its_page(clerk: Client, record: ImportRecord) -> None:
    assert f"{LIST}{record.pk}/undo/" in clerk.get(f"{LIST}{record.pk}/change/").content.decode()
    assert "撤销理由" in undo(clerk, record, " ")
    page = undo(clerk, record)
    assert "已撤销" in page and "选错了文件" in page and f"{LIST}{record.pk}/undo/" not in page
    assert not Event.objects.counting().exists()


def test_a_figure_that_was_undone_is_shown_as_withdrawn(
    clerk: Client, bureau: Unit, imported: Callable[..., ImportReport]
) -> None:
    code = next(code for code, word in vocabulary_of(bureau).metrics.items() if "year" in word.kinds)
    imported(import_metrics, f"指标,期间,对象,数值\n{code},2025,1001,3\n")
    assert "（已撤回）" not in clerk.get("/admin/ledger/metric/").content.decode()
    undo(clerk, ImportRecord.objects.get(kind="metrics"))
    assert "3（已撤回）" in clerk.get("/admin/ledger/metric/").content.decode()


def test_what_stands_in_the_way_is_said_on_the_page(
    clerk: Client, record: ImportRecord, bureau: Unit
) -> None:
    close_period(bureau, "2025-05")
    assert "2025年5月已封账" in undo(clerk, record)
    assert Event.objects.counting().exists()


def test_who_may_only_look_undoes_nothing(
    record: ImportRecord, bureau: Unit, account_in: Callable[..., Account]
) -> None:
    reader = logged_in(account_in("reader", bureau, permissions=("view_importrecord",)))
    assert "撤销这次导入" not in reader.get(f"{LIST}{record.pk}/change/").content.decode()
    assert reader.post(f"{LIST}{record.pk}/undo/", {"reason": "x"}).status_code == 403
    assert Event.objects.counting().exists()


def test_another_units_import_is_neither_shown_nor_undone(
    record: ImportRecord, other_unit: Unit, account_in: Callable[..., Account]
) -> None:
    permissions = ("view_importrecord", "change_importrecord")
    stranger = logged_in(account_in("stranger", other_unit, permissions=permissions))
    assert "events.csv" not in stranger.get(LIST).content.decode()
    assert stranger.post(f"{LIST}{record.pk}/undo/", {"reason": "x"}).status_code == 404
    assert Event.objects.counting().exists()
