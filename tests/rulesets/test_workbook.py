"""A scheme as a workbook: out and in again with the same digest, and every fault at its cell."""

import datetime
import io
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from rulesets.engine.canonical import digest_of
from rulesets.families import REGISTRY
from rulesets.packs import PackRefused, dump_pack, pack_from, read_pack
from rulesets.workbook import workbook_of
from rulesets.workbook.layout import layout_of
from tabular.columns import names_of
from tests.rulesets.conftest import SMALL
from tests.rulesets.engine.test_random_schemes import snapshot as random_snapshot
from tests.rulesets.test_pack_round_trip import schemes

SCHEMES = Path(__file__).parents[2] / "fixtures/schemes"
PACKS = sorted(path.name for path in SCHEMES.glob("*.yaml"))
Change = Callable[[Any], None]


def rewritten(content: bytes, change: Change = lambda workbook: None) -> bytes:
    """The workbook as another program (openpyxl) reads and writes it, after a change."""
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    change(workbook)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def as_xls(content: bytes) -> bytes:
    """The workbook as Excel 97–2003 has it, where every number is a float."""
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    old = xlwt.Workbook()
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        copy = old.add_sheet(sheet.title)
        for row in sheet.iter_rows():
            for cell in row:
                style = (day,) if isinstance(cell.value, datetime.datetime) else ()
                if cell.value is not None:
                    copy.write(cell.row - 1, cell.column - 1, cell.value, *style)
    stream = io.BytesIO()
    old.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("name", PACKS)
def test_a_shipped_scheme_comes_back_with_its_digest(name: str) -> None:
    pack = read_pack(SCHEMES / name)
    content = workbook_of(pack, REGISTRY)
    assert digest_of(pack_from(content, "x.xlsx")) == digest_of(pack)
    assert digest_of(pack_from(rewritten(content), "x.xlsx")) == digest_of(pack)
    assert digest_of(pack_from(as_xls(content), "x.xls")) == digest_of(pack)


def test_the_same_scheme_gives_the_same_bytes(small_pack: dict[str, Any]) -> None:
    assert workbook_of(small_pack, REGISTRY) == workbook_of(small_pack, REGISTRY)


def outcome(content: bytes, name: str) -> str:
    """The digest of what a file says; “refused” where it is."""
    try:
        return digest_of(pack_from(content, name))
    except PackRefused:
        return "refused"


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_any_mix_of_families_says_the_same_as_workbook_and_as_yaml(seed: int) -> None:
    scheme = {"format": 1, **random_snapshot(random.Random(seed))}
    as_yaml = outcome(dump_pack(scheme).encode(), "x.yaml")
    assert outcome(workbook_of(scheme, REGISTRY), "x.xlsx") == as_yaml


@settings(max_examples=20, deadline=None)
@given(schemes())
def test_any_names_come_back_from_a_workbook(scheme: dict[str, Any]) -> None:
    assert outcome(workbook_of(scheme, REGISTRY), "x.xlsx") == digest_of(scheme)


def test_who_is_outside_the_count_comes_back_from_a_workbook(small_pack: dict[str, Any]) -> None:
    top = {
        "code": "top", "family": "share", "name": "前列",
        "params": {
            "side": "top", "percent": "20", "uncounted_years": 2, "uncounted_levels": ["national"],
            "uncounted_groups": ["staff"], "uncounted_apart": True,
        },
        "targets": {"uncounted_bands": ["best"], "uncounted_items": ["A1"]},
    }  # fmt: skip
    scheme = small_pack | {"rules": [top, *small_pack["rules"]]}
    content = workbook_of(scheme, REGISTRY)
    assert outcome(content, "x.xlsx") == outcome(dump_pack(scheme).encode(), "x.yaml") == digest_of(scheme)


def test_no_two_columns_of_a_sheet_share_a_name_and_no_field_is_without_one() -> None:
    layout = layout_of(REGISTRY)
    for columns in layout.columns().values():
        names_of(columns)  # raises where two are called alike
    rules = next(sheet for sheet in layout.records if sheet.params)
    shown = {(key, field.code) for param in rules.params for key, field in param.fields.items()}
    assert shown == {((f.code, f.version), field.code) for f in REGISTRY for field in f.fields}


# ── what a clerk changes ──


@cache
def small_workbook() -> bytes:
    return workbook_of(pack_from(SMALL.encode(), "small.yaml"), REGISTRY)


@pytest.fixture
def changed() -> Callable[[Change], dict[str, Any]]:
    """Reads the small scheme's workbook after a change."""

    def read(change: Change) -> dict[str, Any]:
        return pack_from(rewritten(small_workbook(), change), "表.xlsx")

    return read


@pytest.fixture
def refusal(changed: Callable[[Change], dict[str, Any]]) -> Callable[[Change], list[str]]:
    """What is said of the small scheme's workbook after a change."""

    def said(change: Change) -> list[str]:
        with pytest.raises(PackRefused) as refused:
            changed(change)
        return list(refused.value.messages)

    return said


