import io
import random
import time
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tabular import Sheet, read_table, write_csv, write_workbook, writing
from tabular.writing import Written, display_width
from tests.tabular.spreadsheets import HEADER, PEOPLE

PEOPLE_SHEET = Sheet(
    "名册",
    HEADER,
    [["0007", "陈一", date(2025, 5, 1), Decimal("1.5"), True], ["1002", "李二", None, Decimal(-2), False]],
    title="某局人员名册",
)


def written(*sheets: Sheet) -> bytes:
    stream = io.BytesIO()
    write_workbook(stream, sheets)
    return stream.getvalue()


def worksheet(*sheets: Sheet) -> Any:
    """What openpyxl, knowing nothing of us, finds in the first sheet."""
    return openpyxl.load_workbook(io.BytesIO(written(*sheets))).worksheets[0]


def csv_of(*rows: list[Written]) -> bytes:
    stream = io.BytesIO()
    write_csv(stream, Sheet("", ["甲", "乙"], rows))
    return stream.getvalue()


def test_what_is_written_is_read_again() -> None:
    table = read_table(io.BytesIO(written(PEOPLE_SHEET)), PEOPLE, filename="people.xlsx")
    table.raise_if_faulty()
    assert [[row[column.code] for column in PEOPLE] for row in table.rows] == PEOPLE_SHEET.rows


def test_the_same_data_give_the_same_bytes_at_any_time() -> None:
    first = written(PEOPLE_SHEET)
    time.sleep(2.1)  # a zip package keeps time in steps of two seconds
    assert written(PEOPLE_SHEET) == first


def test_a_path_is_written_to(tmp_path: Path) -> None:
    write_workbook(tmp_path / "people.xlsx", [PEOPLE_SHEET])
    assert (tmp_path / "people.xlsx").read_bytes() == written(PEOPLE_SHEET)


@pytest.mark.parametrize(
    "text", ["=1+1", "=HYPERLINK(A1)", "+1", "-1", "@SUM(A1)", "#REF!", "0007", "2025-05-01"]
)
def test_text_stays_text_whatever_it_looks_like(text: str) -> None:
    cell = worksheet(Sheet("表", ["甲"], [[text]]))["A2"]
    assert (cell.value, cell.data_type, cell.number_format) == (text, "s", "@")


def test_numbers_are_numbers() -> None:
    row = worksheet(Sheet("表", ["甲", "乙"], [[Decimal("0.1"), -3]]))[2]
    assert [(cell.value, cell.data_type) for cell in row] == [(0.1, "n"), (-3, "n")]


def test_a_number_that_a_spreadsheet_would_round_is_written_as_text() -> None:
    assert worksheet(Sheet("表", ["甲"], [[123456789012345678]]))["A2"].value == "123456789012345678"


def test_dates_are_dates() -> None:
    cell = worksheet(Sheet("表", ["甲"], [[date(2025, 5, 1)]]))["A2"]
    assert (cell.is_date, cell.number_format, cell.value.date()) == (True, "yyyy-mm-dd", date(2025, 5, 1))


def test_a_control_character_is_left_out() -> None:
    assert worksheet(Sheet("表", ["甲"], [["陈\x0b一"]]))["A2"].value == "陈一"


def test_text_longer_than_a_cell_is_refused() -> None:
    with pytest.raises(ValueError, match="a cell holds at most 32767 characters, not 32768"):
        written(Sheet("表", ["甲"], [["长" * 32_768]]))


def test_a_float_is_refused_since_scores_are_exact() -> None:
    with pytest.raises(TypeError, match=r"0\.1 can't be written"):
        written(Sheet("表", ["甲"], [[0.1]]))  # type: ignore[list-item]


def test_a_row_that_does_not_fit_the_header_is_refused() -> None:
    with pytest.raises(ValueError, match="row 1 of sheet 表 has 2 values for 1 columns"):
        written(Sheet("表", ["甲"], [["1", "2"]]))


