"""Files that must not be opened, or can't be."""

import io
import struct
import zipfile
from collections.abc import Callable

import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from tabular import TableRefused, guard, read_table
from tests.tabular.spreadsheets import CHEN, HEADER, PEOPLE, ods, repacked, xls, xlsx

SHEET = "xl/worksheets/sheet1.xml"
PEOPLE_XLSX = xlsx([HEADER, CHEN])
PEOPLE_XLS = xls([HEADER, CHEN])
PEOPLE_ODS = ods([HEADER, CHEN])


def refusal(content: bytes, filename: str = "people.xlsx") -> str:
    with pytest.raises(TableRefused) as caught:
        read_table(io.BytesIO(content), PEOPLE, filename=filename)
    return str(caught.value)


@pytest.mark.parametrize("filename", ["people.xlsx", "people.xls", "people.ods", "people.csv"])
@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf\r\n\r\n"])
def test_an_empty_file_is_refused(content: bytes, filename: str) -> None:
    assert refusal(content, filename) == "文件是空的；请检查是否选错了文件"


@pytest.mark.parametrize("filename", ["people.docx", "people.xlsm", "people", "xlsx"])
def test_an_unsupported_ending_is_refused_by_name(filename: str) -> None:
    assert refusal(PEOPLE_XLSX, filename) == f"不支持“{filename}”这种文件；允许 .xlsx、.xls、.ods、.csv"


@pytest.mark.parametrize(
    ("content", "filename", "found"),
    [
        (PEOPLE_XLSX, "people.xls", ".xlsx"),
        (PEOPLE_XLSX, "people.csv", ".xlsx"),
        (PEOPLE_XLS, "people.xlsx", ".xls"),
        (PEOPLE_ODS, "people.xlsx", ".ods"),
        (b"no,name\n1,Chen\n", "people.xls", ".csv"),
        (b"<html><table><tr><td>no", "people.xls", "别的格式"),
        (b"%PDF-1.7", "people.csv", "别的格式"),
        ("工号,姓名\n1,陈\n".encode("utf-16"), "people.csv", "别的格式"),
        (b"PK\x05\x06" + bytes(18), "people.xlsx", "别的格式"),
    ],
)
def test_content_that_its_name_belies_is_refused(content: bytes, filename: str, found: str) -> None:
    ending = filename[filename.index(".") :]
    assert refusal(content, filename).startswith(f"文件名以 {ending} 结尾，内容却是 {found}；")


def test_a_password_protected_workbook_is_refused() -> None:
    encrypted = io.BytesIO()
    OOXMLFile(io.BytesIO(PEOPLE_XLSX)).encrypt("secret", encrypted)
    assert refusal(encrypted.getvalue()) == "文件有打开密码；请取消密码、另存后再导入"


def test_a_password_protected_xls_is_refused() -> None:
    user_name, file_password = b"\x5c\x00\x70\x00", b"\x2f\x00\x70\x00"
    assert PEOPLE_XLS.count(user_name) == 1
    assert "文件有打开密码" in refusal(PEOPLE_XLS.replace(user_name, file_password), "people.xls")


def test_a_password_protected_ods_is_refused() -> None:
    manifest = zipfile.ZipFile(io.BytesIO(PEOPLE_ODS)).read("META-INF/manifest.xml")
    marked = manifest.replace(b"</manifest:manifest>", b"<manifest:encryption-data/></manifest:manifest>")
    assert "文件有打开密码" in refusal(repacked(PEOPLE_ODS, {"META-INF/manifest.xml": marked}), "people.ods")


@pytest.mark.parametrize(("flags", "problem"), [(0x01, "文件有打开密码"), (0x20, "文件已损坏")])
def test_a_zip_whose_entries_cannot_be_unpacked_is_refused(flags: int, problem: str) -> None:
    entry = struct.pack("<IHHH", 0x02014B50, 0x0314, 20, 0)
    assert entry in PEOPLE_XLSX
    assert refusal(PEOPLE_XLSX.replace(entry, entry[:-2] + struct.pack("<H", flags))).startswith(problem)


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def scramble(content: bytes) -> bytes:
    middle = len(content) // 3
    return (
        content[:middle]
        + bytes(byte ^ 0x5A for byte in content[middle : middle + 400])
        + content[middle + 400 :]
    )


