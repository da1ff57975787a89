import hashlib
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tabular import Column, Table, TableRefused, read_table
from tests.tabular.spreadsheets import CHEN, HEADER, LI, PEOPLE, Rows, ods, xls, xlsx

WORKBOOKS = {"people.xlsx": xlsx, "people.xls": xls, "people.ods": ods}
CSV = "工号,姓名,起,分数,兼任\n0007,陈一,2025-05-01,1.5,是\n1002,李二,2025/5/2,-2,否\n"


def read(content: bytes, filename: str = "people.xlsx", **options: Any) -> Table:
    return read_table(io.BytesIO(content), PEOPLE, filename=filename, **options)


def read_csv(text: str) -> Table:
    return read(text.encode(), "people.csv")


def refusal(content: bytes, filename: str = "people.xlsx") -> str:
    """Why a file is refused, as people read it."""
    with pytest.raises(TableRefused) as caught:
        read(content, filename).raise_if_faulty()
    return str(caught.value)


def assert_holds_chen_and_li(table: Table) -> None:
    table.raise_if_faulty()
    read_rows = [[row[column.code] for column in PEOPLE] for row in table.rows]
    assert read_rows == [
        ["0007", "陈一", date(2025, 5, 1), Decimal("1.5"), True],
        ["1002", "李二", date(2025, 5, 2), Decimal(-2), False],
    ]


@pytest.mark.parametrize("filename", WORKBOOKS)
def test_a_workbook_is_read_with_its_types(filename: str) -> None:
    assert_holds_chen_and_li(read(WORKBOOKS[filename]([HEADER, CHEN, LI]), filename))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_the_encodings_that_offices_use(encoding: str) -> None:
    assert_holds_chen_and_li(read(CSV.encode(encoding), "people.csv"))


def test_a_rare_character_survives_gb18030() -> None:
    rare = CSV.replace("陈一", "𠮷䶮")
    assert read(rare.encode("gb18030"), "people.csv").rows[0]["name"] == "𠮷䶮"


def test_a_path_needs_no_other_name(tmp_path: Path) -> None:
    path = tmp_path / "People.XLSX"
    path.write_bytes(xlsx([HEADER, CHEN, LI]))
    assert_holds_chen_and_li(read_table(path, PEOPLE))


def test_the_digest_is_that_of_the_bytes() -> None:
    content = xlsx([HEADER, CHEN])
    assert read(content).sha256 == hashlib.sha256(content).hexdigest()


def test_codes_work_as_column_names_in_any_order() -> None:
    table = read_csv(
        "name,secondary,score,start,no\n陈一,yes,1.5,2025-05-01,0007\n李二,no,-2,2025.5.2,1002\n"
    )
    assert_holds_chen_and_li(table)


def test_it_tells_which_columns_are_present() -> None:
    assert read_csv("工号,姓名\n1,陈一\n").columns_present == {"no", "name"}


def test_an_absent_column_is_empty_in_every_row() -> None:
    assert read_csv("工号,姓名\n1,陈一\n").rows[0]["score"] is None


def test_a_column_that_was_never_declared_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        read_csv("工号,姓名\n1,陈一\n").rows[0]["nickname"]


@pytest.mark.parametrize("filename", WORKBOOKS)
def test_title_rows_above_the_header_are_passed_over(filename: str) -> None:
    rows: Rows = [["某局人员名册"], [None, None, "单位：综合科"], [], HEADER, CHEN, LI]
    table = read(WORKBOOKS[filename](rows), filename)
    assert_holds_chen_and_li(table)
    assert (table.header_row, [row.number for row in table.rows]) == (4, [5, 6])


def test_a_merged_title_is_passed_over() -> None:
    content = xlsx([["某局人员名册"], HEADER, CHEN, LI], lambda sheet: sheet.merge_cells("A1:E1"))
    assert_holds_chen_and_li(read(content))


def test_a_table_that_does_not_begin_in_the_corner_keeps_its_row_numbers() -> None:
    table = read(xlsx([[], [], [None, "工号", "姓名"], [None, "0007", "陈一"]]))
    assert [(row.number, row["name"]) for row in table.rows] == [(4, "陈一")]


def test_the_first_sheet_that_holds_the_header_is_read() -> None:
    def add_sheet(sheet: Any) -> None:
        second = sheet.parent.create_sheet("名册")
        for row in (HEADER, CHEN, LI):
            second.append(row)

    table = read(xlsx([["填表说明"], ["工号", "请填四位"]], add_sheet))
    assert_holds_chen_and_li(table)
    assert table.sheet == "名册"


def test_a_hidden_sheet_is_not_read() -> None:
    def hide(sheet: Any) -> None:
        sheet.parent.create_sheet("空")
        sheet.sheet_state = "hidden"

    assert "没有找到表头" in refusal(xlsx([HEADER, CHEN], hide))


def test_one_required_column_alone_is_a_header() -> None:
    columns = [Column("no", "工号", "code", required=True), Column("name", "姓名")]
    table = read_table(io.BytesIO("工号\n0007\n".encode()), columns, filename="x.csv")
    assert table.rows[0]["no"] == "0007"


def test_empty_rows_are_skipped() -> None:
    table = read_csv("工号,姓名\n,\n1,陈一\n\n , \n2,李二\n")
    assert [(row.number, row["no"]) for row in table.rows] == [(3, "1"), (6, "2")]


@pytest.mark.parametrize("label", ["合计", "总 计", "小计：", "合计:", "合计：12人", "共 12 人"])
def test_a_total_row_is_skipped(label: str) -> None:
    table = read_csv(f"工号,姓名,分数\n1,陈一,3\n,{label},3\n")
    assert [row["no"] for row in table.rows] == ["1"]


