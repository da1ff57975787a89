"""Events that are refused: each by row and column, with what is wrong and what is allowed."""

from collections.abc import Callable
from io import BytesIO

import pytest

from ledger.errors import NoVocabulary
from ledger.imports.events import import_events
from ledger.models import Batch, Event
from tabular import TableRefused
from units.models import Person, Unit

Refusal = Callable[..., str]
Line = Callable[..., str]
pytestmark = pytest.mark.django_db


def test_a_unit_without_a_scheme_takes_no_events(other_unit: Unit) -> None:
    with pytest.raises(NoVocabulary, match="还没有考核办法"):
        import_events(other_unit, BytesIO(b""), filename="events.csv")


def test_a_sheet_without_event_numbers_is_told_what_they_are(bureau: Unit) -> None:
    sheet = BytesIO("日期,事项,对象\n2025-05-01,B102,1001\n".encode())
    with pytest.raises(TableRefused, match="列“事件号”：缺少这一列；请补上（一件事一个号，由本单位编"):
        import_events(bureau, sheet, filename="events.csv")


def test_one_bad_row_refuses_the_file(refusal: Refusal, row: Line) -> None:
    refusal(row(), row(event_no="E2", item="X1"))
    assert not Event.objects.exists() and not Batch.objects.exists()


def test_every_bad_row_is_listed(refusal: Refusal, row: Line) -> None:
    said = refusal(row(item="X1"), row(event_no="E2", subject="9999"))
    assert [line[:11] for line in said.splitlines()] == ["第 2 行，列“事项”", "第 3 行，列“对象”"]


def test_an_unknown_item_is_refused_with_those_that_look_like_it(refusal: Refusal, row: Line) -> None:
    said = refusal(row(item="B1O2"))
    assert said.startswith("第 2 行，列“事项”：没有计分项“B1O2”；相近的有 ")
    assert "B102（无故不参加集中学习）" in said


def test_an_unknown_person_is_refused(refusal: Refusal, row: Line) -> None:
    assert "“9999”既不是本单位的工号，也不是部门编码" in refusal(row(subject="9999"))


def test_a_name_in_place_of_a_number_is_refused_with_the_number(refusal: Refusal, row: Line) -> None:
    assert "请填写工号：1001" in refusal(row(subject="陈　一"))


def test_a_number_without_its_zeros_is_refused_with_the_whole_one(
    refusal: Refusal, row: Line, bureau: Unit
) -> None:
    Person.objects.create(unit=bureau, no="0007", name="钱七")
    assert "是否应为 0007？前面的 0 会被表格软件去掉" in refusal(row(subject="7"))


def test_a_code_that_is_a_number_too_is_refused(refusal: Refusal, row: Line, bureau: Unit) -> None:
    from units.models import Department

    Department.objects.create(unit=bureau, code="1001", name="重号科")
    assert "既是工号又是部门编码" in refusal(row())


def test_a_department_in_a_persons_item_is_refused(refusal: Refusal, row: Line) -> None:
    assert "计分项 B102 只能记在个人名下" in refusal(row(subject="K01"))


def test_a_department_under_a_veto_of_persons_is_refused(refusal: Refusal, row: Line) -> None:
    assert "计分项 V1 只能记在个人名下" in refusal(row(item="V1", subject="K01"))


def test_an_unknown_level_is_refused_with_those_allowed(refusal: Refusal, row: Line) -> None:
    said = refusal(row(item="B601", level="galactic"))
    assert said.startswith("第 2 行，列“级别”：没有级别“galactic”；允许 national（国家级）、")


def test_a_missing_level_that_the_item_reads_is_refused(refusal: Refusal, row: Line) -> None:
    assert "列“级别”：计分项 B601 须填写级别" in refusal(row(item="B601"))


def test_an_unknown_role_is_refused(refusal: Refusal, row: Line) -> None:
    assert "没有角色“boss”；允许 handler（办案人）" in refusal(row(item="B203", role="boss"))


def test_a_role_that_the_item_is_not_for_is_refused(refusal: Refusal, row: Line) -> None:
    said = refusal(row(item="B203", role="duty_leader"))
    assert "计分项 B203 没有角色 duty_leader（带班领导）；允许 handler（办案人）、reviewer（审核人）" in said


def test_a_role_on_an_item_without_roles_is_refused(refusal: Refusal, row: Line) -> None:
    assert "计分项 B102 不分角色；请留空" in refusal(row(role="handler"))


def test_a_missing_role_that_the_item_needs_is_refused(refusal: Refusal, row: Line) -> None:
    assert "列“角色”：计分项 B203 须填写角色" in refusal(row(item="B203"))


