"""The ways that the bench of printing compares: each prints the same papers from the same files, and none needs Django.

`prepare` writes them: the papers as they go to the printing processes, the same as HTML and style sheets for whoever
uses WeasyPrint plainly, the same data for typst.
"""

import functools
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.processes import children, peak, seconds

# Ways that take longer for a form print fewer.
SEPARATE, PLAIN, ALONE, PEER = 5, 8, 16, 24
VARIANT = "pdf/a-3u"


@dataclass(frozen=True, slots=True)
class Printed:
    """What a way printed: forms, bytes, seconds by the clock, of processor of all its processes, MB of the largest."""

    forms: int
    size: int
    seconds: float
    cpu: float
    peak: float

    @property
    def rate(self) -> float:
        """Forms a second."""
        return self.forms / self.seconds

    @property
    def cost(self) -> float:
        """Seconds of processor a form."""
        return self.cpu / self.forms

    @property
    def bytes(self) -> float:
        """Of a form."""
        return self.size / self.forms


Way = Callable[[Path, int], Printed]


class Clock:
    """Seconds since it was made, by the clock and of processor: of this process, its children, and those that ended."""

    def __init__(self) -> None:
        self._begun, self._cpu = time.perf_counter(), spent()

    def printed(self, forms: int, size: int) -> Printed:
        passed, cpu = time.perf_counter() - self._begun, spent() - self._cpu
        # Where others print, this process only hands out.
        printing = children(os.getpid()) or [os.getpid()]
        return Printed(forms, size, passed, cpu, max(map(peak, printing)))


def spent() -> float:
    """Seconds of processor of this process and of its children, living and ended."""
    times = os.times()
    ended = times.user + times.system + times.children_user + times.children_system
    return ended + sum(map(seconds, children(os.getpid())))


def prepare(folder: Path, forms: int) -> None:
    """Writes what the ways print."""
    from reports import fonts
    from reports.typesetting import STYLES
    from tests.benchmarks import peer_typst
    from tests.benchmarks.forms import paper

    papers = [paper(number) for number in range(forms)]
    (folder / "papers").write_bytes(pickle.dumps(papers))
    (folder / "typst").write_bytes(pickle.dumps([peer_typst.data_of(number) for number in range(PEER)]))
    (folder / "stacks.css").write_text(fonts.stylesheet(), "utf-8")
    for name in papers[0].styles:
        (folder / name).write_text((STYLES / name).read_text("utf-8"), "utf-8")
    for number, each in enumerate(papers[: max(SEPARATE, PLAIN) + 1]):
        (folder / f"{number}.html").write_text(each.html, "utf-8")
        (folder / f"{number}.json").write_bytes(each.enclosures[0].content)


def papers_in(folder: Path) -> list[Any]:
    found: list[Any] = pickle.loads((folder / "papers").read_bytes())
    return found


def sheets_in(folder: Path) -> list[Path]:
    return [folder / name for name in ("stacks.css", *papers_in(folder)[0].styles)]


def a_process_a_form(folder: Path, forms: int) -> Printed:
    """WeasyPrint's command line for each form, as a shell script would."""
    sheets = [word for sheet in sheets_in(folder) for word in ("-s", str(sheet))]
    clock, size, most = Clock(), 0, 0.0
    for number in range(SEPARATE):
        target = folder / f"{number}.pdf"
        command = [sys.executable, "-m", "weasyprint", *sheets, "--pdf-variant", VARIANT]
        command += ["-a", str(folder / f"{number}.json"), str(folder / f"{number}.html"), str(target)]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            while process.poll() is None:
                most = max(most, peak(process.pid))
                time.sleep(0.02)
        assert process.returncode == 0
        size += target.stat().st_size
    done = clock.printed(SEPARATE, size)
    return Printed(done.forms, done.size, done.seconds, done.cpu, most)


