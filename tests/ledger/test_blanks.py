"""Blank workbooks: the unit's own words as drop-down lists, and what is chosen from them is imported as it stands."""

import datetime
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from ledger.errors import NoVocabulary
from ledger.imports.ballots import import_ballots
from ledger.imports.blanks import blank_for
from ledger.imports.events import import_events
from ledger.imports.metrics import import_metrics
from ledger.imports.people import import_people
from ledger.models import Event, ImportRecord
from tabular import TableRefused
from units.models import Account, Appointment, Person, Unit

TODAY = datetime.date(2026, 3, 1)
Kind = ImportRecord.Kind
pytestmark = pytest.mark.django_db


class Blank:
    """A blank workbook as a clerk has it open: headings, lists, rows to fill in."""

    def __init__(self, content: bytes) -> None:
        self.workbook: Any = load_workbook(BytesIO(content))
        self.sheet = self.workbook.worksheets[0]
        self.places = {str(cell.value).strip("*"): cell.column_letter for cell in self.sheet[1]}

    def offered(self, heading: str) -> list[str]:
        """The words of a column's drop-down list."""
        for validation in self.sheet.data_validations.dataValidation:
            if str(validation.sqref).startswith(f"{self.places[heading]}2:"):
                name, cells = validation.formula1.split("!")
                column = self.workbook[name.strip("'")][cells.replace("$", "")]
                return [cell.value for (cell,) in column]
        return []

    def label(self, heading: str, beginning: str) -> str:
        """The one word of a list that begins so."""
        (word,) = [word for word in self.offered(heading) if word.startswith(beginning)]
        return word

    def fill(self, row: int, **values: Any) -> None:
        for heading, value in values.items():
            self.sheet[f"{self.places[heading]}{row}"] = value

    @property
    def content(self) -> BytesIO:
        stream = BytesIO()
        self.workbook.save(stream)
        stream.seek(0)
        return stream


@pytest.fixture
def blank(bureau: Unit, bureau_people: dict[str, Person]) -> Callable[[ImportRecord.Kind], Blank]:
    return lambda kind: Blank(blank_for(kind, bureau, TODAY))


def test_lists_hold_the_units_own_words_with_their_names(blank: Callable[..., Blank]) -> None:
    events = blank(Kind.EVENTS)
    assert "1001 陈一" in events.offered("对象")
    assert events.label("事项", "B601 ").startswith("B601 ") and len(events.offered("事项")) > 20
    assert "国家级" in events.offered("级别") and "晚交" not in events.offered("角色")
    assert events.workbook["选项"].sheet_state == "hidden"
    assert {"填写说明", "计分项一览"} < set(events.workbook.sheetnames)
    assert blank(Kind.PEOPLE).offered("部门") == ["K01 第一科", "K02 第二科"]
    assert "2026" in blank(Kind.METRICS).offered("期间")


def test_numbers_that_name_something_are_text_and_required_columns_stand_out(
    blank: Callable[..., Blank],
) -> None:
    people = blank(Kind.PEOPLE)
    assert people.sheet.column_dimensions["A"].number_format == "@"
    assert people.sheet["A1"].value == "工号*" and people.sheet["A1"].fill.fgColor.rgb == "00FFE699"
    assert "前面的 0 会保留" in people.sheet["A1"].comment.text


def test_a_filled_blank_of_events_is_imported(blank: Callable[..., Blank], bureau: Unit) -> None:
    events = blank(Kind.EVENTS)
    events.fill(
        2, 事件号="1", 日期=datetime.date(2025, 5, 5), 事项=events.label("事项", "B102 "), 对象="1001 陈一"
    )
    events.fill(3, 事件号="2", 日期="2025.5.6", 事项=events.label("事项", "B601 "), 对象="1002 李二")
    events.fill(
        3, 级别="市厅级" if "市厅级" in events.offered("级别") else events.offered("级别")[2], 依据="文1号"
    )
    assert import_events(bureau, events.content, filename="事项.xlsx").new == 2
    parts = [event.participants.get() for event in Event.objects.order_by("event_no")]
    assert [(part.item, part.subject.no) for part in parts] == [("B102", "1001"), ("B601", "1002")]