@pytest.mark.parametrize("damage", [cut, scramble])
@pytest.mark.parametrize(("content", "filename"), [(PEOPLE_XLSX, "people.xlsx"), (PEOPLE_ODS, "people.ods")])
def test_a_damaged_package_is_refused(
    damage: Callable[[bytes], bytes], content: bytes, filename: str
) -> None:
    assert refusal(damage(content), filename).startswith("文件已损坏，无法打开")


@pytest.mark.parametrize("length", [700, 3000, len(PEOPLE_XLS) - 100])
def test_an_xls_that_was_cut_off_is_refused(length: int) -> None:
    assert "请用 WPS 表格或 Excel 打开后另存为 .xlsx" in refusal(PEOPLE_XLS[:length], "people.xls")


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_a_workbook_with_a_part_that_is_no_xml_is_refused(part: str) -> None:
    assert refusal(repacked(PEOPLE_XLSX, {part: b"<worksheet><sheetData>"})).startswith("文件已损坏")


def test_csv_in_an_unknown_encoding_is_refused() -> None:
    assert "文字编码无法识别" in refusal(b"no,name\n1,\xff\xff\xff\n", "people.csv")


def test_a_quotation_mark_without_its_partner_is_refused_by_row() -> None:
    text = '工号,姓名\n1,陈一\n2,"李二\n3,王三\n'
    assert refusal(text.encode(), "people.csv").startswith("第 3 行：引号不成对")


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MAXIMUM_FILE_BYTES", 2_000_000)
    assert "文件超过 2 MB" in refusal(b"no,name\n" + b"1,Chen\n" * 400_000, "people.csv")


def test_a_package_that_declares_a_huge_size_is_refused() -> None:
    bomb = repacked(PEOPLE_XLSX, {"xl/media/image1.png": bytes(60_000_000)})
    assert len(bomb) < 100_000
    assert refusal(bomb).startswith("文件解压后过大")


def test_a_package_that_inflates_beyond_what_it_declares_is_refused() -> None:
    size = 60_000_000
    bomb = repacked(PEOPLE_XLSX, {"xl/media/image1.png": bytes(size)})
    assert bomb.count(struct.pack("<I", size)) == 2
    assert refusal(bomb.replace(struct.pack("<I", size), struct.pack("<I", 1000))).startswith("文件已损坏")


def test_a_package_of_very_many_parts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MAXIMUM_ENTRIES", 5)
    assert refusal(PEOPLE_XLSX).startswith("文件解压后过大")


def test_one_stray_cell_far_away_is_refused_before_memory_is_taken() -> None:
    content = xlsx([HEADER, CHEN], lambda sheet: sheet.cell(1_048_576, 16_384, "x"))
    assert "一直延伸到第 1048576 行第 16384 列；请删除数据以外的内容" in refusal(content)


def test_an_ods_cell_repeated_without_end_is_refused_before_memory_is_taken() -> None:
    document = zipfile.ZipFile(io.BytesIO(PEOPLE_ODS)).read("content.xml")
    repeated = document.replace(
        b"<table:table-cell ", b'<table:table-cell table:number-columns-repeated="9999999" ', 1
    )
    assert "工作表“表”过大" in refusal(repacked(PEOPLE_ODS, {"content.xml": repeated}), "people.ods")


def test_an_xls_that_declares_a_huge_sheet_is_refused_before_memory_is_taken() -> None:
    declared = struct.pack("<HHIIHH", 0x0200, 14, 0, 2, 0, 5)
    assert PEOPLE_XLS.count(declared) == 1
    huge = struct.pack("<HHIIHH", 0x0200, 14, 0, 4_000_000_000, 0, 5)
    assert "一直延伸到第 4000000000 行第 5 列" in refusal(PEOPLE_XLS.replace(declared, huge), "people.xls")


def test_entities_of_xml_are_not_expanded() -> None:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    sheet = (
        f'<!DOCTYPE x [<!ENTITY a0 "{"ha" * 50}">{laughs}]><worksheet><sheetData>&a8;</sheetData></worksheet>'
    )
    assert refusal(repacked(PEOPLE_XLSX, {SHEET: sheet.encode()})).startswith("文件已损坏")
