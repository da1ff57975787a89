"""Real spreadsheets through the importers: title rows, dates and numbers as offices write them."""

import datetime
from pathlib import Path

import openpyxl
import pytest

from ledger.imports.events import import_events
from ledger.imports.people import import_people
from ledger.models import Event, Participant
from tabular import TableRefused
from units.models import Person, Unit

pytestmark = pytest.mark.django_db


def workbook(path: Path, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_a_workbook_with_a_title_and_dates_of_all_kinds(
    bureau: Unit, bureau_people: dict[str, Person], tmp_path: Path
) -> None:
    header = ["事件号", "日期", "事项", "对象", "数量"]
    days = [datetime.date(2025, 5, 1), "2025.5.1", "2025年5月1日", 45778, "２０２５－０５－０１"]
    rows = [[f"E{number}", day, "B403", 1001, "１．５"] for number, day in enumerate(days)]
    path = workbook(tmp_path / "events.xlsx", ["某局2025年事项登记表"], header, *rows)
    import_events(bureau, path)
    assert set(Event.objects.values_list("date", flat=True)) == {datetime.date(2025, 5, 1)}
    assert {str(quantity) for quantity in Participant.objects.values_list("quantity", flat=True)} == {
        "1.5000"
    }


def test_an_18_digit_number_as_a_float_is_refused_by_name(bureau: Unit, tmp_path: Path) -> None:
    header = ["工号", "姓名", "部门", "部门名称", "起", "公民身份号码"]
    row = ["0007", "孙七", "K01", "第一科", "2025-01-01", 440524188001010014]
    path = workbook(tmp_path / "people.xlsx", header, row)
    with pytest.raises(TableRefused, match=r"第 2 行，列“公民身份号码”.*丢失"):
        import_people(bureau, path)


def test_a_formula_without_a_result_is_refused(
    bureau: Unit, bureau_people: dict[str, Person], tmp_path: Path
) -> None:
    header = ["事件号", "日期", "事项", "对象", "数量"]
    path = workbook(tmp_path / "events.xlsx", header, ["E1", "2025-05-01", "B403", "1001", "=1+1"])
    with pytest.raises(TableRefused, match="第 2 行，列“数量”"):
        import_events(bureau, path)