def test_a_row_number_of_csv_counts_records_as_a_spreadsheet_shows_them() -> None:
    table = read_csv('工号,姓名\n1,"陈\n一"\n2,李二\n')
    assert [(row.number, row["name"]) for row in table.rows] == [(2, "陈\n一"), (3, "李二")]


def test_a_formula_in_csv_is_only_text() -> None:
    text = "工号,姓名\n=1+1,@SUM(A1)\n+3,-甲\n"
    assert [(row["no"], row["name"]) for row in read_csv(text).rows] == [("=1+1", "@SUM(A1)"), ("+3", "-甲")]


def test_an_unknown_column_is_refused_by_name() -> None:
    assert refusal(xlsx([[*HEADER, "绰号"], CHEN])) == (
        "第 1 行，列“绰号”：不认识这一列；不需要的列请删除，可用的列：工号、姓名、起、分数、兼任"
    )


def test_a_column_that_stands_twice_is_refused() -> None:
    assert "列“姓名”：这一列出现了不止一次" in refusal(xlsx([["工号", "姓名", "name"], ["1", "陈", "陈"]]))


def test_a_missing_required_column_is_refused() -> None:
    assert (
        refusal(xlsx([["起", "姓名"], [date(2025, 5, 1), "陈一"]])) == "第 1 行，列“工号”：缺少这一列；请补上"
    )


def test_a_header_is_told_all_that_is_wrong_at_once() -> None:
    assert len(refusal(xlsx([["姓名", "分数", "绰号", "分数"], ["陈", 1, "小", 2]])).splitlines()) == 3


def test_content_without_a_heading_is_refused_by_the_columns_letter() -> None:
    rows = [["工号", "姓名", None], ["1", "陈一", None], ["2", "李二", "备注"], ["3", "王三", "备注"]]
    assert refusal(xlsx(rows)) == "第 3 行，列“C”：此列没有列名却有内容；请补上列名，或删除其内容"


def test_a_required_cell_that_is_empty_is_refused() -> None:
    assert refusal(xlsx([HEADER, [None, *CHEN[1:]]])) == "第 2 行，列“工号”：不能为空；请填写"


def test_every_bad_cell_is_listed_by_row_and_column() -> None:
    rows = [HEADER, ["1", "陈一", "2025-02-30", 1.5, "也许"], CHEN, ["2", "李二", None, "五", None]]
    places = [line.split("：")[0] for line in refusal(xlsx(rows)).splitlines()]
    assert places == ["第 2 行，列“起”", "第 2 行，列“兼任”", "第 4 行，列“分数”"]


def test_a_refused_cell_is_marked_so_that_it_is_not_told_twice() -> None:
    row = read(xlsx([HEADER, ["1", "陈一", None, "五", None]])).rows[0]
    assert (row["score"], row.faulty) == (None, {"score"})


def test_an_importer_adds_faults_of_its_own() -> None:
    table = read(xlsx([HEADER, CHEN, ["2", "李二", None, "五", None]]))
    table.faults.add(2, "name", "没有这个人；允许在册人员")
    with pytest.raises(TableRefused) as caught:
        table.raise_if_faulty()
    assert str(caught.value).splitlines() == [
        "第 2 行，列“姓名”：没有这个人；允许在册人员",
        "第 3 行，列“分数”：“五”不是数字；允许数字，小数最多 4 位",
    ]


@pytest.mark.parametrize("filename", WORKBOOKS)
def test_an_eighteen_digit_number_that_became_a_float_is_refused_by_name(filename: str) -> None:
    content = WORKBOOKS[filename]([HEADER, [110101199003070000.0, *CHEN[1:]]])
    assert refusal(content, filename).startswith(
        "第 2 行，列“工号”：数字超过 15 位，表格软件已丢失末尾的数字"
    )


@pytest.fixture
def with_unused_column() -> Callable[[str], Table]:
    columns = [*PEOPLE, Column("timing", "时点", tolerated_when_empty=True)]
    return lambda text: read_table(io.BytesIO(text.encode()), columns, filename="x.csv")


def test_a_column_that_is_not_used_may_stand_empty(with_unused_column: Callable[[str], Table]) -> None:
    table = with_unused_column("工号,姓名,时点\n1,陈一,\n")
    assert (table.columns_present, len(table.faults)) == ({"no", "name"}, 0)


def test_a_column_that_is_not_used_is_refused_when_filled(with_unused_column: Callable[[str], Table]) -> None:
    table = with_unused_column("工号,姓名,时点\n1,陈一,\n2,李二,early\n")
    assert [str(fault) for fault in table.faults] == ["第 3 行，列“时点”：本办法不使用此列；请留空或删除此列"]


@pytest.mark.parametrize("filename", WORKBOOKS)
def test_only_a_header_is_refused(filename: str) -> None:
    assert refusal(WORKBOOKS[filename]([HEADER]), filename) == "只有表头，没有数据；请填写后再导入"


def test_no_header_names_the_columns_looked_for() -> None:
    assert (
        refusal(xlsx([["甲", "乙"], [1, 2]])) == "没有找到表头；表头应含有这些列：工号、姓名、起、分数、兼任"
    )


def test_more_rows_than_the_limit_are_refused() -> None:
    with pytest.raises(TableRefused, match="数据超过 2 行；请分成几个文件导入"):
        read(xlsx([HEADER, CHEN, LI, CHEN]), limit=2)


def test_as_many_rows_as_the_limit_are_read() -> None:
    assert_holds_chen_and_li(read(xlsx([HEADER, CHEN, LI]), limit=2))
