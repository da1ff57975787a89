"""Runs: stored once, replayed to the last digit, refused where they can't be trusted."""

import datetime
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from assessments import models, projection
from assessments.errors import NoRun, NoScheme, RunRefused, SubjectUnknown
from assessments.explanation import explanation
from assessments.models import AwardLine, Document, DocumentAltered, Run
from assessments.reckoning import reckon
from assessments.replay import replay
from assessments.results import latest_run, subject_of
from rulesets.engine import assess as assess_module
from rulesets.engine.canonical import canonical
from rulesets.engine.shadow import DecisionDisputed
from units.models import Unit

pytestmark = pytest.mark.django_db


def test_assessing_again_gives_the_same_run_and_the_same_bytes(case_bureau: Unit) -> None:
    first = reckon(case_bureau, "2025")
    second = reckon(case_bureau, "2025")
    assert second.pk == first.pk
    assert canonical(second.result) == canonical(first.result)
    assert Run.objects.count() == 1


def test_the_rows_are_a_projection_of_the_document(case_bureau: Unit) -> None:
    run = reckon(case_bureau, "2025")
    document = run.result
    assert [row.no for row in run.results.all()] == [subject["no"] for subject in document["subjects"]]
    assert AwardLine.objects.filter(result__run=run).count() == sum(
        len(s["lines"]) for s in document["subjects"]
    )


