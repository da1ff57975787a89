"""Spreadsheets as other programs and people leave them: what can only mean one thing is read, the rest is told."""

import io
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tabular import Column, Table, TableRefused, read_table
from tests.tabular.spreadsheets import CHEN, HEADER, PEOPLE, ods, repacked, xls, xlsx

FIRST_OF_MAY = date(2025, 5, 1)
MAKERS = pytest.mark.parametrize(("make", "ending"), [(xlsx, "xlsx"), (xls, "xls"), (ods, "ods")])
TITLED = [
    ["某局二〇二五年度考核名册", None, None, None, None],
    ["填报单位：某局", None, None, None, None],
    HEADER,
]


def read(content: bytes, ending: str = "xlsx", columns: Any = PEOPLE) -> Table:
    return read_table(io.BytesIO(content), columns, filename=f"people.{ending}")


def saved(workbook: Any) -> bytes:
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


@MAKERS
def test_titles_above_and_totals_signatures_and_notes_below_are_passed_over(make: Any, ending: str) -> None:
    below = [
        "本页合计",
        "累 计：",
        "制表人：张三",
        "审核人签字：",
        "单位负责人（盖章）：",
        "注：兼任的填“是”",
        "备注1：无",
    ]
    rows = [*TITLED, CHEN, [None] * 5, *([word, None, None, None, None] for word in below)]
    table = read(make(rows), ending)
    assert [row["no"] for row in table.rows] == ["0007"] and not len(table.faults)


@MAKERS
@pytest.mark.parametrize(
    "written", ["2025.5.1", "2025年5月1日", "20250501", 45778, "２０２５．５．１ ", "2025/05/01\u00a0"]
)
def test_a_day_is_read_however_it_was_typed(make: Any, ending: str, written: Any) -> None:
    table = read(make([HEADER, ["1001", "甲", written, None, None]]), ending)
    assert not len(table.faults) and table.rows[0]["start"] == FIRST_OF_MAY


@MAKERS
def test_spaces_and_full_width_signs_around_codes_go(make: Any, ending: str) -> None:
    table = read(make([["　工 号 ", "姓名\n（全名）"], ["\u00a0１００１ ", " 欧阳 修\u3000"]]), ending)
    assert (table.rows[0]["no"], table.rows[0]["name"]) == ("1001", "欧阳 修")


@MAKERS
def test_numbers_as_text_and_text_as_numbers(make: Any, ending: str) -> None:
    table = read(make([HEADER, [1001, "甲", None, "９２.50", "√"], ["0012", "乙", None, 88.0, "×"]]), ending)
    rows = [(row["no"], str(row["score"]), row["secondary"]) for row in table.rows]
    assert rows == [("1001", "92.5", True), ("0012", "88", False)]


def test_18_digits_as_a_number_are_refused_with_the_way_out() -> None:
    table = read(xlsx([HEADER, [110105194912310021, "甲", None, None, None]]))
    assert "已丢失末尾的数字；请把本列设为“文本”格式" in str(table.faults)


def test_hidden_sheets_are_not_read_and_a_cover_is_passed_over() -> None:
    workbook = Workbook()
    workbook.active.append(["封面"])
    hidden = workbook.create_sheet("去年")
    hidden.append(HEADER)
    hidden.append(CHEN)
    hidden.sheet_state = "veryHidden"
    workbook.create_sheet("空表").append(HEADER)
    workbook.create_sheet("另表").append(["no", "别的"])
    worksheet = workbook.create_sheet("名册")
    worksheet.append(HEADER)
    worksheet.append(["1001", *CHEN[1:]])
    table = read(saved(workbook))
    assert table.sheet == "名册" and [row["no"] for row in table.rows] == ["1001"]


def test_which_of_two_tables_is_meant_is_not_guessed() -> None:
    workbook = Workbook()
    for worksheet in (workbook.active, workbook.create_sheet("二月")):
        worksheet.append(HEADER)
        worksheet.append(CHEN)
    with pytest.raises(TableRefused, match="工作表“Sheet”、“二月”里都有数据；请合并到一张工作表"):
        read(saved(workbook))


