"""People, departments and appointments: what a file states becomes the record."""

import datetime
from collections.abc import Callable

import pytest

from ledger.imports.people import import_people
from ledger.imports.report import ImportReport
from units.models import Appointment, Department, Person, Unit

HEADER = "工号,姓名,部门,部门名称,分组,职务,起,止,性别,班子直管,兼任,公民身份号码\n"
# A number of the standard's own example (GB 11643-1999, 附录 A).
NUMBER = "11010519491231002X"
Imported = Callable[..., ImportReport]
Refused = Callable[..., str]
pytestmark = pytest.mark.django_db


def test_a_row_is_a_person_a_department_and_an_appointment(imported: Imported) -> None:
    report = imported(
        import_people, HEADER + "0007,孙七,K03,第三科,section,科长,2025-01-01,2025-12-31,男,是,,\n"
    )
    person = Person.objects.get(no="0007")
    appointment = person.appointments.get()
    assert (person.name, person.gender) == ("孙七", "男")
    assert (appointment.department.name, appointment.department.direct_led) == ("第三科", True)
    assert (appointment.group, appointment.end) == ("section", datetime.date(2025, 12, 31))
    assert report.new == 3


def test_the_same_file_twice_changes_nothing(imported: Imported) -> None:
    text = HEADER + f"0007,孙七,K03,第三科,section,科长,2025-01-01,,男,是,,{NUMBER}\n"
    imported(import_people, text)
    report = imported(import_people, text)
    assert not report.changes_anything
    assert report.unchanged == 3


def test_a_file_states_all_appointments_of_those_it_names(imported: Imported) -> None:
    report = imported(import_people, HEADER + "1003,王三,K01,第一科,staff,科员,2020-01-01,,,,,\n")
    appointment = Appointment.objects.get(person__no="1003")
    assert (appointment.department.code, appointment.end) == ("K01", None)
    assert (report.new, report.removed) == (1, 3)


def test_a_new_post_leaves_what_ended_before_it_on_record(imported: Imported) -> None:
    report = imported(import_people, HEADER + "1005,钱五,K01,第一科,staff,科员,2025-06-01,,,,,\n")
    posts = Appointment.objects.filter(person__no="1005").order_by("start")
    assert [(post.department.code, str(post.end)) for post in posts] == [
        ("K02", "2025-03-31"),
        ("K01", "None"),
    ]
    assert (report.new, report.removed) == (1, 0)


def test_a_new_post_over_one_that_has_not_ended_is_refused_with_the_way_out(refused: Refused) -> None:
    said = refused(import_people, HEADER + "1002,李二,K02,第二科,staff,科员,2025-06-01,,,,,\n")
    assert said == (
        "第 2 行，列“起”：人员 1002 已有的任职（K01 其他人员 科员 2020年1月1日起）与本行重叠；"
        "请在表中列出该任职并填写止日"
    )
    assert Appointment.objects.filter(person__no="1002").count() == 1


def test_people_whom_the_file_does_not_name_stay(imported: Imported) -> None:
    imported(import_people, HEADER + "1003,王三,K01,第一科,staff,科员,2020-01-01,,,,,\n")
    assert Appointment.objects.filter(person__no="1001").exists()


def test_a_name_is_corrected(imported: Imported) -> None:
    report = imported(import_people, HEADER + "1001,陈壹,K01,第一科,section,科长,2020-01-01,,,,,\n")
    assert Person.objects.get(no="1001").name == "陈壹"
    assert "变更 人员 1001：姓名 陈一 → 陈壹" in report.lines


def test_a_column_that_is_not_there_changes_nothing(imported: Imported, bureau: Unit) -> None:
    Person.objects.filter(no="1001").update(gender="女")
    imported(import_people, "工号,姓名,部门,起,分组,职务\n1001,陈一,K01,2020-01-01,section,科长\n")
    assert Person.objects.get(no="1001").gender == "女"


def test_a_dry_run_writes_nothing(imported: Imported) -> None:
    report = imported(import_people, HEADER + "0007,孙七,K03,第三科,,,2025-01-01,,,,,\n", dry_run=True)
    assert report.lines == [
        "新增 部门 K03 第三科",
        "新增 人员 0007 孙七",
        "新增 任职 0007：K03 2025年1月1日起",
    ]
    assert not Person.objects.filter(no="0007").exists()


