"""A scenario's workbook: read by the edition's words, told by sheet, row and column, written back the same."""

import datetime
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from openpyxl import Workbook, load_workbook

from ledger.scenarios.keeping import EditionPublished, import_scenario
from ledger.scenarios.workbook import write_scenario, write_template
from rulesets.models import Edition, Scenario
from rulesets.packs import load_pack, pack_from
from rulesets.publication import publish
from rulesets.scenarios import ScenariosFailed, run_scenarios
from tabular import TableRefused
from units.models import Unit

PACK = """
format: 1
code: small
name: 小办法
levels:
  - {code: national, name: 国家级}
  - {code: municipal, name: 市级}
components:
  - {code: work, name: 工作, base: 10, floor: 0, ceiling: 20}
  - {code: view, name: 测评, base: 0, ceiling: 80}
rules:
  - {code: A1, component: work, family: tiered, name: 表彰,
     tiers: [{level: national, value: 5}, {level: municipal, value: 2.5}]}
  - {code: R1, component: view, family: review, name: 民主测评, params: {part: democratic, points: 80}}
  - {code: M1, component: work, family: threshold, name: 学习积分, params: {metric: study, each: year},
     tiers: [{low: 100, value: 1}]}
  - {code: best, family: band, name: 优, tiers: [{low: 90}]}
  - {code: fair, family: band, name: 一般, tiers: [{high: 90}]}
  - {code: pay, family: payout, name: 奖金系数, params: {kind: number},
     tiers: [{band: best, value: 1.2}, {band: fair, value: 1}]}
"""
Sheets = dict[str, list[list[Any]]]
DAY = datetime.date(2020, 1, 1)
HOLDS: Sheets = {
    "用例": [["名称", "期间"], ["两人一年", "2025"]],
    "人员": [["工号", "姓名", "部门", "起"], ["01", "甲", "K1", DAY], ["02", "乙", "K1", DAY]],
    "事项": [["事件号", "日期", "事项", "对象", "级别"], ["E1", "2025-05-01", "表彰", "01", "国家级"]],
    "测评票": [
        ["期间", "部分", "评议人", "对象", "分数"],
        ["2025", "democratic", "r1", "01", 100],
        ["2025", "democratic", "r2", "01", 95],
        ["2025", "democratic", "r1", "02", 90],
    ],
    "指标": [["指标", "期间", "对象", "数值"], ["study", "2025", "02", 120]],
    "预期结果": [
        ["对象", "总分", "名次", "等次", "工作", "测评", "奖金系数"],
        ["01", 93, 1, "优", 15, 78, "1.20"],
        ["02", 83, 2, "一般", 11, 72, 1],
    ],
    "预期明细": [["对象", "事件号", "事项", "得分"], ["01", "E1", "A1", 5], ["02", "@M1:2025", "M1", 1]],
}


@pytest.fixture
def draft(db: None) -> Edition:
    unit = Unit.objects.create(code="office", name="某办")
    return load_pack(unit, pack_from(PACK.encode(), "small.yaml"))[0]


def book(sheets: Sheets) -> BytesIO:
    workbook = Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        worksheet = workbook.create_sheet(name)
        for row in rows:
            worksheet.append(row)
    stream = BytesIO()
    workbook.save(stream)
    stream.seek(0)
    return stream


def imported(draft: Edition, **changes: list[list[Any]]) -> Scenario:
    return import_scenario(draft, book(HOLDS | changes), filename="用例.xlsx")[0]


@pytest.fixture
def refusal(draft: Edition) -> Callable[..., str]:
    """What is said when a workbook with the changed sheets is refused; nothing is kept then."""

    def said(**changes: list[list[Any]]) -> str:
        with pytest.raises(TableRefused) as refused:
            imported(draft, **changes)
        assert not Scenario.objects.exists()
        return str(refused.value)

    return said


def test_a_workbook_whose_expectations_hold_passes(draft: Edition) -> None:
    imported(draft)
    (verdict,) = run_scenarios(draft)
    assert verdict.passed, list(verdict.messages())
    assert len(verdict.subjects) == 2


