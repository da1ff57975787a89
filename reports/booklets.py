"""Printed parts joined into one file, without being rendered again: bookmarks, enclosures, the archive's metadata."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DecodedStreamObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from reports.press import Part
from reports.subsetting import subset_glyphs

# What makes the file an archive's: said by each part, and the same of the whole.
# The title within the metadata.
TITLE = re.compile(r"(<dc:title><rdf:Alt><rdf:li[^>]*>).*?(</rdf:li>)", re.DOTALL)
ARCHIVE = ("/Metadata", "/OutputIntents", "/Lang")


def join(parts: Sequence[Part], bookmarks: Sequence[str], title: str, target: Path) -> None:
    """Writes the booklet of the parts. bookmarks: a line for each paper, in their order."""
    writer = PdfWriter()
    fonts = SharedFonts(writer)
    enclosures: list[tuple[str, IndirectObject]] = []
    labels = iter(bookmarks)
    for part in parts:
        reader = PdfReader(part.pdf)
        first = len(writer.pages)
        fonts.append(reader, part)
        for pages in part.pages:
            writer.add_outline_item(title=next(labels), page_number=first)
            first += pages
        for name, file in _enclosures(reader):
            reference = file.clone(writer).indirect_reference
            assert reference is not None
            enclosures.append((name, reference))
        if part is parts[0]:
            for key in ARCHIVE:
                writer.root_object[NameObject(key)] = reader.root_object.raw_get(key).clone(writer)
    fonts.cut_down()
    _enclose(writer, enclosures)
    _name(writer, parts[0], title)
    _identify(writer, parts)
    writer.write(target)


def _name(writer: PdfWriter, part: Part, title: str) -> None:
    """Gives the booklet its title, in its information and in its metadata: an archive's file says the same in both."""
    metadata = writer.root_object["/Metadata"].get_object()
    assert isinstance(metadata, StreamObject)
    said = metadata.get_data().decode()
    renamed, count = TITLE.subn(lambda found: found[1] + escape(title) + found[2], said)
    assert count == 1, "a part has a title"
    metadata.set_data(renamed.encode())
    writer.metadata = {**(PdfReader(part.pdf).metadata or {}), "/Title": title}


def _identify(writer: PdfWriter, parts: Sequence[Part]) -> None:
    """Gives the booklet the identifier that an archive's file has to have: the same for the same parts."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.pdf.read_bytes())
    identifier = ByteStringObject(digest.digest()[:16])
    writer._ID = ArrayObject([identifier, identifier])


class SharedFonts:
    """The fonts of all parts of a booklet, each once, with the shapes that the parts use."""

    def __init__(self, writer: PdfWriter) -> None:
        self._writer = writer
        self._fonts: dict[str, IndirectObject] = {}
        self._glyphs: dict[str, set[int]] = {}

    def append(self, reader: PdfReader, part: Part) -> None:
        """Adds a part's pages; of its fonts those that no part before it had."""
        theirs = _fonts_of(reader.pages[0])
        known = [name for name in part.glyphs if name in self._fonts and name in theirs]
        for name in known:
            del theirs[name]
        first = len(self._writer.pages)
        self._writer.append(reader, import_outline=False)
        ours = _fonts_of(self._writer.pages[first])
        for name, glyphs in part.glyphs.items():
            if name in known:
                ours[NameObject(name)] = self._fonts[name]
            elif name in ours:
                self._fonts[name] = ours.raw_get(name)
            self._glyphs.setdefault(name, set()).update(glyphs)

    def cut_down(self) -> None:
        """Leaves the shapes that are used; called after the last part."""
        for name, font in self._fonts.items():
            composite: Any = font.get_object()
            descriptor = composite["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            for key in ("/FontFile2", "/FontFile3"):
                if key in descriptor:
                    self._replace(
                        descriptor, key, subset_glyphs(descriptor[key].get_data(), self._glyphs[name])
                    )

    def _replace(self, descriptor: DictionaryObject, key: str, content: bytes) -> None:
        stream = descriptor[key]
        assert isinstance(stream, StreamObject)
        reference = descriptor.raw_get(key)
        new = DecodedStreamObject()
        new.set_data(content)
        for extra, value in (
            (("/Subtype"), stream.get("/Subtype")),
            ("/Length1", NumberObject(len(content))),
        ):
            if value is not None and extra in stream:
                new[NameObject(extra)] = value
        self._writer._replace_object(reference, new.flate_encode())


def _fonts_of(page: PageObject) -> DictionaryObject:
    fonts = page["/Resources"]["/Font"]  # type: ignore[index]
    assert isinstance(fonts, DictionaryObject)
    return fonts


def _enclosures(reader: PdfReader) -> Iterator[tuple[str, DictionaryObject]]:
    names = reader.root_object.get("/Names", {}).get("/EmbeddedFiles", {}).get("/Names", [])
    yield from ((str(name), file.get_object()) for name, file in zip(names[::2], names[1::2], strict=True))


def _enclose(writer: PdfWriter, enclosures: Sequence[tuple[str, IndirectObject]]) -> None:
    """Lists the files within the booklet; the names of such a list have to be sorted."""
    if not enclosures:
        return
    pairs: list[TextStringObject | ByteStringObject | IndirectObject] = []
    for name, reference in sorted(enclosures, key=lambda pair: pair[0].encode()):
        pairs += [TextStringObject(name), reference]
    names = DictionaryObject({NameObject("/Names"): ArrayObject(pairs)})
    files = DictionaryObject({NameObject("/EmbeddedFiles"): writer._add_object(names)})
    writer.root_object[NameObject("/Names")] = files
    writer.root_object[NameObject("/AF")] = ArrayObject(reference for _, reference in enclosures)
