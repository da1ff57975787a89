"""Papers by two processes: parts of a booklet, renewal, processes that end with their parent."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from reports import press, rendering
from reports.press import Press, print_parts
from reports.rendering import Paper
from reports.typesetting import bound, rendered
from tests.reports.papers import annual_paper, lines, text_of


def papers(count: int) -> list[Paper]:
    return [annual_paper(no=f"100{number}", lines=lines(3)) for number in range(count)]


def test_papers_that_are_bound_keep_their_own_page_numbers_and_share_their_fonts() -> None:
    some = papers(4)
    fonts = rendering.fonts_for(some)
    part = bound(some, fonts)
    assert part.pages == [2, 2, 2, 2]
    assert text_of(part.pdf).count("—1—") == 4
    assert part.pdf.count(b"/FontFile") == rendered(some[0], fonts).count(b"/FontFile")


def test_a_part_that_is_there_is_not_printed_again(tmp_path: Path) -> None:
    some = papers(1)
    fonts = rendering.fonts_for(some)
    path = tmp_path / "parts" / "a.pdf"
    (first,) = print_parts([(path, some)], lambda count: None, fonts)
    made = path.stat().st_mtime_ns
    counts: list[int] = []
    (again,) = print_parts([(path, some)], counts.append, fonts)
    assert (again, path.stat().st_mtime_ns, counts) == (first, made, [1])
    assert len(PdfReader(BytesIO(path.read_bytes())).pages) == sum(first.pages)


def test_what_ends_the_printing_ends_the_processes_work(tmp_path: Path) -> None:
    some = papers(1)
    parts = [(tmp_path / f"{number}.pdf", some) for number in range(3)]

    class Stopped(Exception):
        pass

    def stop(count: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        print_parts(parts, stop, rendering.fonts_for(some))
    assert press._press._pool is None


def test_processes_are_renewed_after_so_many_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "PAPERS_BEFORE_NEW_PROCESSES", 2)
    own = Press()
    pools = []
    for _ in range(3):
        own.renew_where_due()
        own.run(1, os.getpid).result()
        pools.append(own._pool)
    assert pools[0] is pools[1]
    assert pools[1] is not pools[2]
    own.close()


def test_processes_are_renewed_in_the_middle_of_an_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "PAPERS_BEFORE_NEW_PROCESSES", 24)
    monkeypatch.setattr(press, "_press", own := Press())
    pools, counts = [], []
    monkeypatch.setattr(
        own, "run", lambda papers, *call: pools.append(own._pool) or Press.run(own, papers, *call)
    )
    press._print(((12, (os.getpid,)) for _ in range(5)), counts.append)
    assert counts == [12] * 5
    assert [pool is None for pool in pools] == [True, False, True, False, True]
    own.close()


def test_papers_are_taken_when_a_process_is_free_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "_press", own := Press())
    taken: list[int] = []
    done: list[int] = []

    def calls() -> Iterator[press.Call]:
        for number in range(12):
            assert number - len(done) < press.AHEAD
            taken.append(number)
            yield 1, (os.getpid,)

    press._print(calls(), done.append)
    assert (len(taken), sum(done)) == (12, 12)
    own.close()


def test_the_processes_of_a_killed_parent_end() -> None:
    script = (
        "import os, sys; from reports.press import Press; press = Press();"
        "print(press.run(1, os.getpid).result(), flush=True); os.kill(os.getpid(), 9)"
    )
    environment = os.environ | {"PYTHONPATH": "platform:."}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    child = Path("/proc") / done.stdout.strip()
    deadline = time.monotonic() + 120
    while child.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert done.stdout.strip().isdecimal()
    assert not child.exists()