def test_what_is_on_record_changes_no_scenario(draft: Edition) -> None:
    scenario = imported(draft)
    assert {row[0] for row in scenario.inputs["people"]["rows"]} == {"01", "02"}
    assert not draft.scheme.unit.people.exists()


def test_the_same_name_replaces(draft: Edition) -> None:
    imported(draft)
    imported(draft, 预期结果=[["对象", "总分"], ["01", 93.5]])
    (verdict,) = run_scenarios(draft)
    assert not verdict.passed


def test_a_difference_is_told_with_expected_beside_got_line_by_line(draft: Edition) -> None:
    imported(
        draft,
        预期结果=[["对象", "总分"], ["01", 90.5]],
        预期明细=[["对象", "事件号", "事项", "得分"], ["01", "E1", "A1", 2.5], ["02", "@M1:2025", "M1", 1]],
    )
    (verdict,) = run_scenarios(draft)
    assert list(verdict.messages()) == [
        "用例“两人一年”：甲（01）总分：预期 90.5，实得 93。",
        "用例“两人一年”：甲（01）工作：实得 15（没有写明预期）。",
        "用例“两人一年”：甲（01）测评：实得 78（没有写明预期）。",
        "用例“两人一年”：甲（01）明细 E1 A1 表彰：预期 2.5，实得 5，不符。",
    ]


def test_under_a_difference_lines_that_nobody_expected_are_shown_too(draft: Edition) -> None:
    imported(draft, 预期结果=[["对象", "总分"], ["01", 90.5]], 预期明细=[["对象"]][:0])
    (verdict,) = run_scenarios(draft)
    assert "E1 A1 表彰：实得 5（预期明细没有列出）" in "\n".join(verdict.messages())


def test_a_line_that_does_not_come_is_a_difference_unless_0_was_expected(draft: Edition) -> None:
    lines = [["对象", "事件号", "事项", "得分"], ["01", "@M1:2025", "M1", 0], ["02", "E1", "A1", 5]]
    imported(draft, 预期结果=[], 预期明细=lines)
    (verdict,) = run_scenarios(draft)
    assert [subject.no for subject in verdict.failing] == ["02"]


def test_no_band_is_expected_by_a_word(draft: Edition) -> None:
    imported(draft, 预期结果=[["对象", "等次", "奖金系数"], ["01", "无", "无"]], 预期明细=[])
    figures = run_scenarios(draft)[0].subjects[0].figures
    assert [(f.expected, f.got) for f in figures] == [("无", "优"), ("无", "1.2")]


@pytest.mark.parametrize(
    ("sheet", "rows", "said"),
    [
        (
            "用例",
            [["名称", "期间"], ["甲", "2025年中"]],
            "工作表“用例”，第 2 行，列“期间”：期间“2025年中”无法识别",
        ),
        ("用例", [["名称", "期间"], ["甲", "2025H1"]], "本办法不按半年考核；允许的期间：年"),
        ("用例", [["名称", "期间"], ["甲", "2025"], ["乙", "2025"]], "一个文件只写一个用例"),
        ("人员", [], "工作表“人员”：没有这张工作表，或表中没有数据"),
        (
            "事项",
            [["事件号", "日期", "事项", "对象", "级别"], ["E1", "2025-05-01", "A9", "01", "省级"]],
            "工作表“事项”，第 2 行，列“事项”：没有计分项“A9”",
        ),
        (
            "事项",
            [["事件号", "日期", "事项", "对象", "级别"], ["E1", "2025-05-01", "A1", "09", "市级"]],
            "“09”既不是本单位的工号",
        ),
        (
            "指标",
            [["指标", "期间", "对象", "数值"], ["steps", "2025", "01", 1]],
            "没有指标“steps”；允许 study",
        ),
        ("预期结果", [["对象", "总分"], ["09", 1]], "“09”不在工作表“人员”里；允许其中的工号"),
        ("预期结果", [["对象", "等次"], ["01", "良"]], "没有等次“良”；允许 best（优）、fair（一般）"),
        ("预期结果", [["对象", "总分"], ["01", None]], "这一行没有写明预期"),
        ("预期结果", [["对象", "总分"], ["01", 1], ["01", 2]], "与第 2 行重复"),
        ("预期结果", [["对象", "总分", "得分率"], ["01", 1, 2]], "列“得分率”：不认识这一列"),
        ("预期明细", [["对象", "事件号", "事项", "得分"], ["01", "E9", "A1", 5]], "“E9”不在工作表“事项”里"),
    ],
)
def test_a_fault_is_told_by_sheet_row_and_column(
    refusal: Callable[..., str], sheet: str, rows: list[list[Any]], said: str
) -> None:
    assert said in refusal(**{sheet: rows})