def place(sheet: Any, heading: str) -> int:
    """The number of the column with a heading."""
    return next(cell.column for cell in sheet[1] if str(cell.value).startswith(heading))


def put(sheet_name: str, row: int, **values: Any) -> Change:
    """Puts values under headings into a row."""

    def change(workbook: Any) -> None:
        sheet = workbook[sheet_name]
        for heading, value in values.items():
            sheet.cell(row, place(sheet, heading)).value = value

    return change


def test_a_rule_and_its_tiers_are_added_by_names_from_the_lists(changed: Any) -> None:
    def change(workbook: Any) -> None:
        put(
            "规则", 9, 编码="A4", 构成部分="工作", 规则类型="按档计分", 名称="论文", 适用条件="级别 不为 市级"
        )(workbook)
        put("规则", 9, 必须填写依据="是")(workbook)
        for row, level in ((9, "国家级"), (10, "municipal")):
            put("档次", row, 所属规则="A4", 级别=level, 数值=row / 2)(workbook)

    assert changed(change)["rules"][-1] == {
        "code": "A4", "component": "work", "family": "tiered", "name": "论文", "params": {"evidence": True},
        "condition": {"field": "level", "is": "ne", "value": "municipal"},
        "tiers": [{"level": "national", "value": "4.5"}, {"level": "municipal", "value": "5"}],
    }  # fmt: skip


def test_columns_may_stand_in_any_order_and_titles_above_the_header(changed: Any, small_pack: Any) -> None:
    def change(workbook: Any) -> None:
        sheet = workbook["级别"]
        sheet.move_range("A1:A3", cols=3)
        sheet.insert_rows(1)
        sheet["A1"] = "某办的级别"

    assert digest_of(changed(change)) == digest_of(small_pack)


def test_a_note_of_ones_own_is_not_read(changed: Any, small_pack: Any) -> None:
    assert digest_of(changed(lambda w: w.create_sheet("说明（我的）").append(["备忘"]))) == digest_of(
        small_pack
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put("规则", 2, 规则类型="按级计分"), "规则”，第 2 行，列“规则类型”：没有“按级计分”这个规则类型；是否应为“按"),
        (put("档次", 2, 级别="省级"), "档次”，第 2 行，列“级别”：没有“省级”这个级别；可填 国家级、市级"),
        (put("档次", 2, 所属规则="X"), "档次”，第 2 行，列“所属规则”：没有“X”这个规则；可填 A1、A2"),
        (put("档次", 2, 情形="迟报"), "档次”，第 2 行，列“情形”：这条规则没有选定情形项；请先在“规则”表选定"),
        (put("档次", 2, 数值="三分"), "档次”，第 2 行，列“数值”：“三分”不是数字"),
        (put("档次", 2, 数值=None), "档次”，第 2 行，列“数值”：没有填写“每次分值”，请补上。"),
        (put("规则", 2, 编码="第一条"), "规则”，第 2 行，列“编码”：“编码”“第一条”不能作为编码"),
        (put("规则", 2, 名称=None), "规则”，第 2 行，列“名称”：没有填写“名称”，请补上。"),
        (put("规则", 2, 每满几次=3), "规则”，第 2 行，列“每满几次”：“按档计分”没有这一项，请清空；可填的有 "),
        (put("规则", 2, 必须填写依据="要"), "规则”，第 2 行，列“必须填写依据”：“要”既不是“是”也不是“否”"),
        (put("规则", 2, 适用条件="级别 为"), "规则”，第 2 行，列“适用条件”：“（结尾）”处：不认识“”；可填 国家级"),
        (put("分组", 3, 编码="staff", 名称="其他"), "分组”，第 3 行，列“编码”：编码重复，共有2条，请改用不同的编码。"),
        (put("规则", 2, 适用的考核期间="旬"), "规则”，第 2 行，列“适用的考核期间”：不能填“旬”；可填 年、半年"),
        (put("构成部分", 2, 下限=25), "构成部分”，第 2 行，列“下限”：下限25高于上限20，请改正。"),
        (put("可选情形", 3, 所属情形项="情节"), "可选情形”，第 3 行，列“所属情形项”：没有“情节”这个情形项"),
        (put("所指对象", 2, 用途="最多几分"), "所指对象”，第 2 行，列“用途”：“一票否决”没有“最多几分”；可用的有 "),
        (put("所指对象", 2, 所指规则或构成部分="A9"), "所指对象”，第 2 行，列“所指规则或构成部分”：没有“A9”这个"),
        (put("考核办法", 8, 内容="全员"), "考核办法”，第 8 行，列“内容”：不能填“全员”；可填 个人、部门"),
        (put("考核办法", 9, 内容=7), "考核办法”，第 9 行，列“内容”：总分小数位数应为0至4，实际为7。"),
        (put("考核办法", 9, 填写项="位数"), "考核办法”，第 9 行，列“填写项”：不认识“位数”；可用的有 格式版次"),
        (put("规则", 1, 条款="出处"), "规则”，第 1 行，列“出处”：不认识这一列"),
        (lambda w: w.create_sheet("规则2").append(["编码"]), "规则2”：不认识这张工作表"),
        (lambda w: w.remove(w["考核办法"]), "考核办法”：缺少这张工作表"),
        (lambda w: w["规则"].delete_cols(1), "规则”，第 1 行，列“编码”：缺少这一列；请补上"),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_sheet_row_and_column(refusal: Any, change: Change, said: str) -> None:
    assert any(f"表.xlsx：工作表“{said}" in message for message in refusal(change)), refusal(change)


