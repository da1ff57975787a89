"""Blank workbooks to be filled in: drop-down lists from a hidden sheet, formats by column, and a guide."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from tabular.columns import Column, Kind
from tabular.writing import DATE_FORMAT, TEXT_FORMAT, Sheet, cells_of, write_workbook

LISTS = "选项"
"""The hidden sheet that holds the lists."""
GUIDE = "填写说明"
FORMATS: dict[Kind, str] = {
    "text": TEXT_FORMAT,
    "name": TEXT_FORMAT,
    "code": TEXT_FORMAT,
    "date": DATE_FORMAT,
    "decimal": "0.####",
    "integer": "0",
    "boolean": TEXT_FORMAT,
}


@dataclass(frozen=True)
class BlankColumn:
    """A column to be filled in.

    note: what belongs in it, for the guide and the heading's comment. offered: what its drop-down list holds;
    other words may still be typed, after a warning.
    """

    column: Column
    note: str = ""
    offered: Sequence[str] = ()

    @property
    def heading(self) -> str:
        """The name, with the asterisk by which the reader knows a required column as well."""
        return f"{self.column.name}*" if self.column.required else self.column.name


def blank_workbook(
    name: str,
    columns: Sequence[BlankColumn],
    advice: Sequence[str] = (),
    overviews: Sequence[Sheet] = (),
) -> bytes:
    """An xlsx workbook: a sheet of that name with headings alone, the guide, overviews, and the hidden lists.

    advice: sentences at the top of the guide.
    """
    lists = [(place, blank) for place, blank in enumerate(columns) if blank.offered]
    blank = Sheet(
        name,
        [column.heading for column in columns],
        [],
        offered={
            place: cells_of(LISTS, number, len(column.offered))
            for number, (place, column) in enumerate(lists)
        },
        formats={place: FORMATS[column.column.kind] for place, column in enumerate(columns)},
        notes={place: column.note for place, column in enumerate(columns) if column.note},
        needed=[place for place, column in enumerate(columns) if column.column.required],
    )
    words = Sheet(
        LISTS,
        [column.column.name for _, column in lists] or [""],
        list(zip_longest(*(column.offered for _, column in lists))),
        hidden=True,
    )
    stream = io.BytesIO()
    write_workbook(stream, [blank, _guide(columns, advice), *overviews, words])
    return stream.getvalue()


def _guide(columns: Sequence[BlankColumn], advice: Sequence[str]) -> Sheet:
    rows = [("说明", "", sentence) for sentence in advice]
    rows += [
        (blank.column.name, "必填" if blank.column.required else "选填", blank.note) for blank in columns
    ]
    return Sheet(GUIDE, ("列", "是否必填", "填什么"), rows)
