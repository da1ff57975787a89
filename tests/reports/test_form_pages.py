"""How the lists and sheets stand on their pages, with the longest names, many rows and none."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from reports.forms.registry import FORMS
from reports.forms.source import Options, Source
from reports.rendering import laid_out
from tests.reports.papers import (
    MILLIMETRE,
    assert_within_cells,
    boxes,
    line,
    lines,
    result,
    rows,
    source,
    text_in,
)

LONG_NAME = "阿卜杜热依木·买买提吐尔逊江"
COMPONENTS = [
    {"code": f"c{place}", "name": name, "base": "0", "floor": None, "ceiling": None}
    for place, name in enumerate(
        ["政治理论学习和业务知识更新", "业务工作", "中心工作", "日常管理", "民主测评", "领导评价", "奖惩分"]
        * 2
    )
]
SNAPSHOT: dict[str, Any] = {
    "components": [{"code": c["code"], "name": c["name"]} for c in COMPONENTS],
    "periods": ["year", "month"],
}


def subject(place: int, **changes: Any) -> dict[str, Any]:
    """The one at a place: some with long names, negative totals, decided bands, outcomes and months' sheets."""
    values = {component["code"]: f"-{place}.5" if place % 7 == 6 else "12.345678" for component in COMPONENTS}
    months = [
        {
            "period": f"2025-{month:02d}",
            "total": "98",
            "components": values,
            "outcomes": {"coefficient": "560"},
        }
        for month in (1, 2)
    ]
    decided = {
        "decision": {
            "kind": "band",
            "band": "excellent",
            "reason": "支援边疆",
            "minutes": "某局纪要〔2026〕1号",
        },
        "band": "excellent",
        "band_name": "优秀",
        "band_reckoned": "competent",
        "band_reckoned_name": "称职",
    }
    own: dict[str, Any] = {
        "no": f"{1001 + place}",
        "name": LONG_NAME if place % 5 == 4 else "陈一",
        "department_name": "政策法规与行政审批服务科（优化营商环境办公室）" if place % 4 == 3 else "第一科",
        "position": "党组成员、副局长兼市场综合执法大队大队长",
        "total": f"-{place}.5" if place % 7 == 6 else "172.84",
        "rank": place + 1,
        "of": 400,
        "components": values,
        "flags": ["vetoed:V1"] if place % 11 == 10 else [],
        "outcomes": {"coefficient": "0.9", "talk": True} if place % 9 == 8 else {"coefficient": "1"},
        "periods": months,
        "lines": [line(event=f"E{place}")],
    }
    return own | (decided if place % 6 == 5 else {}) | changes


def document(count: int, **head: Any) -> dict[str, Any]:
    [person] = result()["subjects"]
    subjects = [person | subject(place) for place in range(count)]
    return result({"components": COMPONENTS, "subjects": subjects, **head})


def made(count: int, wordings: Mapping[str, str] | None = None, options: Options | None = None) -> Source:
    return source(document(count), wordings, options, SNAPSHOT)


def pages_of(form: str, source: Source, subjects: Sequence[Mapping[str, Any]] | None = None) -> list[Any]:
    """The pages of the first paper."""
    papers = FORMS[form].papers(source, source.subjects if subjects is None else subjects)
    return list(laid_out(papers[0]).pages)


def assert_sound(page: Any) -> None:
    """No text leaves the page or its cell, and no row lies over another."""
    assert_within_cells(page, 0, page.height * MILLIMETRE)
    for piece in boxes(page, "TextBox"):
        assert piece.position_x >= 0
        assert piece.position_x + piece.width <= page.width + 0.5, piece.text
        assert piece.position_y + piece.height <= page.height, piece.text


def body_rows(page: Any) -> list[str]:
    """The rows of a page's lists, headings aside."""
    return [text for text, _, _ in rows(page) if not text.startswith(("名次", "序号"))]


@pytest.mark.parametrize("form", ["summary", "notice", "roster", "monthly", "appraisal", "filing", "talk"])
@pytest.mark.parametrize("count", [1, 31])
def test_a_list_stays_on_its_pages(form: str, count: int) -> None:
    for page in pages_of(form, made(count)):
        assert_sound(page)


@pytest.mark.parametrize("form", ["summary", "notice", "roster", "appraisal", "talk"])
def test_a_list_of_nobody_says_so(form: str) -> None:
    [page] = pages_of(form, made(0))
    assert_sound(page)
    assert "没有" in text_in(page._page_box)


@pytest.mark.parametrize("form", ["summary", "roster", "notice"])
def test_the_header_stands_on_each_page_and_no_row_alone_on_the_last(form: str) -> None:
    document = pages_of(form, made(48))
    # A wide summary goes on in further tables: each ends in rows that stay together.
    for page in document:
        texts = [text for text, _, _ in rows(page)]
        if len(body_rows(page)) > 0:
            assert texts[0].startswith(("名次", "序号"))
            assert len(body_rows(page)) >= 3


def test_four_hundred_rows_are_all_there() -> None:
    document = pages_of("notice", made(400, {"notice_columns": "名次、工号、姓名"}))
    printed = [text for page in document for text in body_rows(page)]
    assert len(printed) == 400


