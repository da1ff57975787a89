"""HTML → PDF by WeasyPrint: what a machine needs for it, and many papers by two processes.

Nothing here needs Django's settings, so that a worker process starts in the time that WeasyPrint takes to load.
"""

import atexit
import functools
import hashlib
import logging
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jobs.refusal import Refusal
from reports import fonts

STYLES = Path(__file__).parent / "styles"
WORKERS = 2
# Fewer papers than this are done before a second process has started.
WORTH_A_POOL = 4
# WeasyPrint's memory grows over hundreds of documents: after so many papers the processes are new ones.
PAPERS_BEFORE_NEW_PROCESSES = 400
# A file name has 255 bytes at most on the usual file systems; the ending and a safety margin go off.
LONGEST_STEM = 200

# What it warns of (characters without a glyph) the caller tells beforehand, in Chinese and by person.
logging.getLogger("weasyprint").setLevel(logging.ERROR)


class RenderingUnavailable(Refusal):
    """This machine lacks a library or a font that printing needs."""


class PrintingStopped(Refusal):
    """Papers could not be finished or not be written."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One document to be printed.

    stem: its file name without ending, any characters. html: the whole page. styles: names of files in
    reports/styles/, in order.
    """

    stem: str
    html: str
    styles: tuple[str, ...]

    @property
    def file_name(self) -> str:
        """A name that every file system takes; different stems have different ones."""
        safe = "".join(
            character if character.isalnum() or character in "-_.·（）" else quote(character, safe="")
            for character in self.stem
        )
        if len(safe.encode()) > LONGEST_STEM:
            kept = safe.encode()[: LONGEST_STEM - 13].decode(errors="ignore")
            safe = f"{kept}_{hashlib.sha256(self.stem.encode()).hexdigest()[:12]}"
        return f"{safe}.pdf"


def check_environment() -> None:
    """Raises RenderingUnavailable with a sentence for each thing that printing lacks on this machine."""
    missing = [*_missing_libraries(), *_missing_fonts()]
    if missing:
        raise RenderingUnavailable(*missing)


def _missing_libraries() -> Iterator[str]:
    try:
        from weasyprint.text.ffi import harfbuzz_subset
    except OSError:
        yield (
            "缺少排版库 Pango，不能生成 PDF；"
            "请以 root 执行 apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0。"
        )
        return
    if harfbuzz_subset is None:
        yield (
            "缺少字体子集库 harfbuzz-subset，每张表要多花二十秒；"
            "请以 root 执行 apt-get install libharfbuzz-subset0。"
        )


def _missing_fonts() -> Iterator[str]:
    try:
        families = fonts.installed_families()
    except fonts.FontsUnknown:
        yield "缺少字体查询工具 fc-list，不能查明本机字体；请以 root 执行 apt-get install fontconfig。"
        return
    if not families.intersection(fonts.STACKS["song"]):
        yield "缺少中文宋体字库，汉字会印成方框；请以 root 执行 apt-get install fonts-noto-cjk。"


@functools.cache
def _shared(styles: tuple[str, ...]) -> tuple[Any, list[Any]]:
    """The font configuration and the parsed styles, once a process: a quarter of the time of a form."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    configuration = FontConfiguration()
    sheets = [CSS(string=fonts.stylesheet(), font_config=configuration)]
    sheets += [CSS(filename=STYLES / name, font_config=configuration) for name in styles]
    return configuration, sheets


# A font configuration that is still there when the interpreter ends complains while it is taken down.
atexit.register(_shared.cache_clear)


def laid_out(paper: Paper) -> Any:
    """The paper as WeasyPrint's Document, pages and boxes. Nothing is fetched from anywhere."""
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    configuration, sheets = _shared(paper.styles)
    page = HTML(string=paper.html, url_fetcher=URLFetcher(allowed_protocols=()))
    return page.render(font_config=configuration, stylesheets=sheets)


def rendered(paper: Paper) -> bytes:
    """The PDF of a paper; the same paper gives the same bytes on one machine."""
    pdf: bytes = laid_out(paper).write_pdf()
    return pdf


def print_forms(papers: Sequence[Paper], out: Path, advance: Callable[[], Any]) -> list[Path]:
    """Writes the papers' PDFs into a folder, made where it isn't there, and returns them in the papers' order.

    `advance` is called after each. Raises RenderingUnavailable or PrintingStopped; files that were finished
    by then stay.
    """
    check_environment()
    try:
        out.mkdir(parents=True, exist_ok=True)
        if len(papers) < WORTH_A_POOL:
            for paper in papers:
                _write(paper, out)
                advance()
        else:
            for start in range(0, len(papers), PAPERS_BEFORE_NEW_PROCESSES):
                _print_in_pool(papers[start : start + PAPERS_BEFORE_NEW_PROCESSES], out, advance)
    except OSError as error:
        raise PrintingStopped(f"不能写入文件夹 {out}，请检查路径、权限和磁盘空间后重新打印。") from error
    except BrokenProcessPool as error:
        raise PrintingStopped(
            "打印进程意外中止，可能是内存不足；已完成的文件保留，请关闭其他程序后重新打印。"
        ) from error
    return [out / paper.file_name for paper in papers]


def _print_in_pool(papers: Sequence[Paper], out: Path, advance: Callable[[], Any]) -> None:
    # Recycling whole pools: `max_tasks_per_child` can wait for ever in Python 3.11 (its issue 115634).
    pool = ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("spawn"))
    try:
        for done in as_completed([pool.submit(_write, paper, out) for paper in papers]):
            done.result()
            advance()
    finally:
        pool.shutdown(cancel_futures=True)


def _write(paper: Paper, out: Path) -> None:
    """Writes one PDF; a reader of the folder never sees half of it."""
    part = out / f".{paper.file_name}.part"
    part.write_bytes(rendered(paper))
    part.replace(out / paper.file_name)
