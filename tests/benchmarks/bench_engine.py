"""The engine beside its peers, all in one run; writes docs/benchmarks.md and its chart.

    make bench-engine                                        everything, about half an hour
    PYTHONPATH=platform:. python tests/benchmarks/bench_engine.py --sizes 100000 --print      a look, nothing written

Contestants take turns (A B A B …), each run a process of its own on the same Parquet files; the first round also
compares the digests of all lines and totals, and a difference ends the bench.
"""

import argparse
import datetime
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import workload_events
from bars import bars

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
PAGE, CHART = ROOT / "docs" / "benchmarks.md", ROOT / "docs" / "images" / "benchmarks.svg"
SIZES = (5_000, 100_000, 1_000_000, 10_000_000)
NAMES = {
    "ours": "Gongguo, decisions included",
    "duckdb": "DuckDB, SQL by hand, DECIMAL",
    "loop": "plain Python loop",
    "posted": "every line posted to durable_rules",
    "zen": "GoRules zen-engine, a line at a time",
}
# Up to what size a contestant is worth waiting for.
LARGEST = {"ours": SIZES[-1], "duckdb": SIZES[-1], "loop": 1_000_000, "posted": 100_000, "zen": 5_000}
WARM_SIZE, WARM_RUNS = 5_000, 20
TIMEOUT = 1_800
COMPILED = Path(tempfile.gettempdir()) / "gongguo-bench-compiled"
Run = Mapping[str, Any]


class Disagreement(Exception):
    """Two contestants came to different lines or totals."""


def run(name: str, folder: Path, *options: str) -> Run:
    """One run of a contestant. Raises CalledProcessError, TimeoutExpired."""
    command = [sys.executable, str(HERE / "contestant.py"), name, str(folder), *options]
    # Polars, loaded here for the frames, has put its allocator's settings into the environment: they are the bench's.
    foreign = ("_RJEM_MALLOC_CONF", "PYTHONDONTWRITEBYTECODE")
    own = {key: value for key, value in os.environ.items() if key not in foreign}
    # Programs are compiled once, as installed ones are: the round that takes the digests leaves them here.
    own["PYTHONPYCACHEPREFIX"] = str(COMPILED)
    answer = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=TIMEOUT, cwd=ROOT, env=own
    )
    found: Run = json.loads(answer.stdout)
    return found


def race(size: int, repeat: int) -> dict[str, list[Run]]:
    """The runs of each contestant at a size. Raises Disagreement."""
    names = [name for name in NAMES if size <= LARGEST[name]]
    with tempfile.TemporaryDirectory(prefix="gongguo-bench-") as made:
        folder = Path(made)
        workload_events.write_parquet(workload_events.frames_of(size), folder)
        digests = {name: run(name, folder, "--digest")["digest"] for name in names}
        if len(set(digests.values())) > 1:
            raise Disagreement(f"at {size} lines: {digests}")
        runs: dict[str, list[Run]] = {name: [] for name in names}
        for _ in range(repeat):
            for name in names:
                runs[name].append(run(name, folder))
        return runs


def warm() -> dict[str, list[float]]:
    """Seconds of a township, again and again in one process, by contestant."""
    with tempfile.TemporaryDirectory(prefix="gongguo-bench-") as made:
        workload_events.write_parquet(workload_events.frames_of(WARM_SIZE), Path(made))
        return {
            name: run(name, Path(made), "--repeat", str(WARM_RUNS))["warm"]
            for name in ("ours", "duckdb", "loop")
        }


def figures(values: Iterable[float], digits: int = 2) -> str:
    """Median and spread: “1.23 (1.20–1.40)”."""
    ordered = sorted(values)
    middle = statistics.median(ordered)
    return f"{middle:.{digits}f} ({ordered[0]:.{digits}f}–{ordered[-1]:.{digits}f})"


def table(size: int, runs: Mapping[str, Sequence[Run]]) -> list[str]:
    """The rows of a size, in Markdown."""
    own = [one["reckoning"] for one in runs["ours"]]
    lines = [
        f"### {size:,} lines",
        "",
        "| | seconds to reckon | times ours, pair by pair | seconds of the process | processor seconds | peak MB |",
        "|---|---|---|---|---|---|",
    ]
    for name, found in runs.items():
        seconds = [one["reckoning"] for one in found]
        ratios = [theirs / mine for theirs, mine in zip(seconds, own, strict=True)]
        lines.append(
            f"| {NAMES[name]} | {figures(seconds)} | {figures(ratios)} "
            f"| {figures(one['seconds'] for one in found)} | {figures(one['processor'] for one in found)} "
            f"| {max(one['megabytes'] for one in found):,.0f} |"
        )
    return [*lines, ""]


def page(
    races: Mapping[int, Mapping[str, Sequence[Run]]], warmed: Mapping[str, Sequence[float]], repeat: int
) -> str:
    """docs/benchmarks.md."""
    versions = ", ".join(
        f"{name} {importlib.metadata.version(name)}"
        for name in ("polars", "duckdb", "durable_rules", "zen-engine")
    )
    township = [
        f"| {NAMES[name]} | {figures((second * 1000 for second in seconds), 1)} |"
        for name, seconds in warmed.items()
    ]
    parts = [
        "# Benchmarks of the engine",
        "",
        f"Made by `make bench-engine` on {datetime.date.today():%-d %B %Y}: {os.cpu_count()} cores "
        f"({platform.machine()}), Python {platform.python_version()}, {versions}. Medians of {repeat} runs with the "
        "least and the greatest; contestants take turns, each run a process of its own: Parquet in, all award lines "
        "in order and all totals, ranks and bands out. To reckon is everything from reading scheme and rows on, rules "
        "compiled anew each time; the process also starts Python and loads its programs, which were compiled to "
        "bytecode before. Before the clock starts, the SHA-256 of all lines and totals of every contestant are "
        "compared: they agree to the last digit.",
        "",
        "What is reckoned (`tests/benchmarks/workload.py`, `workload_events.py`): 200 items with 2,400 tiers by "
        "level and role; events that name four people, and events of departments that reach their members; one count "
        "a matter, every third fault, months without a fault, limits by month and year, floors and ceilings, totals, "
        "ranks, a top 20%, bands, a coefficient. A hundred lines a person.",
        "",
        "![Seconds to reckon, by contestant and size](images/benchmarks.svg)",
        "",
        *(line for size, runs in races.items() for line in table(size, runs)),
        f"### A township of 50 people and {WARM_SIZE:,} lines, warm",
        "",
        f"The same in one process, {WARM_RUNS} times, with decisions kept.",
        "",
        "| | milliseconds |",
        "|---|---|",
        *township,
        "",
    ]
    return "\n".join(parts)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    arguments.add_argument("--repeat", type=int, default=5)
    arguments.add_argument("--print", action="store_true", help="print the page, write nothing")
    given = arguments.parse_args()
    assert duckdb.__version__ and pl.__version__
    races = {size: race(size, given.repeat) for size in given.sizes}
    text = page(races, warm(), given.repeat)
    if given.print:
        sys.stdout.write(text)
        return
    rest = PAGE.read_text("utf-8").partition("## The whole command")[1:] if PAGE.exists() else ("", "")
    PAGE.write_text(text + "\n" + "".join(rest) if rest[0] else text, "utf-8")
    groups = [
        (
            f"{size:,} lines",
            [
                (NAMES[name], statistics.median(one["reckoning"] for one in found))
                for name, found in runs.items()
            ],
        )
        for size, runs in races.items()
    ]
    CHART.write_text(bars(groups, "seconds to reckon, logarithmic"), "utf-8")


if __name__ == "__main__":
    main()
