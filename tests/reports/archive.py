"""What ISO 19005-3 (PDF/A-3, level U) asks of a file, as far as it concerns what papers hold; a sentence a fault.

No validator is to be had as a package, so that its rules stand here by hand, each by its clause.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

from fontTools.ttLib import TTFont
from pypdf import PdfReader
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, IndirectObject, StreamObject

SPACES = {
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
# Where Info and metadata say the same: the entry, its place in the metadata.
SAID_TWICE = {
    "/Title": "dc:title/rdf:Alt/rdf:li",
    "/Author": "dc:creator/rdf:Seq/rdf:li",
    "/Subject": "dc:description/rdf:Alt/rdf:li",
    "/Keywords": "pdf:Keywords",
    "/Producer": "pdf:Producer",
    "/Creator": "xmp:CreatorTool",
    "/CreationDate": "xmp:CreateDate",
    "/ModDate": "xmp:ModifyDate",
}
FORBIDDEN_ACTIONS = {
    *("/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState", "/Rendition"),
    *("/Trans", "/GoTo3DView", "/JavaScript"),
}
FORBIDDEN_ANNOTATIONS = {"/Sound", "/Screen", "/3D", "/Movie"}
BLENDS = {
    *("/Normal", "/Compatible", "/Multiply", "/Screen", "/Overlay", "/Darken", "/Lighten", "/ColorDodge"),
    *("/ColorBurn", "/HardLight", "/SoftLight", "/Difference", "/Exclusion"),
    *("/Hue", "/Saturation", "/Color", "/Luminosity"),
}
PRINTED, HIDDEN = 4, 1 | 2 | 32 | 256


def faults_of(content: bytes) -> list[str]:
    """Everything that is wrong with the file."""
    reader = PdfReader(BytesIO(content))
    objects = list(_objects(reader))
    return [
        *_faults_of_file(content, reader),
        *_faults_of_metadata(reader),
        *_faults_of_colours(reader, objects),
        *_faults_of_objects(objects),
        *_faults_of_annotations(reader),
        *_faults_of_enclosures(reader, objects),
        *_faults_of_fonts(reader),
    ]


def _objects(reader: PdfReader) -> Iterator[DictionaryObject]:
    """All dictionaries and streams of the file that can be reached, each once."""
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [reader.trailer]
    while waiting:
        found = waiting.pop()
        if isinstance(found, IndirectObject):
            if (found.idnum, found.generation) in seen:
                continue
            seen.add((found.idnum, found.generation))
            found = found.get_object()
        if isinstance(found, DictionaryObject):
            yield found
            waiting += [found.raw_get(key) for key in found]
        elif isinstance(found, ArrayObject):
            waiting += list(found)


def _faults_of_file(content: bytes, reader: PdfReader) -> Iterator[str]:
    """6.1.2, 6.1.3: header, trailer."""
    if not re.match(rb"%PDF-1\.[0-7]\r?\n%[\x80-\xff]{4}", content):
        yield "6.1.2 header"
    if not re.search(rb"%%EOF\r?\n?$", content):
        yield "6.1.3 something after the end"
    if "/Encrypt" in reader.trailer:
        yield "6.1.3 encrypted"
    if len(reader.trailer.get("/ID", ())) != 2:
        yield "6.1.3 no ID"
    root = reader.root_object
    for key in ("/AA", "/NeedsRendering", "/Requirements"):
        if key in root:
            yield f"6.4.2, 6.5.2, 6.11 {key} in the catalogue"


def _said(text: str) -> str:
    """A date of Info or metadata as digits, so that both can be compared; other texts as they are."""
    digits = re.fullmatch(r"(?:D:)?\d{4}[-\d:'TZ+]*", text)
    return re.sub(r"\D", "", text)[:14] if digits else text


def _faults_of_metadata(reader: PdfReader) -> Iterator[str]:
    """6.6.2 to 6.6.4: metadata, the same in Info, part and conformance."""
    stream = reader.root_object.get("/Metadata")
    if not isinstance(stream := stream and stream.get_object(), StreamObject):
        yield "6.6.2.1 no metadata"
        return
    if stream.get("/Type") != "/Metadata" or stream.get("/Subtype") != "/XML":
        yield "6.6.2.1 metadata not named"
    tree = ElementTree.fromstring(stream.get_data())
    values = {name: _value(tree, name) for name in ("pdfaid:part", "pdfaid:conformance")}
    if values != {"pdfaid:part": "3", "pdfaid:conformance": "U"}:
        yield f"6.6.4 {values}"
    for key, text in (reader.metadata or {}).items():
        place = SAID_TWICE.get(key)
        if place and (said := _value(tree, place)) is not None and _said(said) != _said(str(text)):
            yield f"6.6.3 {key} differs: {text} {said}"
        elif place and said is None:
            yield f"6.6.3 {key} is in Info alone"


def _value(tree: ElementTree.Element, place: str) -> str | None:
    found = tree.find(f".//{place}", SPACES)
    if found is not None:
        return found.text or ""
    prefix, name = place.split(":", 1)
    attribute = f"{{{SPACES[prefix]}}}{name}"
    return next((element.get(attribute) for element in tree.iter() if element.get(attribute)), None)


def _faults_of_colours(reader: PdfReader, objects: list[DictionaryObject]) -> Iterator[str]:
    """6.2.3, 6.2.4: one profile, and it is of the colours that are used without one of their own."""
    intents = [intent.get_object() for intent in reader.root_object.get("/OutputIntents", ())]
    profiles = {id(intent["/DestOutputProfile"].get_object()) for intent in intents}
    if len(profiles) != 1 or any(intent.get("/S") != "/GTS_PDFA1" for intent in intents):
        yield "6.2.3 no output intent, or several"
        return
    profile = intents[0]["/DestOutputProfile"].get_object()
    head = profile.get_data()[:128]
    if head[36:40] != b"acsp" or {3: b"RGB ", 4: b"CMYK", 1: b"GRAY"}.get(profile["/N"]) != head[16:20]:
        yield "6.2.3 the profile is none, or not of so many colours"
    used = " ".join(str(value) for found in objects for value in found.values())
    drawn = b"".join(_drawing(found, reader) for found in objects if _is_drawn(found))
    if "/DeviceCMYK" in used or re.search(rb"(?<=[\s\d])[kK]\s", drawn):
        yield "6.2.4.3 colours of printing inks without their profile"


def _is_drawn(found: DictionaryObject) -> bool:
    return found.get("/Type") == "/Page" or found.get("/Subtype") == "/Form"


def _drawing(found: DictionaryObject, reader: PdfReader) -> bytes:
    """The operators of a page or a form, without the texts that they show."""
    source = found.get("/Contents") if found.get("/Type") == "/Page" else found
    if source is None:
        return b""
    operations = ContentStream(source.get_object(), reader).operations
    return b"".join(bytes(operator) + b"\n" for _, operator in operations)


def _faults_of_objects(objects: list[DictionaryObject]) -> Iterator[str]:
    """6.1.7, 6.2.5 to 6.2.10, 6.5: streams, pictures, states, transparency, actions."""
    for found in objects:
        filters = str(found.get("/Filter", ""))
        if "LZW" in filters or "/Crypt" in filters:
            yield f"6.1.7.2 {filters}"
        if isinstance(found, StreamObject) and {"/F", "/FFilter", "/FDecodeParms"} & set(found):
            yield "6.1.7.1 a stream kept outside of the file"
        if found.get("/Interpolate") or found.get("/Alternates") or "/OPI" in found:
            yield "6.2.8 picture"
        if found.get("/Subtype") == "/PS" or "/PS" in found or "/Ref" in found:
            yield "6.2.9 form"
        blend = found.get("/BM")
        if found.get("/Type") == "/ExtGState" and (
            {"/TR", "/HTP"} & set(found)
            or found.get("/TR2", "/Default") != "/Default"
            or (blend and str(blend) not in BLENDS)
        ):
            yield "6.2.5 state"
        if found.get("/S") in FORBIDDEN_ACTIONS or "/JS" in found:
            yield f"6.5.1 action {found.get('/S')}"
        if "/XFA" in found or found.get("/NeedAppearances"):
            yield "6.4.1 form to fill in"


def _faults_of_annotations(reader: PdfReader) -> Iterator[str]:
    """6.3: what lies on pages is printed and has its looks in the file; links need none."""
    for number, page in enumerate(reader.pages, start=1):
        if "/AA" in page:
            yield f"6.5.2 page {number}: action"
        for annotation in (item.get_object() for item in page.get("/Annots", ())):
            kind, flags = annotation["/Subtype"], int(annotation.get("/F", 0))
            left, bottom, right, top = (float(side) for side in annotation["/Rect"])
            if kind in FORBIDDEN_ANNOTATIONS:
                yield f"6.3.1 page {number}: {kind}"
            if kind != "/Popup" and (not flags & PRINTED or flags & HIDDEN):
                yield f"6.3.2 page {number}: {kind} is not printed"
            if kind not in ("/Popup", "/Link") and (left, bottom) != (right, top) and "/AP" not in annotation:
                yield f"6.3.3 page {number}: {kind} without looks"
            if "/AA" in annotation or (kind == "/Widget" and "/A" in annotation):
                yield f"6.4.1 page {number}: {kind} with an action"


def _faults_of_enclosures(reader: PdfReader, objects: list[DictionaryObject]) -> Iterator[str]:
    """6.8: files inside say what they are and whose, and are all named in the catalogue."""
    files = [found for found in objects if "/EF" in found]
    named = reader.root_object.get("/Names", {}).get("/EmbeddedFiles", {}).get("/Names", [])
    associated = [file.get_object() for file in reader.root_object.get("/AF", ())]
    names = [str(name) for name in named[::2]]
    if names != sorted(names, key=lambda name: name.encode("utf-16-be")) or len(set(names)) != len(names):
        yield f"names of files are not sorted or not different: {names}"
    if len(associated) != len(files) or len(names) != len(files):
        yield f"6.8 {len(files)} files, {len(associated)} associated, {len(names)} named"
    for file in files:
        if not file.get("/F") or not file.get("/UF"):
            yield "6.8 a file without its names"
        if file.get("/AFRelationship") not in {
            *("/Source", "/Data", "/Alternative", "/Supplement", "/Unspecified")
        }:
            yield "6.8 a file without its relation"
        kept = file["/EF"]["/F"].get_object()
        if "/" not in str(kept.get("/Subtype", "")).removeprefix("/"):
            yield f"6.8 a file without its kind: {kept.get('/Subtype')}"
        if "/ModDate" not in kept.get("/Params", {}):
            yield "6.8 a file without the day of its last change"


def _faults_of_fonts(reader: PdfReader) -> Iterator[str]:
    """6.2.11: all shapes that are used are inside, as wide as is said, and their characters can be read."""
    shown: dict[int, tuple[Any, set[int]]] = {}
    for page in reader.pages:
        _collect(page, page.get("/Contents"), reader, shown)
    for font, codes in shown.values():
        yield from _faults_of_font(font, codes)


def _collect(holder: Any, source: Any, reader: PdfReader, shown: dict[int, tuple[Any, set[int]]]) -> None:
    """The codes that are shown in each font, on a page or a form and in the forms that it draws."""
    resources = holder.get("/Resources", DictionaryObject()).get_object()
    fonts = resources.get("/Font", DictionaryObject()).get_object()
    current: set[int] = set()
    for operands, operator in ContentStream(source.get_object(), reader).operations if source else ():
        if operator == b"Tf":
            font = fonts[operands[0]].get_object()
            current = shown.setdefault(id(font), (font, set()))[1]
        elif operator in (b"Tj", b"TJ"):
            pieces = operands[0] if operator == b"TJ" else [operands[0]]
            for piece in pieces:
                if not isinstance(piece, (int, float)):
                    text = piece.original_bytes
                    current.update(int.from_bytes(text[at : at + 2], "big") for at in range(0, len(text), 2))
    for item in resources.get("/XObject", DictionaryObject()).get_object().values():
        drawn = item.get_object()
        if drawn.get("/Subtype") == "/Form":
            _collect(drawn, drawn, reader, shown)


def _faults_of_font(font: Any, codes: set[int]) -> Iterator[str]:
    name = font.get("/BaseFont")
    if font.get("/Subtype") != "/Type0" or font.get("/Encoding") != "/Identity-H":
        yield f"6.2.11.3 {name}: {font.get('/Subtype')} {font.get('/Encoding')}"
        return
    inside = font["/DescendantFonts"][0].get_object()
    descriptor = inside["/FontDescriptor"].get_object()
    kept = next((descriptor[key] for key in ("/FontFile2", "/FontFile3") if key in descriptor), None)
    if kept is None:
        yield f"6.2.11.4 {name} is not inside"
        return
    if inside["/Subtype"] == "/CIDFontType2" and "/CIDToGIDMap" not in inside:
        yield f"6.2.11.3.2 {name} has no map from characters to shapes"
    if "/CIDSet" in descriptor and not codes <= _members(descriptor["/CIDSet"].get_object().get_data()):
        yield f"6.2.11.4.2 {name}: the set of its shapes is not complete"
    yield from _faults_of_shapes(str(name), kept.get_object(), inside, codes)
    if "/ToUnicode" not in font:
        yield f"6.2.11.7 {name} can't be read"
        return
    read = _characters(font["/ToUnicode"].get_data())
    for code in sorted(codes):
        text = read.get(code, "")
        if not text or any(character in "\0\ufeff\ufffe" for character in text):
            yield f"6.2.11.7.2 {name}: shape {code} reads as {text!r}"


def _characters(mapping: bytes) -> dict[int, str]:
    """What each shape reads as: `<code> <text>` between bfchar, `<first> <last> <text>` between bfrange."""

    def text(digits: bytes) -> str:
        return bytes.fromhex(digits.decode()).decode("utf-16-be")

    found = {}
    for part in re.findall(rb"beginbfchar(.*?)endbfchar", mapping, re.DOTALL):
        for code, digits in re.findall(rb"<(\w+)>\s*<(\w+)>", part):
            found[int(code, 16)] = text(digits)
    for part in re.findall(rb"beginbfrange(.*?)endbfrange", mapping, re.DOTALL):
        for first, last, digits in re.findall(rb"<(\w+)>\s*<(\w+)>\s*<(\w+)>", part):
            for place in range(int(last, 16) - int(first, 16) + 1):
                start = text(digits)
                found[int(first, 16) + place] = start[:-1] + chr(ord(start[-1]) + place)
    return found


def _members(bits: bytes) -> set[int]:
    return {place * 8 + bit for place, byte in enumerate(bits) for bit in range(8) if byte & (128 >> bit)}


def _faults_of_shapes(name: str, kept: Any, inside: Any, codes: set[int]) -> Iterator[str]:
    """Each shape that is used is in the font, none is the box of an unknown one, and it is as wide as is said."""
    data = kept.get_data()
    if not data.startswith((b"OTTO", b"\0\1\0\0", b"true")):
        yield f"6.2.11.4 {name}: a font of an unknown kind"
        return
    if data.startswith(b"OTTO") != (kept.get("/Subtype") == "/OpenType"):
        yield f"6.2.11.4 {name}: {kept.get('/Subtype')}"
    face = TTFont(BytesIO(data), lazy=True)
    order, unit = face.getGlyphOrder(), face["head"].unitsPerEm
    said = _widths(inside)
    for code in sorted(codes):
        if code == 0 or code >= len(order):
            yield f"6.2.11.4.1, 6.2.11.8 {name}: no shape {code}"
            continue
        drawn = face["hmtx"][order[code]][0] * 1000 / unit
        if abs(drawn - said.get(code, float(inside.get("/DW", 1000)))) > 1:
            yield f"6.2.11.5 {name}: shape {code} is {drawn} wide, said to be {said.get(code)}"


def _widths(inside: Any) -> dict[int, float]:
    """The widths of shapes as the file says them: `first [w w …]` or `first last w`."""
    widths: dict[int, float] = {}
    said = list(inside.get("/W", ArrayObject()))
    while said:
        first, second = int(said.pop(0)), said.pop(0).get_object()
        if isinstance(second, ArrayObject):
            widths |= {first + place: float(width) for place, width in enumerate(second)}
        else:
            widths |= dict.fromkeys(range(first, int(second) + 1), float(said.pop(0)))
    return widths
