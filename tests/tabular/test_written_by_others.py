"""One roster with the usual dirt, written by LibreOffice 7 in every format that is read: the same rows from each.

Titles merged above, broken lines and wide spaces in the header, a column that counts the rows, days as text in
several ways and as a date, digits in full width, apostrophes that were typed, a formula with its result, a row that
only counts, a total, signatures, coloured cells far away, a hidden sheet with last year's header.
"""

from datetime import date
from pathlib import Path

import pytest

from tabular import Column, read_table
from tests.tabular.spreadsheets import PEOPLE

WRITTEN = Path(__file__).parent / "written"
COLUMNS = tuple(Column("name", "姓名", "name", required=True) if c.code == "name" else c for c in PEOPLE)
FIRST_OF_MARCH = date(2025, 3, 1)
ROWS = [
    ["0007", "陈一", FIRST_OF_MARCH, 1.5, True],
    ["1002", "李二", FIRST_OF_MARCH, 1234.5, False],
    ["1003", "王三", FIRST_OF_MARCH, 1, True],
    ["1004", "赵四", FIRST_OF_MARCH, 2, False],
]


@pytest.mark.parametrize("file", sorted(WRITTEN.iterdir()), ids=lambda file: file.name)
def test_what_another_program_wrote_is_read_as_it_was_meant(file: Path) -> None:
    table = read_table(file, COLUMNS)
    assert not str(table.faults)
    assert [[row[column.code] for column in COLUMNS] for row in table.rows] == ROWS
