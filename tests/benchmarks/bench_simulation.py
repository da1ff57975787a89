"""A changed scheme tried on a past period of a unit of 200 people and 20,000 award lines, as the command does it.

python tests/benchmarks/bench_simulation.py [--keep]
"""

import argparse
import statistics
import sys
import time

import bench_command  # makes the database's folder and the settings ready
from django.core.management import call_command

from assessments.reckoning import reckon
from assessments.simulation import simulate
from units.models import Unit
from units.reach import everywhere

LINES, ROUNDS = 20_000, 5


def changed_scheme() -> dict[str, object]:
    """The workload's scheme with other points in the first tier of its first item."""
    snapshot = bench_command.workload.snapshot()
    tier = snapshot["rules"][0]["tiers"][0]
    tier["value"] = "1"
    return snapshot


def measured(unit: Unit) -> tuple[list[float], list[float], int]:
    """Seconds by the clock and of the processor, round by round, and how many subjects move."""
    clock, processor = [], []
    for _ in range(ROUNDS):
        begun, worked = time.perf_counter(), time.process_time()
        moves = simulate(unit, "2025", changed_scheme()).moves
        clock.append(time.perf_counter() - begun)
        processor.append(time.process_time() - worked)
    return clock, processor, len(moves)


@everywhere("a benchmark is the operator's")
def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--keep", action="store_true", help="write it into docs/benchmarks.md")
    given = arguments.parse_args()
    call_command("migrate", verbosity=0)
    unit = bench_command.fill(LINES)
    run = reckon(unit, "2025")
    lines = sum(len(subject["lines"]) for subject in run.result["subjects"])
    clock, processor, moved = measured(unit)
    text = (
        f"### A simulation, {run.results.count()} people, {lines:,} lines\n\n"
        f"{ROUNDS} rounds, the first one compiles the changed scheme; {moved} people move: "
        f"{statistics.median(clock):.2f} s ({min(clock):.2f}–{max(clock):.2f}), of the processor "
        f"{statistics.median(processor):.2f} s ({min(processor):.2f}–{max(processor):.2f}).\n"
    )
    if given.keep:
        bench_command.keep(text)
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
