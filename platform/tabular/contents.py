"""What a workbook holds as a whole, to be held against another: every cell as text, and its keywords."""

import html
import re
import zipfile
from decimal import Decimal
from io import BytesIO
from typing import Any

from tabular.faults import TableRefused
from tabular.guard import check_content
from tabular.sheets import open_sheets

PROPERTIES = "docProps/core.xml"
KEYWORDS = re.compile(r"<cp:keywords[^>]*>([^<]*)</cp:keywords>")
LONGEST_PROPERTIES = 100_000

# Sheet's name → its rows of texts, without empty cells and rows at the ends.
Contents = dict[str, list[list[str]]]


def contents_of(content: bytes) -> Contents:
    """The cells of an xlsx workbook; numbers as plain decimals, whoever saved them. Raises TableRefused."""
    check_content(content, ".xlsx")
    return {
        sheet.name: _trimmed([_trimmed([_text(cell) for cell in row]) for row in sheet.rows()])
        for sheet in open_sheets(content, ".xlsx")
    }


def keywords_of(content: bytes) -> str:
    """The keywords among the properties of an xlsx workbook; empty where there are none. Raises TableRefused."""
    check_content(content, ".xlsx")
    with zipfile.ZipFile(BytesIO(content)) as package:
        if PROPERTIES not in package.namelist() or package.getinfo(PROPERTIES).file_size > LONGEST_PROPERTIES:
            return ""
        found = KEYWORDS.search(package.read(PROPERTIES).decode("utf-8", "replace"))
    return html.unescape(found[1]) if found else ""


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


__all__ = ["Contents", "TableRefused", "contents_of", "keywords_of"]
