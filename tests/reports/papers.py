"""The small cast of this room: a result of the bureau with one person, and what is read back from PDFs."""

import datetime
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from reports.forms.annual import AnnualForm, annual_form, annual_papers
from reports.forms.source import Options, Particulars, Source
from reports.rendering import Paper
from rulesets.engine.scheme import Scheme

# Millimetres from CSS pixels, and where GB/T 9704-2012 has the text block end.
MILLIMETRE = 25.4 / 96
BLOCK_TOP, BLOCK_BOTTOM = 37, 262

CHEN = Particulars(gender="女", birth="1985-03", politics="中共党员", since=datetime.date(2020, 1, 1))
CHAIN_HEAD = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
SNAPSHOT: dict[str, Any] = {
    "format": 1,
    "code": "bureau",
    "name": "内部量化考核工作方案",
    "groups": [{"code": "section", "name": "科级干部"}, {"code": "staff", "name": "其他人员"}],
    "levels": [{"code": "municipal", "name": "市厅级"}],
    "components": [{"code": "study", "name": "政治理论和业务知识学习"}, {"code": "bonus", "name": "加分项"}],
    "rules": [
        {"code": "B104", "family": "shortfall", "name": "学习心得每半年1篇"},
        {"code": "V1", "family": "veto", "name": "玩忽职守"},
        {
            "code": "leader_review",
            "family": "review",
            "component": "review",
            "name": "分管领导评分",
            "params": {"part": "leader", "points": "5", "groups": "heads、staff", "foreign_only": True},
        },
        {"code": "coefficient", "family": "payout", "name": "奖金系数", "params": {"kind": "number"}},
        {"code": "talk", "family": "payout", "name": "约谈", "params": {"kind": "flag"}},
    ],
}
COMPONENTS = [
    {"code": "study", "name": "政治理论和业务知识学习", "base": "15", "floor": "0", "ceiling": "15"},
    {"code": "business", "name": "业务工作", "base": "30", "floor": "0", "ceiling": "30"},
    {"code": "review", "name": "述职测评", "base": "0", "floor": "0", "ceiling": "20"},
    {"code": "bonus", "name": "加分项", "base": "0", "floor": None, "ceiling": "10"},
]


def line(number: int = 1, **changes: Any) -> dict[str, Any]:
    """An award line of a result: an honour of 3 March."""
    return {
        "event": f"E{number:06d}",
        "date": "2025-03-03",
        "item": "B601",
        "name": "获表彰和荣誉",
        "component": "bonus",
        "role": None,
        "role_name": None,
        "level": "municipal",
        "level_name": "市厅级",
        "raw": "5",
        "points": "5",
        "clause": "四（六）1",
        "reasons": [],
    } | changes


def lines(count: int) -> list[dict[str, Any]]:
    """So many lines, in the mixture of a usual year: one in four has a long name, one in five was cut."""
    return [
        line(
            number,
            name="报表、月小结、月计划未按时按要求上报或未报" if number % 4 == 0 else "未参加集体活动",
            reasons=["ceiling:bonus"] if number % 5 == 0 else [],
        )
        for number in range(count)
    ]


def result(head: Mapping[str, Any] | None = None, **subject: Any) -> dict[str, Any]:
    """A result document with the subject 1001 陈一; `head` changes its head, the other arguments the subject."""
    person = {
        "no": "1001",
        "name": "陈一",
        "department": "K01",
        "department_name": "第一科",
        "group": "section",
        "group_name": "科级干部",
        "position": "科长",
        "total": "69.78",
        "rank": 3,
        "of": 40,
        "band": "competent",
        "band_name": "称职",
        "components": {"study": "15", "business": "30", "review": "19.78", "bonus": "5"},
        "flags": [],
        "outcomes": {},
        "lines": [line()],
    }
    return {
        "unit": "bureau",
        "unit_name": "某局",
        "scheme": "bureau",
        "scheme_name": "内部量化考核工作方案",
        "edition": 1,
        "document": "某局发〔2025〕12号",
        "period": "2025",
        "period_name": "2025年",
        "as_of": "2025-12-31",
        "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "components": COMPONENTS,
        "bands": [{"code": "excellent", "name": "优秀"}, {"code": "competent", "name": "称职"}],
        "subjects": [person | subject],
    } | dict(head or {})


@dataclass(frozen=True)
class PlainRecord:
    """What a unit's record would say."""

    chain_head: str = CHAIN_HEAD
    particulars: Mapping[str, Particulars] = field(default_factory=lambda: {"1001": CHEN})
    evidence: Mapping[str, str] = field(default_factory=dict)

    def evidence_of(self, events: Collection[str]) -> Mapping[str, str]:
        """The evidence of these events."""
        return {event: self.evidence[event] for event in events if event in self.evidence}


def source(
    document: Mapping[str, Any] | None = None,
    wordings: Mapping[str, str] | None = None,
    options: Options | None = None,
    snapshot: Mapping[str, Any] | None = None,
    **record: Any,
) -> Source:
    """What papers are made from: a result document (that of 陈一 where none is given) under the bureau's scheme."""
    scheme = Scheme.from_snapshot(SNAPSHOT | dict(snapshot or {}))
    return Source(document or result(), scheme, PlainRecord(**record), wordings or {}, options or Options())


def form(
    head: Mapping[str, Any] | None = None, wordings: Mapping[str, str] | None = None, **subject: Any
) -> AnnualForm:
    """The annual form of 陈一."""
    made = source(result(head, **subject), wordings)
    return annual_form(made, made.subjects[0])


def annual_paper(
    head: Mapping[str, Any] | None = None, wordings: Mapping[str, str] | None = None, **subject: Any
) -> Paper:
    """The same, to be printed."""
    made = source(result(head, **subject), wordings)
    [paper] = annual_papers(made, made.subjects)
    return paper


def boxes(page: Any, kind: str) -> Iterator[Any]:
    """The boxes of a kind on a laid-out page."""
    return (box for box in page._page_box.descendants() if type(box).__name__ == kind)


def text_in(box: Any) -> str:
    return "".join(piece.text for piece in box.descendants() if type(piece).__name__ == "TextBox")


def rows(page: Any) -> list[tuple[str, float, float]]:
    """The rows of a page's tables: text, top and bottom in millimetres."""
    return [
        (text_in(row), row.position_y * MILLIMETRE, (row.position_y + row.height) * MILLIMETRE)
        for row in boxes(page, "TableRowBox")
    ]


def assert_within_cells(page: Any, top: float = BLOCK_TOP, bottom: float = BLOCK_BOTTOM) -> None:
    """Every line of text lies within its cell, no row lies over another, nothing leaves the text block."""
    for cell in boxes(page, "TableCellBox"):
        for piece in (box for box in cell.descendants() if type(box).__name__ == "TextBox"):
            assert piece.position_x >= cell.position_x - 0.5, piece.text
            assert piece.position_x + piece.width <= cell.position_x + cell.border_width() + 0.5, piece.text
            assert piece.position_y + piece.height <= cell.position_y + cell.border_height() + 1, piece.text
    bottoms = top
    for text, row_top, row_bottom in rows(page):
        assert row_top >= bottoms - 0.3, text
        bottoms = row_bottom
    assert bottoms <= bottom + 0.3


def text_of(pdf: bytes) -> str:
    """The PDF's text without white space, all pages."""
    return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)
