"""One contestant, one run, in a process of its own: frames from Parquet in, lines and totals out.

    python tests/benchmarks/contestant.py NAME FOLDER [--digest] [--repeat N]

Prints JSON: seconds of the process until lines and totals were there (`seconds`), of these the seconds since its
programs were loaded (`reckoning`: scheme and rows read, rules compiled, everything reckoned), of processor time
(`processor`), the peak of memory in MB; with `--digest` the SHA-256 of lines and totals, taken afterwards. With
`--repeat` the same again so many times in the process, scheme and rows kept: `warm`, seconds each.
"""

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import processes

BEGUN = time.perf_counter()
# When the programs that the contestant consists of were there.
LOADED: list[float] = []
sys.path[:0] = [str(Path(__file__).parents[2] / "platform"), str(Path(__file__).parents[2])]

COLUMNS = ("event", "date", "item", "subject", "role", "level", "raw", "points", "reasons")
ROWS_AT_ONCE = 500_000
Totals = list[tuple[str, int, int, str | None, bool]]
# What a contestant leaves behind: a function that gives its lines (a frame of COLUMNS) and its totals.
Found = Callable[[], tuple[Any, Totals]]


def loaded() -> None:
    """Says that from here on a contestant reckons."""
    LOADED.append(time.perf_counter())


def ours(folder: Path) -> Callable[[], Found]:
    import rulesets.engine  # noqa: F401, I001 - before Polars, as in the product
    import workload
    import workload_events

    from rulesets.engine.assess import assess
    from rulesets.engine.canonical import digest_of
    from rulesets.engine.period import Period
    from rulesets.engine.scheme import Scheme
    from rulesets.families import REGISTRY

    loaded()
    snapshot = workload.snapshot()
    scheme, digest, year = Scheme.from_snapshot(snapshot), digest_of(snapshot), Period.parse("2025")
    frames = workload_events.read_parquet(folder)

    def run() -> Found:
        found = assess(scheme, frames, period=year, as_of=year.end, registry=REGISTRY, digest=digest)

        def result() -> tuple[Any, Totals]:
            assert all(s.total is not None and s.rank is not None for s in found.standings)
            totals = [
                (s.subject, s.total_units, s.rank, s.band, "tie_at_cut:excellent" in s.flags)
                for s in found.standings
            ]
            return found.lines, totals  # type: ignore[return-value]

        return result

    return run


def duckdb(folder: Path) -> Callable[[], Found]:
    import peer_duckdb

    loaded()

    def run() -> Found:
        connection = peer_duckdb.reckon(folder)

        def result() -> tuple[Any, Totals]:
            import polars as pl

            written = folder / "duckdb.parquet"
            connection.execute(
                f"""COPY (SELECT event, date, item::VARCHAR AS item, subject::VARCHAR AS subject, role, level,
                (raw * 10000)::BIGINT AS raw, (points * 10000)::BIGINT AS points, reason AS reasons
                FROM result_lines) TO '{written}'"""
            )
            totals = connection.execute(
                "SELECT subject::VARCHAR, (total * 10000)::BIGINT, place, band, tied_at_cut FROM totals"
            ).fetchall()
            lines = pl.read_parquet(written)
            written.unlink()
            return lines, totals

        return result

    return run


def _looped(folder: Path, make: Callable[[], Any]) -> Callable[[], Found]:
    import peer_loop

    loaded()
    decide = make()

    def run() -> Found:
        lines, totals = peer_loop.reckon(folder, decide)

        def result() -> tuple[Any, Totals]:
            import polars as pl

            texts = dict.fromkeys(("event", "item", "subject", "role", "level", "reasons"), pl.String)
            schema = {name: texts.get(name) for name in COLUMNS}
            rows = [tuple(peer_loop.parts_of(line)) for line in lines]
            return pl.DataFrame(rows, schema=schema, orient="row"), totals

        return result

    return run


def loop(folder: Path) -> Callable[[], Found]:
    import peer_loop

    return _looped(folder, peer_loop.decide_by_dictionary)


def posted(folder: Path) -> Callable[[], Found]:
    import peer_engines

    return _looped(folder, peer_engines.decide_by_durable_rules)


def zen(folder: Path) -> Callable[[], Found]:
    import peer_engines

    return _looped(folder, peer_engines.decide_by_zen)


CONTESTANTS = {"ours": ours, "duckdb": duckdb, "loop": loop, "posted": posted, "zen": zen}


def digest_of_result(found: Found) -> str:
    """SHA-256 of the lines in their order and of the totals in theirs."""
    lines, totals = found()
    seen = hashlib.sha256()
    for start in range(0, lines.height, ROWS_AT_ONCE):
        piece = lines.slice(start, ROWS_AT_ONCE).select(*COLUMNS)
        seen.update(piece.write_csv(include_header=False, null_value="-").encode())
    for row in totals:
        seen.update(repr(tuple(row)).encode())
    return seen.hexdigest()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("name", choices=CONTESTANTS)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--digest", action="store_true")
    arguments.add_argument("--repeat", type=int, default=0)
    given = arguments.parse_args()
    run = CONTESTANTS[given.name](given.folder)
    found = run()
    answer: dict[str, Any] = {
        "seconds": time.perf_counter() - BEGUN,
        "reckoning": time.perf_counter() - LOADED[0],
        "processor": time.process_time(),
        "megabytes": processes.peak(os.getpid()),
    }
    if given.digest:
        answer["digest"] = digest_of_result(found)
    answer["warm"] = []
    for _ in range(given.repeat):
        begun = time.perf_counter()
        run()
        answer["warm"].append(time.perf_counter() - begun)
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
