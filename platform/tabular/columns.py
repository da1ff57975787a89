"""What a table may hold: its columns, and how their names are recognised in a header."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "name", "code", "date", "decimal", "integer", "boolean", "verbatim"]

NOTE_IN_BRACKETS = re.compile(r"(\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】)$")


@dataclass(frozen=True)
class Column:
    """One column that a table may have.

    code: the name that programs use; also accepted in a header.
    name: the Chinese name that people see; faults speak of it.
    kind: how its cells are read (see `tabular.cells`).
    required: the header must hold it and every row must fill it.
    aliases: further names that a header may use.
    tolerated_when_empty: the column may stand in the file, but a cell of it that holds something is a fault.
    empty_words: what people write for an empty cell (至今), in half width.
    meant: what it holds, for a column that no sheet has by itself; said where it is missing.
    """

    code: str
    name: str
    kind: Kind = "text"
    required: bool = False
    aliases: tuple[str, ...] = ()
    tolerated_when_empty: bool = False
    empty_words: tuple[str, ...] = ()
    meant: str = ""

    def __post_init__(self) -> None:
        if self.required and self.tolerated_when_empty:
            raise ValueError(f"column {self.code!r} can't be both required and tolerated only when empty")


def fold_name(name: str) -> str:
    """A column's name as it is compared: half width, lower case, without white space and asterisks."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split()).strip("*")


def names_of(columns: Sequence[Column]) -> dict[str, Column]:
    """Every folded name, code and alias → its column. Raises ValueError where two columns share one."""
    known: dict[str, Column] = {}
    for column in columns:
        for name in (column.code, column.name, *column.aliases):
            if known.setdefault(fold_name(name), column) is not column:
                raise ValueError(f"two columns are called {name!r}: give one of them another name")
    return known


def recognise(heading: str, known: dict[str, Column]) -> Column | None:
    """The column that a header cell names, also as `工号*` or `工号（必填）`; None where it names none."""
    folded = fold_name(heading)
    return known.get(folded) or known.get(NOTE_IN_BRACKETS.sub("", folded).strip("*"))


def list_names(columns: Iterable[Column]) -> str:
    """The Chinese names of columns, as they stand in a message."""
    return "、".join(column.name for column in columns)
