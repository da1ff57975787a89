"""How many forms of four pages a second, how many KB a form, how much memory: ours, WeasyPrint plainly, typst.

    PYTHONPATH=platform:. python tests/benchmarks/bench_printing.py [--forms 48] [--repeat 5] [--long 0] [--write]

Every way prints the same forms (`forms.py`), each in processes of its own, the ways in turn, `--repeat` times over:
what else the machine does falls on all of them. Medians with the least and the most. Memory is the peak of the
largest process. `--long N` prints N forms by the two processes and into one booklet, once. `--write` puts the table and
the chart into docs/benchmarks-printing.md.
"""

import argparse
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "benchmarks-printing.md"
BEGIN, END = "<!-- measured -->", "<!-- end -->"
# Ways that take seconds a form print fewer of them.
SLOW = 6


@dataclass(frozen=True, slots=True)
class Measured:
    """forms a second, seconds of processor time a form, bytes a form, MB of the largest process."""

    rate: float
    cpu: float
    size: float
    peak: float


@dataclass(frozen=True, slots=True)
class Printed:
    """What a way printed: forms, bytes, seconds by the clock, seconds of processor time of all its processes."""

    forms: int
    size: int
    seconds: float
    cpu: float


Way = Callable[[int], Printed]


class Clock:
    """Seconds since it was made, by the clock and of this process and those that it has ended since."""

    def __init__(self) -> None:
        self._begun, self._cpu = time.perf_counter(), spent()

    def printed(self, forms: int, size: int) -> Printed:
        from reports import press

        seconds = time.perf_counter() - self._begun
        # What warm processes spent is counted when they end.
        press.close_press()
        return Printed(forms, size, seconds, spent() - self._cpu)


def spent() -> float:
    """Seconds of processor time of this process and of all that it has waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def prepare() -> None:
    """Django, for the templates of the forms."""
    import django

    django.setup()


def measured(way: Way, forms: int) -> Measured:
    """One run of a way in a new process; what comes before the clock is not counted."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(way, forms, sender))
    process.start()
    sender.close()
    found, peak = receiver.recv()
    process.join()
    return Measured(found.forms / found.seconds, found.cpu / found.forms, found.size / found.forms, peak)


def _run(way: Way, forms: int, sender: Any) -> None:
    prepare()
    found = way(forms)
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    own, children = (resource.getrusage(kind).ru_maxrss / 1024 for kind in kinds)
    # Where other processes print, this one only hands out; a fork begins with the memory of this one.
    sender.send((found, children if way in POOLED else own))


def a_process_a_form(forms: int) -> Printed:
    """WeasyPrint's command line for each form, as a shell script would."""
    from tests.benchmarks.forms import paper

    some = [paper(number) for number in range(min(forms, SLOW))]
    with tempfile.TemporaryDirectory() as scratch:
        files = _plain_files(some, Path(scratch))
        clock = Clock()
        for source, styles, target in files:
            sheets = [word for sheet in styles for word in ("-s", str(sheet))]
            subprocess.run(
                [sys.executable, "-m", "weasyprint", *sheets, str(source), str(target)],
                check=True,
                stderr=subprocess.DEVNULL,
            )
        return clock.printed(len(some), sum(target.stat().st_size for *_, target in files))


def nothing_shared(forms: int) -> Printed:
    """One process, `HTML(...).write_pdf(stylesheets=...)` for each form."""
    from weasyprint import HTML

    from tests.benchmarks.forms import paper

    some = [paper(number) for number in range(min(forms, 2 * SLOW))]
    with tempfile.TemporaryDirectory() as scratch:
        files = _plain_files(some, Path(scratch))
        HTML(filename=files[0][0]).write_pdf(stylesheets=files[0][1])
        clock = Clock()
        sizes = [len(HTML(filename=source).write_pdf(stylesheets=styles)) for source, styles, _ in files]
        return clock.printed(len(some), sum(sizes))


def _plain_files(papers: Sequence[Any], folder: Path) -> list[tuple[Path, list[Path], Path]]:
    """HTML, style sheets and target of each form, as somebody without this product would have them."""
    from reports import fonts
    from reports.typesetting import STYLES

    stacks = folder / "stacks.css"
    stacks.write_text(fonts.stylesheet(), "utf-8")
    found = []
    for number, paper in enumerate(papers):
        source = folder / f"{number}.html"
        source.write_text(paper.html, "utf-8")
        found.append((source, [stacks, *(STYLES / name for name in paper.styles)], folder / f"{number}.pdf"))
    return found


def one_process(forms: int) -> Printed:
    """Ours in one process."""
    return _ours(forms)


def _ours(forms: int, *, seal: bool = True, enclosure: bool = True, archive: bool = True) -> Printed:
    from reports import rendering, typesetting
    from tests.benchmarks.forms import paper

    if not archive:
        typesetting.ARCHIVE = None  # type: ignore[assignment]
    some = [paper(number, seal=seal, enclosure=enclosure) for number in range(min(forms, 4 * SLOW))]
    fonts = rendering.fonts_for(some)
    typesetting.rendered(some[0], fonts)
    clock = Clock()
    sizes = [len(typesetting.rendered(each, fonts)) for each in some]
    return clock.printed(len(some), sum(sizes))


def without_archive(forms: int) -> Printed:
    """Ours in one process, plain PDF instead of PDF/A-3u."""
    return _ours(forms, archive=False)


def without_enclosure(forms: int) -> Printed:
    """Ours in one process, without the data inside."""
    return _ours(forms, enclosure=False)


def without_seal(forms: int) -> Printed:
    """Ours in one process, without QR code and code."""
    return _ours(forms, seal=False)


