"""Opens a file of any kind that is read and hands out its sheets, row by row."""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from tabular.cells import Cell
from tabular.faults import TableRefused
from tabular.guard import BROKEN, CHUNK, PROTECTED
from tabular.survey import Survey, SurveyFailed, survey_ods, survey_xlsx
from tabular.survey_xls import survey_xls

MAXIMUM_AREA = 5_000_000
"""Cells of all sheets together, empty ones included; a cell takes 32 bytes while a sheet is read."""
GUARDED = re.compile("'+[=+\\-@＝＋－＠\t\r]")
"""An apostrophe that keeps csv text from being a formula (`tabular.writing`) is no part of the text."""
ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = (",", "\t", ";")
LINES_SEEN = 20
SURVEYS: dict[str, Callable[[bytes], list[Survey]]] = {
    ".xlsx": survey_xlsx,
    ".xls": survey_xls,
    ".ods": survey_ods,
}


@dataclass(frozen=True)
class OpenSheet:
    """One sheet. `rows()` starts anew at row 1 each time; every row is there, empty ones too."""

    name: str
    problems: dict[tuple[int, int], str]
    rows: Callable[[], Iterable[Sequence[Cell]]]


def open_sheets(content: bytes, ending: str) -> Iterator[OpenSheet]:
    """The visible sheets of a workbook in order, or the one of a csv file. Raises TableRefused."""
    if ending == ".csv":
        encoding = _encoding_of(content)
        yield OpenSheet("", {}, partial(_csv_rows, content, encoding, _delimiter_of(content, encoding)))
        return
    try:
        surveys = {survey.name: survey for survey in SURVEYS[ending](content)}
        _check_area(list(surveys.values()))
        with _load(content) as workbook:
            for name in _visible_worksheets(workbook):
                rows = partial(_rows_of, workbook.get_sheet_by_name(name), surveys[name])
                yield OpenSheet(name, surveys[name].problems, rows)
    except PasswordError as error:
        raise TableRefused.because(PROTECTED) from error
    except (SurveyFailed, CalamineError, KeyError) as error:
        raise TableRefused.because(BROKEN) from error


def _load(content: bytes) -> CalamineWorkbook:
    try:
        return load_workbook(io.BytesIO(content))
    except BaseException as error:
        # calamine is written in Rust. Where a file surprises it, it panics, and that is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise SurveyFailed("calamine panicked") from error


def _rows_of(sheet: CalamineSheet, survey: Survey) -> Iterator[list[Cell]]:
    """The rows as far as the survey saw content: calamine ends before formulas that have no result."""
    count = 0
    for cells in sheet.iter_rows():
        yield [*cells, *[None] * (survey.last_column - len(cells))]
        count += 1
    for _ in range(count, survey.last_row):
        yield [None] * survey.last_column


def _visible_worksheets(workbook: CalamineWorkbook) -> list[str]:
    return [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]


def _check_area(surveys: list[Survey]) -> None:
    """Refuses sheets that would take too much memory, often because of one stray cell far away."""
    if sum(survey.area for survey in surveys) > MAXIMUM_AREA:
        widest = max(surveys, key=lambda survey: survey.area)
        raise TableRefused.because(
            f"工作表“{widest.name}”过大，内容一直延伸到第 {widest.last_row} 行第 {widest.last_column} 列；"
            "请删除数据以外的内容，或分成几个文件导入"
        )


def _encoding_of(content: bytes) -> str:
    for encoding in ENCODINGS:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            for start in range(0, len(content), CHUNK):
                decoder.decode(content[start : start + CHUNK])
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise TableRefused.because("文字编码无法识别；请用 WPS 表格或 Excel 另存为“CSV UTF-8”或 .xlsx 再导入")


def _delimiter_of(content: bytes, encoding: str) -> str:
    """What parts the fields: a comma, unless the first lines have more tabs or semicolons."""
    start = content[:CHUNK].decode(encoding, errors="ignore").splitlines()[:LINES_SEEN]
    counts = {delimiter: sum(line.count(delimiter) for line in start) for delimiter in DELIMITERS}
    return max(DELIMITERS, key=lambda delimiter: counts[delimiter])


def _csv_rows(content: bytes, encoding: str, delimiter: str) -> Iterator[list[str]]:
    """The records of a csv file (RFC 4180); a record is a row, however many lines its quoted text takes."""
    text = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
    text = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    row = 1
    try:
        for record in reader:
            yield [cell[1:] if GUARDED.match(cell) else cell for cell in record]
            row += 1
    except csv.Error as error:
        raise TableRefused.because(
            f"第 {row} 行：引号不成对，无法分列；请检查英文双引号，或另存为 .xlsx 再导入"
        ) from error