def test_components_that_do_not_fit_stand_in_a_further_table() -> None:
    many = [{**component, "code": f"d{place}"} for place, component in enumerate(COMPONENTS * 2)]
    values = {component["code"]: "100.25" for component in many}
    subjects = [subject(place, components=values, total="2807") for place in range(4)]
    [person] = result()["subjects"]
    document = result({"components": many, "subjects": [person | each for each in subjects]})
    pages = pages_of("summary", source(document, snapshot=SNAPSHOT))
    printed = "".join(text_in(page._page_box) for page in pages)
    assert printed.count("续表") == 1
    assert printed.count("100.25") == 4 * len(many)
    for page in pages:
        assert_sound(page)


@pytest.mark.parametrize("size", ["A4", "A3"])
def test_a_notice_of_all_columns_is_turned_and_stays_on_its_pages(size: str) -> None:
    columns = "序号、名次、工号、姓名、部门、职务、分组、各部分得分、总分、等次、结果运用"
    for page in pages_of("notice", made(8, {"notice_columns": columns}, Options(size=size))):
        assert page.width > page.height
        assert_sound(page)
        for cell in boxes(page, "TableCellBox"):
            assert cell.position_x + cell.border_width() <= page.width - 26 / MILLIMETRE + 1


@pytest.mark.parametrize("count", [0, 1, 40])
def test_a_ledger_stays_on_its_pages(count: int) -> None:
    evidence = {
        f"E{number:06d}": "关于表彰全市优化营商环境先进集体和先进个人的通报" * 4 for number in range(0, 60, 7)
    }
    made = source(result(lines=lines(count)), evidence=evidence)
    document = pages_of("ledger", made)
    for page in document:
        assert_sound(page)
    assert f"第{len(document)}页" in text_in(document[-1]._page_box)
    assert f"共{len(document)}页" in text_in(document[-1]._page_box)


def test_evidence_of_600_characters_fills_no_page_of_a_ledger() -> None:
    evidence = {f"E{number:06d}": "市委关于表彰先进的通报。" * 50 for number in range(0, 12, 2)}
    made = source(result(lines=lines(12)), evidence=evidence)
    document = pages_of("ledger", made)
    assert len(document) <= 3
    for page in document:
        assert_sound(page)
        assert rows(page) == [] or max(bottom - top for _, top, bottom in rows(page)) < 50


def test_four_hundred_lines_of_a_ledger_repeat_the_header() -> None:
    document = pages_of("ledger", source(result(lines=lines(400))))
    for page in document[1:]:
        texts = [text for text, _, _ in rows(page)]
        assert texts[0].startswith("日期事项号计分项") or "E000" not in "".join(texts)
    printed = [text for page in document for text, _, _ in rows(page) if "E000" in text]
    assert len(printed) == 400


def test_the_sum_of_a_month_stands_with_its_last_line() -> None:
    month = [line(number, date=f"2025-{1 + number // 9:02d}-03") for number in range(100)]
    for page in pages_of("ledger", source(result(lines=month)))[1:]:
        texts = [text for text, _, _ in rows(page)]
        assert not texts[1].startswith("2025年")


@pytest.mark.parametrize("count", [8, 9, 10, 11, 12])
def test_the_header_of_a_ledgers_lines_never_stands_without_lines(count: int) -> None:
    components = {component["code"]: "1" for component in COMPONENTS[:count]}
    head = {"components": COMPONENTS[:count]}
    made = source(result(head, components=components, lines=[line()]), snapshot=SNAPSHOT)
    for page in pages_of("ledger", made):
        assert not any(text.startswith("日期") for text, _, _ in rows(page)[-1:])


def test_a_month_of_sheets_begins_on_a_page_of_its_own() -> None:
    document = pages_of("monthly", made(3))
    assert [
        "2025年1月" in text_in(document[0]._page_box),
        "2025年2月" in text_in(document[-1]._page_box),
    ] == [True, True]
    assert len(document) == 2


def test_signatures_do_not_stand_alone_on_a_page() -> None:
    for count in (17, 18, 19):
        last = pages_of("roster", made(count))[-1]
        assert len(body_rows(last)) >= 3


@pytest.mark.parametrize(
    ("text", "lengths"),
    [("今天天气很好我们去公园玩耍", {28}), ("今天2025天气很好，我们去《公园》玩耍1日", None)],
)
def test_a_notice_has_22_lines_of_28_characters(text: str, lengths: set[int] | None) -> None:
    page = pages_of("notice", made(2, {"notice_intro": text * 120}))[1]
    full = [text_in(box) for box in boxes(page, "LineBox") if len(text_in(box)) > 24]
    printed = [line for line in full if line[:2] not in ("核验", "依据", "台账")]
    assert len(printed) == 22
    assert lengths is None or {len(line) for line in printed} == lengths


def test_a_notice_has_the_margins_of_the_standard() -> None:
    [page] = pages_of("notice", made(2))
    box = page._page_box
    assert [round(side * MILLIMETRE) for side in (box.margin_top, box.margin_left, box.margin_right)] == [
        37,
        28,
        26,
    ]


def test_a3_is_the_same_notice_enlarged() -> None:
    [a4] = pages_of("notice", made(2))
    [a3] = pages_of("notice", made(2, options=Options(size="A3")))
    assert a3.width * MILLIMETRE == pytest.approx(297, abs=0.5)
    assert text_in(a3._page_box) == text_in(a4._page_box)
    assert_sound(a3)
