"""How long the import pages take, in a unit of 300 people: preview and confirmation of an events workbook, a file
full of faults, and the export of what was brought in.

    make bench-import [DB=postgres]
    PYTHONPATH=platform:. python tests/benchmarks/bench_import.py [--rows 20000] [--profile]

Works in a data folder of its own. Prints the seconds of each step by the clock, those of processor time in brackets,
and the size of the page or the file; beside each step that has one its limit.
"""

import argparse
import cProfile
import datetime
import io
import os
import pstats
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_FOLDER = tempfile.TemporaryDirectory()
os.environ["GONGGUO_DATA"] = _FOLDER.name

import django  # noqa: E402

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client, override_settings  # noqa: E402

from ledger.imports.people import import_people  # noqa: E402
from rulesets.packs import load_pack, read_pack  # noqa: E402
from rulesets.publication import publish  # noqa: E402
from tabular import Sheet, write_workbook  # noqa: E402
from units.models import Account, Membership, Unit  # noqa: E402
from units.reach import everywhere  # noqa: E402

PACK = Path(__file__).parents[2] / "fixtures/schemes/bureau.yaml"
PEOPLE = 300
HEADER = ["事件号", "日期", "事项", "对象", "角色", "级别", "数量", "同一事项", "依据", "说明"]
PAGE = "/admin/ledger/event/import/"
CONFIRM = "/admin/ledger/event/process_import/"
EXPORT = "/admin/ledger/event/export/"
LIMITS = {"preview": 3, "confirmation": 5}
LIMITED_ROWS = 20_000
# One row in so many of the file full of faults has one, each time another.
SOUND = 4


def unit_of_300() -> Unit:
    """The bureau's scheme, published, and 300 people in ten departments."""
    unit, _ = Unit.objects.get_or_create(code="bench", defaults={"name": "测速局"})
    edition, created = load_pack(unit, read_pack(PACK))
    if created:
        publish(edition, reason="测速")
    lines = ["工号,姓名,部门,部门名称,分组,职务,起"]
    lines += [
        f"{number:04},职工{number},K{number % 10:02},第{number % 10}科,staff,科员,2020-01-01"
        for number in range(PEOPLE)
    ]
    import_people(unit, io.BytesIO("\n".join(lines).encode()), filename="people.csv")
    return unit


def rows_of(count: int, series: str) -> list[list[Any]]:
    """So many rows, four to an event, as an office would fill them in."""
    first = datetime.date(2025, 1, 1)
    return [
        [
            f"{series}{number // 4:06}",
            first + datetime.timedelta(days=number // 4 % 365),
            "B102",
            f"{number % PEOPLE:04}",
            None,
            None,
            1,
            f"事项{number // 4}",
            f"局发〔2025〕{number // 4}号",
            "按时完成" if number % 3 else None,
        ]
        for number in range(count)
    ]


def spoilt(rows: list[list[Any]]) -> list[list[Any]]:
    """The rows, one in four with a fault: no day, no such item or person, no number, …"""
    for number in range(0, len(rows), SOUND):
        place, fault = [
            (1, "2025-13-40"), (2, f"没有这项{number}"), (3, f"99{number}"), (6, "三"), (9, "很" * 600), (0, None),
            (1, datetime.date(2019, 1, 1)), (5, "县级"),
        ][number // SOUND % 8]  # fmt: skip
        rows[number][place] = fault
    return rows


def workbook_of(rows: list[list[Any]]) -> bytes:
    stream = io.BytesIO()
    write_workbook(stream, [Sheet("事项", HEADER, rows)])
    return stream.getvalue()


class Bench:
    """A recorder at the pages of the unit."""

    def __init__(self, client: Client, unit: Unit, profiled: bool) -> None:
        self.client, self.unit, self.profiled = client, unit, profiled

    def timed(self, rows: int, step: str, work: Callable[[], bytes]) -> str:
        """Does a step and prints what it took; its answer."""
        profile = cProfile.Profile()
        start, cpu = time.perf_counter(), time.process_time()
        answer = profile.runcall(work) if self.profiled else work()
        seconds, used = time.perf_counter() - start, time.process_time() - cpu
        if self.profiled:
            pstats.Stats(profile).sort_stats("cumulative").print_stats(60)
        limit = f"limit {LIMITS[step]} s" if step in LIMITS and rows == LIMITED_ROWS else ""
        line = f"{rows:>7} {step:<28}{seconds:7.2f} s ({used:5.2f} of processor) {len(answer) / 1000:8.1f} kB"
        sys.stdout.write(f"{line}  {limit}\n")
        sys.stdout.flush()
        return answer.decode("utf-8", "replace")

    def preview(self, content: bytes) -> bytes:
        file = SimpleUploadedFile("events.xlsx", content)
        return self.client.post(PAGE, {"unit": self.unit.pk, "file": file}).content

    def _confirm(self, token: str) -> bytes:
        response = self.client.post(CONFIRM, {"token": token})
        assert response.status_code == 302, response.content.decode()
        return response.content

    def _download(self, address: str, data: dict[str, Any] | None = None) -> bytes:
        response = self.client.post(address, data) if data else self.client.get(address)
        return b"".join(response.streaming_content)  # type: ignore[attr-defined]

    def bring_in(self, rows: int) -> None:
        content = workbook_of(rows_of(rows, f"N{rows}-"))
        page = self.timed(rows, "preview", lambda: self.preview(content))
        token = re.search(r'name="token" value="([^"]+)"', page)
        assert token is not None, page
        self.timed(rows, "confirmation", lambda: self._confirm(token[1]))
        again = self.timed(rows, "preview, all unchanged", lambda: self.preview(content))
        assert "没有需要导入的内容" in again

    def be_refused(self, rows: int) -> None:
        content = workbook_of(spoilt(rows_of(rows, "D")))
        page = self.timed(rows, "preview, 1 row in 4 refused", lambda: self.preview(content))
        marked = re.search(r'href="([^"]*/import/marked/[^"]+)"', page)
        assert marked is not None, page
        self.timed(rows, "its workbook, marked", lambda: self._download(marked[1]))

    def take_out(self, rows: int) -> None:
        for kind in ("xlsx", "csv"):
            data = {"unit": self.unit.pk, "table": "events", "kind": kind}
            self.timed(rows, f"export, {kind}", lambda data=data: self._download(EXPORT, data))  # type: ignore[misc]


@everywhere("a benchmark is the operator's")
def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, nargs="*", default=[20_000, 100_000])
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    call_command("migrate", interactive=False, verbosity=0)
    unit = unit_of_300()
    account, _ = Account.objects.get_or_create(username="bench", defaults={"unit": unit})
    Membership.objects.get_or_create(account=account, unit=unit, role=Membership.Role.RECORDER)
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        client = Client()
        client.force_login(account, backend="units.backends.RoleBackend")
        bench = Bench(client, unit, options.profile)
        for rows in options.rows:
            bench.bring_in(rows)
        bench.be_refused(LIMITED_ROWS)
        bench.take_out(sum(options.rows))


if __name__ == "__main__":
    main()