def nothing_shared(folder: Path, forms: int) -> Printed:
    """One process, `HTML(...).write_pdf(...)` for each form, as WeasyPrint's handbook begins with."""
    from weasyprint import HTML, Attachment

    sheets = sheets_in(folder)

    def pdf(number: int) -> bytes:
        inside = [Attachment(filename=folder / f"{number}.json", relationship="Data")]
        page = HTML(filename=folder / f"{number}.html")
        made: bytes = page.write_pdf(stylesheets=sheets, attachments=inside, pdf_variant=VARIANT)
        return made

    pdf(PLAIN)
    clock = Clock()
    return clock.printed(PLAIN, sum(len(pdf(number)) for number in range(PLAIN)))


def one_process(folder: Path, forms: int) -> Printed:
    """Ours in one process that has printed one form already."""
    from reports import typesetting

    papers = papers_in(folder)[: ALONE + 1]
    configuration = typesetting.fonts_for(papers, folder / "fonts")
    typesetting.rendered(papers[-1], configuration)
    clock = Clock()
    return clock.printed(
        ALONE, sum(len(typesetting.rendered(each, configuration)) for each in papers[:ALONE])
    )


def two_processes(folder: Path, forms: int) -> Printed:
    """Ours: files by the two warm processes, the preparing of fonts and the writing of files included."""
    from reports import press, typesetting

    papers = papers_in(folder)
    _warm(papers, folder)
    clock = Clock()
    configuration = typesetting.fonts_for(papers, folder / "fonts")
    files = press.print_forms(papers, folder / "files", lambda: None, configuration)
    return _ended(clock.printed(forms, sum(file.stat().st_size for file in files)))


def booklet(folder: Path, forms: int) -> Printed:
    """Ours: one booklet by the two warm processes, the preparing of fonts and the joining included."""
    from reports import press, typesetting
    from reports.booklets import join

    papers, part = papers_in(folder), 12
    _warm(papers, folder)
    clock = Clock()
    configuration = typesetting.fonts_for(papers, folder / "fonts")
    pieces = [
        (folder / "parts" / f"{start}.pdf", papers[start : start + part]) for start in range(0, forms, part)
    ]
    parts = press.print_parts(pieces, lambda count: None, configuration)
    target = folder / "booklet.pdf"
    join(parts, [paper.stem for paper in papers], "booklet", target)
    return _ended(clock.printed(forms, target.stat().st_size))


def _warm(papers: Sequence[Any], folder: Path) -> None:
    """The processes are warm in use: they are started once, for all orders. Each gets its first paper here."""
    from reports import press, typesetting

    configuration = typesetting.fonts_for(papers[:4], folder / "fonts")
    press.print_forms(papers[:4], folder / "warm", lambda: None, configuration)


def _ended(done: Printed) -> Printed:
    from reports import press

    press.close_press()
    return done


def typst_one_process(folder: Path, forms: int) -> Printed:
    """typst in one warm process, with the same trust inside: PDF/A-3u, QR code, the data."""
    from tests.benchmarks.peer_typst import Typesetter

    data = pickle.loads((folder / "typst").read_bytes())
    typesetter = Typesetter(data[0])
    typesetter.rendered(data[0])
    clock = Clock()
    return clock.printed(PEER, sum(len(typesetter.rendered(each)) for each in data))


WAYS: dict[str, Way] = {
    "WeasyPrint, a process a form": a_process_a_form,
    "WeasyPrint, one process, nothing shared": nothing_shared,
    "ours, one process": one_process,
    "ours, two warm processes": two_processes,
    "ours, a booklet by two processes": booklet,
    "typst, one warm process": typst_one_process,
}


def measured(name: str, folder: Path, forms: int) -> Printed:
    """One run of a way in a new process of its own."""
    call = functools.partial(subprocess.run, check=True, stdout=subprocess.PIPE)
    done = call([sys.executable, "-m", __spec__.name, name, str(folder), str(forms)])
    found: Printed = pickle.loads(done.stdout)
    return found


if __name__ == "__main__":
    # Under its own name, so that what is pickled here is known there.
    from tests.benchmarks import printing_ways

    made = printing_ways.WAYS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
    sys.stdout.buffer.write(pickle.dumps(made))