def test_a_filled_blank_of_people_is_imported(blank: Callable[..., Blank], bureau: Unit) -> None:
    people = blank(Kind.PEOPLE)
    people.fill(2, 工号="0007", 姓名="孙七", 部门="K01 第一科", 起="2025年1月1日", 兼任="否", 性别="女")
    people.fill(3, 工号="0008", 姓名="周八", 部门="K09", 部门名称="新科", 起="2025-01-01")
    people.fill(2, 分组=people.offered("分组")[0])
    import_people(bureau, people.content, filename="人员.xlsx")
    assert Appointment.objects.get(person__no="0007").department.code == "K01"
    assert Appointment.objects.get(person__no="0008").department.name == "新科"


def test_filled_blanks_of_ballots_and_figures_are_imported(blank: Callable[..., Blank], bureau: Unit) -> None:
    ballots = blank(Kind.BALLOTS)
    ballots.fill(2, 期间="2025", 部分=ballots.offered("部分")[0], 评议人="R1", 对象="1001 陈一", 分数=90)
    ballots.fill(2, 评议人部门="K02 第二科")
    assert import_ballots(bureau, ballots.content, filename="测评票.xlsx").new == 1
    metrics = blank(Kind.METRICS)
    year = [row[0].value for row in metrics.workbook["指标一览"].iter_rows(min_row=2) if "年" in row[1].value]
    metrics.fill(2, 指标=year[0], 期间="2025", 对象="1002 李二", 数值=3)
    assert import_metrics(bureau, metrics.content, filename="指标数据.xlsx").new == 1


def test_a_label_whose_name_is_somebody_elses_is_refused(blank: Callable[..., Blank], bureau: Unit) -> None:
    events = blank(Kind.EVENTS)
    events.fill(2, 事件号="1", 日期="2025-05-05", 事项="B102 别的名称", 对象="1001 李二")
    with pytest.raises(TableRefused) as refused:
        import_events(bureau, events.content, filename="事项.xlsx")
    assert "“1001 李二”前后不符：1001 是“陈一”" in str(refused.value)
    assert "“B102 别的名称”前后不符" in str(refused.value)


def test_the_way_pages_write_a_person_is_understood(bureau: Unit, events: Any, row: Any) -> None:
    events(row(subject="陈　一（1001）"))
    assert Event.objects.get().participants.get().subject.no == "1001"


def test_300_people_and_400_items_fit_in_the_lists(
    blank: Callable[..., Blank], bureau: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from ledger.imports import blanks
    from rulesets.vocabulary import vocabulary_of

    words = vocabulary_of(bureau)
    item = words.items["B102"]
    many = {f"X{n}": replace(item, code=f"X{n}", name=f"第 {n} 项，“带标点”") for n in range(400)}
    monkeypatch.setattr(blanks, "vocabulary_needed", lambda unit: replace(words, items=many))
    Person.objects.bulk_create(Person(unit=bureau, no=f"9{n:03}", name=f"众{n}") for n in range(300))
    events = blank(Kind.EVENTS)
    assert len(events.offered("事项")) == 400 and len(events.offered("对象")) >= 305


def test_events_need_a_scheme_and_people_do_not(other_unit: Unit) -> None:
    with pytest.raises(NoVocabulary):
        blank_for(Kind.EVENTS, other_unit, TODAY)
    assert blank_for(Kind.PEOPLE, other_unit, TODAY)


def test_a_blank_is_downloaded_for_units_of_ones_own_alone(
    bureau: Unit, bureau_people: dict[str, Person], other_unit: Unit, account_in: Callable[..., Account]
) -> None:
    client = Client()
    client.force_login(account_in("clerk", bureau, permissions=("add_event", "view_event")))
    response = client.get("/admin/ledger/event/import/blank/", {"unit": bureau.pk})
    assert Blank(b"".join(response)).offered("对象")  # type: ignore[arg-type]
    assert client.get("/admin/ledger/event/import/blank/", {"unit": other_unit.pk}).status_code == 403
