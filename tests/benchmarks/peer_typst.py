"""The annual form by typst: one warm process, what another office might pick instead of WeasyPrint."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typst

from tests.benchmarks.forms import code_of_number, inside, square, view

TEMPLATE = Path(__file__).with_name("annual.typ")
OPINIONS = ("leader", "committee", "person", "remark")


def data_of(number: int) -> dict[str, str]:
    """What the template gets."""
    form = view(number)
    heights = form.opinion_heights
    parts = [asdict(part) | {"bar": svg(str(part.bar))} for part in form.parts]
    shown: dict[str, Any] = {
        "title": form.frame.title,
        "imprint": list(form.frame.imprint),
        "code": code_of_number(number),
        "words": "某局　2025年",
        "square": square(number),
        "head": [[asdict(field) for field in row] for row in form.head],
        "parts": parts,
        "lines": [asdict(line) for line in form.lines],
        "summary": form.edition.summary,
        "summary_height": form.first_page.summary,
        "opinions": [
            [getattr(form.edition, name).replace("<br>", ""), getattr(heights, name)] for name in OPINIONS
        ],
    }
    names = (
        "unit_name",
        "period_name",
        "number_label",
        "no",
        "name",
        "total",
        "rank",
        "band_label",
        "band_name",
    )
    whole = shown | {name: getattr(form, name) for name in names}
    return {"form": json.dumps(whole, ensure_ascii=False), "inside": inside(number).decode(), "no": form.no}


def svg(text: str) -> str:
    """An inline SVG as one of its own."""
    return text if "xmlns=" in text else text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


class Typesetter:
    """A warm compiler: fonts and template are read once. What it gets is `data_of` a form."""

    def __init__(self, data: dict[str, str]) -> None:
        self.compiler = typst.Compiler(str(TEMPLATE), sys_inputs=data)

    def rendered(self, data: dict[str, str]) -> bytes:
        pdf = self.compiler.compile(sys_inputs=data, format="pdf", pdf_standards=["a-3u"], pdf_tags=False)
        assert isinstance(pdf, bytes)
        return pdf
