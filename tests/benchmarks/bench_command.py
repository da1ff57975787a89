# ruff: noqa: E402 — the data folder must be named before the settings are read
"""The whole of `assess` at a million lines, told stage by stage, on the database that the settings name.

    make bench-command                          on SQLite, then on PostgreSQL; kept in docs/benchmarks.md
    python tests/benchmarks/bench_command.py --lines 100000            a look

A database of its own is filled with a unit of the benchmark's scheme, past the importers, and one year is assessed
as the command does it. Beside the listing of lines stands the bare `executemany` (SQLite) or COPY (PostgreSQL) of
the same rows into a table of the same columns and indexes.
"""

import argparse
import datetime
import functools
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

os.environ["GONGGUO_DATA"] = tempfile.mkdtemp(prefix="gongguo-bench-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
sys.path[:0] = [str(Path(__file__).parents[2] / "platform"), str(Path(__file__).parents[2])]

import django
import polars as pl

django.setup()

import workload
from django.core.management import call_command
from django.db import connection, models, transaction

from assessments import bulk, projection, reckoning
from assessments.models import AwardLine, Document, Run
from ledger.chain import ORIGIN
from ledger.models import Batch, Event, Participant
from rulesets import reckoning as rulesets_reckoning
from rulesets.drafts import new_draft
from rulesets.models import Scheme
from rulesets.publication import publish
from units.models import Appointment, Department, Person, Unit

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
HEADING = "## The whole command"
INTRODUCTION = (
    "One `assess` of the same workload on a database, made by `make bench-command`: a single run, seconds by stage. "
    "The result is stored and can be seen before its lines are listed."
)
STAGES: dict[str, tuple[Any, str]] = {
    "read the ledger": (reckoning, "read_frames"),
    "reckon": (rulesets_reckoning, "assess"),
    "result as a document": (rulesets_reckoning, "result_document"),
    "inputs as a document": (reckoning, "inputs_document"),
    "store the documents": (Document.objects, "keep"),
    "rows of subjects": (reckoning, "project_subjects"),
    "rows of lines": (reckoning, "project_lines"),
}


@transaction.atomic
def fill(lines: int) -> Unit:
    """A unit with the scheme in force, its people in office, and the events that come to so many lines."""
    frames = workload.frames_of(lines)
    unit = Unit.objects.create(code="bench", name="测速单位")
    scheme = Scheme.objects.create(unit=unit, code="bench", name="测速")
    draft = new_draft(scheme, workload.snapshot())
    publish(draft, None, "measured")
    Department.objects.bulk_create(
        Department(unit=unit, code=code, name=code) for code in frames.departments["code"]
    )
    departments = dict(Department.objects.values_list("code", "pk"))
    Person.objects.bulk_create(Person(unit=unit, no=no, name=no) for no in frames.people["no"])
    people = dict(Person.objects.values_list("no", "pk"))
    Appointment.objects.bulk_create(
        Appointment(unit=unit, person_id=people[person], department_id=departments[department], start=start)
        for person, department, start in frames.appointments.select(
            "person", "department", "start"
        ).iter_rows()
    )
    batch = Batch.objects.create(
        unit=unit, number=1, kind=Batch.Kind.EVENTS, root=ORIGIN, previous=ORIGIN, head="0" * 63 + "1",
        size=lines, made_at=datetime.datetime.now(datetime.UTC),
    )  # fmt: skip
    _events(frames.events, unit, batch, people, departments)
    return unit


def _events(
    events: pl.DataFrame, unit: Unit, batch: Batch, people: dict[str, int], departments: dict[str, int]
) -> None:
    once = events.unique("event", keep="first", maintain_order=True)
    bulk.insert_rows(
        Event,
        ("unit", "batch", "event_no", "date", "matter", "evidence", "withdrawal_reason", "is_current"),
        (
            (unit.pk, batch.pk, event, date.isoformat(), matter or "", "", "", True)
            for event, date, matter in once.select("event", "date", "matter").iter_rows()
        ),
    )
    keys = dict(Event.objects.values_list("event_no", "pk"))
    rows = events.select("event", "item", "subject", "subject_kind", "role", "level").iter_rows()
    names = ("event", "person", "department", "item", "role", "level", "quantity", "attributes", "remark")
    bulk.insert_rows(
        Participant,
        names,
        (
            (
                keys[event],
                people[subject] if kind == "person" else None,
                departments[subject] if kind == "department" else None,
                item, role, level, "1", "{}", "",
            )
            for event, item, subject, kind, role, level in rows
        ),
    )  # fmt: skip


def timed(spent: dict[str, float], stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, whose seconds are added to the stage's."""

    @functools.wraps(function)
    def wrapper(*arguments: Any, **options: Any) -> Any:
        begun = time.perf_counter()
        answer = function(*arguments, **options)
        spent[stage] = spent.get(stage, 0.0) + time.perf_counter() - begun
        return answer

    return wrapper


def measure(unit: Unit) -> tuple[dict[str, float], Run]:
    """Seconds by stage of one assessment, the run, and when the result was there."""
    spent: dict[str, float] = {}
    begun = time.perf_counter()
    for stage, (owner, name) in STAGES.items():
        setattr(owner, name, timed(spent, stage, getattr(owner, name)))
    run = reckoning.reckon(unit, "2025")
    spent["the whole"] = time.perf_counter() - begun
    spent["until the result is there"] = spent["the whole"] - spent["rows of lines"]
    return spent, run


def bare_listing(run: Run) -> float:
    """Seconds of the same rows, ready made, straight into a table of the same columns and indexes."""
    rows: list[Sequence[Any]] = []

    def gather(model: type[models.Model], fields: Sequence[str], given: Iterable[Sequence[Any]]) -> None:
        rows.extend(given)

    projection.insert_rows, kept = gather, projection.insert_rows
    projection.project_lines.__wrapped__(run, run.reckoned)
    projection.insert_rows = kept
    # As many rows are deleted from the table again as were written: the same table, empty.
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {AwardLine._meta.db_table}")
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {AwardLine._meta.db_table}")
    columns = [AwardLine._meta.get_field(name).column for name in projection.LINE_FIELDS]
    listed = ", ".join(f'"{column}"' for column in columns)
    begun = time.perf_counter()
    if connection.vendor == "postgresql":
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY assessments_awardline ({listed}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)
    else:
        places = ", ".join("?" * len(columns))
        connection.ensure_connection()
        with closing(connection.connection.cursor()) as bare:
            bare.execute("BEGIN IMMEDIATE")
            bare.executemany(f"INSERT INTO assessments_awardline ({listed}) VALUES ({places})", rows)
            bare.execute("COMMIT")
    return time.perf_counter() - begun


def section(lines: int, spent: dict[str, float], peak: float) -> str:
    """The stages as a table, in Markdown; `spent` in seconds, `peak` in MB."""
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
    rows = [f"| {stage} | {seconds:.1f} |" for stage, seconds in spent.items()]
    ratio = spent["rows of lines"] / spent["bare insertion of the same rows"]
    return "\n".join(
        [
            f"### {name}, {lines:,} lines",
            "",
            "| stage | seconds |",
            "|---|---|",
            *rows,
            "",
            f"Rows of lines take {ratio:.2f} times as long as the bare insertion. The greatest memory of the "
            f"process was {peak:,.0f} MB, the bare rows held beside for the comparison among it.",
            "",
        ]
    )


def keep(text: str) -> None:
    """Puts the section into the page in place of the former one of its database."""
    before, found, rest = PAGE.read_text("utf-8").partition(HEADING)
    if not found:
        rest = INTRODUCTION
    heading = text.partition(",")[0]
    sections = [part for part in rest.split("\n### ") if part.strip()]
    kept = [part for part in sections if not f"### {part}".startswith(heading)]
    introduction, others = kept[0], kept[1:]
    pieces = [introduction.strip("\n"), *(f"### {part.strip()}" for part in others), text.strip()]
    PAGE.write_text(before.rstrip("\n") + "\n\n" + HEADING + "\n\n" + "\n\n".join(pieces) + "\n", "utf-8")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--lines", type=int, default=1_000_000)
    arguments.add_argument("--keep", action="store_true", help="write it into docs/benchmarks.md")
    given = arguments.parse_args()
    call_command("migrate", verbosity=0)
    unit = fill(given.lines)
    spent, run = measure(unit)
    spent["bare insertion of the same rows"] = bare_listing(run)
    lines = AwardLine.objects.count()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    text = section(lines, spent, peak)
    if given.keep:
        keep(text)
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
