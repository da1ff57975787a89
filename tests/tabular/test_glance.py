"""The quick survey of a worksheet sees what the parser sees, and leaves to it what it can't tell."""

import io
import random
from typing import Any

import pytest
from openpyxl.styles import Font

from tabular import glance, survey
from tabular.glance import NotPlain, glance_at
from tests.tabular.spreadsheets import CHEN, HEADER, xlsx

HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = "</sheetData></worksheet>"


def sheet(*cells: str) -> io.BytesIO:
    return io.BytesIO(f"{HEAD}<row>{''.join(cells)}</row>{TAIL}".encode())


def surveyed(content: bytes, monkeypatch: pytest.MonkeyPatch, *, quickly: bool) -> list[survey.Survey]:
    """The survey by one of the two ways alone."""
    with monkeypatch.context() as patched:

        def other_way(*_: Any) -> None:
            assert not quickly, "the parser was asked"

        patched.setattr(survey, "_walk" if quickly else "_glance", other_way)
        return survey.survey_xlsx(content)


@pytest.mark.parametrize("seed", range(6))
def test_it_sees_what_the_parser_sees(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    words = [None, None, 1, 2.5, True, "陈", '<c r="ZZ99">', "a>b", "x" * 100]
    rows = [chance.choices(words, k=chance.randrange(1, 40)) for _ in range(chance.randrange(1, 60))]

    def dressed(worksheet: Any) -> None:
        for _ in range(chance.randrange(4)):
            row, column = chance.randrange(1, 90), chance.randrange(1, 60)
            worksheet.cell(row, column).font = Font(bold=True)  # a cell that holds nothing
        for k in range(chance.randrange(3)):
            worksheet.merge_cells(start_row=10 * k + 1, end_row=10 * k + 3, start_column=2, end_column=4)

    content = xlsx(rows, dressed)
    # Pieces of any size, so that tags are cut wherever they can be.
    monkeypatch.setattr(glance, "CHUNK", chance.randrange(1_500, 9_000))
    quick = surveyed(content, monkeypatch, quickly=True)
    assert quick == surveyed(content, monkeypatch, quickly=False)


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1"><f>1+1</f><v>2</v></c>',
        '<c r="A1" t="e"><v>#N/A</v></c>',
        "<c r=\"A1\" t = 'e'><v>#N/A</v></c>",
        "<c><v>1</v></c>",
        '<c s="1" r="A1"><v>1</v></c>',
        '<x:c r="A1"><v>1</v></x:c>',
        '<!-- <c r="A1"> -->',
    ],
)
def test_what_is_not_plain_is_left_to_the_parser(cell: str) -> None:
    assert glance_at(sheet('<c r="B2"><v>1</v></c>')) == ({"B"}, 2, [])
    with pytest.raises(NotPlain):
        glance_at(sheet(cell))


@pytest.mark.parametrize(
    "content", ["", "<worksheet><sheetData>", HEAD.replace("worksheet", "x:worksheet") + TAIL]
)
def test_a_part_that_is_no_whole_worksheet_is_left_to_the_parser(content: str) -> None:
    with pytest.raises(NotPlain):
        glance_at(io.BytesIO(content.encode()))
    with pytest.raises(NotPlain):
        glance_at(io.BytesIO((HEAD + TAIL).encode("utf-16")))


def test_a_plain_file_is_not_told_to_python_element_by_element(monkeypatch: pytest.MonkeyPatch) -> None:
    surveyed(xlsx([HEADER, CHEN]), monkeypatch, quickly=True)
