"""Codes and QR codes on papers."""

import datetime
import re
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from reports.rendering import Enclosure, Paper, laid_out, rendered
from reports.seals import CODE, Seal, code_of, normal_code, qr_code, sealed
from tests.reports.papers import annual_paper, boxes, lines, text_of

SEAL = Seal("7K3M-9QXD-0A2B-WZ5E", "某局　2025年", "https://kaohe.example/verify/7K3M-9QXD-0A2B-WZ5E/")


def test_a_code_is_made_of_its_facts_alone() -> None:
    assert CODE.fullmatch(code_of("a", "b"))
    assert code_of("a", "b") == code_of("a", "b")
    assert code_of("a", "b") != code_of("ab", "")


@pytest.mark.parametrize("typed", ["7k3m9qxd0a2bwz5e", " 7K3M 9QXD OA2B WZ5E ", "7K3M－9QXD－0A2B－WZ5E"])
def test_a_code_is_known_however_it_is_typed(typed: str) -> None:
    assert normal_code(typed) == "7K3M-9QXD-0A2B-WZ5E"


@pytest.mark.parametrize("typed", ["", "7K3M", "7K3M-9QXD-0A2B-WZ5E-1", "考核", "' OR 1=1 --      "])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert normal_code(typed) is None


def test_the_seal_stands_above_the_first_page_and_the_code_above_all() -> None:
    paper = sealed(annual_paper(lines=lines(60)), SEAL, None)
    text = text_of(rendered(paper))
    assert text.count(SEAL.code) == 4
    pages = laid_out(paper).pages
    squares = [[box for box in boxes(page, "BlockReplacedBox") if is_above_the_text(box)] for page in pages]
    assert [len(each) for each in squares] == [1, 0, 0, 0]


def is_above_the_text(box: Any) -> bool:
    return bool(box.position_y + box.height < 37 * 96 / 25.4)


def test_a_qr_code_is_one_path_without_styles() -> None:
    svg = qr_code(SEAL.target)
    assert svg.count("<path") == 1
    assert "style=" not in svg
    assert "viewBox" in svg


def test_words_in_a_seal_are_text() -> None:
    paper = sealed(
        Paper("甲", "<html><body class='x'><p>甲</p></body></html>", ("paper.css",)),
        Seal(SEAL.code, "<b>\\1某局</b>", "x"),
        None,
    )
    assert "&lt;b&gt;\\1某局&lt;/b&gt;" in paper.html
    assert "<p>甲</p>" in paper.html


def test_an_enclosure_travels_inside_an_archive_file() -> None:
    made = datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)
    paper = sealed(annual_paper(), SEAL, Enclosure("1001.json", b'{"a": 1}', "数据", made))
    reader = PdfReader(BytesIO(rendered(paper)))
    assert reader.attachments["1001.json"] == [b'{"a": 1}']
    xmp = reader.root_object["/Metadata"].get_object().get_data().decode()
    assert re.findall(r'pdfaid:(part|conformance)="?>?(\w)', xmp) == [("part", "3"), ("conformance", "U")]
    assert "/OutputIntents" in reader.root_object
