"""Cells whose value a reader would silently take for empty."""

import io
import re
import zipfile
from typing import Any

import pytest
import xlwt
from odf.table import TableRow

from tabular import Table, read_table
from tabular.survey import column_letters
from tests.tabular.spreadsheets import CHEN, HEADER, PEOPLE, ods, ods_cell, repacked, xls, xlsx

SHEET = "xl/worksheets/sheet1.xml"
UNCALCULATED = "公式没有计算结果；请改填数值（复制后选择性粘贴为数值）"
ERROR = "单元格是错误值（如 #REF!、#N/A）；请改填正确的内容"


def read(content: bytes, filename: str = "people.xlsx") -> Table:
    return read_table(io.BytesIO(content), PEOPLE, filename=filename)


def faults(content: bytes, filename: str = "people.xlsx") -> list[str]:
    return [str(fault) for fault in read(content, filename).faults]


def with_formula(cell: str) -> bytes:
    """A workbook whose D2 is the given element, as a program could have written it."""
    sheet = f"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
        <row><c t="inlineStr"><is><t>工号</t></is></c><c t="inlineStr"><is><t>姓名</t></is></c>
        <c r="D1" t="inlineStr"><is><t>分数</t></is></c></row>
        <row r="2"><c r="A2"><v>1</v></c><c r="B2" t="inlineStr"><is><t>陈</t></is></c>{cell}</row>
        </sheetData></worksheet>"""
    return repacked(xlsx([]), {SHEET: sheet.encode()})


def test_a_formula_that_was_never_calculated_is_refused() -> None:
    content = xlsx([HEADER, ["1", "陈一", None, "=1+1", None]])
    assert faults(content) == [f"第 2 行，列“分数”：{UNCALCULATED}"]


def test_a_formula_with_its_result_is_read() -> None:
    content = with_formula('<c r="D2"><f>1+1</f><v>2</v></c>')
    assert read(content).rows[0]["score"] == 2


def test_a_formula_whose_result_is_empty_text_is_an_empty_cell() -> None:
    table = read(with_formula('<c r="D2" t="str"><f>IF(1,"","")</f><v></v></c>'))
    assert (table.rows[0]["score"], len(table.faults)) == (None, 0)


def test_an_error_value_is_refused() -> None:
    content = with_formula('<c r="D2" t="e"><f>1/0</f><v>#DIV/0!</v></c>')
    assert faults(content) == [f"第 2 行，列“分数”：{ERROR}"]


def test_prefixed_elements_are_understood() -> None:
    plain = with_formula('<c r="D2"><f>1+1</f></c>')
    assert faults(plain) == [f"第 2 行，列“分数”：{UNCALCULATED}"]
    prefixed = repacked(xlsx([]), {SHEET: _prefix(plain)})
    assert faults(prefixed) == [f"第 2 行，列“分数”：{UNCALCULATED}"]


def _prefix(package: bytes) -> bytes:
    sheet = zipfile.ZipFile(io.BytesIO(package)).read(SHEET)
    return re.sub(rb"<(/?)(?=[a-z])", rb"<\1x:", sheet).replace(b"xmlns=", b"xmlns:x=")


def test_a_row_that_holds_only_such_a_formula_is_not_taken_for_empty() -> None:
    content = xlsx([HEADER, CHEN, [None, None, None, "=D2*2", None]])
    assert f"第 3 行，列“分数”：{UNCALCULATED}" in faults(content)


def test_formulas_of_a_total_row_do_not_matter() -> None:
    assert faults(xlsx([HEADER, CHEN, ["合计", None, None, "=SUM(D2:D2)", None]])) == []


def test_a_merged_cell_among_the_data_is_refused() -> None:
    content = xlsx([HEADER, CHEN, [None, "李二"]], lambda sheet: sheet.merge_cells("A2:A3"))
    assert "第 2 行，列“工号”：单元格与其他单元格合并；请取消合并，逐行逐列填写" in faults(content)


def test_a_merged_range_without_content_does_not_matter() -> None:
    assert faults(xlsx([HEADER, CHEN], lambda sheet: sheet.merge_cells("A9:C9"))) == []


def test_an_xls_formula_without_result_is_refused() -> None:
    content = xls([HEADER, ["1", "陈一"]], lambda sheet: sheet.write(1, 3, xlwt.Formula("1+1")))
    assert faults(content, "people.xls") == [f"第 2 行，列“分数”：{UNCALCULATED}"]


def test_an_xls_error_value_is_refused() -> None:
    content = xls([HEADER, ["1", "陈一"]], lambda sheet: sheet.row(1).set_cell_error(3, 0x17))
    assert faults(content, "people.xls") == [f"第 2 行，列“分数”：{ERROR}"]


def test_an_xls_merged_cell_among_the_data_is_refused() -> None:
    content = xls([HEADER, CHEN], lambda sheet: sheet.write_merge(2, 3, 0, 0, "1002"))
    assert any(
        line.startswith("第 3 行，列“工号”：单元格与其他单元格合并") for line in faults(content, "a.xls")
    )


def ods_with(cell: Any, repeated: int = 1) -> bytes:
    line = TableRow(numberrowsrepeated=repeated)
    for element in (ods_cell("1"), ods_cell("陈一"), ods_cell(None), cell):
        line.addElement(element)
    return ods([HEADER], [line])


def test_an_ods_formula_without_result_is_refused() -> None:
    content = ods_with(ods_cell(None, formula="of:=1+1"))
    assert faults(content, "people.ods") == [f"第 2 行，列“分数”：{UNCALCULATED}"]


def test_an_ods_formula_with_its_result_is_read() -> None:
    content = ods_with(ods_cell(2, formula="of:=1+1"))
    assert read(content, "people.ods").rows[0]["score"] == 2


def test_an_ods_error_value_is_refused() -> None:
    content = ods_with(ods_cell("#DIV/0!", formula="of:=1/0", stringvalue=""))
    assert faults(content, "people.ods") == [f"第 2 行，列“分数”：{ERROR}"]


def test_a_problem_in_repeated_ods_rows_is_told_of_each() -> None:
    content = ods_with(ods_cell(None, formula="of:=1+1"), repeated=3)
    assert [line[:5] for line in faults(content, "people.ods")] == ["第 2 行", "第 3 行", "第 4 行"]


def test_an_ods_merged_cell_among_the_data_is_refused() -> None:
    content = ods_with(ods_cell(5, numberrowsspanned=2))
    assert any("单元格与其他单元格合并" in line for line in faults(content, "people.ods"))


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA")])
def test_a_columns_letters_are_those_of_a_spreadsheet(number: int, letters: str) -> None:
    assert column_letters(number) == letters
