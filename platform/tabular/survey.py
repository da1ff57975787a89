"""What the reader of spreadsheets does not tell: how far a sheet reaches, and cells without a usable value.

calamine gives an empty cell for an error, for a formula that was never calculated and for the covered part
of a merged range, and takes memory for the whole rectangle up to the last cell. So each sheet is walked
through first, as a stream, in bounded memory.
"""

import io
import re
import zipfile
from dataclasses import dataclass, field
from functools import cache
from xml.etree import ElementTree
from xml.parsers import expat

from tabular.cells import ERROR, ERROR_TEXT
from tabular.faults import TableRefused
from tabular.glance import NotPlain, glance_at

MAXIMUM_INDEX_BYTES = 5_000_000
MOST_PROBLEMS = 200_000

UNCALCULATED = "公式没有计算结果；请改填数值（复制后选择性粘贴为数值）"
MERGED = "单元格与其他单元格合并；请取消合并，逐行逐列填写"
EMPTY_STRING_TYPE = "str"
LETTERS = re.compile("[A-Z]{1,3}")


class SurveyFailed(Exception):
    """A workbook whose inside is not as its format prescribes; the reason is the cause or the text."""


@dataclass
class Survey:
    """One sheet. Rows and columns are counted from 1.

    last_row, last_column: the furthest cell that holds something (0 where none does).
    problems: (row, column) → why the cell there can't be used, in Chinese.
    """

    name: str
    last_row: int = 0
    last_column: int = 0
    problems: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def area(self) -> int:
        """Number of cells that reading this sheet takes memory for."""
        return self.last_row * self.last_column

    def reach(self, row: int, column: int) -> None:
        """Notes that a cell holds something."""
        if row > self.last_row:
            self.last_row = row
        if column > self.last_column:
            self.last_column = column

    def add_problems(self, rows: range, columns: range, problem: str) -> None:
        """Notes why the cells of a rectangle can't be used. Raises TableRefused when there are too many."""
        if len(self.problems) + len(rows) * len(columns) > MOST_PROBLEMS:
            raise TableRefused.because(
                f"工作表“{self.name}”中的错误值、未计算的公式和合并单元格超过 {MOST_PROBLEMS} 处；"
                "请整理后再导入"
            )
        self.problems.update({(row, column): problem for row in rows for column in columns})

    def add_problem(self, row: int, column: int, problem: str) -> None:
        """Notes why one cell can't be used."""
        self.add_problems(range(row, row + 1), range(column, column + 1), problem)


def survey_xlsx(content: bytes) -> list[Survey]:
    """All worksheets of an xlsx workbook (ECMA-376 part 1, 18.3), in order. Raises SurveyFailed."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [
                _glance(name, archive, part) or _XlsxSheet(name).read(archive, part)
                for name, part in _parts_of_sheets(archive)
            ]
    except (expat.ExpatError, ElementTree.ParseError, zipfile.BadZipFile, LookupError, ValueError) as error:
        raise SurveyFailed from error


def survey_ods(content: bytes) -> list[Survey]:
    """All sheets of an OpenDocument spreadsheet (ODF 1.3 part 3, 9.1), in order. Raises SurveyFailed."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _OdsDocument().read(archive)
    except (zipfile.BadZipFile, expat.ExpatError, LookupError, ValueError) as error:
        raise SurveyFailed from error


def column_letters(column: int) -> str:
    """The letters that a spreadsheet shows above a column: 1 → A, 27 → AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _parts_of_sheets(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Names of the worksheets with the parts of the package that hold them."""
    relations = {
        relation.get("Id", ""): relation for relation in _index(archive, "xl/_rels/workbook.xml.rels").iter()
    }
    parts = []
    for element in _index(archive, "xl/workbook.xml").iter():
        if _local(element.tag) != "sheet":
            continue
        identifier = next((value for key, value in element.items() if key.endswith("}id")), "")
        relation = relations[identifier]
        if relation.get("Type", "").endswith("/worksheet"):
            target = relation.get("Target", "")
            part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            parts.append((element.get("name", ""), part))
    return parts


