"""What the ledger's tests share: importing a few lines of csv, and what is said of them."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from ledger.imports.event_columns import FIXED
from ledger.imports.report import Importer, ImportReport
from tabular import TableRefused
from units.models import Person, Unit

EVENT_HEADER = "事件号,日期,事项,对象,角色,级别,数量,名次,总数,同一事项,依据,说明,form\n"
EVENT_CODES = [column.code for column in FIXED] + ["form"]

Rows = Callable[..., bytes]


def csv_of(text: str) -> BytesIO:
    return BytesIO(text.encode())


@pytest.fixture
def row() -> Callable[..., str]:
    """A line of an events file; what is not said is 1001, late on 5 May, in event E1."""

    def line(**values: Any) -> str:
        words = {"event_no": "E1", "date": "2025-05-05", "item": "B102", "subject": "1001"} | values
        return ",".join(str(words.get(code, "")) for code in EVENT_CODES) + "\n"

    return line


@pytest.fixture
def events(bureau: Unit, bureau_people: dict[str, Person]) -> Callable[..., ImportReport]:
    """Imports lines of events into 某局."""
    from ledger.imports.events import import_events

    def run(*lines: str, **options: Any) -> ImportReport:
        return import_events(bureau, csv_of(EVENT_HEADER + "".join(lines)), filename="events.csv", **options)

    return run


@pytest.fixture
def refusal(events: Callable[..., ImportReport]) -> Callable[..., str]:
    """What is said when lines of events are refused."""

    def run(*lines: str) -> str:
        with pytest.raises(TableRefused) as refused:
            events(*lines)
        return str(refused.value)

    return run


@pytest.fixture
def imported(bureau: Unit, bureau_people: dict[str, Person]) -> Callable[..., ImportReport]:
    """Imports a text of csv into 某局 by an importer."""

    def run(importer: Importer, text: str, **options: Any) -> ImportReport:
        return importer(bureau, csv_of(text), filename="file.csv", **options)

    return run


@pytest.fixture
def refused(imported: Callable[..., ImportReport]) -> Callable[..., str]:
    """What is said when a text of csv is refused by an importer."""

    def run(importer: Importer, text: str) -> str:
        with pytest.raises(TableRefused) as caught:
            imported(importer, text)
        return str(caught.value)

    return run
