"""A small cast of spreadsheets for the tests of this room, made by the programs' own formats."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl import Workbook

from tabular import Column

Rows = Sequence[Sequence[Any]]

PEOPLE = (
    Column("no", "工号", "code", required=True),
    Column("name", "姓名", required=True),
    Column("start", "起", "date"),
    Column("score", "分数", "decimal"),
    Column("secondary", "兼任", "boolean"),
)
HEADER = ["工号", "姓名", "起", "分数", "兼任"]
CHEN = ["0007", "陈一", date(2025, 5, 1), 1.5, True]
LI = ["1002", "李二", date(2025, 5, 2), -2, False]


def xlsx(rows: Rows, change: Callable[[Any], None] | None = None) -> bytes:
    """A workbook as Excel's format has it; `change` may do more to the worksheet."""
    workbook = Workbook()
    worksheet = workbook.active
    for row in rows:
        worksheet.append(list(row))
    if change:
        change(worksheet)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def xls(rows: Rows, change: Callable[[Any], None] | None = None) -> bytes:
    """A workbook of Excel 97–2003."""
    workbook = xlwt.Workbook()
    worksheet = workbook.add_sheet("表")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            if isinstance(value, date):
                worksheet.write(number, place, value, day)
            elif value is not None:
                worksheet.write(number, place, value)
    if change:
        change(worksheet)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def ods(rows: Rows, more: Sequence[TableRow] = ()) -> bytes:
    """An OpenDocument spreadsheet."""
    document = OpenDocumentSpreadsheet()
    table = Table(name="表")
    document.spreadsheet.addElement(table)
    for row in rows:
        line = TableRow()
        for value in row:
            line.addElement(ods_cell(value))
        table.addElement(line)
    for line in more:
        table.addElement(line)
    stream = io.BytesIO()
    document.write(stream)
    return stream.getvalue()


def ods_cell(value: Any, **attributes: Any) -> TableCell:
    if value is None:
        return TableCell(**attributes)
    if isinstance(value, bool):
        return TableCell(valuetype="boolean", booleanvalue=str(value).lower(), **attributes)
    if isinstance(value, int | float):
        return TableCell(valuetype="float", value=str(value), **attributes)
    if isinstance(value, date):
        return TableCell(valuetype="date", datevalue=value.isoformat(), **attributes)
    cell = TableCell(valuetype="string", **attributes)
    cell.addElement(P(text=value))
    return cell


def repacked(package: bytes, parts: dict[str, bytes]) -> bytes:
    """A zip package with some of its parts replaced or added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            if name not in parts:
                target.writestr(name, source.read(name), zipfile.ZIP_DEFLATED)
        for name, content in parts.items():
            target.writestr(name, content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
