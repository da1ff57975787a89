"""How long the engine takes: decide, score, verdict, at several sizes, each in a process of its own.

    PYTHONPATH=. python tests/benchmarks/bench_engine.py [--lines 5000 100000 1000000] [--items 200] [--repeat 5]

A size is a number of award lines. Prints a table: medians of the warm runs in seconds (`cpu`: of processor time,
which load elsewhere stretches less) with the spread, the first run of the process (which compiles the rules), and
the process's memory in MB: with the inputs alone, and at its peak.
"""

import argparse
import datetime
import json
import multiprocessing
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import polars as pl

from rulesets.engine import assess as stages
from rulesets.engine.canonical import digest_of
from rulesets.engine.decide import rules_in, scheme_tables
from rulesets.engine.frames import APPOINTMENTS, DEPARTMENTS, EVENTS, PEOPLE, Frames
from rulesets.engine.numbers import SCALE
from rulesets.engine.period import Period
from rulesets.engine.protocols import Inquiry
from rulesets.engine.rulebook import rulebook_for
from rulesets.engine.scheme import Scheme
from rulesets.engine.score import score
from rulesets.engine.verdict import verdict
from rulesets.families import REGISTRY

YEAR = Period.parse("2025")
LEVELS = ("national", "provincial", "municipal", "county")
ROLES = ("chief", "deputy", "key")
COMPONENTS = 6
LINES_A_PERSON = 100
DEPARTMENT_SIZE = 20


def snapshot_of(items: int) -> dict[str, Any]:
    """A scheme of so many items in six components, with matters, monthly and yearly limits, bands, outcomes."""
    components = [
        {"code": f"part{n}", "name": f"部分{n}", "base": "20", "floor": "0", "ceiling": "60"}
        for n in range(COMPONENTS)
    ]
    rules = [_item(n) for n in range(items)]
    gains = [rule["code"] for rule in rules if rule["tiers"][0]["value"][0] != "-"]
    rules += [_matter(n, rules) for n in range(COMPONENTS)]
    for n, code in enumerate(gains[:20]):
        params = {"each": "month" if n % 2 else "year", "side": "gain", "most": "12"}
        rules.append(_rule(f"limit{n}", "limit", params=params, targets={"items": [code]}))
    faults = [rule["code"] for rule in rules if rule["family"] == "tiered" and rule["code"] not in gains]
    rules.append(
        _rule("third", "escalation", component="part0", params={"every": "3", "value": "-2"},
              targets={"items": faults[:5]})
    )  # fmt: skip
    rules.append(_rule("top", "share", params={"side": "top", "percent": "20"}))
    rules.append(_rule("excellent", "band", tiers=[{"low": "200"}], targets={"within": ["top"]}))
    rules.append(_rule("competent", "band", tiers=[{"low": "0"}]))
    rules.append(_rule("coefficient", "payout", params={"kind": "number", "default": "1"},
                       tiers=[{"band": "excellent", "value": "1.2"}]))  # fmt: skip
    return {
        "code": "bench", "name": "测速", "periods": ["year"], "components": components, "rules": rules,
        "levels": [{"code": code, "name": code} for code in LEVELS],
        "roles": [{"code": code, "name": code} for code in ROLES],
    }  # fmt: skip


def _rule(code: str, family: str, **keys: Any) -> dict[str, Any]:
    return {"code": code, "name": code, "family": family, **keys}


def _item(n: int) -> dict[str, Any]:
    sign = "-" if n % 3 == 2 else ""
    tiers = [
        {"level": level, "role": role, "value": f"{sign}{8 - 2 * place - turn / 2:g}"}
        for place, level in enumerate(LEVELS)
        for turn, role in enumerate(ROLES)
    ]
    return _rule(f"I{n:03}", "tiered", component=f"part{n % COMPONENTS}", tiers=tiers)


def _matter(n: int, rules: list[dict[str, Any]]) -> dict[str, Any]:
    own = [rule["code"] for rule in rules if rule.get("component") == f"part{n}"]
    return _rule(f"matter{n}", "matter", component=f"part{n}", targets={"items": own})


