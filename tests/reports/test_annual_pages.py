"""How the annual form stands on its pages."""

from typing import Any

import pytest

from reports.rendering import laid_out
from tests.reports.papers import (
    BLOCK_BOTTOM,
    MILLIMETRE,
    annual_paper,
    assert_within_cells,
    boxes,
    line,
    lines,
    rows,
    text_in,
)

OPINIONS = ("主管领导评语和考核等次建议", "机关负责人或考核委员会意见", "本人意见", "备注")


def pages_of(**subject: Any) -> list[Any]:
    return list(laid_out(annual_paper(**subject)).pages)


@pytest.mark.parametrize(("count", "pages"), [(0, 2), (1, 2), (15, 2), (22, 2), (60, 4)])
def test_the_form_has_two_pages_and_more_when_there_are_many_lines(count: int, pages: int) -> None:
    document = pages_of(lines=lines(count))
    assert len(document) == pages
    for page in document:
        assert_within_cells(page)


@pytest.mark.parametrize("count", [0, 1, 15, 22])
def test_a_form_of_two_pages_leaves_no_empty_area(count: int) -> None:
    first, second = pages_of(lines=lines(count))
    assert rows(first)[-1][2] > BLOCK_BOTTOM - 12
    assert rows(second)[-1][2] > BLOCK_BOTTOM - (30 if count == 0 else 20)


def test_four_hundred_lines_repeat_the_header_on_each_page() -> None:
    document = pages_of(lines=lines(400))
    with_lines = [page for page in document[1:] if any("E000" in text for text, _, _ in rows(page))]
    assert len(with_lines) > 8
    for page in with_lines:
        assert_within_cells(page)
        assert rows(page)[1][0] == "日期事项号事项角色级别依据条款原始分计分说明"
    printed = [text for page in document for text, _, _ in rows(page) if "E000" in text]
    assert len(printed) == 400


@pytest.mark.parametrize("count", [28, 33, 38, 43])
def test_no_opinion_is_split_over_pages(count: int) -> None:
    printed = [text for page in pages_of(lines=lines(count)) for text, _, _ in rows(page)]
    for opinion in OPINIONS:
        assert sum(text.startswith(opinion) for text in printed) == 1


@pytest.mark.parametrize("count", [24, 26, 28, 30, 33, 38, 43])
def test_the_opinions_stand_together(count: int) -> None:
    holding = [
        number
        for number, page in enumerate(pages_of(lines=lines(count)))
        for text, _, _ in rows(page)
        if text.startswith(OPINIONS)
    ]
    assert len(holding) == 4
    assert len(set(holding)) == 1


def test_a_long_name_of_the_unit_leaves_the_first_page_whole() -> None:
    name = "某某自治县优化营商环境建设促进局乡村振兴综合协调督查考核工作站" * 2
    document = list(laid_out(annual_paper({"unit_name": name}, flags=["figure_missing:B104"])).pages)
    assert len(document) == 2


HOSPITAL = "某某市某某区人民医院（某某医学院附属第三临床医院、区妇女儿童医疗保健中心医联体）总院"
CLAUSE = "《某某市医疗卫生机构工作人员考核实施细则（试行）》第三章第十二条第（五）项第2目"


def hospital_form(parts: int, **subject: Any) -> list[Any]:
    """The pages of a form of so many components, in a unit of a long name."""
    components = [
        {"code": f"c{n}", "name": f"第{n + 1}部分工作", "base": "5", "floor": "-400", "ceiling": None}
        for n in range(parts)
    ]
    given = {"flags": ["ballots_missing:leader"], "components": {f"c{n}": "-32.5" for n in range(parts)}}
    head = {"unit_name": HOSPITAL, "components": components}
    return list(laid_out(annual_paper(head, **given | subject)).pages)


def test_twelve_parts_in_a_unit_of_a_long_name_stand_on_one_page() -> None:
    document = hospital_form(12, name="阿卜杜热合曼·买买提", lines=[])
    assert len(document) == 2
    assert rows(document[0])[-1][0].startswith("说明")
    assert rows(document[1])[0][0].startswith("得分明细")


