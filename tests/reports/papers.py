"""The small cast of this room: a result of the bureau with one person, and what is read back from PDFs."""

import datetime
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from reports.forms.annual import AnnualForm, annual_form

NAMES = {"B104": "学习心得每半年1篇", "V1": "玩忽职守", "leader": "分管领导评分"}
PARTICULARS = {
    "gender": "女",
    "birth": "1985-03",
    "politics": "中共党员",
    "appointed_since": datetime.date(2020, 1, 1),
    "chain_head": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
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


def form(head: Mapping[str, Any] | None = None, **subject: Any) -> AnnualForm:
    """The form of 陈一."""
    return annual_form(result(head, **subject), subject.get("no", "1001"), PARTICULARS, NAMES)


def text_of(pdf: bytes) -> str:
    """The PDF's text without white space, all pages."""
    return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)