def test_the_result_is_there_although_the_listing_of_its_lines_broke_off(
    case_bureau: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_off(*arguments: object) -> None:
        raise DatabaseError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(projection, "insert_frames", broken_off)
        with pytest.raises(DatabaseError):
            reckon(case_bureau, "2025")
    run = Run.objects.get()
    assert (run.lines_listed, run.results.count()) == (False, len(run.result["subjects"]))
    assert reckon(case_bureau, "2025") == run
    run.refresh_from_db()
    assert run.lines_listed
    assert AwardLine.objects.filter(result__run=run).exists()


def test_a_listed_line_says_what_the_document_says(case_bureau: Unit) -> None:
    run = reckon(case_bureau, "2025")
    subject = next(s for s in run.result["subjects"] if any(line["reasons"] for line in s["lines"]))
    listed = AwardLine.objects.filter(result__run=run, result__no=subject["no"]).order_by("order")
    assert [
        (row.event, row.date.isoformat(), row.item, row.role, row.clause, row.reasons) for row in listed
    ] == [
        (s["event"], s["date"], s["item"], s["role"] or "", s["clause"], s["reasons"])
        for s in subject["lines"]
    ]
    assert [(row.raw, row.points) for row in listed] == [
        (Decimal(s["raw"]), Decimal(s["points"])) for s in subject["lines"]
    ]


def test_a_replay_finds_no_difference(case_bureau: Unit) -> None:
    assert replay(reckon(case_bureau, "2025")) == []


def test_a_replay_names_the_figure_that_differs(case_bureau: Unit) -> None:
    run = reckon(case_bureau, "2025")
    document = run.result
    document["subjects"][0]["total"] = "1"
    run.outcome = Document.objects.keep(document)
    (difference,) = replay(run)
    assert difference.path == f"subjects/{document['subjects'][0]['no']}/total"
    assert difference.stored == "1"


def test_an_altered_document_is_not_read(case_bureau: Unit) -> None:
    document = Document.objects.keep({"a": 1})
    document.content = Document.objects.keep({"a": 2}).content
    with pytest.raises(DocumentAltered):
        document.read()


@pytest.mark.parametrize("piece", [1, 7, 500_000])
def test_a_document_read_element_by_element_is_the_same(
    case_bureau: Unit, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr(models, "PIECE", piece)
    content = {"a": '甲"b":[乙', "b": [{"b": [1], "c": "丙]},{"}, 12, "丁", []], "z": {"e": [2]}}
    document = Document.objects.keep(content)
    assert document.read_by_parts("b", lambda element: element) == document.read() == content
    assert Document.objects.keep({"b": []}).read_by_parts("b", str) == {"b": []}
    assert document.read_by_parts("b", str)["b"][1] == "12"


@pytest.mark.parametrize("content", [{"b": [2]}, {"b": [{"a": 1}]}, {"c": []}])
def test_an_altered_document_is_not_read_element_by_element_either(case_bureau: Unit, content: Any) -> None:
    document = Document.objects.keep({"b": [1]})
    document.content = Document.objects.keep(content).content
    with pytest.raises(DocumentAltered):
        document.read_by_parts("b", str)


def test_the_database_refuses_to_change_or_delete_a_document(case_bureau: Unit) -> None:
    Document.objects.keep({"a": 1})
    table = Document._meta.db_table
    for statement in (f"UPDATE {table} SET content = content", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_later_event_does_not_enter_an_earlier_as_of(case_bureau: Unit) -> None:
    run = reckon(case_bureau, "2025", as_of=datetime.date(2025, 6, 30))
    dates = {line["date"] for subject in run.result["subjects"] for line in subject["lines"]}
    assert dates
    assert max(dates) <= "2025-06-30"


def test_a_half_is_assessed_without_review_and_bands(case_bureau: Unit) -> None:
    result = reckon(case_bureau, "2025H1").result
    assert [component["code"] for component in result["components"]] == [
        "study", "business", "central", "daily", "bonus",
    ]  # fmt: skip
    assert {subject["band"] for subject in result["subjects"]} == {None}


def test_a_period_that_the_scheme_does_not_name_is_refused_with_those_it_has(case_bureau: Unit) -> None:
    with pytest.raises(RunRefused, match="年、半年"):
        reckon(case_bureau, "2025Q1")


def test_a_text_that_is_no_period_is_refused(case_bureau: Unit) -> None:
    with pytest.raises(RunRefused, match="2025H1"):
        reckon(case_bureau, "二〇二五")


def test_a_day_before_the_period_is_refused(case_bureau: Unit) -> None:
    with pytest.raises(RunRefused, match="第一天"):
        reckon(case_bureau, "2025", as_of=datetime.date(2024, 12, 31))


def test_a_unit_without_a_published_scheme_is_told_to_publish_one() -> None:
    with pytest.raises(NoScheme, match="请先发布"):
        reckon(Unit.objects.create(code="empty", name="空单位"), "2025")


def test_a_disputed_decision_gives_no_result(case_bureau: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    def disputed(*_: object, **__: object) -> list[int | None]:
        raise DecisionDisputed("points", {"item": "B101"}, 0, None)

    monkeypatch.setattr(assess_module, "decide_checked", disputed)
    with pytest.raises(RunRefused, match="B101"):
        reckon(case_bureau, "2025")
    assert not Run.objects.exists()


def test_every_figure_of_an_explanation_is_that_of_the_result(case_bureau: Unit) -> None:
    run = reckon(case_bureau, "2025")
    subject = subject_of(run.result, "1006")
    text = "\n".join(explanation(run, "1006"))
    assert f"总分{subject['total']}" in text
    for line in subject["lines"]:
        assert line["event"] in text
    assert "假定" in text  # B401's figure is not the policy's own


def test_an_unknown_subject_is_named(case_bureau: Unit) -> None:
    with pytest.raises(SubjectUnknown, match="9999"):
        list(explanation(reckon(case_bureau, "2025"), "9999"))


def test_a_period_without_a_run_is_told(case_bureau: Unit) -> None:
    with pytest.raises(NoRun, match="assess"):
        latest_run(case_bureau, "2025")


def test_the_commands_exit_with_one_and_a_chinese_line_when_refused(
    case_bureau: Unit, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        call_command("assess", "u", "2025Q1")
    assert stop.value.code == 1
    assert "没有规定按季度核算" in capsys.readouterr().err


def test_assess_prints_the_contract_s_document(case_bureau: Unit, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("assess", "u", "2025", json="-")
    document = json.loads(capsys.readouterr().out)
    assert document["unit"] == "u"
    assert document["scheme"] == "bureau"
    assert document["edition"] == 1
    assert document["as_of"] == "2025-12-31"
    assert len(document["digest"]) == 64


def test_a_result_that_cannot_be_written_is_refused_and_nothing_is_stored(
    case_bureau: Unit, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        call_command("assess", "u", "2025", json=str(tmp_path / "none/result.json"))
    assert (stop.value.code, Run.objects.count()) == (1, 0)
    assert "无法写入" in capsys.readouterr().err
