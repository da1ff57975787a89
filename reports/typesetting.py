"""HTML → PDF by WeasyPrint, with what papers have in common made once a process.

Nothing here needs Django's settings, so that a worker process starts in the time that WeasyPrint takes to load.
Where the time of a form went, and what was done: docs/benchmarks-printing.md.
"""

import atexit
import functools
import gc
import hashlib
import logging
import multiprocessing
import os
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from reports import fonts
from reports.markup import tree_of
from reports.paper import Paper
from reports.repertoire import characters_of, prepared
from reports.signing import signed
from rulesets.engine.collection import without_collection

STYLES = Path(__file__).parent / "styles"
# What HTML elements are before any style.
ELEMENTS = "elements.css"
# What stands for a page whose elements are made without WeasyPrint's parser.
EMPTY = "<title></title>"
# What stands before and after the contents of a stream in a PDF.
STREAM, STREAM_END = b"\nstream\n", b"\nendstream"
COMPRESSION = 9
# The archive's format, with files inside and text that reads back: ISO 19005-3, level U.
ARCHIVE = "pdf/a-3u"

# What it warns of (characters without a glyph) the caller tells beforehand, in Chinese and by person.
logging.getLogger("weasyprint").setLevel(logging.ERROR)

_environment = threading.Lock()


def fonts_for(papers: Sequence[Paper], store: Path) -> Path:
    """The configuration of small fonts that these papers need: see `reports.repertoire`."""
    styles = {name for paper in papers for name in paper.styles}
    texts = [(STYLES / name).read_text("utf-8") for name in sorted(styles)]
    return prepared(characters_of((paper.html for paper in papers), texts), store)


def looks_digest(styles: Sequence[str]) -> str:
    """What stands for how papers of these styles are drawn; another one where styles or WeasyPrint have changed."""
    texts = [(STYLES / name).read_text("utf-8") for name in (ELEMENTS, *styles)]
    drawn_by = [version("weasyprint"), fonts.stylesheet(), *texts]
    return hashlib.sha256("\0".join(drawn_by).encode()).hexdigest()


@functools.cache
def _elements() -> Any:
    from weasyprint import CSS

    return CSS(filename=STYLES / ELEMENTS)


@functools.lru_cache(maxsize=4)
def _shared(configuration: Path, styles: tuple[str, ...]) -> tuple[Any, list[Any]]:
    """The font configuration and the parsed styles."""
    from weasyprint import CSS
    from weasyprint.urls import URLFetcher

    shared = _font_configuration(configuration)
    # The faces that styles name by `local()` come from files, nothing from anywhere else.
    files = URLFetcher(allowed_protocols=("file",))
    # One sheet, since every element is matched with each sheet by itself.
    text = "\n".join([fonts.stylesheet(), *((STYLES / name).read_text("utf-8") for name in styles)])
    return shared, [CSS(string=text, base_url=str(STYLES), font_config=shared, url_fetcher=files)]


@functools.lru_cache(maxsize=4)
def _font_configuration(configuration: Path) -> Any:
    from weasyprint.text.fonts import FontConfiguration

    # fontconfig reads the variable while the object is made, and never again.
    with _environment:
        before = os.environ.get("FONTCONFIG_FILE")
        os.environ["FONTCONFIG_FILE"] = str(configuration)
        try:
            return FontConfiguration()
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before


def _forget() -> None:
    _shared.cache_clear()
    _font_configuration.cache_clear()


# A font configuration that is still there when the interpreter ends complains while it is taken down.
atexit.register(_forget)


@contextmanager
def _collecting_once() -> Iterator[None]:
    """Collects garbage after a document and not within: the collector found nothing for a quarter of the time."""
    try:
        with without_collection():
            yield
    finally:
        gc.collect()
        _settle()


@functools.cache
def _settle() -> None:
    """In a process that does nothing but print: what is there after the first document stays, and is not looked at
    again after each of the others, which took an eighth of the time.
    """
    if multiprocessing.parent_process() is not None:
        gc.freeze()


def laid_out(paper: Paper, configuration: Path) -> Any:
    """The paper as WeasyPrint's Document, pages and boxes. Nothing is fetched from anywhere."""
    from cssselect2 import ElementWrapper
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    class Page(HTML):  # type: ignore[misc]
        def _ua_stylesheets(self, forms: bool = False) -> list[Any]:
            return [_elements()]

    shared, sheets = _shared(configuration, paper.styles)
    nowhere = URLFetcher(allowed_protocols=())
    tree = tree_of(paper.html)
    page = Page(string=paper.html if tree is None else EMPTY, url_fetcher=nowhere)
    if tree is not None:
        page.wrapper_element = ElementWrapper.from_html_root(tree, content_language=None)
        page.etree_element = tree
    return page.render(font_config=shared, stylesheets=sheets)


def rendered(paper: Paper, configuration: Path) -> bytes:
    """The PDF of a paper; the same paper gives the same bytes on one machine, unless it is signed.

    Raises CertificateRefused.
    """
    with _collecting_once():
        pdf = written(laid_out(paper, configuration), [paper])
        return signed(pdf, paper.certificate) if paper.certificate else pdf


@dataclass(frozen=True, slots=True)
class Bound:
    """Several papers as one PDF: how many pages each has, and of each font by its name the glyphs that are used.

    The fonts are whole as they were prepared, so that they are the same in all parts of a booklet. A font in which a
    character had no shape is encoded in a way of its own, and has no glyphs here.
    """

    pdf: bytes
    pages: list[int]
    glyphs: dict[str, list[int]]


def bound(papers: Sequence[Paper], configuration: Path) -> Bound:
    """One PDF of several papers that share their fonts; each keeps its page numbers."""
    with _collecting_once():
        documents = [laid_out(paper, configuration) for paper in papers]
        pages = [page for document in documents for page in document.pages]
        whole = documents[0].copy(pages)
        pdf = written(whole, papers, full_fonts=True)
        glyphs: dict[str, set[int]] = {}
        for font in whole.fonts.values():
            glyphs.setdefault(font.hash, set()).update(font.to_unicode)
        encoded = {font.hash for font in whole.fonts.values() if font.missing}
        used = {f"/{name}": sorted(numbers) for name, numbers in glyphs.items() if name not in encoded}
        return Bound(pdf, [len(document.pages) for document in documents], used)


def written(document: Any, papers: Sequence[Paper], full_fonts: bool = False) -> bytes:
    """The PDF of what was laid out, with the papers' enclosures inside."""
    from weasyprint import Attachment

    attachments = [
        Attachment(
            string=enclosure.content,
            name=enclosure.name,
            description=enclosure.description,
            created=enclosure.made_at,
            modified=enclosure.made_at,
            relationship="Data",
        )
        for paper in papers
        for enclosure in paper.enclosures
    ]
    pdf: bytes = document.write_pdf(
        attachments=attachments, pdf_variant=ARCHIVE, full_fonts=full_fonts, finisher=_finished
    )
    return pdf


def _finished(document: Any, pdf: Any) -> None:
    """Compresses streams before they are written, which happens twice: to the file and to its identifier's digest.

    Each enclosure is named once among those of the document; WeasyPrint finds them on two ways and names them twice.
    """
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])
    for part in pdf.objects:
        if getattr(part, "compress", False):
            part.compress = False
            plain = part.data.split(STREAM, 1)[1].removesuffix(STREAM_END)
            part.stream = [zlib.compress(plain, COMPRESSION)]
            part.extra = {**part.extra, "Filter": "/FlateDecode"}
