"""Finds the header of a table under whatever titles stand above it, and checks the columns that it names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tabular.cells import Cell, is_empty
from tabular.columns import Column, fold_name, list_names, recognise
from tabular.faults import Fault, TableRefused

ENOUGH_NAMES = 2
# A column that counts the rows, as most tables have: nothing is read from it.
COUNTING = frozenset({"序号"})


@dataclass(frozen=True)
class Header:
    """Where the header stands.

    row: its number, from 1. columns: number of a sheet's column, from 1 → the column that it holds. counting:
    numbers of the columns that only count the rows.
    """

    row: int
    columns: dict[int, Column]
    counting: frozenset[int] = frozenset()


def find_header(
    rows: Iterable[Sequence[Cell]], columns: Sequence[Column], known: dict[str, Column]
) -> Header | None:
    """The first row that names two columns (or all of them, where only one exists or is required), checked.

    known: folded names, as `tabular.columns.names_of` gives them. None where no row is a header.
    Raises TableRefused for a header with unknown, repeated or missing columns, naming each.
    """
    required = {column.code for column in columns if column.required}
    for number, cells in enumerate(rows, start=1):
        headings = {
            place: str(cell).strip() for place, cell in enumerate(cells, start=1) if not is_empty(cell)
        }
        named = {place: column for place, text in headings.items() if (column := recognise(text, known))}
        codes = {column.code for column in named.values()}
        if len(codes) >= min(ENOUGH_NAMES, len(columns)) or (required and required <= codes):
            counting = {p for p, text in headings.items() if p not in named and fold_name(text) in COUNTING}
            _check(number, {p: t for p, t in headings.items() if p not in counting}, named, columns)
            return Header(number, named, frozenset(counting))
    return None


def _check(row: int, headings: dict[int, str], named: dict[int, Column], columns: Sequence[Column]) -> None:
    offered = list_names(column for column in columns if not column.tolerated_when_empty)
    faults = [
        Fault(row, text, f"不认识这一列；不需要的列请删除，可用的列：{offered}")
        for place, text in headings.items()
        if place not in named
    ]
    present = list(named.values())
    for column in columns:
        if present.count(column) > 1:
            faults.append(Fault(row, column.name, "这一列出现了不止一次；请只保留一列"))
        if column.required and column not in present:
            faults.append(
                Fault(row, column.name, f"缺少这一列；请补上{column.meant and f'（{column.meant}）'}")
            )
    if faults:
        raise TableRefused(faults)