def test_every_fault_is_listed_sheet_after_sheet(refusal: Any) -> None:
    def change(workbook: Any) -> None:
        put("档次", 3, 数值="x")(workbook)
        put("规则", 4, 规则类型="y")(workbook)
        put("级别", 2, 编码="1")(workbook)

    assert [message.split("：")[1].split("，列")[0] for message in refusal(change)][:3] == [
        "工作表“级别”，第 2 行",
        "工作表“规则”，第 4 行",
        "工作表“档次”，第 2 行",
    ]


JUNK = [None, 0, -1, 10**16, True, datetime.date(2025, 1, 1), datetime.time(1), "", "x", " 编码 ", "=1+1", "#N/A", "是",
        "年、月", "长" * 300, "级别 为", "{", "国家级", "\t", "0.00001", "一票否决", "A1", "（"]  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_whatever_stands_in_the_cells_is_read_or_refused_by_its_sheet(seed: int) -> None:
    chance = random.Random(seed)

    def change(workbook: Any) -> None:
        for _ in range(3):
            sheet = workbook[
                chance.choice([name for name in workbook.sheetnames if not name.startswith("说明")])
            ]
            row, column = chance.randint(1, sheet.max_row + 1), chance.randint(1, sheet.max_column + 1)
            sheet.cell(row, column).value = chance.choice(JUNK)

    try:
        pack_from(rewritten(small_workbook(), change), "表.xlsx")
    except PackRefused as refused:
        assert all(message.startswith("表.xlsx：工作表“") for message in refused.messages)


def test_names_that_two_records_share_are_asked_by_code(refusal: Any) -> None:
    def change(workbook: Any) -> None:
        put("级别", 3, 名称="国家级")(workbook)

    assert any("有2个级别都叫“国家级”；请改填编码：national、municipal" in said for said in refusal(change))


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://x")', "+1", "-1", "@x"])
def test_a_text_is_never_a_formula(small_pack: dict[str, Any], text: str) -> None:
    content = workbook_of({**small_pack, "name": text}, REGISTRY)
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert pack_from(content, "x.xlsx")["name"] == text


def test_a_formula_that_a_clerk_wrote_without_a_result_is_refused(refusal: Any) -> None:
    assert any("公式没有计算结果" in said for said in refusal(put("档次", 2, 数值="=1+1")))


def test_lists_to_choose_from_hold_the_schemes_own_words(small_pack: dict[str, Any]) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(workbook_of(small_pack, REGISTRY)))
    offered = {
        (
            sheet.title,
            str(sheet.cell(1, next(iter(validation.sqref.ranges)).min_col).value),
        ): validation.formula1
        for sheet in workbook
        for validation in sheet.data_validations.dataValidation
    }
    assert offered["档次", "级别"] == "'级别'!$B$2:$B$2000"
    assert offered["档次", "所属规则"] == "'规则'!$A$2:$A$2000"
    assert offered["档次", "等次"] == '"优,好,一般"'
    assert offered["规则", "必须填写依据"] == '"是,否"'
    assert offered["规则", "规则类型*"].startswith('"按档计分,按数量计分')
    assert '"个人' not in offered


def test_a_heading_says_what_is_filled_in_and_codes_stay_text(small_pack: dict[str, Any]) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(workbook_of(small_pack, REGISTRY)))["规则"]
    heading = next(cell for cell in sheet[1] if cell.value == "另可填写的角色")
    assert heading.comment.text.startswith("用于：按档计分、按数量计分。填写：若干角色。档次中")
    clause = next(cell for cell in sheet[1] if cell.value == "条款")
    assert sheet.column_dimensions[clause.column_letter].number_format == "@"
    assert sheet.freeze_panes == "B2"


def test_columns_of_families_that_the_scheme_does_not_use_are_folded_away(small_pack: dict[str, Any]) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(workbook_of(small_pack, REGISTRY)))["规则"]
    hidden = {cell.value for cell in sheet[1] if sheet.column_dimensions[cell.column_letter].hidden}
    assert "每满几次" in hidden
    assert "必须填写依据" not in hidden
