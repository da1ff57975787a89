"""Rows of typed cells as the XML of a worksheet, as openpyxl would write them, letter by letter.

openpyxl makes an object and an element of each cell: fifteen seconds for 100,000 rows. What a row of plain values
needs of it is little, and cells say the same again and again: what was written once is remembered.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import LXML
from openpyxl.compat import safe_string
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

ROWS_A_PIECE = 1_000
REMEMBERED = 50_000
# Whichever writer of XML openpyxl uses for all else has its own manner of these.
NOTHING = "></c>" if LXML else " />"
ESCAPED = {"\r": "&#13;"} if LXML else {}
ENCODED = ("ascii", "xmlcharrefreplace") if LXML else ("utf-8", "strict")

# What of a cell follows its place: `s` (style), `t` (type) and what it holds.
Rest = Callable[[Any], str]


def number_cell(value: Any) -> str:
    """A number; it has no style."""
    return f' t="n"><v>{safe_string(value)}</v></c>'


def date_cell(style: int, value: date) -> str:
    """A day, as the number that a spreadsheet counts it by."""
    day = to_excel(value)  # type: ignore[no-untyped-call]
    return f' s="{style}" t="n"><v>{safe_string(day)}</v></c>'


def text_cell(style: int, text: str) -> str:
    """A text that is never calculated, of characters that XML can hold."""
    if not text:
        return f' s="{style}" t="inlineStr"{NOTHING}'
    kept = ' xml:space="preserve"' if text != text.strip() else ""
    return f' s="{style}" t="inlineStr"><is><t{kept}>{escape(text, ESCAPED)}</t></is></c>'


def rows_xml(rows: Iterable[Sequence[Any]], first: int, rest: Rest) -> Iterator[bytes]:
    """The elements of rows, some at a time. `first` is the number of the first one; cells of None are left out."""
    rest = lru_cache(REMEMBERED, typed=True)(rest)  # 1, True and Decimal(1) are equal
    starts: list[str] = []
    piece: list[str] = []
    for number, row in enumerate(rows, start=first):
        starts += [f'<c r="{get_column_letter(place + 1)}' for place in range(len(starts), len(row))]
        cells = "".join(
            [
                f'{start}{number}"{rest(value)}'
                for start, value in zip(starts, row, strict=False)
                if value is not None
            ]
        )
        piece.append(f'<row r="{number}">{cells}</row>')
        if len(piece) == ROWS_A_PIECE:
            yield _bytes_of(piece)
            piece.clear()
    yield _bytes_of(piece)


def _bytes_of(piece: list[str]) -> bytes:
    return "".join(piece).encode(*ENCODED)
