"""Reads a table from a spreadsheet: finds its header, cleans its cells, tells what is wrong where."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from tabular.cells import CLEANERS, Cell, CellRefused, Value, fold, is_empty
from tabular.columns import Column, fold_name, list_names, names_of
from tabular.faults import FaultList, Layout, TableRefused
from tabular.guard import MAXIMUM_FILE_BYTES, check_content, ending_of
from tabular.header import Header, find_header
from tabular.sheets import OpenSheet, open_sheets
from tabular.survey import MERGED, column_letters

TOTALS = re.compile(
    "(本页|本表|本部门|本单位)?((合计|总计|小计|累计|共计):?|(合计|总计|小计|累计|共计|共):?[0-9]+[人件项次条个份票])"
)
# Who filled in a table and who checked it stands below it, and notes do.
SIGNED = re.compile(
    r"(制表|填表|填报|审核|复核|负责|经办|分管领导|单位)(人|单位|日期|时间|负责人)?(\(?(签字|签名|盖章)\)?)?:.*"
)
NOTES = re.compile("(注|备注|说明|填表说明|注意)[0-9]?:.*")
NOT_USED = "本办法不使用此列；请留空或删除此列"
MISSING = "不能为空；请填写"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: `row["code"]` is the clean value of that column, None where it is empty or absent.
    Its type follows the column's kind: str, date, Decimal, int or bool.

    number: the row's number as the spreadsheet shows it, from 1.
    faulty: codes of the cells that were refused (their value is None); a fault stands for each already.
    """

    number: int
    faulty: frozenset[str]
    _values: tuple[Value | None, ...]
    _places: dict[str, int]

    def __getitem__(self, code: str) -> Any:
        return self._values[self._places[code]]

    def with_value(self, code: str, value: Value | None) -> "Row":
        """The row with another value in one column."""
        values = list(self._values)
        values[self._places[code]] = value
        return replace(self, _values=tuple(values))


@dataclass
class Table:
    """What was read. Importers add what they find to `faults` and call `raise_if_faulty` before using a row.

    columns_present: codes of the columns in the header, without those that are tolerated when empty.
    sheet: the sheet's name (empty for csv). header_row: the header's row number.
    sha256: hexadecimal digest of the file's bytes.
    """

    sha256: str
    sheet: str
    header_row: int
    columns_present: frozenset[str]
    faults: TableRefused
    rows: list[Row] = field(default_factory=list)

    def raise_if_faulty(self) -> None:
        """Raises the faults gathered so far, as one TableRefused; does nothing when there are none."""
        if len(self.faults):
            raise self.faults


def read_table(
    source: Path | BinaryIO, columns: Sequence[Column], *, filename: str = "", limit: int = 100_000
) -> Table:
    """Reads the sheet of an xlsx, xls, ods or csv file that holds a table with these columns.

    filename: the name that people know the file by; needed where `source` is a stream.
    limit: the most rows of data that are read.
    Empty rows and total rows (合计, 总计, 小计) are passed over. Faults of cells stand in the table's
    `faults`, so that an importer can add its own before all are raised.
    Raises TableRefused for a file that is no readable table: empty, broken, protected, too large, of another
    kind, without a header or rows, with unknown, repeated or missing columns.
    """
    known = names_of(columns)
    ending = ending_of(filename or (source.name if isinstance(source, Path) else ""))
    content = _content_of(source)
    check_content(content, ending)
    sheet, header = _only_table(list(open_sheets(content, ending)), columns, known)
    return _read_rows(sheet, header, columns, limit, hashlib.sha256(content).hexdigest())


