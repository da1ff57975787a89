"""Many papers by two warm processes: files that are finished are whole, processes are recycled."""

import contextlib
import json
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobs.refusal import Refusal
from reports.paper import Paper
from reports.typesetting import bound, rendered

WORKERS = 2
# Fewer papers than this are done before a second process has started.
WORTH_A_POOL = 4
# A process held 90 MB after its first paper and 91 after six hundred; should it grow all the same, new ones do.
PAPERS_BEFORE_NEW_PROCESSES = 1000
# So many calls wait for a free process, so that none is idle; the papers of the others need not be there yet.
AHEAD = 6


# How many papers a call prints, and the call.
Call = tuple[int, tuple[Any, ...]]


class PrintingStopped(Refusal):
    """Papers could not be finished or not be written."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a booklet: its PDF, how many pages each of its papers has, and what it uses of its fonts."""

    pdf: Path
    pages: Sequence[int]
    glyphs: Mapping[str, Sequence[int]]


class Press:
    """Two processes that print; kept from one order to the next, and new ones after so many papers."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._printed = 0

    @property
    def is_due(self) -> bool:
        """Whether its processes have printed so much that they get nothing more, but are renewed."""
        return self._printed >= PAPERS_BEFORE_NEW_PROCESSES

    def renew_where_due(self) -> None:
        """Ends processes that have printed much; called while they have nothing to do."""
        if self.is_due:
            self.close()

    def run(self, papers: int, call: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Has a call done that prints so many papers."""
        if self._pool is None:
            # `max_tasks_per_child` can wait for ever in Python 3.11 (its issue 115634): whole pools are renewed.
            self._pool = ProcessPoolExecutor(
                WORKERS, mp_context=multiprocessing.get_context("spawn"), initializer=_end_with_the_parent
            )
        self._printed += papers
        return self._pool.submit(call, *arguments)

    def close(self) -> None:
        """Ends the processes after what they are doing."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None
        self._printed = 0


_press = Press()


def close_press() -> None:
    """Ends the warm processes; for a command that has printed and ends, or becomes another program."""
    _press.close()


def _end_with_the_parent() -> None:
    """A killed parent doesn't tell its processes: each watches for its end by itself. Ctrl+C is for the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def print_forms(
    papers: Sequence[Paper], out: Path, advance: Callable[[], Any], configuration: Path
) -> list[Path]:
    """Writes the papers' PDFs into a folder, made where it isn't there, and returns them in the papers' order.

    `advance` is called after each, and may end the printing by raising. Raises PrintingStopped; files that were
    finished by then stay.
    """
    with _told(out):
        out.mkdir(parents=True, exist_ok=True)
        if len(papers) < WORTH_A_POOL:
            for paper in papers:
                write_paper(paper, out, configuration)
                advance()
        else:
            calls = ((1, (write_paper, paper, out, configuration)) for paper in papers)
            _print(calls, lambda count: advance())
    return [out / paper.file_name for paper in papers]


def print_parts(
    parts: Sequence[tuple[Path, Sequence[Paper]]], advance: Callable[[int], Any], configuration: Path
) -> list[Part]:
    """Writes the parts of a booklet, each under its path, and returns them in their order.

    A part that is there already is not printed again. `advance` is called after each with the number of its
    papers, and may end the printing by raising. Raises PrintingStopped; parts that were finished by then stay.
    """
    with _told(parts[0][0].parent):
        parts[0][0].parent.mkdir(parents=True, exist_ok=True)
        missing = []
        for path, papers in parts:
            if path.exists():
                advance(len(papers))
            else:
                missing.append((path, papers))
        _print(
            ((len(papers), (write_part, list(papers), path, configuration)) for path, papers in missing),
            advance,
        )
        return [Part(path, **json.loads(_facts(path).read_text("ascii"))) for path, _ in parts]


def _print(calls: Iterable[Call], advance: Callable[[int], Any]) -> None:
    """Has the calls done, a few ahead of the processes, which are renewed where they are due."""
    left = iter(calls)
    under_way: dict[Future[Any], int] = {}
    try:
        while True:
            if not under_way:
                _press.renew_where_due()
            while len(under_way) < AHEAD and not _press.is_due and (call := next(left, None)):
                papers, work = call
                under_way[_press.run(papers, *work)] = papers
            if not under_way:
                return
            for done in wait(under_way, return_when=FIRST_COMPLETED).done:
                done.result()
                advance(under_way.pop(done))
    except BaseException:
        _press.close()
        raise


@contextlib.contextmanager
def _told(folder: Path) -> Iterator[None]:
    """What goes wrong with files and processes, in a sentence."""
    try:
        yield
    except OSError as error:
        raise PrintingStopped(f"不能写入文件夹 {folder}，请检查路径、权限和磁盘空间后重新打印。") from error
    except BrokenProcessPool as error:
        raise PrintingStopped(
            "打印进程意外中止，可能是内存不足；已完成的文件保留，请关闭其他程序后重新打印。"
        ) from error


def write_paper(paper: Paper, out: Path, configuration: Path) -> None:
    """Writes one PDF."""
    write_whole(out / paper.file_name, rendered(paper, configuration))


def write_part(papers: Sequence[Paper], path: Path, configuration: Path) -> None:
    """Writes a part of a booklet, after what is to be known of it."""
    part = bound(papers, configuration)
    write_whole(_facts(path), json.dumps({"pages": part.pages, "glyphs": part.glyphs}).encode())
    write_whole(path, part.pdf)


def _facts(path: Path) -> Path:
    return path.with_suffix(".json")


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file; a reader of the folder never sees half of it."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
