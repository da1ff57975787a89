"""Events: what a file adds, changes and leaves."""

import datetime
from collections.abc import Callable
from decimal import Decimal

import pytest

from ledger.imports.report import ImportReport
from ledger.models import Batch, Event, Participant

Events = Callable[..., ImportReport]
Line = Callable[..., str]
pytestmark = pytest.mark.django_db


def current() -> Event:
    return Event.objects.current().get()


def test_a_row_becomes_an_event_with_a_participant(events: Events, row: Line) -> None:
    report = events(
        row(item="B601", level="municipal", matter="创建", evidence="局发〔2025〕1号", remark="先进")
    )
    event = current()
    assert (event.date, event.matter, event.evidence) == (
        datetime.date(2025, 5, 5),
        "创建",
        "局发〔2025〕1号",
    )
    part = event.participants.get()
    assert (part.item, part.subject.no, part.level, part.remark) == ("B601", "1001", "municipal", "先进")
    assert (report.new, report.changed, report.unchanged, report.removed) == (1, 0, 0, 0)


def test_rows_of_one_number_are_one_event_in_any_order(events: Events, row: Line) -> None:
    events(row(event_no="E2"), row(subject="1002"), row(event_no="E2", subject="1004"), row())
    assert Event.objects.count() == 2
    assert Participant.objects.filter(event__event_no="E2").count() == 2


def test_the_same_file_twice_changes_nothing(events: Events, row: Line) -> None:
    events(row(), row(subject="1002"))
    report = events(row(subject="1002"), row())
    assert not report.changes_anything
    assert (report.unchanged, Batch.objects.count()) == (1, 1)


def test_a_changed_event_succeeds_the_former_state_which_is_kept(events: Events, row: Line) -> None:
    events(row(date="2025-05-05"))
    report = events(row(date="2025-05-06"))
    assert (report.new, report.changed) == (0, 1)
    event = current()
    assert event.date == datetime.date(2025, 5, 6)
    assert event.supersedes is not None and event.supersedes.date == datetime.date(2025, 5, 5)
    assert not event.supersedes.is_current


def test_a_participant_that_the_file_no_longer_names_is_removed(events: Events, row: Line) -> None:
    events(row(), row(subject="1002"))
    report = events(row())
    assert (report.changed, report.removed) == (1, 1)
    assert report.lines == ["变更 事件 E1：移除 李二（1002） B102 无故不参加集中学习"]
    assert [part.subject.no for part in current().participants.all()] == ["1001"]


def test_events_that_the_file_does_not_name_stay(events: Events, row: Line) -> None:
    events(row(event_no="E1"), row(event_no="E2"))
    events(row(event_no="E2", subject="1002"))
    assert Event.objects.current().filter(event_no="E1").exists()


def test_a_dry_run_says_what_changes_and_writes_nothing(events: Events, row: Line) -> None:
    events(row(item="B403", quantity="1"))
    report = events(row(item="B403", quantity="2"), row(event_no="E2", subject="1002"), dry_run=True)
    assert report.lines == [
        "变更 事件 E1：陈一（1001） B403 旷工（天） 数量 1 → 2",
        "新增 事件 E2（2025年5月5日）：李二（1002） B102 无故不参加集中学习",
    ]
    assert (Event.objects.count(), Batch.objects.count()) == (1, 1)


def test_a_change_is_said_in_the_words_of_the_scheme(events: Events, row: Line) -> None:
    events(row(item="B601", level="municipal", matter="创建"))
    report = events(row(item="B601", level="provincial", matter="创建"), dry_run=True)
    assert report.lines == ["变更 事件 E1：陈一（1001） B601 获表彰和荣誉 级别 市厅级 → 省部级"]


def test_an_empty_quantity_is_one(events: Events, row: Line) -> None:
    events(row(item="B403"))
    assert Participant.objects.get().quantity == 1


def test_a_quantity_is_kept_exactly(events: Events, row: Line) -> None:
    events(row(item="B403", quantity="0.1"))
    assert Participant.objects.get().quantity == Decimal("0.1")


def test_an_item_a_level_and_a_choice_may_be_given_by_name(events: Events, row: Line) -> None:
    events(row(item="信息或稿件被采用", level="省部级"), row(event_no="E2", item="B303", form="未参加"))
    parts = {part.item: part for part in Participant.objects.all()}
    assert parts["B603"].level == "provincial"
    assert parts["B303"].attributes == {"form": "missed"}


def test_a_department_is_taken_where_the_item_counts_for_members(events: Events, row: Line) -> None:
    events(row(item="B601", subject="K01", level="national"))
    assert Participant.objects.get().department.code == "K01"


def test_a_declared_value_is_taken_where_the_item_does_not_read_it(events: Events, row: Line) -> None:
    events(row(item="B102", form="refused", level="county"))
    assert Participant.objects.get().attributes == {"form": "refused"}


def test_a_level_without_points_is_taken(events: Events, row: Line) -> None:
    events(row(item="B601", level="county"))
    assert Participant.objects.get().level == "county"


def test_one_subject_may_have_two_roles_in_an_event(events: Events, row: Line) -> None:
    events(row(item="B203", role="handler"), row(item="B203", role="reviewer"))
    assert Participant.objects.count() == 2


def test_an_empty_column_of_another_scheme_is_tolerated(imported: Events) -> None:
    from ledger.imports.events import import_events

    imported(import_events, "event_no,date,item,subject,class,timing\nE1,2025-05-05,B102,1001,,\n")
    assert Event.objects.count() == 1


def test_twenty_thousand_rows_are_one_batch(events: Events, row: Line) -> None:
    lines = [row(event_no=f"E{n // 4}", subject=f"100{n % 4 + 1}") for n in range(20_000)]
    report = events(*lines)
    assert report.new == 5_000
    assert Batch.objects.get().size == 5_000