def test_what_the_first_page_does_not_hold_leaves_no_empty_page_behind() -> None:
    document = hospital_form(22, lines=[line(1)])
    assert len(document) == 3
    assert "得分明细（2025年，共1条）" in [text for text, _, _ in rows(document[1])]
    for page in document:
        assert_within_cells(page)


def test_a_long_clause_stands_below_its_line() -> None:
    document = pages_of(lines=[line(n, clause=CLAUSE) for n in range(10)])
    assert len(document) == 2
    printed = [text for text, _, _ in rows(document[1])]
    assert sum(f"依据条款：{CLAUSE}" in text for text in printed) == 10


def test_a_year_without_lines_says_so() -> None:
    assert "本期没有加分、扣分事项。" in [text for text, _, _ in rows(pages_of(lines=[])[1])]


def test_long_names_stay_in_their_cells() -> None:
    document = pages_of(
        name="阿卜杜热依木·买买提吐尔逊江",
        position="党组成员、副局长兼市场综合执法大队大队长、四级调研员" * 2,
        lines=[line(event="E" * 30, name="很长的事项名称" * 12, clause="第四条第（六）款第1项" * 3)],
    )
    assert len(document) == 2
    for page in document:
        assert_within_cells(page)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("买买提江·吐尔逊", ["买买提江·吐尔逊"]),
        ("阿卜杜热合曼·阿卜杜外力江", ["阿卜杜热合曼·", "阿卜杜外力江"]),
    ],
)
def test_a_name_of_several_parts_is_broken_after_its_dot(name: str, lines: list[str]) -> None:
    first, _ = pages_of(name=name)
    [cell] = (box for box in boxes(first, "TableCellBox") if text_in(box) == name)
    pieces: dict[float, str] = {}
    for piece in (box for box in cell.descendants() if type(box).__name__ == "TextBox"):
        pieces[round(piece.position_y)] = pieces.get(round(piece.position_y), "") + piece.text
    assert list(pieces.values()) == lines


@pytest.mark.parametrize("characters", range(12, 18))
def test_lines_of_any_length_are_reckoned_as_high_as_they_are(characters: int) -> None:
    document = pages_of(
        lines=[
            line(n, name="未参加招商引资或重点项目活动"[:characters].ljust(characters, "动"))
            for n in range(12)
        ]
    )
    assert len(document) == 2
    assert rows(document[1])[-1][0] == "备注"


@pytest.mark.parametrize("count", [61, 400])
def test_of_very_many_lines_the_sums_stand_where_the_edition_chooses_so(count: int) -> None:
    paper = annual_paper(wordings={"annual_lines": "过多的见台账"}, lines=lines(count))
    first, second = laid_out(paper).pages
    for page in (first, second):
        assert_within_cells(page)
    printed = [text for text, _, _ in rows(second)]
    assert printed[2:5] == [
        f"加分项{count}+{5 * count}0+{5 * count}",
        f"合计{count}+{5 * count}0+{5 * count}",
        f"共{count}条，逐条见所附积分台账。",
    ]
    assert rows(second)[-1][2] > BLOCK_BOTTOM - 20


def test_sixty_lines_are_shown_whatever_the_edition_chooses() -> None:
    document = laid_out(annual_paper(wordings={"annual_lines": "过多的见台账"}, lines=lines(60)))
    assert sum("E0000" in text for page in document.pages for text, _, _ in rows(page)) == 60


def test_a_vetoed_person_with_all_notes_still_has_two_pages() -> None:
    flags = ["vetoed:V1", "figure_missing:B104", "ballots_missing:leader", "tie_at_cut:excellent"]
    document = pages_of(flags=flags, lines=lines(22))
    assert len(document) == 2
    assert "一票否决：玩忽职守。" in rows(document[0])[-1][0]


def test_page_numbers_stand_on_the_outer_side() -> None:
    first, second = pages_of()
    (odd,) = (box for box in boxes(first, "MarginBox") if text_in(box) == "— 1 —")
    (even,) = (box for box in boxes(second, "MarginBox") if text_in(box) == "— 2 —")
    assert odd.position_x * MILLIMETRE > 105 > even.position_x * MILLIMETRE
