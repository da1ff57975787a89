# ruff: noqa: E402 — the data folder must be named before the settings are read
"""The whole of `assess` at a million lines, told stage by stage, on the database that the settings name.

    make bench-command                          on SQLite, then on PostgreSQL; kept in docs/benchmarks.md
    python tests/benchmarks/bench_command.py --lines 100000            a look

A database of its own is filled with a unit of the benchmark's scheme, past the importers, and one year is assessed
as the command does it. Afterwards the listing of lines is written again in turn with the bare `executemany` (SQLite)
or COPY (PostgreSQL) of the same rows, ready made, into the same table with its indexes, emptied each time.
"""

import argparse
import datetime
import functools
import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ["GONGGUO_DATA"] = tempfile.mkdtemp(prefix="gongguo-bench-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
sys.path[:0] = [str(Path(__file__).parents[2] / "platform"), str(Path(__file__).parents[2])]

import django
import polars as pl

django.setup()

import workload
import workload_events
from django.core.management import call_command
from django.db import connection, transaction

from assessments import projection, reckoning
from assessments.models import AwardLine, Document, Run
from ledger.chain import ORIGIN
from ledger.models import Batch, Event, Participant
from rulesets import reckoning as rulesets_reckoning
from rulesets.drafts import new_draft
from rulesets.engine.result import ResultInParts
from rulesets.models import Scheme
from rulesets.publication import publish
from units import bulk
from units.models import Appointment, Department, Person, Unit
from units.reach import everywhere

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
HEADING = "## The whole command"
INTRODUCTION = (
    "One `assess` of the same workload on a database, made by `make bench-command`: a single run, by stage. MB are "
    "the greatest memory of the whole process during the stage. The result is stored and can be seen before its "
    "lines are listed."
)
STAGES: dict[str, tuple[Any, str]] = {
    "read the ledger": (reckoning, "read_frames"),
    "reckon": (rulesets_reckoning, "assess"),
    "inputs as a document, stored": (Document.objects, "keep_parts"),
    "result as a document, stored": (Document.objects, "keep_parts"),
    "rows of subjects": (reckoning, "project_subjects"),
    "rows of lines": (reckoning, "project_lines"),
}
WHOLE, SHOWN = "the whole", "until the result is there"
TURNS = 3


@dataclass
class Spent:
    """Seconds by the clock and of the processor, and the greatest memory in MB."""

    seconds: float
    processor: float
    memory: float


@transaction.atomic
def fill(lines: int) -> Unit:
    """A unit with the scheme in force, its people in office, and the events that come to so many lines."""
    frames = workload_events.frames_of(lines)
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
    empty, day = pl.lit(""), pl.col("date").dt.to_string("%Y-%m-%d")
    rows = once.select(
        pl.lit(unit.pk).alias("unit"),
        pl.lit(batch.pk).alias("batch"),
        pl.col("event").alias("event_no"),
        day,
        pl.col("matter").fill_null(""),
        empty.alias("evidence"),
        empty.alias("withdrawal_reason"),
        pl.lit(1 if connection.vendor == "sqlite" else "true").alias("is_current"),
    )
    bulk.insert_frames(Event, [rows])
    keys = dict(Event.objects.values_list("event_no", "pk"))
    subject = pl.col("subject").cast(pl.String)
    participants = events.select(
        pl.col("event").replace_strict(keys, return_dtype=pl.Int64),
        subject.replace_strict(people, default=None, return_dtype=pl.Int64).alias("person"),
        subject.replace_strict(departments, default=None, return_dtype=pl.Int64).alias("department"),
        pl.col("item", "role", "level").cast(pl.String),
        pl.lit("1").alias("quantity"),
        pl.lit("{}").alias("attributes"),
        empty.alias("remark"),
    )
    bulk.insert_frames(Participant, [participants])


def memory() -> float:
    """The greatest memory of the process since the last call, in MB."""
    status = Path("/proc/self/status").read_text("ascii")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    return int(peak.split()[1]) / 1024


@contextmanager
def measured(spent: dict[str, Spent], stage: str) -> Iterator[None]:
    """Enters what is spent within under the stage."""
    memory()
    begun, worked = time.perf_counter(), time.process_time()
    yield
    spent[stage] = Spent(time.perf_counter() - begun, time.process_time() - worked, memory())


def measured_function(
    spent: dict[str, Spent], stages: list[str], function: Callable[..., Any], given: dict[str, Any]
) -> Callable[..., Any]:
    """The function, what each call spends entered under the next of the stages; `given` keeps its arguments."""

    @functools.wraps(function)
    def wrapper(*arguments: Any, **options: Any) -> Any:
        given[stages[0]] = arguments
        with measured(spent, stages.pop(0)):
            return function(*arguments, **options)

    return wrapper


def measure(unit: Unit) -> tuple[dict[str, Spent], Run, ResultInParts]:
    """What one assessment spends by stage, the run, and the result as its lines were made of it."""
    spent: dict[str, Spent] = {}
    given: dict[str, Any] = {}
    owners: dict[tuple[Any, str], list[str]] = {}
    for stage, owner in STAGES.items():
        owners.setdefault(owner, []).append(stage)
    for (owner, name), stages in owners.items():
        setattr(owner, name, measured_function(spent, stages, getattr(owner, name), given))
    begun, worked = time.perf_counter(), time.process_time()
    run = reckoning.reckon(unit, "2025")
    seconds, processor = time.perf_counter() - begun, time.process_time() - worked
    lines = spent["rows of lines"]
    before = max(stage.memory for name, stage in spent.items() if name != "rows of lines")
    spent[SHOWN] = Spent(seconds - lines.seconds, processor - lines.processor, before)
    spent[WHOLE] = Spent(seconds, processor, max(before, lines.memory))
    return spent, run, given["rows of lines"][1]


def side_by_side(run: Run, result: ResultInParts) -> list[tuple[float, float]]:
    """Seconds of the listing of lines and of the bare insertion of the same rows, turn by turn."""
    turns = []
    for _ in range(TURNS):
        _empty()
        bare = bare_insertion(run, result)
        _empty()
        begun = time.perf_counter()
        projection.project_lines(run, result)
        turns.append((time.perf_counter() - begun, bare))
    return turns


def _empty() -> None:
    with connection.cursor() as cursor:
        emptied = "TRUNCATE" if connection.vendor == "postgresql" else "DELETE FROM"
        cursor.execute(f"{emptied} {AwardLine._meta.db_table}")


def bare_insertion(run: Run, result: ResultInParts) -> float:
    """Seconds of the rows, all of them ready made, straight into the table in one transaction."""
    results = dict(run.results.order_by().values_list("no", "pk"))
    frames = [projection._line_rows(batch.lines, results) for batch in result.batches()]
    columns = [str(AwardLine._meta.get_field(name).column) for name in frames[0].columns]
    into = f"{AwardLine._meta.db_table} ({', '.join(map(connection.ops.quote_name, columns))})"
    rows = [row for frame in frames for row in frame.rows()]
    # What waits to be looked through for garbage is the bench's own doing.
    gc.collect()
    gc.freeze()
    write = _copied if connection.vendor == "postgresql" else _inserted
    begun = time.perf_counter()
    write(into, rows)
    return time.perf_counter() - begun


def _copied(into: str, rows: list[Sequence[Any]]) -> None:
    # What PostgreSQL takes by itself: it has no COPY into a table whose rows must pass a policy.
    table = AwardLine._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        with transaction.atomic(), cursor.copy(f"COPY {into} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def _inserted(into: str, rows: list[Sequence[Any]]) -> None:
    with closing(connection.connection.cursor()) as bare:
        bare.execute("BEGIN IMMEDIATE")
        bare.executemany(f"INSERT INTO {into} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        bare.execute("COMMIT")


def section(lines: int, spent: dict[str, Spent], turns: list[tuple[float, float]]) -> str:
    """The stages as a table, in Markdown."""
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
    bare = {"sqlite": "executemany", "postgresql": "COPY"}[connection.vendor]
    rows = [
        f"| {stage} | {one.seconds:.1f} | {one.processor:.1f} | {one.memory:,.0f} |"
        for stage, one in spent.items()
    ]
    ratios = [ours / theirs for ours, theirs in turns]
    told = [f"{statistics.median(values):.1f} s" for values in zip(*turns, strict=True)]
    return "\n".join(
        [
            f"### {name}, {lines:,} lines",
            "",
            "| stage | seconds | processor seconds | MB |",
            "|---|---|---|---|",
            *rows,
            "",
            f"Rows of lines again, in turn with the bare {bare} of the same rows, {TURNS} times: {told[0]} beside "
            f"{told[1]}, {statistics.median(ratios):.2f} times as long ({min(ratios):.2f}–{max(ratios):.2f}).",
            "",
        ]
    )


def keep(text: str) -> None:
    """Puts the section into the page in place of the former one of its database."""
    before, _, rest = PAGE.read_text("utf-8").partition(HEADING)
    heading = text.partition(",")[0]
    sections = [part for part in rest.split("\n### ")[1:] if not f"### {part}".startswith(heading)]
    pieces = [HEADING, INTRODUCTION, *(f"### {part.strip()}" for part in sections), text.strip()]
    PAGE.write_text(before.rstrip("\n") + "\n\n" + "\n\n".join(pieces) + "\n", "utf-8")


@everywhere("a benchmark is the operator's")
def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--lines", type=int, default=1_000_000)
    arguments.add_argument("--keep", action="store_true", help="write it into docs/benchmarks.md")
    given = arguments.parse_args()
    call_command("migrate", verbosity=0)
    unit = fill(given.lines)
    spent, run, result = measure(unit)
    turns = side_by_side(run, result)
    text = section(AwardLine.objects.count(), spent, turns)
    if given.keep:
        keep(text)
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