def test_a_case_that_expects_nothing_is_refused(refusal: Callable[..., str]) -> None:
    assert "没有写明任何预期" in refusal(预期结果=[], 预期明细=[])


def test_a_scenario_written_and_read_again_is_the_same(draft: Edition) -> None:
    before = imported(draft)
    stream = BytesIO()
    write_scenario(stream, before)
    stream.seek(0)
    after, is_new = import_scenario(draft, stream, filename="again.xlsx")
    assert not is_new
    assert (after.inputs, after.expected) == (before.inputs, before.expected)


def test_the_template_names_the_editions_own_words(draft: Edition) -> None:
    stream = BytesIO()
    write_template(stream, draft)
    workbook = load_workbook(stream)
    assert [cell.value for cell in workbook["预期结果"][1]][-3:] == ["工作", "测评", "奖金系数"]
    assert [cell.value for cell in workbook["可填内容"][2]][:2] == ["表彰", "A1"]
    (offered,) = [v for v in workbook["事项"].data_validations.dataValidation if "C2" in str(v.sqref)]
    assert offered.formula1 == "'可填内容'!$A$2:$A$2000"


def test_ballots_from_the_record_do_not_leave_with_the_workbook_and_stay_when_it_comes_back(
    draft: Edition,
) -> None:
    scenario = imported(draft)
    scenario.from_record = True
    scenario.save()
    stream = BytesIO()
    write_scenario(stream, scenario)
    assert "测评票" not in load_workbook(stream).sheetnames
    stream.seek(0)
    import_scenario(draft, stream, filename="again.xlsx")
    assert run_scenarios(draft)[0].passed


def test_a_published_edition_takes_no_scenario(draft: Edition) -> None:
    imported(draft)
    with pytest.raises(EditionPublished, match="复制为新草稿"):
        imported(publish(draft, reason="测试"))


def test_the_command_imports_and_the_next_one_runs_them(
    draft: Edition, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "甲.xlsx"
    path.write_bytes(book(HOLDS).getvalue())
    call_command("import_scenarios", "office", "small", str(path))
    call_command("run_scenarios", "office", "small")
    assert "1个用例，1个与预期相符" in capsys.readouterr().out


def test_a_failing_scenario_stops_publication_at_the_command_line(
    draft: Edition, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    imported(draft, 预期结果=[["对象", "总分"], ["01", 90.5]])
    pack = tmp_path / "small.yaml"
    pack.write_text(PACK, encoding="utf-8")
    with pytest.raises(SystemExit):
        call_command("load_scheme", str(pack), unit="office", publish=True)
    assert "甲（01）总分：预期 90.5，实得 93。" in capsys.readouterr().err
    draft.refresh_from_db()
    assert not draft.frozen


def test_the_next_edition_from_a_pack_goes_on_with_the_scenarios(draft: Edition) -> None:
    imported(draft)
    publish(draft, reason="测试")
    changed = pack_from(PACK.replace("value: 5}", "value: 4}").encode(), "small.yaml")
    newer, _ = load_pack(draft.scheme.unit, changed)
    with pytest.raises(ScenariosFailed, match="甲（01）总分：预期 93，实得 92"):
        publish(newer, reason="测试")