def _index(archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    """A small part of the package as a tree."""
    if archive.getinfo(part).file_size > MAXIMUM_INDEX_BYTES:
        raise ValueError(f"{part} is too large")
    return ElementTree.fromstring(archive.read(part))


def _local(tag: str) -> str:
    """An element's or attribute's name without its namespace or prefix."""
    return tag.rpartition("}")[2].rpartition(":")[2]


def _glance(name: str, archive: zipfile.ZipFile, part: str) -> Survey | None:
    """The survey of a plain worksheet; None for one that has to be walked through."""
    survey = Survey(name)
    try:
        with archive.open(part) as stream:
            seen = glance_at(stream)
    except NotPlain:
        return None
    survey.reach(seen.last_row, max(map(_column_number, seen.columns), default=0))
    for first in dict.fromkeys(seen.merged):
        survey.add_problem(*_position(first), MERGED)
    return survey


def _walk(archive: zipfile.ZipFile, part: str, listener: "_XlsxSheet | _OdsDocument") -> None:
    """Streams a part of the package through a listener's parser."""
    listener.parser.StartElementHandler = listener.start
    listener.parser.EndElementHandler = listener.end
    with archive.open(part) as stream:
        listener.parser.ParseFile(stream)


class _XlsxSheet:
    """Listens to a worksheet: `row`, `c` (cell), `f` (formula), `v` (value), `is` (text), `mergeCell`."""

    def __init__(self, name: str) -> None:
        self.survey = Survey(name)
        self.row = self.column = 0
        self.type = ""
        self.filled = self.formula = self.calculated = self.in_value = False
        self.parser = expat.ParserCreate()

    def read(self, archive: zipfile.ZipFile, part: str) -> Survey:
        _walk(archive, part, self)
        return self.survey

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag if ":" not in tag else _local(tag)
        if tag == "c":
            self._start_cell(attributes)
        elif tag == "v" or tag == "is":
            self.filled = True
        elif tag == "f":
            self.formula = True
            self.parser.CharacterDataHandler = self._hear_value
        elif tag == "row":
            self.row = int(attributes["r"]) if "r" in attributes else self.row + 1
            self.column = 0
        elif tag == "mergeCell":
            first, _, last = attributes["ref"].partition(":")
            if last and first != last:
                self._merged(*_position(first))
        if self.formula:
            self.in_value = tag == "v"

    def _merged(self, row: int, column: int) -> None:
        if (row, column) not in self.survey.problems:
            self.survey.add_problem(row, column, MERGED)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if "r" in attributes:
            self.row, self.column = _position(attributes["r"])
        else:
            self.column += 1
        self.type = attributes.get("t", "")
        self.filled = self.formula = self.calculated = False

    def _hear_value(self, text: str) -> None:
        if self.in_value and text.strip():
            self.calculated = True

    def end(self, tag: str) -> None:
        if tag != "c" and not tag.endswith(":c"):
            return
        if self.filled or self.formula:
            self.survey.reach(self.row, self.column)
        if self.type == "e":
            self.survey.add_problem(self.row, self.column, ERROR)
        elif self.formula and not self.calculated and self.type != EMPTY_STRING_TYPE:
            self.survey.add_problem(self.row, self.column, UNCALCULATED)
        if self.formula:
            self.parser.CharacterDataHandler = None
            self.formula = False


def _position(reference: str) -> tuple[int, int]:
    """`C5` → (5, 3)."""
    letters = reference.rstrip("0123456789")
    return int(reference[len(letters) :]), _column_number(letters)


@cache
def _column_number(letters: str) -> int:
    """`A` → 1, `AA` → 27."""
    if not LETTERS.fullmatch(letters):
        raise ValueError(f"{letters} is no column")
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


class _OdsDocument:
    """Listens to content.xml: `table`, `table-row`, `table-cell` and how often each is repeated."""

    def __init__(self) -> None:
        self.sheets: list[Survey] = []
        self.rows = range(0)
        self.next_row = self.next_column = 1
        self.columns = range(0)
        self.in_row = False
        self.parser = expat.ParserCreate()

    def read(self, archive: zipfile.ZipFile) -> list[Survey]:
        _walk(archive, "content.xml", self)
        return self.sheets

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table":
            self.sheets.append(Survey(attributes.get("table:name", "")))
            self.next_row = 1
        elif tag == "table:table-row":
            after = self.next_row + int(attributes.get("table:number-rows-repeated", "1"))
            self.rows = range(self.next_row, after)
            self.next_row, self.next_column = after, 1
            self.in_row = True
        elif self.in_row and tag in ("table:table-cell", "table:covered-table-cell"):
            self._cell(attributes)

    def end(self, tag: str) -> None:
        if tag == "table:table-row":
            self.in_row = False
        elif tag == "table:table-cell":
            self.parser.CharacterDataHandler = None

    def _hear_result(self, text: str) -> None:
        """An error is shown as text, and not every program marks it as one."""
        if ERROR_TEXT.fullmatch(text.strip()):
            self.sheets[-1].add_problems(self.rows, self.columns, ERROR)

    def _cell(self, attributes: dict[str, str]) -> None:
        after = self.next_column + int(attributes.get("table:number-columns-repeated", "1"))
        self.columns = range(self.next_column, after)
        self.next_column = after
        formula = "table:formula" in attributes
        typed = "office:value-type" in attributes
        if not (formula or typed):
            return
        sheet = self.sheets[-1]
        sheet.reach(self.rows[-1], self.columns[-1])
        if formula:
            self.parser.CharacterDataHandler = self._hear_result
        if not typed:
            sheet.add_problems(self.rows, self.columns, UNCALCULATED)
        elif _spans(attributes):
            sheet.add_problems(self.rows, self.columns, MERGED)


def _spans(attributes: dict[str, str]) -> bool:
    return any(
        attributes.get(f"table:number-{direction}-spanned", "1") != "1" for direction in ("rows", "columns")
    )
