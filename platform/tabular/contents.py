"""What a workbook holds as a whole, to be held against another: every cell as text, and by what it is known."""

import html
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any

from tabular.faults import TableRefused
from tabular.guard import check_content
from tabular.sheets import open_sheets

# Where `write_workbook` puts the mark: a program that drops it in one place keeps it in another.
MARKED = {
    "docProps/core.xml": re.compile(r"<cp:keywords[^>]*>([^<]*)</cp:keywords>"),
    "docProps/custom.xml": re.compile(r"<vt:lpwstr[^>]*>([^<]*)</vt:lpwstr>"),
}
SHEETS = "xl/worksheets/"
FOOTER = re.compile(r"<oddFooter[^>]*>([^<]*)</oddFooter>")
LONGEST_PROPERTIES, LONGEST_SHEET = 100_000, 20_000_000

BOOK, STYLES = "xl/workbook.xml", "xl/styles.xml"
HIDDEN = re.compile(r"""<(?:row|col)\b[^>]*\bhidden=["'](?:1|true)["']""")
HIDDEN_SHEET = re.compile(r"""<sheet\b[^>]*\bstate=["'](?:hidden|veryHidden)["']""")
FORMAT = re.compile(r"""<numFmt\b[^>]*\bformatCode=["']([^"']*)["']""")
# Within a number format: colours, conditions and currencies; what is shown as it stands.
BRACKETED = re.compile(r"\[[^\]]*\]")
LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.')

# Sheet's name → its rows of texts, without empty cells and rows at the ends.
Contents = dict[str, list[list[str]]]


def contents_of(content: bytes) -> Contents:
    """The cells of an xlsx workbook; numbers as plain decimals, whoever saved them. Raises TableRefused."""
    check_content(content, ".xlsx")
    return {
        sheet.name: _trimmed([_trimmed([_text(cell) for cell in row]) for row in sheet.rows()])
        for sheet in open_sheets(content, ".xlsx")
    }


def marks_of(content: bytes) -> list[str]:
    """The texts that stand where a workbook is marked: keywords, properties, feet of pages. Raises TableRefused."""
    check_content(content, ".xlsx")
    with zipfile.ZipFile(BytesIO(content)) as package:
        return [html.unescape(text) for text in _marks(package)]


def _marks(package: zipfile.ZipFile) -> Iterator[str]:
    names = package.namelist()
    for name, pattern in MARKED.items():
        if name in names and package.getinfo(name).file_size <= LONGEST_PROPERTIES:
            yield from pattern.findall(package.read(name).decode("utf-8", "replace"))
    for name in names:
        if name.startswith(SHEETS) and package.getinfo(name).file_size <= LONGEST_SHEET:
            yield from FOOTER.findall(package.read(name).decode("utf-8", "replace"))


def concealed_in(content: bytes) -> list[str]:
    """Why a workbook shows something else than its cells hold, a sentence each: what is hidden, formats that say
    something of their own. Raises TableRefused.
    """
    check_content(content, ".xlsx")
    with zipfile.ZipFile(BytesIO(content)) as package:
        parts = {
            name: package.read(name).decode("utf-8", "replace")
            for name in package.namelist()
            if name.startswith(SHEETS) or name in (BOOK, STYLES)
            if package.getinfo(name).file_size <= LONGEST_SHEET
        }
    formats = [html.unescape(code) for code in FORMAT.findall(parts.get(STYLES, ""))]
    found = []
    if HIDDEN_SHEET.search(parts.get(BOOK, "")) or any(HIDDEN.search(text) for text in parts.values()):
        found.append("工作簿里有隐藏的行、列或工作表，看到的不是全部内容。")
    if any(_speaks_for_itself(code) for code in formats):
        found.append("有的单元格改了显示格式，看到的不是其中的内容。")
    return found


def _speaks_for_itself(code: str) -> bool:
    """Whether a number format shows figures of its own, or nothing of what stands in the cell."""
    shown = BRACKETED.sub("", code)
    literal = "".join(LITERAL.findall(shown))
    rest = LITERAL.sub("", shown)
    return bool(re.search(r"\d", literal) or re.search(r"[1-9]", rest)) or not re.search(
        r"[0#?@ymdhsgebaYMDHSGEBA]", rest.split(";")[0]
    )


def _text(cell: Any) -> str:
    """A cell as text: 92, 92.0 and 92.00 are the same number."""
    if cell is None:
        return ""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        number = Decimal(repr(cell)).normalize()
        return f"{number:f}"
    return str(cell)


def _trimmed(values: list[Any]) -> list[Any]:
    """The values up to the last that holds something."""
    while values and not values[-1]:
        values.pop()
    return values


__all__ = ["Contents", "TableRefused", "concealed_in", "contents_of", "marks_of"]
