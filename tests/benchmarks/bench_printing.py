"""How many forms of four pages a second, how many KB a form, how much memory: ours, WeasyPrint plainly, typst.

    PYTHONPATH=platform:. python tests/benchmarks/bench_printing.py [--forms 48] [--repeat 5] [--write]

Every way (`printing_ways.py`) prints the same forms (`forms.py`) in processes of its own, the ways in turn, `--repeat`
times over: what else the machine does falls on all of them. Medians with the least and the most; what a way is times
the plain one is reckoned within each round. Then what the stages of a form cost (`printing_stages.py`). `--write` puts
the tables and the chart into docs/benchmarks-printing.md. About six minutes on two free cores.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.benchmarks import printing_stages
from tests.benchmarks.printing_ways import WAYS, Printed, measured, prepare

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "benchmarks-printing.md"
BEGIN, END = "<!-- measured -->", "<!-- end -->"
PLAIN = "WeasyPrint, one process, nothing shared"
Rounds = Mapping[str, Sequence[Printed]]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--forms", type=int, default=48)
    arguments.add_argument("--repeat", type=int, default=5)
    arguments.add_argument("--only", nargs="+", default=list(WAYS), choices=list(WAYS))
    arguments.add_argument("--write", action="store_true")
    given = arguments.parse_args()
    import django

    django.setup()
    rounds: dict[str, list[Printed]] = {name: [] for name in given.only}
    with tempfile.TemporaryDirectory() as scratch:
        inputs, own = Path(scratch) / "inputs", Path(scratch) / "own"
        inputs.mkdir()
        prepare(inputs, given.forms)
        for _ in range(given.repeat):
            for name in given.only:
                # A folder of its own for each: nothing is found that another way has kept.
                shutil.copytree(inputs, own)
                rounds[name].append(measured(name, own, given.forms))
                shutil.rmtree(own)
                sys.stderr.write(f"{name}: {rounds[name][-1]}\n")
        stages = printing_stages.report(own / "fonts")
    text = f"{table(rounds)}\n{stages}"
    sys.stdout.write(text)
    if given.write:
        write(f"{text}\n{chart(rounds)}", given)


COLUMNS = (
    "way",
    "forms a second (least–most)",
    "× plain by the clock",
    "processor s a form (least–most)",
    "× plain by processor",
    "KB a form",
    "peak MB a process",
)


def table(rounds: Rounds) -> str:
    """The measurements as a table in Markdown."""
    rows = [COLUMNS, ("---",) * len(COLUMNS)]
    plain = rounds.get(PLAIN, ())
    for name, runs in rounds.items():
        size, peak = statistics.median(run.bytes for run in runs) / 1000, max(run.peak for run in runs)
        rows.append(
            (
                name,
                spread([run.rate for run in runs]),
                times(plain, runs, lambda base, run: run.rate / base.rate),
                spread([run.cost for run in runs]),
                times(plain, runs, lambda base, run: base.cost / run.cost),
                f"{size:.0f}",
                f"{peak:.0f}",
            )
        )
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def times(
    plain: Sequence[Printed], runs: Sequence[Printed], ratio: Callable[[Printed, Printed], float]
) -> str:
    """How many times as good as the plain way, in the same round; empty where that was not measured."""
    return spread([ratio(base, run) for base, run in zip(plain, runs, strict=True)], 1) if plain else ""


def spread(values: Sequence[float], places: int = 2) -> str:
    """The median, with the least and the most."""
    between = f" ({min(values):.{places}f}–{max(values):.{places}f})" if len(values) > 1 else ""
    return f"{statistics.median(values):.{places}f}{between}"


def chart(rounds: Rounds) -> str:
    """Forms a second as bars."""
    shown = {name: statistics.median(run.rate for run in runs) for name, runs in rounds.items()}
    most = max(shown.values())
    lines = [f"{'█' * max(1, round(40 * rate / most))} {rate:.2f}  {name}" for name, rate in shown.items()]
    return "Forms of four pages a second:\n\n```\n" + "\n".join(lines) + "\n```\n"


def write(text: str, given: argparse.Namespace) -> None:
    """Puts the measurements into the document, between its marks."""
    document = DOCUMENT.read_text("utf-8")
    head, rest = document.split(BEGIN)
    when = time.strftime("%d %B %Y, %H:%M", time.gmtime())
    said = (
        f"`--forms {given.forms} --repeat {given.repeat}`, {when} UTC, "
        f"load average at the end {os.getloadavg()[1]:.1f} on {os.cpu_count()} cores.\n\n"
    )
    DOCUMENT.write_text(f"{head}{BEGIN}\n{said}{text}\n{END}{rest.split(END)[1]}", "utf-8")


if __name__ == "__main__":
    main()
