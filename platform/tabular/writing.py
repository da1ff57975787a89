"""Writes tables as workbooks and csv files that open well in offices, and never run as formulas.

The same data give the same bytes: no time of writing stands in a file.
"""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.writer.excel import ExcelWriter

from tabular.cells import MOST_DIGITS
from tabular.rows_xml import date_cell, number_cell, rows_xml, text_cell

Written = str | int | Decimal | date | bool | None

# What the property that holds a file's mark is called.
MARK = "核验"
END_OF_ROWS = b"</sheetData>"
FIXED_TIME = datetime(2000, 1, 1)
DATE_FORMAT = "yyyy-mm-dd"
TEXT_FORMAT = "@"
NARROWEST, WIDEST = 6, 60
LONGEST_TEXT = 32_767
LONGEST_LIST = 255
"""Characters that a list of words in a cell's validation may have, commas included (ECMA-376 part 1, 18.3.1.33)."""
MOST_ROWS_TO_FILL = 2000
NEEDED = PatternFill("solid", fgColor="FFE699")
# What a reader would take for an escaped character (ECMA-376 part 1, 22.9.2.19), and what XML can't hold.
LIKE_AN_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
NO_CHARACTERS = re.compile("[\ufffe\uffff]")
# Also in full width, which a Chinese spreadsheet takes for the same. What stands behind apostrophes gets one more,
# so that the reader, who takes one away, finds what was there.
FORMULA_START = re.compile("'*[=+\\-@＝＋－＠\t\r]")


@dataclass(frozen=True)
class Sheet:
    """One sheet to be written.

    header: the columns' names. rows: for each column a text, int, Decimal, date, bool (as 是, 否) or None.
    title: stands merged over the whole width above the header; none when empty.
    offered: column's place from 0 → what Excel offers there as a drop-down list: words, or the cells that hold
    them (`cells_of`). Other words may still be typed. Where words are too many for a list, none is offered.
    folded: places of columns that are folded away until somebody opens them. formats: column's place → number
    format of its cells that are still empty. notes: column's place → comment on its heading. needed: places of
    columns whose headings stand out. hidden: the sheet only holds what others refer to. frozen: how many columns
    stay in sight, besides the header.
    """

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[Written]]
    title: str = ""
    offered: Mapping[int, Sequence[str] | str] = field(default_factory=dict)
    folded: Sequence[int] = ()
    formats: Mapping[int, str] = field(default_factory=dict)
    notes: Mapping[int, str] = field(default_factory=dict)
    needed: Sequence[int] = ()
    hidden: bool = False
    frozen: int = 0


def write_workbook(target: Path | BinaryIO, sheets: Sequence[Sheet], mark: str = "") -> None:
    """Writes an xlsx workbook with bold, frozen headers and fitting column widths.

    mark: by what the file is known again; it stands twice among its properties, since programs drop one or the
    other, and at the foot of printed pages.
    Raises ValueError for no sheet, a row that doesn't fit the header and text longer than a cell may hold,
    TypeError for other values.
    """
    if not sheets:
        raise ValueError("a workbook needs at least one sheet")
    workbook = Workbook(write_only=True)
    rows = []
    for sheet in sheets:
        worksheet = workbook.create_sheet(sheet.name)
        if sheet.hidden:
            worksheet.sheet_state = "hidden"
        rows.append(_fill(worksheet, sheet))
        if mark:
            worksheet.oddFooter.left.text = mark
            worksheet.oddFooter.right.text = "第&[Page]页　共&[Pages]页"
    if mark:
        workbook.properties.keywords = mark
        properties = workbook.custom_doc_props  # type: ignore[attr-defined]  # not in the type stubs
        properties.append(StringProperty(name=MARK, value=mark))
    _put(target, _bytes_of(workbook, rows))


