"""A refused file comes back with its faulty cells coloured and the reason in a comment."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment

from tabular import Row, Table, TableRefused, read_table
from tabular.marking import AUTHOR, LIST_NAME, marked_workbook
from tests.tabular.spreadsheets import CHEN, HEADER, PEOPLE, ods, xls, xlsx

BAD = ["1002", "李二", "2025-02-30", "x", "也许"]
Rows = list[list[Any]]


def refusal_of(content: bytes, filename: str) -> TableRefused:
    with pytest.raises(TableRefused) as refused:
        read_table(io.BytesIO(content), PEOPLE, filename=filename).raise_if_faulty()
    return refused.value


def marked(content: bytes, filename: str = "people.xlsx") -> Any:
    return load_workbook(io.BytesIO(marked_workbook(content, filename, refusal_of(content, filename))))


def marks_of(worksheet: Any) -> dict[str, str]:
    """Coordinate → comment of each coloured cell."""
    cells = [cell for row in worksheet.iter_rows() for cell in row]
    return {c.coordinate: c.comment.text for c in cells if c.fill.fgColor.rgb == "00FFC7CE"}


def bytes_of(workbook: Any) -> bytes:
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("filename", "make"),
    [
        ("people.xlsx", xlsx),
        ("people.xls", xls),
        ("people.ods", ods),
        (
            "people.csv",
            lambda rows: "\n".join(",".join(str(c) for c in row) for row in rows).encode("gb18030"),
        ),
    ],
)
def test_each_kind_of_file_comes_back_as_a_workbook_with_the_faulty_cells_marked(
    filename: str, make: Any
) -> None:
    rows = (
        [HEADER, BAD] if filename.endswith("csv") else [["名册", None, None, None, None], HEADER, CHEN, BAD]
    )
    worksheet = marked(make(rows), filename).worksheets[0]
    last = len(rows)
    assert set(marks_of(worksheet)) == {f"C{last}", f"D{last}", f"E{last}"}
    assert "没有“2025-02-30”这一天" in marks_of(worksheet)[f"C{last}"]
    assert worksheet[f"A{last}"].value == "1002"


def test_what_is_right_in_a_workbook_stays_as_it_was() -> None:
    def dress(worksheet: Any) -> None:
        worksheet["D2"] = "=1+0.5"
        worksheet["B2"].comment = Comment("本人已核对", "人事")
        worksheet.column_dimensions["B"].width = 33
        worksheet.parent.create_sheet("备注")["A1"] = "另一张表"

    content = xlsx([HEADER, CHEN, BAD], dress)
    workbook = marked(content)
    worksheet = workbook.worksheets[0]
    assert worksheet["D2"].value == "=1+0.5"
    assert worksheet["B2"].comment.text == "本人已核对" and worksheet.column_dimensions["B"].width == 33
    assert workbook["备注"]["A1"].value == "另一张表"


def test_a_last_sheet_lists_all_faults() -> None:
    listed = list(marked(xlsx([HEADER, BAD]))[LIST_NAME].iter_rows(values_only=True))
    assert listed[0] == ("序号", "行", "列", "问题")
    assert [row[:3] for row in listed[1:]] == [(1, 2, "起"), (2, 2, "分数"), (3, 2, "兼任")]


def test_text_that_looks_like_a_formula_stays_text() -> None:
    content = '工号,姓名,分数\n1,"=HYPERLINK(""x"")",x\n'.encode()
    cell = marked(content, "people.csv").worksheets[0]["B2"]
    assert cell.data_type == "s" and cell.value == '=HYPERLINK("x")'


def test_a_marked_workbook_that_was_mended_is_read_and_its_old_marks_go() -> None:
    workbook = marked(xlsx([HEADER, BAD]))
    worksheet = workbook.worksheets[0]
    for place, value in {"C2": "2025-02-28", "D2": "甲", "E2": "否"}.items():
        worksheet[place] = value
    again = marked(bytes_of(workbook))
    assert set(marks_of(again.worksheets[0])) == {"D2"}
    assert again.worksheets[0]["C2"].comment is None
    assert again.sheetnames.count(LIST_NAME) == 1 and len(again.sheetnames) == 2
    again.worksheets[0]["D2"] = 7
    table: Table = read_table(io.BytesIO(bytes_of(again)), PEOPLE, filename="people.xlsx")
    row: Row = table.rows[0]
    assert not len(table.faults) and row["score"] == 7


def test_an_unknown_column_is_marked_on_its_heading() -> None:
    worksheet = marked(xlsx([[*HEADER, "爱好"], [*CHEN, "棋"]])).worksheets[0]
    assert set(marks_of(worksheet)) == {"F1"}


def test_a_missing_value_is_marked_on_its_empty_cell() -> None:
    worksheet = marked(xlsx([HEADER, [None, "李二", None, None, None]])).worksheets[0]
    assert set(marks_of(worksheet)) == {"A2"}


def test_a_fault_in_a_merged_cell_is_marked_on_the_cell_that_shows() -> None:
    content = xlsx([HEADER, CHEN, [None, *BAD[1:]]], lambda worksheet: worksheet.merge_cells("A2:A3"))
    worksheet = marked(content).worksheets[0]
    assert "合并" in marks_of(worksheet)["A2"] and worksheet["A2"].comment.author == AUTHOR


def test_a_file_without_a_table_is_listed_only() -> None:
    content = xlsx([["随便"], ["写写"]])
    workbook = marked(content)
    assert not marks_of(workbook.worksheets[0])
    assert "没有找到表头" in workbook[LIST_NAME]["D2"].value
