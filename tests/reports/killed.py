"""A worker in a process of its own, on a database file, that a test kills: `python -m tests.reports.killed STEP`.

`begin` sets up 某局's year, orders its annual forms, a part a form, and works until two are printed; then it says so
and waits to be killed. `finish` works until the job has ended, and tells what came of it.
"""

import json
import os
import sys
import time
from io import BytesIO

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"


def begin() -> None:
    """Works until two parts are printed."""
    from jobs.command import migrate_where_needed
    from jobs.work import Task
    from reports.models import PrintOrder
    from reports.orders import order_print
    from reports.printing import Order

    migrate_where_needed()
    order_print(reckoned_unit(), Order("annual", "2025"), PrintOrder.Manner.BOOKLET, None)
    progress = Task.progress

    def watched(task: Task, done: int, total: int) -> None:
        progress(task, done, total)
        if done == 2:
            say({"done": done})
            time.sleep(600)

    Task.progress = watched  # type: ignore[method-assign]
    work()


def reckoned_unit() -> object:
    """某局 with its people and a reckoned year."""
    from unittest.mock import patch

    from assessments.reckoning import reckon
    from ledger.imports.people import import_people
    from rulesets.packs import load_pack, read_pack
    from rulesets.publication import publish
    from tests.conftest import BUREAU_PACK, CAST
    from units.models import Unit

    unit = Unit.objects.create(code="bureau", name="某局")
    edition, _ = load_pack(unit, read_pack(BUREAU_PACK))
    with patch("rulesets.publication.check_snapshot", return_value=[]):
        publish(edition, reason="测试")
    import_people(unit, BytesIO(CAST.encode()), filename="people.csv")
    reckon(unit, "2025")
    return unit


def finish() -> None:
    """Works until the job has ended: it is taken up when its lease has run out."""
    from jobs.models import Job
    from reports.models import IssuedPaper

    while Job.objects.get().is_unfinished:
        work()
        time.sleep(0.1)
    job = Job.objects.get()
    say({"state": job.state, "attempts": job.attempts, "issued": IssuedPaper.objects.count()})


def work() -> None:
    """As the service does, until there is nothing to take."""
    from django.core.management import call_command

    call_command("run_worker", "--until-empty")


def say(fact: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(fact) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    django.setup()
    from reports import orders

    orders.PART = 1
    {"begin": begin, "finish": finish}[sys.argv[1]]()
