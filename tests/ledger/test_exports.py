"""Exports: typed cells, nothing that runs as a formula, one's own units alone, and the way back as unchanged."""

import datetime
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from assessments.reckoning import reckon
from ledger.imports.events import import_events
from ledger.imports.metrics import import_metrics
from ledger.imports.people import import_people
from ledger.imports.report import ImportReport
from ledger.withdrawal import withdraw_event
from units.models import Account, Membership, Person, Unit

EVENTS = "/admin/ledger/event/export/"
Events = Callable[..., ImportReport]
Line = Callable[..., str]
pytestmark = pytest.mark.django_db
KINDS = pytest.mark.parametrize("kind", ["xlsx", "csv"])
DANGEROUS = ("=1+1", "+1", "-1", "@SUM(A1)", "'=1", "＝1+1", '=HYPERLINK("http://x","y")')


@pytest.fixture
def clerk(bureau: Unit, account_in: Callable[..., Account]) -> Client:
    client = Client()
    client.force_login(account_in("clerk", bureau, role=Membership.Role.SCHEME_ADMIN))
    return client


def exported(client: Client, unit: Unit, page: str, table: str, kind: str = "xlsx") -> bytes:
    response = client.post(page, {"unit": unit.pk, "table": table, "kind": kind})
    assert response.status_code == 200, response.content
    return b"".join(response)  # type: ignore[arg-type]


def rows_of(content: bytes) -> list[tuple[Any, ...]]:
    return list(load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True))


@KINDS
def test_exported_events_come_in_again_as_unchanged(
    clerk: Client, bureau: Unit, events: Events, row: Line, kind: str
) -> None:
    dangerous = (
        row(event_no=f"0{n}", matter=text.replace('"', "").replace(",", ""), remark=f"-{n}")
        for n, text in enumerate(DANGEROUS)
    )
    events(
        row(event_no="E1", item="B401", form="late"),
        row(event_no="E1", item="B401", form="late", subject="1002"),
        row(event_no="E2", item="B601", level="municipal", quantity="2.5", evidence="@文1号"),
        *dangerous,
    )
    content = exported(clerk, bureau, EVENTS, "events", kind)
    report = import_events(bureau, BytesIO(content), filename=f"events.{kind}", dry_run=True)
    assert (report.new, report.changed, report.unchanged) == (0, 0, 2 + len(DANGEROUS))


def test_cells_are_typed_and_no_text_is_a_formula(
    clerk: Client, bureau: Unit, events: Events, row: Line
) -> None:
    events(row(event_no="007", remark="=1+1", quantity="2.5"))
    worksheet = load_workbook(BytesIO(exported(clerk, bureau, EVENTS, "events"))).worksheets[0]
    cells = {cell.value: below for cell, below in zip(worksheet[1], worksheet[2], strict=True)}
    assert cells["事件号"].value == "007" and cells["事件号"].data_type == "s"
    assert cells["说明"].value == "=1+1" and cells["说明"].data_type == "s"
    assert cells["数量"].value == 2.5 and cells["数量"].data_type == "n"
    assert cells["日期"].value == datetime.datetime(2025, 5, 5)
    assert cells["对象"].value == "1001 陈一" and cells["事项"].value.startswith("B102 ")


def test_in_csv_what_would_run_as_a_formula_stands_behind_an_apostrophe(
    clerk: Client, bureau: Unit, events: Events, row: Line
) -> None:
    events(row(remark="＝1+1", evidence="=1+1", quantity="2.5"))
    text = exported(clerk, bureau, EVENTS, "events", "csv").decode("utf-8-sig")
    assert ",'=1+1," in text and ",'＝1+1," in text and ",2.5," in text


def test_withdrawn_and_superseded_events_are_left_out(
    clerk: Client, bureau: Unit, events: Events, row: Line
) -> None:
    events(row(event_no="E1"), row(event_no="E2"))
    events(row(event_no="E2", remark="新"))
    withdraw_event(bureau, "E1", "弄错了")
    rows = rows_of(exported(clerk, bureau, EVENTS, "events"))
    assert [line[0] for line in rows[1:]] == ["E2"]


def test_the_lists_filters_hold_for_the_export(
    clerk: Client, bureau: Unit, events: Events, row: Line
) -> None:
    events(row(event_no="E1"), row(event_no="X2", subject="1002"))
    rows = rows_of(exported(clerk, bureau, f"{EVENTS}?q=X2", "events"))
    assert [line[0] for line in rows[1:]] == ["X2"]
    assert "?q=X2" in clerk.get("/admin/ledger/event/?q=X2").content.decode()


@KINDS
def test_exported_people_come_in_again_as_unchanged(
    clerk: Client, bureau: Unit, bureau_people: dict[str, Person], kind: str
) -> None:
    Person.objects.filter(no="1001").update(citizen_number="11010519491231002X")
    content = exported(clerk, bureau, "/admin/units/person/export/", "people", kind)
    assert b"11010519491231002X" not in content and "公民身份号码" not in str(
        content.decode("utf-8", "ignore")
    )
    report = import_people(bureau, BytesIO(content), filename=f"people.{kind}", dry_run=True)
    assert not report.changes_anything and report.unchanged > 5


def test_exported_figures_come_in_again_as_unchanged(
    clerk: Client, bureau: Unit, imported: Callable[..., ImportReport]
) -> None:
    from rulesets.vocabulary import vocabulary_of

    metric = next(code for code, word in vocabulary_of(bureau).metrics.items() if "year" in word.kinds)
    imported(import_metrics, f"指标,期间,对象,数值\n{metric},2025,1001,3.25\n")
    content = exported(clerk, bureau, "/admin/ledger/metric/export/", "metrics")
    report = import_metrics(bureau, BytesIO(content), filename="metrics.xlsx", dry_run=True)
    assert (report.unchanged, report.changes_anything) == (1, False)


def test_results_and_lines_are_exported(clerk: Client, bureau: Unit, events: Events, row: Line) -> None:
    events(row(item="B601", level="municipal", evidence="文1号"))
    reckon(bureau, "2025")
    page = "/admin/assessments/result/export/"
    results, lines = (rows_of(exported(clerk, bureau, page, table)) for table in ("results", "lines"))
    assert {"1001", "1002", "1003", "1004"} == {line[3] for line in results[1:]}
    assert isinstance(results[1][6], int | float)
    assert any(line[3] == "1001" and line[6] == "E1" and line[7] == "B601" for line in lines[1:])


@pytest.mark.parametrize(
    ("page", "table"),
    [
        (EVENTS, "events"),
        ("/admin/units/person/export/", "people"),
        ("/admin/ledger/metric/export/", "metrics"),
        ("/admin/assessments/result/export/", "lines"),
    ],
)
def test_another_units_rows_are_never_exported(
    clerk: Client, bureau: Unit, other_unit: Unit, events: Events, row: Line, page: str, table: str
) -> None:
    events(row())
    assert f'value="{other_unit.pk}"' not in clerk.get(page).content.decode()
    refused = clerk.post(page, {"unit": other_unit.pk, "table": table, "kind": "csv"})
    assert refused.get("Content-Disposition") is None


def test_who_may_not_take_results_away_gets_none(
    bureau: Unit, events: Events, account_in: Callable[..., Account]
) -> None:
    client = Client()
    client.force_login(account_in("recorder", bureau, role=Membership.Role.RECORDER))
    assert client.get("/admin/assessments/result/export/").status_code == 403
