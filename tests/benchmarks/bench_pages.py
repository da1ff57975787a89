"""Queries and server time of every page, on a unit of 400 items, 300 people and 100,000 events.

`PYTHONPATH=platform:. .venv/bin/python tests/benchmarks/bench_pages.py [--people N] [--events N] [--items N]`
makes the unit in a database of its own in a temporary folder, asks each page twice unmeasured, then five times,
and prints the queries, the medians of the time and of the processor's time, which other work on the machine does
not lengthen (SQLite works within the process), and the size of the page.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time

from units.reach import everywhere

MEASURED = 5
MOST_QUERIES, MOST_MILLISECONDS = 25, 500


@everywhere("a benchmark is the operator's")
def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=400)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--only", default="", help="only pages whose name holds this text")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GONGGUO_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        import django

        django.setup()
        measure(arguments)


def say(text: str) -> None:
    """A line of the report, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def measure(arguments: argparse.Namespace) -> None:
    """Makes the unit and measures the pages as a scheme administrator of it sees them."""
    from django.core.management import call_command
    from django.test import Client

    from tests.large_unit import large_unit
    from tests.pages_measured import addresses
    from units.models import Account, Membership

    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    unit, run = large_unit(arguments.items, arguments.people, arguments.events)
    say(f"made and reckoned in {time.perf_counter() - began:.1f} s")
    account = Account.objects.create(username="clerk")
    Membership.objects.create(account=account, unit=unit, role=Membership.Role.SCHEME_ADMIN)
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(account, backend="units.backends.RoleBackend")
    over = []
    for name, address in addresses(unit, run).items():
        if arguments.only in name:
            over += _page(client, name, address)
    say(f"over the limits: {'、'.join(over) or 'none'}")


def _page(client: object, name: str, address: str) -> list[str]:
    """Measures one page and prints it; its name where it is over a limit."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    status = client.get(address).status_code  # type: ignore[attr-defined]
    if status == 403:  # the operator's
        return []
    with CaptureQueriesContext(connection) as queries:
        size = len(client.get(address).content)  # type: ignore[attr-defined]
    count = len(queries)
    walls, processor = [], []
    for _ in range(MEASURED):
        began, worked = time.perf_counter(), time.process_time()
        client.get(address)  # type: ignore[attr-defined]
        walls.append(1000 * (time.perf_counter() - began))
        processor.append(1000 * (time.process_time() - worked))
    wall, busy = statistics.median(walls), statistics.median(processor)
    say(f"{name:34} {count:3} queries {wall:6.0f} ms ({busy:.0f} of processor) {size // 1024} KB")
    return [name] if status != 200 or count > MOST_QUERIES or busy > MOST_MILLISECONDS else []


if __name__ == "__main__":
    main()