def two_processes(forms: int) -> Printed:
    """Ours: files by the two warm processes, the preparing of fonts and the writing of files included."""
    from reports import press, rendering
    from tests.benchmarks.forms import paper

    papers = [paper(number) for number in range(forms)]
    with tempfile.TemporaryDirectory() as scratch:
        _warm(papers, Path(scratch))
        clock = Clock()
        files = press.print_forms(papers, Path(scratch), lambda: None, rendering.fonts_for(papers))
        return clock.printed(forms, sum(file.stat().st_size for file in files))


def booklet(forms: int) -> Printed:
    """Ours: one booklet by the two warm processes, joining included."""
    from reports import press, rendering
    from reports.booklets import join
    from reports.orders import PART
    from tests.benchmarks.forms import paper

    papers = [paper(number) for number in range(forms)]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _warm(papers, folder)
        clock = Clock()
        pieces = [(folder / f"{start}.pdf", papers[start : start + PART]) for start in range(0, forms, PART)]
        parts = press.print_parts(pieces, lambda count: None, rendering.fonts_for(papers))
        target = folder / "booklet.pdf"
        join(parts, [paper.stem for paper in papers], "booklet", target)
        return clock.printed(forms, target.stat().st_size)


def _warm(papers: Sequence[Any], folder: Path) -> None:
    """The processes are warm in use: they are started once, for all orders."""
    from reports import press, rendering

    press.print_forms(papers[:4], folder / "warm", lambda: None, rendering.fonts_for(papers[:4]))


def typst_one_process(forms: int) -> Printed:
    """typst in one warm process, PDF/A-3u with the QR code and without the data inside."""
    from tests.benchmarks.peer_typst import Typesetter

    typesetter = Typesetter()
    typesetter.rendered(0)
    clock = Clock()
    sizes = [len(typesetter.rendered(number)) for number in range(forms)]
    return clock.printed(forms, sum(sizes))


WAYS: dict[str, Way] = {
    "WeasyPrint, a process a form": a_process_a_form,
    "WeasyPrint, one process, nothing shared": nothing_shared,
    "ours, one process": one_process,
    "ours, two warm processes": two_processes,
    "ours, a booklet by two processes": booklet,
    "typst, one warm process": typst_one_process,
    "ours, one process, no PDF/A": without_archive,
    "ours, one process, no data inside": without_enclosure,
    "ours, one process, no QR code": without_seal,
}
POOLED = (a_process_a_form, two_processes, booklet)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--forms", type=int, default=48)
    arguments.add_argument("--repeat", type=int, default=5)
    arguments.add_argument("--long", type=int, default=0)
    arguments.add_argument("--only", nargs="+", default=list(WAYS))
    arguments.add_argument("--write", action="store_true")
    given = arguments.parse_args()
    found: dict[str, list[Measured]] = {name: [] for name in given.only}
    for _ in range(given.repeat):
        for name in given.only:
            found[name].append(measured(WAYS[name], given.forms))
            sys.stderr.write(f"{name}: {found[name][-1]}\n")
    if given.long:
        for way in (two_processes, booklet):
            name = next(name for name, each in WAYS.items() if each is way)
            found[f"{name}, {given.long} forms"] = [measured(way, given.long)]
    text = table(found)
    sys.stdout.write(text)
    if given.write:
        write(text, found, given)


COLUMNS = (
    "way",
    "forms a second (least–most)",
    "× plain in-process",
    "processor s a form (least–most)",
    "KB a form",
    "peak MB a process",
)


def table(found: dict[str, list[Measured]]) -> str:
    """The measurements as a table in Markdown."""
    plain = next((middle(runs, "rate") for name, runs in found.items() if "nothing shared" in name), None)
    rows = [COLUMNS, ("---",) * len(COLUMNS)]
    for name, runs in found.items():
        times = f"{middle(runs, 'rate') / plain:.1f}" if plain else ""
        size, peak = middle(runs, "size") / 1000, max(one.peak for one in runs)
        rows.append((name, spread(runs, "rate"), times, spread(runs, "cpu"), f"{size:.0f}", f"{peak:.0f}"))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def middle(runs: Sequence[Measured], value: str) -> float:
    return statistics.median(getattr(one, value) for one in runs)


def spread(runs: Sequence[Measured], value: str) -> str:
    """The median, with the least and the most."""
    values = [getattr(one, value) for one in runs]
    between = f" ({min(values):.2f}–{max(values):.2f})" if len(values) > 1 else ""
    return f"{middle(runs, value):.2f}{between}"


def chart(found: dict[str, list[Measured]]) -> str:
    """Forms a second as bars."""
    shown = {name: middle(runs, "rate") for name, runs in found.items() if len(runs) > 1}
    most = max(shown.values())
    lines = [f"{'█' * max(1, round(40 * rate / most))} {rate:.2f}  {name}" for name, rate in shown.items()]
    return "Forms of four pages a second:\n\n```\n" + "\n".join(lines) + "\n```\n"


def write(text: str, found: dict[str, list[Measured]], given: argparse.Namespace) -> None:
    """Puts the measurements into the document, between its marks."""
    document = DOCUMENT.read_text("utf-8")
    head, rest = document.split(BEGIN)
    when = time.strftime("%d %B %Y, %H:%M", time.gmtime())
    said = (
        f"`--forms {given.forms} --repeat {given.repeat} --long {given.long}`, {when} UTC, "
        f"load average at the end {os.getloadavg()[1]:.1f} on {os.cpu_count()} cores.\n\n"
    )
    DOCUMENT.write_text(f"{head}{BEGIN}\n{said}{text}\n{chart(found)}{END}{rest.split(END)[1]}", "utf-8")


if __name__ == "__main__":
    main()
