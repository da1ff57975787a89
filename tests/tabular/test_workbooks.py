"""Workbooks of several sheets: read by the sheets' names, written with drop-down lists and folded columns."""

import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from tabular import Column, Sheet, TableRefused, cells_of, read_table, read_workbook, write_workbook

WORDS = [Column("code", "编码", "code", required=True), Column("name", "名称", "verbatim")]
LAYOUT = {"级别": WORDS, "角色": WORDS}
LEVELS = Sheet("级别", ["编码", "名称"], [["city", "市级"]])


def content(*sheets: Sheet) -> io.BytesIO:
    stream = io.BytesIO()
    write_workbook(stream, sheets)
    return io.BytesIO(stream.getvalue())


def read(*sheets: Sheet) -> tuple[dict[str, Any], list[str]]:
    return read_workbook(content(*sheets), LAYOUT, filename="a.xlsx")


def test_each_sheet_is_read_by_its_name() -> None:
    tables, others = read(Sheet("角色", ["编码", "名称"], [["lead", "牵头"]]), LEVELS)
    assert [(name, table.rows[0]["code"]) for name, table in tables.items()] == [
        ("级别", "city"),
        ("角色", "lead"),
    ]
    assert others == []


def test_a_sheet_that_nobody_knows_is_named() -> None:
    assert read(LEVELS, Sheet("备注", ["甲"], [["乙"]]))[1] == ["备注"]


def test_a_sheet_with_a_header_alone_is_a_table_without_rows() -> None:
    assert read(Sheet("级别", ["编码", "名称"], []))[0]["级别"].rows == []


def test_a_fault_names_its_sheet() -> None:
    tables, _ = read(Sheet("级别", ["编码", "名称"], [[None, "市级"]]))
    assert str(tables["级别"].faults) == "工作表“级别”，第 2 行，列“编码”：不能为空；请填写"


def test_a_wrong_header_names_its_sheet() -> None:
    with pytest.raises(TableRefused, match="工作表“级别”，第 1 行，列“备注”：不认识这一列"):
        read(Sheet("级别", ["编码", "名称", "备注"], [["city", "市级", "x"]]))


def test_a_sheet_without_a_header_is_refused() -> None:
    with pytest.raises(TableRefused, match="工作表“级别”：没有找到表头"):
        read(Sheet("级别", ["甲", "乙"], [["city", "市级"]]))


@pytest.mark.parametrize("text", ["#N/A", "1E+05", "=1+1", "_x0041_", "a_x000D_b", "'a", "\u2028a"])
def test_a_text_stays_what_it_is(text: str) -> None:
    tables, _ = read(Sheet("级别", ["编码", "名称"], [["city", text]]))
    assert tables["级别"].rows[0]["name"] == text.strip()


def validations(*sheets: Sheet) -> list[Any]:
    return list(openpyxl.load_workbook(content(*sheets)).worksheets[0].data_validations.dataValidation)


def test_words_are_offered_as_a_list() -> None:
    (validation,) = validations(Sheet("表", ["编码", "是否"], [], offered={1: ["是", "否"]}))
    assert (validation.type, validation.formula1, str(validation.sqref)) == ("list", '"是,否"', "B2:B2000")


def test_words_are_offered_from_the_cells_of_another_sheet() -> None:
    (validation,) = validations(Sheet("表", ["级别"], [], offered={0: cells_of("级别", 1)}), LEVELS)
    assert validation.formula1 == "'级别'!$B$2:$B$2000"


@pytest.mark.parametrize("words", [["甲,乙"], ["长" * 200, "短" * 80]])
def test_words_that_no_list_can_hold_are_not_offered(words: list[str]) -> None:
    assert validations(Sheet("表", ["编码"], [], offered={0: words})) == []


def test_a_folded_column_is_hidden_and_still_read() -> None:
    stream = content(Sheet("表", ["编码", "名称"], [["city", Decimal("1.5")]], folded=[1]))
    assert openpyxl.load_workbook(stream).worksheets[0].column_dimensions["B"].hidden
    stream.seek(0)
    assert read_table(stream, WORDS, filename="a.xlsx").rows[0]["name"] == "1.5"


def test_what_no_document_can_hold_is_left_out() -> None:
    tables, _ = read(Sheet("级别", ["编码", "名称"], [["city", "市\uffff\x01级"]]))
    assert tables["级别"].rows[0]["name"] == "市级"
