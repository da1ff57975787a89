"""Papers are what an archive takes: PDF/A-3, level U, by the rules in `archive.py`; each rule is one that can fail."""

import datetime
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from reports.booklets import join
from reports.forms.registry import FORMS
from reports.press import Part
from reports.rendering import Enclosure, Paper, fonts_for, rendered
from reports.seals import Seal, sealed
from reports.signing import certificate_of, signed
from reports.typesetting import bound
from tests.reports.archive import faults_of
from tests.reports.certificates import install_certificate
from tests.reports.papers import annual_paper, lines
from tests.reports.test_form_pages import made

SEAL = Seal("7K3M-9QXD-0A2B-WZ5E", "某局　2025年", "https://kaohe.example/verify/7K3M-9QXD-0A2B-WZ5E/")
MADE = datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)


def enclosing_paper(no: str = "1001", name: str = "欧阳䶮") -> Paper:
    """A form with the data inside, of somebody with a rare name."""
    enclosure = Enclosure(f"{no}.json", f'{{"no": "{no}"}}'.encode(), "数据", MADE)
    return sealed(annual_paper(name=f"{name}𬀩㛃𫖯喆堃", no=no, lines=lines(30)), SEAL, enclosure)


@pytest.fixture(scope="module")
def single() -> bytes:
    return rendered(enclosing_paper())


def booklet(folder: Path) -> bytes:
    """Two parts of two papers each, joined."""
    parts, configuration = [], fonts_for([enclosing_paper()])
    for place in range(2):
        part = bound([enclosing_paper(f"100{2 * place + n}") for n in range(2)], configuration)
        file = folder / f"{place}.pdf"
        file.write_bytes(part.pdf)
        parts.append(Part(file, part.pages, part.glyphs))
    target = folder / "booklet.pdf"
    join(parts, [f"第{n}份" for n in range(4)], "登记表 <合订本> & 附件", target)
    return target.read_bytes()


def test_a_paper_with_its_enclosure_is_an_archives_file(single: bytes) -> None:
    assert faults_of(single) == []


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_an_archives_file(form: str) -> None:
    for paper in FORMS[form].papers(made(3), made(3).subjects):
        assert faults_of(rendered(paper)) == []


def test_a_signed_paper_is_an_archives_file(single: bytes, tmp_path: Path) -> None:
    with install_certificate("bureau", tmp_path):
        certificate = certificate_of("bureau", tmp_path)
        assert certificate is not None
        content = signed(single, certificate)
    assert "/AcroForm" in PdfReader(BytesIO(content)).root_object
    assert faults_of(content) == []


def test_a_booklet_is_an_archives_file_and_the_same_each_time(tmp_path: Path) -> None:
    content = booklet(tmp_path)
    assert faults_of(content) == []
    assert len(PdfReader(BytesIO(content)).attachments) == 4
    assert booklet(tmp_path) == content


def changed(content: bytes, change: Callable[[PdfWriter], None]) -> bytes:
    """The file written anew with a change, everything else of it as it was."""
    reader = PdfReader(BytesIO(content))
    writer = PdfWriter(clone_from=reader)
    writer._ID = reader.trailer["/ID"]
    writer.metadata = reader.metadata
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _no_id(writer: PdfWriter) -> None:
    writer._ID = None


def _other_title(writer: PdfWriter) -> None:
    writer.metadata = {**(writer.metadata or {}), "/Title": "别的"}


def _other_level(writer: PdfWriter) -> None:
    metadata = writer.root_object["/Metadata"].get_object()
    assert isinstance(metadata, StreamObject)
    metadata.set_data(metadata.get_data().replace(b'conformance="U"', b'conformance="B"'))


def _no_profile(writer: PdfWriter) -> None:
    del writer.root_object["/OutputIntents"]


def _script(writer: PdfWriter) -> None:
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("0")}
    )


def _smoothed(writer: PdfWriter) -> None:
    picture = DictionaryObject({NameObject("/Interpolate"): NumberObject(1)})
    writer.root_object[NameObject("/Extra")] = picture


def _compressed_by_lzw(writer: PdfWriter) -> None:
    writer.root_object[NameObject("/Extra")] = DictionaryObject(
        {NameObject("/Filter"): NameObject("/LZWDecode")}
    )


def _unprinted_note(writer: PdfWriter) -> None:
    note = DictionaryObject(
        {
            NameObject("/Subtype"): NameObject("/Text"),
            NameObject("/Rect"): ArrayObject([NumberObject(n) for n in (0, 0, 9, 9)]),
        }
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([note])


def _file(writer: PdfWriter) -> DictionaryObject:
    file = writer.root_object["/AF"][0].get_object()  # type: ignore[index]
    assert isinstance(file, DictionaryObject)
    return file


def _no_relation(writer: PdfWriter) -> None:
    del _file(writer)["/AFRelationship"]


def _no_kind(writer: PdfWriter) -> None:
    del _file(writer)["/EF"]["/F"].get_object()["/Subtype"]  # type: ignore[index]


def _unnamed(writer: PdfWriter) -> None:
    del writer.root_object["/Names"]


def _font(writer: PdfWriter) -> DictionaryObject:
    fonts = writer.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    assert isinstance(fonts, DictionaryObject)
    font = next(iter(fonts.values())).get_object()
    assert isinstance(font, DictionaryObject)
    return font


def _inside(writer: PdfWriter) -> DictionaryObject:
    inside = _font(writer)["/DescendantFonts"][0].get_object()  # type: ignore[index]
    assert isinstance(inside, DictionaryObject)
    return inside


def _unreadable(writer: PdfWriter) -> None:
    del _font(writer)["/ToUnicode"]


def _one_unreadable(writer: PdfWriter) -> None:
    mapping = _font(writer)["/ToUnicode"].get_object()
    assert isinstance(mapping, StreamObject)
    mapping.set_data(re.sub(rb"<\w+>\s*<\w+>\n", b"", mapping.get_data()))


def _font_left_out(writer: PdfWriter) -> None:
    descriptor = _inside(writer)["/FontDescriptor"].get_object()
    for key in ("/FontFile2", "/FontFile3"):
        if isinstance(descriptor, DictionaryObject) and key in descriptor:
            del descriptor[key]


def _other_widths(writer: PdfWriter) -> None:
    del _inside(writer)["/W"]
    _inside(writer)[NameObject("/DW")] = NumberObject(123)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        *((_no_id, "6.1.3"), (_other_title, "6.6.3"), (_other_level, "6.6.4"), (_no_profile, "6.2.3")),
        *((_script, "6.5.1"), (_smoothed, "6.2.8"), (_compressed_by_lzw, "6.1.7.2")),
        *((_unprinted_note, "6.3.2"), (_unprinted_note, "6.3.3")),
        *((_no_relation, "6.8"), (_no_kind, "6.8"), (_unnamed, "6.8")),
        *((_unreadable, "6.2.11.7 "), (_one_unreadable, "6.2.11.7.2")),
        *((_font_left_out, "6.2.11.4 "), (_other_widths, "6.2.11.5")),
    ],
)
def test_each_fault_would_be_found(single: bytes, change: Callable[[PdfWriter], None], fault: str) -> None:
    assert faults_of(changed(single, lambda writer: None)) == []
    assert any(found.startswith(fault) for found in faults_of(changed(single, change)))