def frames_of(lines: int, items: int) -> Frames:
    """So many rows: each event names four people in a role; a tenth of the events belongs to a matter."""
    people = max(lines // LINES_A_PERSON, 10)
    chance = random.Random(1)
    rows = []
    for number in range(lines // 4):
        day = datetime.date(2025, 1, 1) + datetime.timedelta(days=chance.randrange(365))
        item, level = f"I{chance.randrange(items):03}", chance.choice(LEVELS)
        matter = f"M{chance.randrange(lines // 40 + 1)}" if chance.random() < 0.1 else None
        for no in chance.sample(range(people), 4):
            rows.append(
                (f"E{number:07}", day, item, f"{no:06}", "person", chance.choice(ROLES), level, SCALE,
                 None, None, matter, None)
            )  # fmt: skip
    numbers = [f"{no:06}" for no in range(people)]
    posts = [
        (no, f"K{place // DEPARTMENT_SIZE:04}", None, "干部", datetime.date(2020, 1, 1), None, False)
        for place, no in enumerate(numbers)
    ]
    departments = [(f"K{n:04}", f"K{n:04}", False) for n in range(people // DEPARTMENT_SIZE + 1)]
    return Frames(
        people=pl.DataFrame([(no, no) for no in numbers], schema=PEOPLE, orient="row"),
        departments=pl.DataFrame(departments, schema=DEPARTMENTS, orient="row"),
        appointments=pl.DataFrame(posts, schema=APPOINTMENTS, orient="row"),
        events=pl.DataFrame(rows, schema=EVENTS, orient="row"),
    )


class Clock:
    """Seconds spent by stage."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    @contextmanager
    def on(self, stage: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self.spent[stage] = self.spent.get(stage, 0.0) + time.perf_counter() - begun


def one_run(scheme: Scheme, frames: Frames, digest: str) -> tuple[dict[str, float], int]:
    """Seconds by stage, and how many lines came out; `decide` is taken out of the stage that asked it."""
    clock = Clock()
    begun, processor = time.perf_counter(), time.process_time()
    with clock.on("read"):
        known = stages.known_by(frames, scheme, REGISTRY, YEAR, YEAR.end)
        assessed = stages.who_is_assessed(scheme, known, YEAR.end)
    with clock.on("compile"):
        rulebook = rulebook_for(digest, scheme_tables(scheme, REGISTRY, YEAR.kind))
    decide = stages.decider(rulebook, stages.SHADOW_SAMPLE)

    def timed(table: Any, cases: Any) -> Any:
        with clock.on("decide"):
            return decide(table, cases)

    vetoes = pl.DataFrame(schema={"subject": pl.String, "item": pl.String, "date": pl.Date})
    inquiry = Inquiry(scheme, known, YEAR, YEAR.end, assessed, vetoes, timed)
    asked = clock.spent.get("decide", 0.0)
    with clock.on("score"):
        lines, flags = score(inquiry, REGISTRY)
    clock.spent["score"] -= clock.spent["decide"] - asked
    asked = clock.spent["decide"]
    with clock.on("verdict"):
        verdict(replace(inquiry, lines=lines), REGISTRY, flags)
    clock.spent["verdict"] -= clock.spent["decide"] - asked
    clock.spent["all"] = time.perf_counter() - begun
    clock.spent["cpu"] = time.process_time() - processor
    return clock.spent, lines.height


def measure(lines: int, items: int, repeat: int, answer: Callable[[Any], None]) -> None:
    """One size in this process: `answer` gets the first run, the warm runs, the lines, and the peak in MB."""
    snapshot = snapshot_of(items)
    scheme, frames, digest = Scheme.from_snapshot(snapshot), frames_of(lines, items), digest_of(snapshot)
    assert rules_in(scheme, YEAR.kind)
    made = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    first, height = one_run(scheme, frames, digest)
    warm = [one_run(scheme, frames, digest)[0] for _ in range(repeat)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer({"first": first, "warm": warm, "lines": height, "inputs_mb": made, "peak_mb": peak})


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--lines", type=int, nargs="+", default=[5_000, 100_000, 1_000_000])
    arguments.add_argument("--items", type=int, default=200)
    arguments.add_argument("--repeat", type=int, default=5)
    arguments.add_argument("--json", action="store_true", help="the measurements as JSON")
    given = arguments.parse_args()
    names = ["read", "decide", "score", "verdict", "all", "cpu"]
    found = []
    for lines in given.lines:
        context = multiprocessing.get_context("spawn")
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=measure, args=(lines, given.items, given.repeat, sender.send))
        process.start()
        # So that a process that fails ends the wait for its answer.
        sender.close()
        found.append(receiver.recv())
        process.join()
    if given.json:
        sys.stdout.write(json.dumps(found) + "\n")
        return
    titles = ["lines", "first", *names, "spread", "inputs MB", "peak MB"]
    sys.stdout.write("".join(f"{title:>11}" for title in titles) + "\n")
    for one in found:
        middle = [statistics.median(run[name] for run in one["warm"]) for name in names]
        spread = max(run["all"] for run in one["warm"]) - min(run["all"] for run in one["warm"])
        times = [one["first"]["all"], *middle, spread]
        row = [f"{one['lines']:>11,}", *(f"{seconds:>11.3f}" for seconds in times)]
        sys.stdout.write("".join([*row, f"{one['inputs_mb']:>11.0f}", f"{one['peak_mb']:>11.0f}"]) + "\n")


if __name__ == "__main__":
    main()