def test_a_header_that_will_not_do_is_told_with_its_sheet() -> None:
    workbook = Workbook()
    workbook.active.append(["no", "name", "别的"])
    workbook.create_sheet("封底").append(["完"])
    with pytest.raises(TableRefused) as refused:
        read(saved(workbook))
    assert "工作表“Sheet”，第 1 行，列“别的”：不认识这一列" in str(refused.value)


@MAKERS
def test_a_column_that_counts_the_rows_is_passed_over(make: Any, ending: str) -> None:
    rows = [["序号", *HEADER], [1, *CHEN], [2, *[None] * len(HEADER)], ["合计", *[None] * len(HEADER)]]
    table = read(make(rows), ending)
    assert [row["no"] for row in table.rows] == ["0007"] and not len(table.faults)


@MAKERS
def test_the_mark_of_text_and_spaces_within_a_name_are_no_part_of_what_was_typed(
    make: Any, ending: str
) -> None:
    columns = [Column("no", "工号", "code"), Column("name", "姓名", "name"), Column("day", "日期", "date"),
               Column("count", "数量", "decimal")]  # fmt: skip
    rows = [["工号", "姓名", "日期", "数量"], ["'0013", "张\u3000 三", "'2025-3-8", "’１,5００"]]
    row = read(make(rows), ending, columns).rows[0]
    assert [row["no"], row["name"], row["day"], row["count"]] == ["0013", "张三", date(2025, 3, 8), 1500]


def test_dates_of_a_workbook_that_counts_from_1904() -> None:
    workbook = Workbook()
    workbook.epoch = CALENDAR_MAC_1904
    workbook.active.append(HEADER)
    workbook.active.append(["1001", "甲", datetime(2025, 5, 1), 1, None])
    assert read(saved(workbook)).rows[0]["start"] == FIRST_OF_MAY


def test_text_in_several_fonts_is_one_text() -> None:
    workbook = Workbook()
    workbook.active.append(HEADER)
    workbook.active.append(["1001", "", None, None, None])
    workbook.active["B2"] = CellRichText(TextBlock(InlineFont(b=True), "欧阳"), TextBlock(InlineFont(), "修"))
    assert read(saved(workbook)).rows[0]["name"] == "欧阳修"


TEXT = '<x:c t="inlineStr"><x:is><x:t>{}</x:t></x:is></x:c>'
SHEET = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>
<x:row>{TEXT.format("工号")}{TEXT.format("姓名")}</x:row>
<x:row><x:c t="str"><x:f>"10"&amp;"01"</x:f><x:v>1001</x:v></x:c>{TEXT.format("甲")}</x:row>
</x:sheetData></x:worksheet>"""


def test_a_workbook_without_cell_references_with_prefixes_and_texts_in_place() -> None:
    content = repacked(xlsx([["x"]]), {"xl/worksheets/sheet1.xml": SHEET.encode()})
    row = read(content).rows[0]
    assert (row["no"], row["name"]) == ("1001", "甲")


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_of_any_separator_and_encoding(delimiter: str, encoding: str) -> None:
    lines = [
        ["名册", "", "", "", ""],
        HEADER,
        ["0007", "陈一", "2025.5.1", "1.5", "是"],
        ["合计", "", "", "1.5", ""],
    ]
    content = "\r\n".join(delimiter.join(line) for line in lines).encode(encoding)
    table = read(content, "csv")
    assert [(row["no"], row["start"], str(row["score"])) for row in table.rows] == [
        ("0007", FIRST_OF_MAY, "1.5")
    ]


def test_commas_within_quotes_do_not_outvote_the_separator() -> None:
    content = '工号;姓名\n1001;"甲,乙"\n'.encode()
    assert read(content, "csv").rows[0]["name"] == "甲,乙"


def test_utf_16_text_is_refused_with_the_way_out() -> None:
    with pytest.raises(TableRefused, match=r"另存为 \.xlsx"):
        read("工号,姓名\n1001,甲\n".encode("utf-16"), "csv")


def test_a_word_for_an_empty_cell_is_one_where_the_column_says_so() -> None:
    columns = (Column("no", "工号", "code"), Column("end", "止", "date", empty_words=("至今",)))
    table = read(xlsx([["工号", "止"], ["1001", " 至今"], ["1002", "现在"]]), columns=columns)
    assert table.rows[0]["end"] is None and str(table.faults).startswith("第 3 行，列“止”：“现在”不是日期")
