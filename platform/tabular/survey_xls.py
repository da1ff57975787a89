"""The same survey for .xls: its stream of records (BIFF8) is walked through, since nothing else tells."""

import io
import struct
from collections.abc import Iterator

import olefile

from tabular.cells import ERROR
from tabular.faults import TableRefused
from tabular.guard import PROTECTED, XLS_STREAMS
from tabular.survey import MERGED, UNCALCULATED, Survey, SurveyFailed

BIFF8 = 0x0600

# Numbers of records, [MS-XLS] 2.3.
FORMULA, EOF, FILEPASS, BOUNDSHEET, MULRK, MERGED_CELLS = 0x06, 0x0A, 0x2F, 0x85, 0xBD, 0xE5
DIMENSIONS, BEGIN = 0x0200, 0x0809
BOOLEAN_OR_ERROR = 0x0205
SINGLE_CELLS = {0x00D6, 0x00FD, 0x0203, 0x0204, BOOLEAN_OR_ERROR, 0x027E, FORMULA}

# Kinds of a formula's result that are no number, [MS-XLS] 2.5.133.
RESULT_ERROR, RESULT_BLANK = 2, 3


def survey_xls(content: bytes) -> list[Survey]:
    """All worksheets of an xls workbook, in order. Raises SurveyFailed; TableRefused where it has a password.

    A formula without a result and one whose result is empty text look the same here: both are problems.
    """
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as compound:
            name = next((name for name in XLS_STREAMS if compound.exists(name)), "")
            stream = compound.openstream(name).read()
        return [_survey_sheet(stream, offset, name) for offset, name in _sheets(stream)]
    except (OSError, ValueError, IndexError, struct.error) as error:
        raise SurveyFailed from error


def _records(stream: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    """The records from an offset to the end of that substream: (number, data)."""
    while True:
        number, length = struct.unpack_from("<HH", stream, offset)
        yield number, stream[offset + 4 : offset + 4 + length]
        if number == EOF:
            return
        offset += 4 + length


def _sheets(stream: bytes) -> list[tuple[int, str]]:
    """Offset and name of each worksheet."""
    sheets = []
    for number, data in _records(stream, 0):
        if number == FILEPASS:
            raise TableRefused.because(PROTECTED)
        if number == BEGIN and struct.unpack_from("<H", data)[0] != BIFF8:
            raise TableRefused.because("文件是 Excel 95 或更早的格式；请另存为 .xlsx 再导入")
        if number == BOUNDSHEET and data[5] == 0:
            offset, length, wide = struct.unpack_from("<I", data)[0], data[6], data[7] & 1
            name = data[8 : 8 + length * (1 + wide)].decode("utf-16-le" if wide else "latin-1")
            sheets.append((offset, name))
    return sheets


def _survey_sheet(stream: bytes, offset: int, name: str) -> Survey:
    survey = Survey(name)
    for number, data in _records(stream, offset):
        if number == DIMENSIONS:  # the reader takes memory for all that is declared here
            first_row, after_row, first_column, after_column = struct.unpack_from("<IIHH", data)
            if first_row > after_row or first_column > after_column:
                raise ValueError("a sheet that ends before it begins")
            survey.reach(after_row, after_column)
        elif number in SINGLE_CELLS:
            row, column = struct.unpack_from("<HH", data)
            survey.reach(row + 1, column + 1)
            problem = _problem(number, data)
            if problem:
                survey.add_problem(row + 1, column + 1, problem)
        elif number == MULRK:
            row, _ = struct.unpack_from("<HH", data)
            survey.reach(row + 1, struct.unpack_from("<H", data, len(data) - 2)[0] + 1)
        elif number == MERGED_CELLS:
            for index in range(struct.unpack_from("<H", data)[0]):
                row, _, column, _ = struct.unpack_from("<4H", data, 2 + 8 * index)
                if (row + 1, column + 1) not in survey.problems:
                    survey.add_problem(row + 1, column + 1, MERGED)
    return survey


def _problem(number: int, data: bytes) -> str:
    """Why a cell's value can't be used; empty where it can."""
    if number == BOOLEAN_OR_ERROR and data[7] == 1:
        return ERROR
    if number == FORMULA and data[12:14] == b"\xff\xff":
        return {RESULT_ERROR: ERROR, RESULT_BLANK: UNCALCULATED}.get(data[6], "")
    return ""