def write_csv(target: Path | BinaryIO, sheet: Sheet) -> None:
    """Writes header and rows (not the title) as csv in UTF-8 with a byte order mark, as Excel expects it.

    Text that a spreadsheet would take for a formula gets a leading apostrophe; numbers stay as they are.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for row in (sheet.header, *sheet.rows):
        writer.writerow([_guarded(value) for value in row])
    _put(target, text.getvalue().encode("utf-8-sig"))


def cells_of(sheet: str, column: int, rows: int = MOST_ROWS_TO_FILL - 1) -> str:
    """The cells below the header of a sheet without title, as `Sheet.offered` names them; columns count from 0."""
    letters = get_column_letter(column + 1)
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!${letters}$2:${letters}${rows + 1}"


def display_width(text: str) -> int:
    """The width of the longest line in half-width characters; Chinese characters count double."""
    if text.isascii() and text.isprintable():
        return len(text)
    lines = text.splitlines() or [""]
    return max(sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in line) for line in lines)


def _fill(worksheet: Any, sheet: Sheet) -> Iterator[bytes]:  # type stubs know no write-only worksheets
    """Gives a worksheet all but its rows below the header, and these as XML."""
    header_row = 2 if sheet.title else 1
    worksheet.freeze_panes = f"{get_column_letter(sheet.frozen + 1)}{header_row + 1}"
    for number, width in enumerate(_widths(sheet), start=1):
        worksheet.column_dimensions[get_column_letter(number)].width = width
    for place in sheet.folded:
        dimension = worksheet.column_dimensions[get_column_letter(place + 1)]
        dimension.outlineLevel, dimension.hidden = 1, True
    for place, number_format in sheet.formats.items():
        worksheet.column_dimensions[get_column_letter(place + 1)].number_format = number_format
    for place, words in sheet.offered.items():
        _offer(worksheet, place, header_row, words)
    if sheet.title:
        title = _cell(worksheet, sheet.title)
        title.font = Font(bold=True, size=14)
        title.alignment = Alignment(horizontal="center")
        worksheet.append([title])
        if len(sheet.header) > 1:
            worksheet.merged_cells.add(CellRange(min_col=1, min_row=1, max_col=len(sheet.header), max_row=1))
    worksheet.append(_headings(worksheet, sheet))
    styles = _styles(worksheet, sheet.rows)
    return rows_xml(sheet.rows, header_row + 1, lambda value: _rest(value, styles))


def _styles(worksheet: Any, rows: Sequence[Sequence[Written]]) -> dict[str, int]:
    """The numbers of the styles of texts and dates, in the order in which the rows first need them."""
    styles: dict[str, int] = {}
    for value in chain.from_iterable(rows):
        if value is not None and not _is_plain_number(value):
            kind = "date" if isinstance(value, date) else "text"
            if kind not in styles:
                styles[kind] = _cell(worksheet, value).style_id
                if len(styles) == 2:
                    break
    return styles


def _rest(value: Written, styles: Mapping[str, int]) -> str:
    if _is_plain_number(value):
        return number_cell(value)
    if isinstance(value, date):
        return date_cell(styles["date"], value)
    return text_cell(styles["text"], _writable(value))


def _writable(value: Written) -> str:
    """The value as text of characters that a workbook can hold."""
    text = NO_CHARACTERS.sub("", ILLEGAL_CHARACTERS_RE.sub("", _as_text(value)))
    return LIKE_AN_ESCAPE.sub("_x005F_", text)


def _headings(worksheet: Any, sheet: Sheet) -> list[Cell]:
    headings = [_cell(worksheet, name) for name in sheet.header]
    for place, heading in enumerate(headings):
        heading.font = Font(bold=True)
        if place in sheet.needed:
            heading.fill = NEEDED
        if place in sheet.notes:
            heading.comment = Comment(sheet.notes[place], "功过", height=90, width=280)
    return headings


def _offer(worksheet: Any, place: int, header_row: int, words: Sequence[str] | str) -> None:
    if not isinstance(words, str):
        listed = ",".join(words)
        if len(listed) > LONGEST_LIST or any(mark in word for word in words for mark in ',"'):
            return
        words = f'"{listed}"'
    letters = get_column_letter(place + 1)
    validation = DataValidation("list", formula1=words, allow_blank=True, errorStyle="warning")
    validation.showErrorMessage = True
    validation.errorTitle, validation.error = "不在可选内容之内", "请从下拉列表中选择，或核对后再填。"
    validation.add(f"{letters}{header_row + 1}:{letters}{MOST_ROWS_TO_FILL}")
    worksheet.data_validations.append(validation)


def _widths(sheet: Sheet) -> list[int]:
    """Widths of the columns in characters. Meets every value before one is written, and refuses here."""
    widths = [display_width(name) for name in sheet.header]
    for number, row in enumerate(sheet.rows, start=1):
        if len(row) != len(widths):
            raise ValueError(
                f"row {number} of sheet {sheet.name} has {len(row)} values for {len(widths)} columns"
            )
        for place, value in enumerate(row):
            text = _as_text(value)
            if 2 * len(text) > widths[place]:
                widths[place] = max(widths[place], display_width(text))
    return [min(max(width + 2, NARROWEST), WIDEST) for width in widths]


def _cell(worksheet: Any, value: Any) -> Cell:
    """A typed cell. Text is marked as text, so that nothing is calculated and leading zeros stay."""
    if _is_plain_number(value):
        return Cell(worksheet, row=1, column=1, value=value)
    if isinstance(value, date):
        cell = Cell(worksheet, row=1, column=1, value=value)
        cell.number_format = DATE_FORMAT
        return cell
    cell = Cell(worksheet, row=1, column=1, value=_writable(value))
    cell.data_type = "s"  # openpyxl takes text that begins with = for a formula, and #REF! for an error
    cell.number_format = TEXT_FORMAT
    return cell


def _is_plain_number(value: Written) -> bool:
    """Whether a number keeps all its digits in a numeric cell."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return False
    return sum(character.isdigit() for character in _as_text(value)) <= MOST_DIGITS


def _as_text(value: Written) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise ValueError(f"a cell holds at most {LONGEST_TEXT} characters, not {len(value)}")
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int):
        return str(value)
    if type(value) is date:
        return value.isoformat()
    raise TypeError(f"{value!r} can't be written: use text, int, Decimal, date or bool")


def _guarded(value: Written) -> str:
    text = _as_text(value)
    return f"'{text}" if isinstance(value, str) and FORMULA_START.match(text) else text


def _bytes_of(workbook: Workbook, rows: Sequence[Iterable[bytes]]) -> bytes:
    """The workbook as a package whose entries and properties carry a fixed time; rows go below each sheet's header.

    `Workbook.save` would stamp the present time on the properties; the zip entries get it in any case.
    """
    workbook.properties.created = workbook.properties.modified = FIXED_TIME
    parts = {f"xl/worksheets/sheet{number}.xml": xml for number, xml in enumerate(rows, start=1)}
    draft, final = io.BytesIO(), io.BytesIO()
    ExcelWriter(workbook, zipfile.ZipFile(draft, "w")).save()
    with zipfile.ZipFile(draft) as source, zipfile.ZipFile(final, "w", zipfile.ZIP_DEFLATED) as package:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, FIXED_TIME.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            above, end, below = source.read(name).partition(END_OF_ROWS)
            with package.open(entry, "w") as target:
                for piece in (above, *parts.get(name, ()), end, below):
                    target.write(piece)
    return final.getvalue()


def _put(target: Path | BinaryIO, content: bytes) -> None:
    if isinstance(target, Path):
        target.write_bytes(content)
    else:
        target.write(content)
