"""Gives a refused file back as a workbook: faulty cells coloured, the reason in a comment, all faults as a list."""

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

from tabular.cells import Cell, is_empty
from tabular.columns import fold_name
from tabular.faults import Fault, Layout, TableRefused
from tabular.guard import check_content, ending_of
from tabular.sheets import OpenSheet, open_sheets
from tabular.survey import survey_xlsx
from tabular.writing import TEXT_FORMAT, WIDEST, display_width

AUTHOR = "功过"
LIST_NAME = "问题清单"
LIST_HEADER = ("序号", "行", "列", "问题")
FAULTY = PatternFill("solid", fgColor="FFC7CE")
UNMARKED = PatternFill()
MOST_MARKED = 5_000
"""Comments in one workbook; the list at its end names all faults."""
LARGEST_KEPT = 1_500_000
"""Cells of a workbook that is kept as it is; a larger one is written anew, which takes less memory."""
SAMPLE = 200
# What openpyxl raises for a workbook that other programs read; there is no common class.
UNREADABLE = (ValueError, KeyError, TypeError, IndexError, AttributeError, OSError)


def marked_workbook(content: bytes, filename: str, refused: TableRefused) -> bytes:
    """An xlsx workbook with the faults of a file shown on its cells.

    An xlsx file is kept as it is otherwise (formulas, formats, further sheets); of an xls, ods or csv file the cells
    are copied. Raises TableRefused for a file that can't be opened at all.
    """
    ending = ending_of(filename)
    check_content(content, ending)
    workbook = (_kept(content) if ending == ".xlsx" else None) or _copied(content, ending)
    worksheet = _worksheet_of(workbook, refused.layout)
    _clear_marks(workbook)
    faults = list(refused)
    _mark(worksheet, faults, refused.layout)
    _list_faults(workbook, faults)
    workbook.active = workbook.index(worksheet)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _kept(content: bytes) -> Any:
    """The workbook itself; None where it is too large or openpyxl can't read it."""
    if sum(survey.area for survey in survey_xlsx(content)) > LARGEST_KEPT:
        return None
    try:
        return load_workbook(io.BytesIO(content))
    except UNREADABLE:
        return None


def _copied(content: bytes, ending: str) -> Any:
    """A new workbook with the cells of all visible sheets at their places."""
    workbook: Any = Workbook()
    workbook.remove(workbook.active)
    for sheet in open_sheets(content, ending):
        _copy(workbook.create_sheet(sheet.name or "表"), sheet)
    return workbook


def _copy(worksheet: Any, sheet: OpenSheet) -> None:
    widths: dict[int, int] = defaultdict(int)
    for row, cells in enumerate(sheet.rows(), start=1):
        for column, cell in enumerate(cells, start=1):
            if is_empty(cell):
                continue
            _put(worksheet.cell(row, column), cell)
            if row <= SAMPLE:
                widths[column] = max(widths[column], display_width(str(cell)))
    for column, width in widths.items():
        worksheet.column_dimensions[get_column_letter(column)].width = min(width + 2, WIDEST)


def _put(target: Any, cell: Cell) -> None:
    """Writes a value so that text stays text: what begins with = is no formula, and leading zeros stay."""
    if not isinstance(cell, str):
        target.value = int(cell) if isinstance(cell, float) and cell.is_integer() else cell
        return
    target.value = ILLEGAL_CHARACTERS_RE.sub("", cell)
    target.data_type = "s"
    target.number_format = TEXT_FORMAT


def _worksheet_of(workbook: Any, layout: Layout | None) -> Any:
    """The sheet that the faults speak of; the first one where no table was found."""
    if layout is not None and layout.sheet in workbook.sheetnames:
        return workbook[layout.sheet]
    return workbook.worksheets[0]


def _clear_marks(workbook: Any) -> None:
    """Takes away what an earlier marking of the same workbook left."""
    for worksheet in list(workbook.worksheets):
        heading = tuple(cell.value for cell in next(worksheet.iter_rows(max_row=1), ()))
        if worksheet.title.startswith(LIST_NAME) and heading == LIST_HEADER and len(workbook.worksheets) > 1:
            workbook.remove(worksheet)
            continue
        for cells in list(worksheet._cells.values()):
            if cells.comment is not None and cells.comment.author == AUTHOR:
                cells.comment, cells.fill = None, UNMARKED


def _mark(worksheet: Any, faults: Sequence[Fault], layout: Layout | None) -> None:
    problems: dict[tuple[int, int], list[str]] = defaultdict(list)
    for fault in faults:
        if fault.row is not None:
            problems[_place_of(worksheet, fault, layout)].append(fault.problem)
    for (row, column), sentences in list(problems.items())[:MOST_MARKED]:
        cell = worksheet.cell(row, column)
        if isinstance(cell, MergedCell):
            cell = _corner_of(worksheet, row, column)
        earlier = [cell.comment.text] if cell.comment is not None else []
        cell.fill = FAULTY
        cell.comment = _comment([*earlier, *sentences])


def _place_of(worksheet: Any, fault: Fault, layout: Layout | None) -> tuple[int, int]:
    """The cell of a fault: that of its column, else the one that holds its heading, else the row's first."""
    assert fault.row is not None
    if layout is not None and fault.column in layout.columns:
        return fault.row, layout.columns[fault.column]
    filled = [cell for cell in worksheet[fault.row] if not is_empty(cell.value)]
    for cell in filled:
        if fold_name(str(cell.value)) == fold_name(fault.column) or cell.column_letter == fault.column:
            return fault.row, cell.column
    return fault.row, filled[0].column if filled else 1


def _corner_of(worksheet: Any, row: int, column: int) -> Any:
    """The cell that stands for the merged range which holds the place."""
    coordinate = f"{get_column_letter(column)}{row}"
    merged = next(each for each in worksheet.merged_cells.ranges if coordinate in each)
    return worksheet.cell(merged.min_row, merged.min_col)


def _comment(sentences: Iterable[str]) -> Comment:
    text = ILLEGAL_CHARACTERS_RE.sub("", "\n".join(sentences))
    comment = Comment(text, AUTHOR)
    comment.width = 320
    lines = sum(1 + display_width(line) // 44 for line in text.splitlines())
    comment.height = min(24 + 18 * lines, 400)
    return comment


def _list_faults(workbook: Any, faults: Sequence[Fault]) -> None:
    """A last sheet that names all faults; the reader finds no table in it."""
    worksheet = workbook.create_sheet(LIST_NAME)
    worksheet.append(LIST_HEADER)
    for number, fault in enumerate(faults, start=1):
        worksheet.append([number, fault.row])
        for column, text in ((3, fault.column), (4, fault.problem)):
            if text:
                _put(worksheet.cell(number + 1, column), text)
    for letter, width in zip("ABCD", (8, 8, 18, 100), strict=True):
        worksheet.column_dimensions[letter].width = width
    worksheet.freeze_panes = "A2"
