"""Papers → PDFs, as the rest of the house calls it: with the fonts that are kept in the data folder."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from reports import press, typesetting
from reports.environment import RenderingUnavailable, check_environment
from reports.paper import Enclosure, Paper
from reports.press import PrintingStopped
from reports.typesetting import looks_digest

__all__ = [
    "Enclosure",
    "Paper",
    "PrintingStopped",
    "RenderingUnavailable",
    "check_environment",
    "laid_out",
    "looks_digest",
    "print_forms",
    "rendered",
]


def fonts_for(papers: Sequence[Paper]) -> Path:
    """The small fonts of these papers, made where they are not kept yet. Raises PrintingStopped."""
    store = Path(settings.DATA_FOLDER) / "fonts"
    try:
        return typesetting.fonts_for(papers, store)
    except OSError as error:
        raise PrintingStopped(f"不能写入字库文件夹 {store}，请检查权限和磁盘空间后重新打印。") from error


def laid_out(paper: Paper) -> Any:
    """The paper as WeasyPrint's Document, pages and boxes. Nothing is fetched from anywhere."""
    return typesetting.laid_out(paper, fonts_for([paper]))


def rendered(paper: Paper) -> bytes:
    """The PDF of a paper; the same paper gives the same bytes on one machine."""
    return typesetting.rendered(paper, fonts_for([paper]))


def print_forms(papers: Sequence[Paper], out: Path, advance: Callable[[], Any]) -> list[Path]:
    """Writes the papers' PDFs into a folder, made where it isn't there, and returns them in the papers' order.

    `advance` is called after each. Raises RenderingUnavailable or PrintingStopped; files that were finished
    by then stay.
    """
    check_environment()
    return press.print_forms(papers, out, advance, fonts_for(papers))
