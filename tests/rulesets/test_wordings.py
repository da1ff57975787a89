"""Texts for papers: known keys, choices, words in braces."""

import pytest

from rulesets.checks.words import wording_findings
from rulesets.wordings import TEXTS, faults_of, filled, items_of, table_of

GROUPS = {"section": "科级干部"}


@pytest.mark.parametrize("key", TEXTS)
def test_every_default_is_itself_without_fault(key: str) -> None:
    assert faults_of(key, TEXTS[key].default, GROUPS) == []


@pytest.mark.parametrize(
    ("key", "text", "told"),
    [
        ("notice_titel", "公示", "没有名为“notice_titel”的文书用语，请删去，或改为：notice_head"),
        ("titel", "公示", "annual_title、ledger_title"),
        ("notice_title", "{单位名称}公示", "“{单位名称}”无法填写，花括号里可用的有：{单位}"),
        ("notice_title", "公示\n公示", "只能写一行"),
        ("notice_title", "长" * 61, "有61个字，最多60个字"),
        ("notice_order", "年龄", "“按什么排列”不能填“年龄”，可填：名次"),
        ("notice_columns", "姓名、年龄", "“公示哪些栏”里的“年龄”不能用"),
        ("annual_form_by_group", "处级干部：公务员", "没有名为“处级干部”的分组，可填：科级干部。"),
        ("annual_form_by_group", "科级干部：教师", "“科级干部”不能填“教师”，可填：通用"),
        ("annual_form_by_group", "科级干部", "没有写完整，每行应为“名称：内容”"),
    ],
)
def test_a_text_that_cannot_be_used_is_told_with_the_way_out(key: str, text: str, told: str) -> None:
    (fault,) = faults_of(key, text, GROUPS)
    assert told in fault


def test_a_finding_names_the_text() -> None:
    (finding,) = wording_findings({"wordings": {"notice_order": "年龄"}})
    assert finding.record == "文书用语 notice_order"


def test_braces_are_filled_and_unknown_ones_stay() -> None:
    assert filled("{单位}{ 期间 }{别的}", {"单位": "某局", "期间": "2025年"}) == "某局2025年{别的}"


def test_lists_and_tables_take_what_people_type() -> None:
    assert items_of("姓名、 部门,等次\n") == ["姓名", "部门", "等次"]
    assert table_of("leaders：领导班子\nstaff: 职工\n\n") == [("leaders", "领导班子"), ("staff", "职工")]
