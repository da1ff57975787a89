"""Undoing an import as a whole: what it brought is withdrawn or succeeded, nothing is deleted, and the chain holds."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from assessments.publication import publish_run
from assessments.reckoning import reckon
from ledger.chain import verify
from ledger.closing import close_period
from ledger.errors import UndoRefused
from ledger.frames import frames_of
from ledger.imports.ballots import import_ballots
from ledger.imports.metrics import import_metrics
from ledger.imports.people import import_people
from ledger.imports.report import ImportReport
from ledger.models import Ballot, Batch, Event, ImportRecord, Metric
from ledger.undoing import undo_import
from rulesets.engine.period import Period
from units.models import Account, Appointment, Department, Person, Unit

Events = Callable[..., ImportReport]
Line = Callable[..., str]
Imported = Callable[..., ImportReport]
BALLOT = "期间,部分,评议人,对象,分数\n2025,democratic,R1,1001,{}\n"
METRIC = "指标,期间,对象,数值\n{},2025,1001,{}\n"
pytestmark = pytest.mark.django_db


def newest() -> ImportRecord:
    record = ImportRecord.objects.first()
    assert record is not None
    return record


def test_an_import_leaves_a_record_of_file_account_and_counts(
    events: Events, row: Line, bureau: Unit
) -> None:
    account = Account.objects.create_user("clerk")
    events(row(event_no="E1"), row(event_no="E2"))
    events(row(event_no="E1", subject="1002"), row(event_no="E2"), row(event_no="E3"), account=account)
    record = newest()
    assert (record.unit, record.kind, record.filename) == (bureau, "events", "events.csv")
    assert (record.new, record.changed, record.unchanged, record.removed) == (1, 1, 1, 1)
    assert record.batch is not None and record.batch.file_digest == record.digest
    assert record.made_by == account


def test_new_events_are_withdrawn_with_the_reason(events: Events, row: Line, bureau: Unit) -> None:
    events(row(event_no="E1"), row(event_no="E2"))
    account = Account.objects.create_user("clerk")
    record = undo_import(newest(), "选错了文件", account)
    assert record.undone_at is not None and record.undone_by == account
    current = Event.objects.current()
    assert {event.withdrawal_reason for event in current} == {"撤销导入（第 1 批）：选错了文件"}
    assert not Event.objects.counting().exists() and Event.objects.count() == 4
    assert record.undoing is not None and "选错了文件" in record.undoing.source
    assert verify(bureau).broken is None and verify(bureau).length == 2


def test_changed_events_are_as_they_were_before(events: Events, row: Line, bureau: Unit) -> None:
    events(row(remark="原来的"))
    events(row(subject="1002", remark="改过的"), row(event_no="E2"))
    undo_import(newest(), "弄错了")
    event = Event.objects.counting().get()
    part = event.participants.get()
    assert (event.event_no, part.subject.no, part.remark) == ("E1", "1001", "原来的")
    assert verify(bureau).broken is None


def test_the_same_file_can_be_imported_again_after_it_was_undone(events: Events, row: Line) -> None:
    events(row())
    undo_import(newest(), "弄错了")
    assert events(row()).changed == 1
    assert Event.objects.counting().count() == 1


def test_ballots_and_figures_are_undone_and_read_no_more(
    imported: Imported, bureau: Unit, bureau_metric: str
) -> None:
    for importer, text, model in (
        (import_ballots, BALLOT, Ballot),
        (import_metrics, METRIC.replace("{}", bureau_metric, 1), Metric),
    ):
        imported(importer, text.format(80))
        imported(importer, text.format(90))
        undo_import(newest(), "弄错了")
        restored = model.objects.counting().get()
        assert getattr(restored, "score" if model is Ballot else "value") == 80
        undo_import(ImportRecord.objects.filter(undone_at=None).exclude(kind="people").get(), "都不要")
        assert not model.objects.counting().exists() and model.objects.count() == 4
    year = Period.parse("2025")
    frames = frames_of(bureau, year.start, year.end, year.end, [], [])
    assert frames.ballots.is_empty() and frames.metrics.is_empty()
    assert verify(bureau).broken is None


@pytest.fixture
def bureau_metric(bureau: Unit) -> str:
    from rulesets.vocabulary import vocabulary_of

    words = vocabulary_of(bureau).metrics
    return next(code for code, word in words.items() if "year" in word.kinds)


def refused(record: ImportRecord, reason: str = "弄错了") -> str:
    before = (Event.objects.count(), Batch.objects.count(), Appointment.objects.count())
    with pytest.raises(UndoRefused) as caught:
        undo_import(record, reason)
    assert (Event.objects.count(), Batch.objects.count(), Appointment.objects.count()) == before
    record.refresh_from_db()
    return str(caught.value)


def test_undoing_takes_a_reason_and_is_done_once(events: Events, row: Line) -> None:
    events(row())
    assert "须写明理由" in refused(newest(), " ")
    undo_import(newest(), "弄错了")
    assert "已经撤销过" in refused(newest())


def test_an_import_that_a_later_one_changed_is_refused(events: Events, row: Line) -> None:
    events(row())
    first = newest()
    events(row(subject="1002"))
    assert "事件 E1（现为第 2 批）" in refused(first)


def test_an_import_within_a_closed_period_is_refused(events: Events, row: Line, bureau: Unit) -> None:
    events(row())
    close_period(bureau, "2025-05")
    assert "2025年5月已封账" in refused(newest())


def test_an_import_that_a_publication_has_read_is_refused(events: Events, row: Line, bureau: Unit) -> None:
    events(row())
    first = newest()
    publish_run(reckon(bureau, "2025"))
    assert "2025年的结果" in refused(first) and "更正" in refused(first)


def test_an_import_after_the_publication_or_about_another_year_can_be_undone(
    events: Events, row: Line, bureau: Unit
) -> None:
    events(row(event_no="E0", date="2021-05-05"))
    other_year = newest()
    events(row())
    publish_run(reckon(bureau, "2025"))
    events(row(event_no="E2"))
    undo_import(newest(), "弄错了")
    undo_import(other_year, "弄错了")


def test_an_event_that_would_be_registered_twice_is_not_restored(
    events: Events, row: Line, once_item: str
) -> None:
    events(row(item=once_item))
    events(row())
    second = newest()
    events(row(event_no="E9", item=once_item))
    assert "事件 E1 恢复后" in refused(second) and "事件 E9" in refused(second)


@pytest.fixture
def once_item(monkeypatch: pytest.MonkeyPatch, bureau: Unit) -> str:
    """An item that a subject is registered with once a year."""
    from dataclasses import replace

    from ledger import undoing
    from ledger.imports import events as importing
    from rulesets.engine.period import PeriodKind
    from rulesets.vocabulary import vocabulary_of

    words = vocabulary_of(bureau)
    once = replace(words.items["B102"], code="B1", once=PeriodKind.YEAR)
    with_once = replace(words, items={**words.items, "B1": once})
    monkeypatch.setattr(importing, "vocabulary_needed", lambda unit: with_once)
    monkeypatch.setattr(undoing, "vocabulary_of", lambda unit: with_once)
    return "B1"


def people(unit: Unit, *lines: str) -> ImportRecord:
    header = "工号,姓名,部门,部门名称,分组,职务,起,止\n"
    import_people(unit, BytesIO((header + "\n".join(lines)).encode()), filename="people.csv")
    return newest()


def posts_of(unit: Unit) -> list[Any]:
    fields = ("person__no", "department__code", "group", "position", "start", "end", "is_secondary")
    return sorted(Appointment.objects.filter(unit=unit).values_list(*fields), key=str)


def test_an_import_of_people_is_undone_to_what_it_found(
    bureau: Unit, bureau_people: dict[str, Person]
) -> None:
    before = posts_of(bureau)
    record = people(
        bureau,
        "1001,陈壹,K09,新科,section,科长,2025-01-01,",
        "2001,新来,K01,改名科,staff,科员,2025-02-01,",
        "1001,陈壹,K01,改名科,section,科长,2020-01-01,2024-12-31",
    )
    assert posts_of(bureau) != before
    undo_import(record, "弄错了")
    assert posts_of(bureau) == before
    assert Person.objects.get(unit=bureau, no="1001").name == "陈一"
    assert Department.objects.get(unit=bureau, code="K01").name == "第一科"
    assert (
        not Person.objects.filter(no="2001").exists() and not Department.objects.filter(code="K09").exists()
    )


def test_people_whom_events_name_meanwhile_are_not_taken_away(
    bureau: Unit, bureau_people: dict[str, Person], events: Events, row: Line
) -> None:
    record = people(bureau, "2001,新来,K01,第一科,staff,科员,2025-02-01,")
    events(row(subject="2001"))
    assert "人员 2001 已被“参与对象”用到" in refused(record)


def test_an_appointment_that_an_event_needs_is_not_taken_away(
    bureau: Unit, bureau_people: dict[str, Person], events: Events, row: Line
) -> None:
    record = people(bureau, "1005,钱五,K02,第二科,staff,科员,2025-04-01,")
    events(row(subject="1005"))
    assert "撤销后人员 1005 在2025年5月5日没有任职，而事项 E1" in refused(record)


def test_an_import_of_people_that_were_changed_since_is_refused(
    bureau: Unit, bureau_people: dict[str, Person]
) -> None:
    record = people(bureau, "2001,新来,K01,第一科,staff,科员,2025-02-01,")
    people(bureau, "2001,改名,K01,第一科,staff,科员,2025-02-01,")
    assert "人员 2001 的信息或任职又有更改" in refused(record)


def test_what_people_were_before_is_kept_sealed(bureau: Unit, bureau_people: dict[str, Person]) -> None:
    record = people(bureau, "2001,新来,K01,第一科,staff,科员,2025-02-01,")
    assert b"2001" not in bytes(record.former or b"")