def _only_table(
    sheets: Sequence[OpenSheet], columns: Sequence[Column], known: dict[str, Column]
) -> tuple[OpenSheet, Header]:
    """The sheet that holds the table, and its header.

    Other sheets may hold what is not asked for, also tables of another kind. Raises TableRefused where none has a
    header that will do, and where two have rows: which one is meant, the file doesn't say.
    """
    first_refused: TableRefused | None = None
    found: list[tuple[OpenSheet, Header]] = []
    for sheet in sheets:
        try:
            header = find_header(sheet.rows(), columns, known)
        except TableRefused as refused:
            refused.layout = Layout(sheet.name, next(fault.row or 1 for fault in refused))
            if len(sheets) > 1:
                refused.place_in(sheet.name)
            first_refused = first_refused or refused
            continue
        if header is not None:
            found.append((sheet, header))
    filled = [(sheet, header) for sheet, header in found if len(found) == 1 or _has_rows(sheet, header)]
    if len(filled) > 1:
        names = "、".join(f"“{sheet.name}”" for sheet, _ in filled)
        raise TableRefused.because(f"工作表{names}里都有数据；请合并到一张工作表，或者各存为一个文件分别导入")
    if filled or found:
        return (filled or found)[0]
    if first_refused is not None:
        raise first_refused
    used = [column for column in columns if not column.tolerated_when_empty]
    raise TableRefused.because(f"没有找到表头；表头应含有这些列：{list_names(used)}")


def _has_rows(sheet: OpenSheet, header: Header) -> bool:
    reader = _RowReader(header, [], sheet.problems, TableRefused())
    return any(
        number > header.row and not reader.is_passed_over(reader.filled(number, cells))
        for number, cells in enumerate(sheet.rows(), start=1)
    )


def read_workbook(
    source: Path | BinaryIO,
    layout: Mapping[str, Sequence[Column]],
    *,
    filename: str = "",
    limit: int = 10_000,
) -> tuple[dict[str, Table], list[str]]:
    """The tables of a workbook whose sheets are known by name, and the names of its other sheets that hold something.

    layout: sheet's name → its columns; its order is the order of the tables. A sheet that is absent or empty is
    not among the tables, one with a header alone is a table without rows. limit: the most rows of one sheet.
    Faults of cells stand in the tables' `faults`, each with the sheet's name. Raises TableRefused for a file
    that is no readable workbook, and for sheets without a header or with one that is wrong.
    """
    ending = ending_of(filename or (source.name if isinstance(source, Path) else ""))
    content = _content_of(source)
    check_content(content, ending)
    digest = hashlib.sha256(content).hexdigest()
    known = {fold_name(name): name for name in layout}
    found: dict[str, Table] = {}
    faults, others = TableRefused(), []
    for sheet in open_sheets(content, ending):
        name = known.get(fold_name(sheet.name))
        if all(is_empty(cell) for cells in sheet.rows() for cell in cells):
            continue
        if name is None:
            others.append(sheet.name)
            continue
        try:
            found[name] = _read_sheet(sheet, layout[name], limit, digest)
        except TableRefused as refused:
            faults.extend(replace(fault, sheet=name) for fault in refused)
    if len(faults):
        raise faults
    return {name: found[name] for name in layout if name in found}, others


def _read_sheet(sheet: OpenSheet, columns: Sequence[Column], limit: int, digest: str) -> Table:
    header = find_header(sheet.rows(), columns, names_of(columns))
    if header is None:
        raise TableRefused.because(f"没有找到表头；表头应含有这些列：{list_names(columns)}")
    table = _read_rows(sheet, header, columns, limit, digest, may_be_empty=True)
    table.faults.place_in(sheet.name)
    return table


def _content_of(source: Path | BinaryIO) -> bytes:
    """The file's bytes, one more than may be at most."""
    if isinstance(source, Path):
        with source.open("rb") as stream:
            return stream.read(MAXIMUM_FILE_BYTES + 1)
    return source.read(MAXIMUM_FILE_BYTES + 1)


def _read_rows(
    sheet: OpenSheet,
    header: Header,
    columns: Sequence[Column],
    limit: int,
    digest: str,
    may_be_empty: bool = False,
) -> Table:
    used = [column for column in columns if not column.tolerated_when_empty]
    present = frozenset(column.code for column in header.columns.values() if not column.tolerated_when_empty)
    faults = TableRefused(names={column.code: column.name for column in columns})
    faults.layout = Layout(sheet.name, header.row, {c.name: place for place, c in header.columns.items()})
    table = Table(digest, sheet.name, header.row, present, faults)
    reader = _RowReader(header, used, sheet.problems, faults)
    for number, cells in enumerate(sheet.rows(), start=1):
        if number <= header.row:
            continue
        filled = reader.filled(number, cells)
        if reader.is_passed_over(filled):
            continue
        if len(table.rows) == limit:
            raise TableRefused.because(f"数据超过 {limit} 行；请分成几个文件导入")
        table.rows.append(reader.read(number, filled))
    if not table.rows and not may_be_empty:
        raise TableRefused.because("只有表头，没有数据；请填写后再导入")
    return table


