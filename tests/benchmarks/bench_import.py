"""How long the import pages take: preview and confirm of an events workbook, in a unit of 300 people.

    GONGGUO_DATA=/tmp/bench PYTHONPATH=platform:. python tests/benchmarks/bench_import.py [--rows 20000] [--profile]

The data folder must be fresh: what it holds is added to. Prints for each size the seconds of the preview, of
the confirmation and of a second preview that finds everything unchanged, and the size of the preview's page.
"""

import argparse
import cProfile
import datetime
import io
import os
import pstats
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

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


def workbook_of(rows: int, series: str) -> bytes:
    """So many rows, four to an event, as an office would fill them in."""
    first = datetime.date(2025, 1, 1)
    table = [
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
        for number in range(rows)
    ]
    stream = io.BytesIO()
    write_workbook(stream, [Sheet("事项", HEADER, table)])
    return stream.getvalue()


def timed(work: Callable[[], Any], profiled: bool) -> tuple[str, Any]:
    """Seconds of a piece of work, those of processor time in brackets, and its outcome; its costliest functions
    are printed where asked for.
    """
    profile = cProfile.Profile()
    start, cpu = time.perf_counter(), time.process_time()
    outcome = profile.runcall(work) if profiled else work()
    seconds, used = time.perf_counter() - start, time.process_time() - cpu
    if profiled:
        pstats.Stats(profile).sort_stats("cumulative").print_stats(60)
    return f"{seconds:8.2f} ({used:5.2f})", outcome


def measure(client: Client, unit: Unit, rows: int, profiled: bool) -> None:
    content = workbook_of(rows, f"N{rows}-")

    def preview() -> str:
        file = SimpleUploadedFile("events.xlsx", content)
        return client.post(PAGE, {"unit": unit.pk, "file": file}).content.decode()

    first, page = timed(preview, profiled)
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None, page
    confirmed, response = timed(lambda: client.post(CONFIRM, {"token": token[1]}), profiled)
    assert response.status_code == 302, response.content.decode()
    again, unchanged = timed(preview, profiled)
    assert "没有需要导入的内容" in unchanged
    size = len(page.encode()) / 1000
    sys.stdout.write(f"{rows:>7} {len(content) / 1e6:6.1f} MB {first}{confirmed}{again} {size:6.1f} kB\n")


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
        client.force_login(account)
        sys.stdout.write("   rows      file  preview          confirm         again               page\n")
        for rows in options.rows:
            measure(client, unit, rows, options.profile)


if __name__ == "__main__":
    main()