def test_an_unknown_attribute_value_is_refused(refusal: Refusal, row: Line) -> None:
    assert "列“情形”：没有情形“sideways”；允许 late" in refusal(row(item="B401", form="sideways"))


def test_a_value_that_the_items_tiers_do_not_name_is_refused(refusal: Refusal, row: Line) -> None:
    said = refusal(row(item="B401", form="missing"))
    assert (
        "计分项 B401 没有 missing（未报） 这一档；允许 late（迟（迟到、迟报或不合要求））、early（早退）"
        in said
    )


def test_a_missing_attribute_that_the_item_reads_is_refused(refusal: Refusal, row: Line) -> None:
    assert "列“情形”：计分项 B401 须填写情形；允许 late" in refusal(row(item="B401"))


def test_a_filled_column_of_another_scheme_is_refused(refused: Refusal) -> None:
    said = refused(import_events, "event_no,date,item,subject,timing\nE1,2025-05-05,B102,1001,late\n")
    assert "本办法不使用此列" in said


def test_an_unknown_column_is_refused_by_name(refused: Refusal) -> None:
    assert "心情" in refused(import_events, "event_no,date,item,subject,心情\nE1,2025-05-05,B102,1001,好\n")


def test_an_event_numbered_like_a_standing_rule_s_line_is_refused(refusal: Refusal, row: Line) -> None:
    assert "列“事件号”：事件号不能以 @ 开头" in refusal(row(event_no="@B103:2025"))


def test_an_event_number_of_two_lines_is_refused(refusal: Refusal, row: Line) -> None:
    assert "列“事件号”：编码中不能换行" in refusal(row(event_no='"E\n10"'))


def test_a_role_in_a_department_s_row_is_refused_with_the_way_out(refusal: Refusal, row: Line) -> None:
    said = refusal(row(item="B201", subject="K01", role="in_charge"))
    assert "列“角色”：部门的事项不填角色；担任角色的人请另起一行" in said


def test_a_day_outside_any_appointment_is_refused(refusal: Refusal, row: Line) -> None:
    said = refusal(row(subject="1005", date="2025-04-01"))
    assert (
        said == "第 2 行，列“日期”：人员 1005 在 2025-04-01 没有任职（兼任不算）；请核对日期，或先补充其任职"
    )


def test_a_place_above_the_field_is_refused(refusal: Refusal, row: Line) -> None:
    assert "名次 5 大于总数 4" in refusal(row(rank=5, out_of=4))


def test_a_place_below_one_is_refused(refusal: Refusal, row: Line) -> None:
    assert "列“名次”：“0”不合适" in refusal(row(rank=0, out_of=4))


def test_a_quantity_with_text_is_refused(refusal: Refusal, row: Line) -> None:
    assert "列“数量”：“两天”不是数字" in refusal(row(item="B403", quantity="两天"))


def test_a_negative_quantity_is_refused(refusal: Refusal, row: Line) -> None:
    assert "计分项 B403 的数量不能为负数" in refusal(row(item="B403", quantity="-1"))


def test_a_quantity_with_more_than_four_decimals_is_refused(refusal: Refusal, row: Line) -> None:
    assert "小数超过 4 位" in refusal(row(item="B403", quantity="0.12345"))


def test_a_quantity_beyond_the_record_is_refused(refusal: Refusal, row: Line) -> None:
    assert "“1000000000”过大" in refusal(row(item="B403", quantity="1000000000"))


def test_rows_of_one_event_that_contradict_each_other_are_refused(refusal: Refusal, row: Line) -> None:
    said = refusal(row(), row(subject="1002", date="2025-05-06"))
    assert said.startswith("第 3 行，列“日期”：与第 2 行矛盾：事件 E1 的日期在该行为“2025-05-05”")


def test_two_evidences_of_one_event_are_refused(refusal: Refusal, row: Line) -> None:
    assert "事件 E1 的依据" in refusal(row(evidence="甲"), row(subject="1002", evidence="乙"))


def test_a_subject_named_twice_with_one_item_and_role_is_refused(refusal: Refusal, row: Line) -> None:
    assert "第 3 行，列“对象”：与第 2 行重复" in refusal(row(), row(quantity="2"))


def test_too_long_an_evidence_is_refused(refusal: Refusal, row: Line) -> None:
    assert "列“依据”：共 501 个字，过长；允许最多 500 个字" in refusal(row(evidence="文" * 501))


def test_an_event_without_a_number_is_refused(refusal: Refusal, row: Line) -> None:
    assert "第 2 行，列“事件号”" in refusal(row(event_no=""))
