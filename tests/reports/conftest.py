"""A reckoned year of 某局, for tests that print from the database."""

from collections.abc import Callable
from io import BytesIO

import pytest

from assessments.models import Run
from assessments.reckoning import reckon
from ledger.imports.events import import_events
from reports.issuing import Issue, issues_of
from reports.printing import Job, Order, prepared
from units.models import Person, Unit

EVENTS = """事件号,日期,事项,对象,级别,情形
E1,2025-03-03,B601,1001,municipal,
E2,2025-04-07,B401,1001,,late
E3,2025-05-06,V1,1002,,
"""
LATER = """事件号,日期,事项,对象,级别,情形
E4,2025-06-03,B401,1001,,late
"""


@pytest.fixture
def year(bureau: Unit, bureau_people: dict[str, Person]) -> Run:
    """某局's year with three events, reckoned."""
    import_events(bureau, BytesIO(EVENTS.encode()), filename="events.csv")
    return reckon(bureau, "2025")


@pytest.fixture
def corrected(year: Run) -> Callable[[], Run]:
    """Reckons the year again with one more event, of 1001."""

    def again() -> Run:
        import_events(year.unit, BytesIO(LATER.encode()), filename="later.csv")
        return reckon(year.unit, "2025")

    return again


@pytest.fixture
def ordered(year: Run) -> Callable[..., tuple[Job, list[Issue]]]:
    """Prepares the annual forms of some numbers, of all where none is named."""

    def order(*nos: str) -> tuple[Job, list[Issue]]:
        job = prepared(year.unit, Order("annual", "2025", nos=nos))
        return job, issues_of(job)

    return order
