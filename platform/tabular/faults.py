"""What is wrong with a file, told by row and column to the person who has to mend it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    row: the row's number as the spreadsheet shows it; None where the fault is not in one row.
    column: the column's name as people see it; empty where the fault is not in one column.
    problem: what is wrong and what is allowed, in Chinese.
    sheet: the sheet's name; empty where a file is read for one sheet alone.
    """

    row: int | None
    column: str
    problem: str
    sheet: str = ""

    def __str__(self) -> str:
        place = [f"工作表“{self.sheet}”"] if self.sheet else []
        if self.row is not None:
            place.append(f"第 {self.row} 行")
        if self.column:
            place.append(f"列“{self.column}”")
        return f"{'，'.join(place)}：{self.problem}" if place else self.problem


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a table stands in its file, so that a fault can be shown on its cell.

    sheet: the sheet's name, empty for csv. header_row: from 1. columns: the names that faults print → number of
    the sheet's column, from 1.
    """

    sheet: str
    header_row: int
    columns: dict[str, int] = field(default_factory=dict)


class FaultList(Exception):
    """All faults of one file, gathered one by one and raised together.

    Printed in the order of rows, sheet after sheet, a line each, `MOST_LINES` of them at most.
    """

    def __init__(self, faults: Iterable[Fault] = (), names: dict[str, str] | None = None) -> None:
        """names: column code → the name that people see, for faults added by code."""
        super().__init__()
        self._faults = list(faults)
        self._names = names or {}
        self._sheet = ""

    def add(self, row: int | None, column: str, problem: str) -> None:
        """Adds a fault; `column` is a column's code, or a name to be printed as it stands."""
        self._faults.append(Fault(row, self._names.get(column, column), problem, self._sheet))

    def extend(self, faults: Iterable[Fault]) -> None:
        """Adds faults that were found elsewhere."""
        self._faults.extend(faults)

    def place_in(self, sheet: str) -> None:
        """Names the sheet in all faults gathered so far, and in those to come."""
        self._sheet = sheet
        self._faults = [replace(fault, sheet=sheet) for fault in self._faults]

    def __iter__(self) -> Iterator[Fault]:
        sheets = list(dict.fromkeys(fault.sheet for fault in self._faults))
        return iter(sorted(self._faults, key=lambda fault: (sheets.index(fault.sheet), fault.row or 0)))

    def __len__(self) -> int:
        return len(self._faults)

    def __str__(self) -> str:
        lines = [str(fault) for fault in self]
        if len(lines) > MOST_LINES:
            lines = [*lines[:MOST_LINES], f"……另有 {len(lines) - MOST_LINES} 处问题未列出，请先改正以上各处"]
        return "\n".join(lines)


class TableRefused(FaultList):
    """A file is refused as a whole; nothing of it is used.

    layout: where the table stands in the file; None where no table was found.
    """

    layout: Layout | None = None

    @property
    def rows(self) -> int:
        """How many rows have a fault."""
        return len({fault.row for fault in self._faults if fault.row is not None})

    @classmethod
    def because(cls, problem: str) -> "TableRefused":
        """A refusal for one reason that lies in the file as a whole."""
        return cls([Fault(None, "", problem)])
