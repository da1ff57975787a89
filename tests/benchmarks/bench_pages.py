"""Queries and server time of every page, on a unit of 400 items, 300 people and 100,000 events.

`PYTHONPATH=platform:. .venv/bin/python tests/benchmarks/bench_pages.py [--people N] [--events N] [--items N]`
makes the unit in a database of its own in a temporary folder (`make bench-pages DB=postgres`: on PostgreSQL), asks
each page once unmeasured, then three times, and prints the queries, the medians of the time and of the processor's
time, which other work on the machine does not lengthen (SQLite works within the process, PostgreSQL does not), and
the size of the page. Pages are all addresses of the site that an account with every role is shown, each list
searched, and by each of its filters.
"""

import argparse
import logging
import os
import statistics
import sys
import tempfile
import time
from typing import TYPE_CHECKING, NamedTuple

from units.reach import everywhere

if TYPE_CHECKING:
    from django.test import Client

MEASURED = 3
MOST_QUERIES, MOST_MILLISECONDS = 25, 500


@everywhere("a benchmark is the operator's")
def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=400)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--only", default="", help="only pages whose name holds this text")
    parser.add_argument(
        "--slowest", type=int, help="print only so many pages, those with most processor time"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GONGGUO_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        import django

        django.setup()
        measure(arguments)


class Measured(NamedTuple):
    """What a page takes: queries, medians of milliseconds by the clock and of processor time, bytes."""

    name: str
    queries: int
    wall: float
    processor: float
    size: int

    def __str__(self) -> str:
        took = f"{self.queries:3} queries {self.wall:6.0f} ms ({self.processor:4.0f} of processor)"
        return f"{self.name:44} {took} {self.size // 1024:4} KB"

    @property
    def is_over(self) -> bool:
        return self.queries > MOST_QUERIES or self.wall > MOST_MILLISECONDS


def say(text: str) -> None:
    """A line of the report, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def measure(arguments: argparse.Namespace) -> None:
    """Makes the unit and measures the pages as an account with every role in it sees them."""
    from django.core.management import call_command

    from tests.large_unit import large_unit
    from tests.pages_measured import addresses, clerk_of_all, filters_on, is_page

    logging.disable(logging.WARNING)
    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    unit, _ = large_unit(arguments.items, arguments.people, arguments.events)
    say(f"made and reckoned in {time.perf_counter() - began:.1f} s")
    client = clerk_of_all(unit)
    found, others = [], []
    waiting = [pair for pair in addresses(unit).items() if arguments.only in pair[0]]
    while waiting:
        name, address = waiting.pop(0)
        response = client.get(address)
        if not is_page(response):
            others.append(name)
            continue
        if name.endswith("_changelist"):
            waiting = [*filters_on(name, address, response), *waiting]
        found.append(_measured(client, name, address))
        if not arguments.slowest:
            say(str(found[-1]))
    for page in sorted(found, key=lambda page: -page.processor)[: arguments.slowest or 0]:
        say(str(page))
    say(f"{len(found)} pages; no pages but downloads and posts: {len(others)}")
    say(f"over {MOST_QUERIES} queries or {MOST_MILLISECONDS} ms: ")
    say("\n".join(str(page) for page in found if page.is_over) or "none")


def _measured(client: "Client", name: str, address: str) -> Measured:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        size = len(client.get(address).content)
    count = len(queries)
    walls, processor = [], []
    for _ in range(MEASURED):
        began, worked = time.perf_counter(), time.process_time()
        client.get(address)
        walls.append(1000 * (time.perf_counter() - began))
        processor.append(1000 * (time.process_time() - worked))
    return Measured(name, count, statistics.median(walls), statistics.median(processor), size)


if __name__ == "__main__":
    main()
