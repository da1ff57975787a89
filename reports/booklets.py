"""Printed parts joined into one file, without being rendered again: bookmarks, enclosures, the archive's metadata."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    TextStringObject,
)

from reports.press import Part

# What makes the file an archive's: said by each part, and the same of the whole.
ARCHIVE = ("/Metadata", "/OutputIntents", "/Lang")


def join(parts: Sequence[Part], bookmarks: Sequence[str], title: str, target: Path) -> None:
    """Writes the booklet of the parts. bookmarks: a line for each paper, in their order."""
    writer = PdfWriter()
    enclosures: list[tuple[str, IndirectObject]] = []
    labels = iter(bookmarks)
    for part in parts:
        reader = PdfReader(part.pdf)
        first = len(writer.pages)
        writer.append(reader, import_outline=False)
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
    _enclose(writer, enclosures)
    writer.metadata = {"/Title": title}
    writer.write(target)


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