def test_a_workbook_without_sheets_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one sheet"):
        written()


def test_the_header_is_bold_and_stays_in_sight() -> None:
    sheet = worksheet(PEOPLE_SHEET)
    assert all(cell.font.bold for cell in sheet[2])
    assert sheet.freeze_panes == "A3"


def test_without_a_title_the_header_is_the_first_row() -> None:
    sheet = worksheet(Sheet("表", ["甲"], [["1"]]))
    assert (sheet["A1"].value, sheet["A1"].font.bold, sheet.freeze_panes) == ("甲", True, "A2")


def test_the_title_is_merged_over_all_columns() -> None:
    sheet = worksheet(PEOPLE_SHEET)
    assert sheet["A1"].value == "某局人员名册"
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["A1:E1"]


def test_columns_are_as_wide_as_their_longest_text() -> None:
    sheet = worksheet(Sheet("表", ["甲", "说明", "乙"], [["1", "会议通报表扬", "长" * 500]]))
    assert [sheet.column_dimensions[letter].width for letter in "ABC"] == [6, 14, 60]


@pytest.mark.parametrize(
    ("text", "width"), [("", 0), ("abc", 3), ("工号", 4), ("（a）", 5), ("一行\n第二行", 6)]
)
def test_chinese_counts_double(text: str, width: int) -> None:
    assert display_width(text) == width


def test_several_sheets_keep_their_order() -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(written(PEOPLE_SHEET, Sheet("说明", ["甲"], []))))
    assert workbook.sheetnames == ["名册", "说明"]


def test_csv_begins_with_a_byte_order_mark() -> None:
    assert csv_of(["1", "陈一"]) == "\ufeff甲,乙\r\n1,陈一\r\n".encode()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM", "\t=1", "\r=1"])
def test_text_that_would_run_as_a_formula_is_disarmed_in_csv(text: str) -> None:
    last = csv_of([1, text]).decode("utf-8-sig").removeprefix("甲,乙\r\n1,").strip('"')
    assert last.startswith("'" + text[0])


def test_a_negative_number_stays_a_number_in_csv() -> None:
    assert csv_of([-3, Decimal("-0.50")]).decode().splitlines()[1] == "-3,-0.50"


def test_csv_can_be_written_to_a_path(tmp_path: Path) -> None:
    write_csv(tmp_path / "people.csv", PEOPLE_SHEET)
    table = read_table(tmp_path / "people.csv", PEOPLE)
    assert [row["no"] for row in table.rows] == ["0007", "1002"]


def test_rows_are_written_as_openpyxl_writes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(1)
    plain = [
        None,
        True,
        False,
        0,
        1,
        Decimal(1),
        Decimal("0.1"),
        -7,
        10**14,
        10**15,
        date(2025, 5, 1),
        date(1900, 2, 1),
    ]
    texts = [
        "",
        "\x0b",
        " 陈 ",
        "a\r\nb\tc",
        "<b>&\"'",
        "]]>",
        "_x0041_",
        "𠮷\x7f\x85",
        "=1+1",
        "+1",
        "@x",
        "\t=1",
    ]
    rows = [chance.choices(plain + texts, k=9) for _ in range(60)] + [[None] * 9]
    sheets = [
        Sheet("甲", list("一二三四五六七八九"), rows, title="标题"),
        Sheet("乙", list("一二三四五六七八九"), [row for row in rows if any(row)], notes={0: "说明"}),
        Sheet("丙", ["一"], []),
    ]
    ours = written(*sheets)

    def each_by_openpyxl(worksheet: Any, table: Sequence[Sequence[Written]]) -> dict[str, int]:
        for row in table:
            worksheet.append([None if value is None else writing._cell(worksheet, value) for value in row])
        return {}

    monkeypatch.setattr(writing, "_styles", each_by_openpyxl)
    monkeypatch.setattr(writing, "rows_xml", lambda *_: ())
    assert written(*sheets) == ours