Filled = Sequence[tuple[int, Cell]]


class _RowReader:
    """Turns the cells of a row into clean values, and what is wrong with them into faults.

    Cells of one column say the same again and again: what was clean once is remembered by what stood there.
    """

    def __init__(
        self, header: Header, used: list[Column], problems: dict[tuple[int, int], str], faults: FaultList
    ) -> None:
        self.header = header
        self.problems = problems
        self.rows_with_problems = {row for row, _ in problems}
        self.faults = faults
        self.places = {column.code: place for place, column in enumerate(used)}
        self.used = used
        self.required = [(self.places[column.code], column.code) for column in used if column.required]
        self.without_heading: set[int] = set()
        self.cleaned: dict[int, dict[Any, Value | None]] = {number: {} for number in header.columns}
        self.below_tables: dict[str, bool] = {}

    def filled(self, row: int, cells: Sequence[Cell]) -> Filled:
        """The cells of a row that hold something, usable or not, with the numbers of their columns from 1."""
        if row in self.rows_with_problems:
            return [
                (number, cell)
                for number, cell in enumerate(cells, start=1)
                if not is_empty(cell) or self.problems.get((row, number), MERGED) != MERGED
            ]
        # As `is_empty` says, which a call for each cell would take longer to ask than all else here.
        return [
            (number, cell)
            for number, cell in enumerate(cells, start=1)
            if cell is not None and (not isinstance(cell, str) or cell[:1].isalnum() or fold(cell))
        ]

    def is_passed_over(self, filled: Filled) -> bool:
        """Whether a row is empty, a total, or what stands below a table: signatures and notes."""
        if all(number in self.header.counting for number, _ in filled):
            return True
        _, cell = filled[0]
        if not isinstance(cell, str):
            return False
        if cell not in self.below_tables:
            begins = fold_name(cell)
            self.below_tables[cell] = any(pattern.fullmatch(begins) for pattern in (TOTALS, SIGNED, NOTES))
        return self.below_tables[cell]

    def read(self, row: int, filled: Filled) -> Row:
        faulty = set()
        values: list[Value | None] = [None] * len(self.used)
        for number, cell in filled:
            column = self.header.columns.get(number)
            if number in self.header.counting:
                continue
            if column is None:
                self._refuse_without_heading(row, number)
            elif column.tolerated_when_empty:
                self.faults.add(row, column.code, NOT_USED)
            else:
                try:
                    values[self.places[column.code]] = self._clean(row, number, column, cell)
                except CellRefused as refusal:
                    self.faults.add(row, column.code, str(refusal))
                    faulty.add(column.code)
        for place, code in self.required:
            if values[place] is None and code not in faulty:
                self.faults.add(row, code, MISSING)
                faulty.add(code)
        return Row(row, frozenset(faulty), tuple(values), self.places)

    def _clean(self, row: int, number: int, column: Column, cell: Cell) -> Value | None:
        if row in self.rows_with_problems and (row, number) in self.problems:
            raise CellRefused(self.problems[row, number])
        # 1, 1.0 and True are equal, and are not the same on a sheet.
        key = cell if isinstance(cell, str) else (type(cell), cell)
        cleaned = self.cleaned[number]
        if key not in cleaned:
            empty = column.empty_words and isinstance(cell, str) and fold(cell) in column.empty_words
            cleaned[key] = None if empty else CLEANERS[column.kind](cell)
        return cleaned[key]

    def _refuse_without_heading(self, row: int, number: int) -> None:
        if number not in self.without_heading:
            self.without_heading.add(number)
            self.faults.add(row, column_letters(number), "此列没有列名却有内容；请补上列名，或删除其内容")