def test_a_group_may_be_given_by_name(imported: Imported) -> None:
    imported(import_people, HEADER + "0007,孙七,K03,第三科,科级干部,,2025-01-01,,,,,\n")
    assert Appointment.objects.get(person__no="0007").group == "section"


def test_an_unknown_group_is_refused_with_those_allowed(refused: Refused) -> None:
    said = refused(import_people, HEADER + "0007,孙七,K03,第三科,boss,,2025-01-01,,,,,\n")
    assert said == "第 2 行，列“分组”：没有分组“boss”；允许 section（科级干部）、staff（其他人员）"


def test_two_rows_that_contradict_each_other_about_a_person_are_refused(refused: Refused) -> None:
    rows = "0007,孙七,K03,第三科,,,2025-01-01,2025-05-31,,,,\n0007,孙八,K03,第三科,,,2025-06-01,,,,,\n"
    assert "第 3 行，列“姓名”：与第 2 行矛盾：同一人员 0007" in refused(import_people, HEADER + rows)


def test_two_rows_that_contradict_each_other_about_a_department_are_refused(refused: Refused) -> None:
    rows = "0007,孙七,K03,第三科,,,2025-01-01,,,,,\n0008,周八,K03,三科,,,2025-01-01,,,,,\n"
    assert "第 3 行，列“部门名称”：与第 2 行矛盾：同一部门 K03" in refused(import_people, HEADER + rows)


def test_main_appointments_that_overlap_are_refused(refused: Refused) -> None:
    rows = "0007,孙七,K01,第一科,,,2025-01-01,2025-06-30,,,,\n0007,孙七,K02,第二科,,,2025-06-30,,,,,\n"
    assert "第 3 行，列“起”：与第 2 行的任职时间重叠" in refused(import_people, HEADER + rows)


def test_an_end_before_the_start_is_refused(refused: Refused) -> None:
    said = refused(import_people, HEADER + "0007,孙七,K01,第一科,,,2025-06-30,2025-01-01,,,,\n")
    assert "列“止”：止日 2025-01-01 早于起日 2025-06-30" in said


def test_a_new_department_needs_a_name(refused: Refused) -> None:
    assert "部门 K03 是新部门，须填写部门名称" in refused(
        import_people, HEADER + "0007,孙七,K03,,,,2025-01-01,,,,,\n"
    )


def test_a_number_that_is_a_departments_code_is_refused(refused: Refused) -> None:
    assert "工号与已有的部门编码相同" in refused(
        import_people, HEADER + "K01,孙七,K02,第二科,,,2025-01-01,,,,,\n"
    )


def test_a_department_code_that_is_a_number_is_refused(refused: Refused) -> None:
    assert "部门编码与已有的工号相同" in refused(
        import_people, HEADER + "0007,孙七,1001,第二科,,,2025-01-01,,,,,\n"
    )


def test_an_appointment_that_an_event_needs_is_not_taken_away(
    events: Imported, row: Callable[..., str], refused: Refused
) -> None:
    events(row(event_no="E7", subject="1001", date="2025-05-05"))
    said = refused(import_people, HEADER + "1001,陈一,K01,第一科,section,科长,2020-01-01,2025-05-01,,,,\n")
    assert "人员 1001 的任职不再包含已登记的事项 E7（2025-05-05）的日期" in said
    assert Appointment.objects.get(person__no="1001").start == datetime.date(2020, 1, 1)


def test_a_citizen_number_with_a_wrong_check_digit_is_refused(refused: Refused) -> None:
    said = refused(import_people, HEADER + "0007,孙七,K01,第一科,,,2025-01-01,,,,,110105194912310021\n")
    assert "列“公民身份号码”：公民身份号码的校验码不符" in said


def test_a_report_does_not_show_a_citizen_number(imported: Imported) -> None:
    report = imported(import_people, HEADER + f"1001,陈一,K01,第一科,section,科长,2020-01-01,,,,,{NUMBER}\n")
    assert Person.objects.get(no="1001").citizen_number == NUMBER
    assert report.lines == ["变更 人员 1001：公民身份号码 已更改"]


def test_people_come_in_before_there_is_a_scheme(other_unit: Unit) -> None:
    from io import BytesIO

    text = HEADER + "0007,孙七,K03,第三科,任意组,,2025-01-01,,,,,\n"
    import_people(other_unit, BytesIO(text.encode()), filename="people.csv")
    assert Department.objects.get(unit=other_unit).code == "K03"
