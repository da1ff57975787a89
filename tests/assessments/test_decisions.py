"""Decisions: the committee's word beside the reckoning, kept and never changed."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from assessments.decision_table import read_decisions
from assessments.decisions import DecisionEntry, decide
from assessments.errors import DecisionRefused
from assessments.explanation import explanation
from assessments.models import Decision, Document, Run
from assessments.reckoning import reckon
from assessments.replay import replay
from assessments.results import open_flags, subject_of
from ledger.errors import LedgerFixed
from ledger.imports.events import import_events
from tabular import TableRefused

pytestmark = pytest.mark.django_db
HEADER = "对象,等次,理由,会议纪要\n"
# 1004 is reckoned excellent, 1005 basic, 1009 competent.
LOWERED = DecisionEntry("1004", "competent", "群众反映强烈", "会议纪要〔2026〕1号")
RAISED = DecisionEntry("1005", "competent", "复核后认定", "会议纪要〔2026〕1号")


def table(rows: str) -> BytesIO:
    return BytesIO((HEADER + rows).encode())


def entries_of(run: Run, rows: str) -> list[DecisionEntry]:
    return read_decisions(run, table(rows), "decisions.csv")


def refusal(run: Run, rows: str) -> str:
    with pytest.raises(TableRefused) as refused:
        entries_of(run, rows)
    return str(refused.value)


def test_a_decided_band_stands_with_the_reckoned_beside_it(run: Run) -> None:
    decide(run, [LOWERED])
    subject = subject_of(run.result, "1004")
    assert (subject["band"], subject["band_reckoned"]) == ("competent", "excellent")
    assert subject["band_reckoned_name"] == "优秀"
    assert subject["decision"] == {
        "kind": "band",
        "band": "competent",
        "reason": "群众反映强烈",
        "minutes": "会议纪要〔2026〕1号",
    }


def test_the_reckoning_and_everybody_else_stay(run: Run) -> None:
    before = run.reckoned
    decide(run, [LOWERED])
    assert run.reckoned == before
    others = [subject for subject in run.result["subjects"] if subject["no"] != "1004"]
    assert others == [subject for subject in before["subjects"] if subject["no"] != "1004"]
    for key in ("total", "rank", "lines", "components", "flags"):
        assert subject_of(run.result, "1004")[key] == subject_of(before, "1004")[key]


def test_outcomes_follow_the_decided_band(run: Run) -> None:
    assert subject_of(run.result, "1005")["outcomes"] == {"coefficient": "0.9"}
    decide(run, [RAISED])
    assert subject_of(run.result, "1005")["outcomes"] == {"coefficient": "1"}


def test_a_band_decided_as_reckoned_has_no_second_band(run: Run) -> None:
    decide(run, [DecisionEntry("1004", "excellent", "同意", "纪要")])
    subject = subject_of(run.result, "1004")
    assert "band_reckoned" not in subject
    assert subject["decision"]["band"] == "excellent"


def test_the_rows_of_lists_show_the_decided_band(run: Run) -> None:
    decide(run, [RAISED])
    row = run.results.get(no="1005")
    assert (row.band, row.band_name, row.outcomes) == ("competent", "称职(合格)", {"coefficient": "1"})


def test_a_tie_at_a_cut_is_settled_as_a_tie(run: Run) -> None:
    document = run.reckoned
    subject_of(document, "1009")["flags"].append("tie_at_cut:excellent")
    run.outcome = Document.objects.keep(document)
    (decision,) = decide(run, [DecisionEntry("1009", "excellent", "同分，比业务工作", "纪要")])
    assert decision.kind == Decision.Kind.TIE


def test_a_tie_at_an_outcome_is_settled_by_the_decision_too(run: Run) -> None:
    document = run.reckoned
    tied = subject_of(document, "1009")
    tied["flags"].append("tie_at_cut:leave")
    assert open_flags(tied) == tied["flags"]
    run.outcome = Document.objects.keep(document)
    decide(run, [DecisionEntry("1009", tied["band"], "同分，比业务工作", "纪要")])
    settled = subject_of(run.result, "1009")
    assert "tie_at_cut:leave" in settled["flags"] and "tie_at_cut:leave" not in open_flags(settled)


def test_the_same_decisions_again_change_nothing(run: Run) -> None:
    decide(run, [LOWERED, RAISED])
    digest = run.document.digest
    assert decide(run, [LOWERED, RAISED]) == []
    assert run.document.digest == digest


def test_a_later_decision_succeeds_the_former_which_stays(run: Run) -> None:
    (former,) = decide(run, [LOWERED])
    (later,) = decide(run, [DecisionEntry("1004", "excellent", "申诉后改定", "会议纪要〔2026〕2号")])
    former.refresh_from_db()
    assert later.supersedes == former
    assert (former.is_current, former.band) == (False, "competent")
    assert subject_of(run.result, "1004")["band"] == "excellent"


def test_a_new_run_of_the_period_is_not_decided(run: Run) -> None:
    decide(run, [LOWERED])
    absence = "事件号,日期,事项,对象\nX1,2025-05-05,B102,1009\n"
    import_events(run.unit, BytesIO(absence.encode()), filename="more.csv")
    newer = reckon(run.unit, "2025")
    assert newer.pk != run.pk
    assert "decision" not in subject_of(newer.result, "1004")


def test_a_replay_reads_the_decided_document_too(run: Run) -> None:
    decide(run, [LOWERED, RAISED])
    assert replay(run) == []


def test_a_replay_names_a_decided_outcome_that_differs(run: Run) -> None:
    decide(run, [RAISED])
    document = run.result
    subject_of(document, "1005")["outcomes"] = {"coefficient": "2"}
    run.decided = Document.objects.keep(document)
    (difference,) = replay(run)
    assert difference.path == "subjects/1005/outcomes/coefficient"


def test_an_explanation_tells_the_decision(run: Run) -> None:
    decide(run, [LOWERED])
    text = "\n".join(explanation(run, "1004"))
    assert (
        "核算等次为优秀，经集体研究审定为称职(合格)。理由：群众反映强烈；会议纪要：会议纪要〔2026〕1号。"
        in text
    )


def test_a_decision_can_not_be_changed_by_the_program(run: Run) -> None:
    (decision,) = decide(run, [LOWERED])
    decision.reason = "改写"
    with pytest.raises(LedgerFixed, match="审定"):
        decision.save()


def test_the_database_refuses_to_change_or_delete_a_decision(run: Run) -> None:
    decide(run, [LOWERED])
    table_name = Decision._meta.db_table
    for statement in (f"UPDATE {table_name} SET reason = 'x'", f"DELETE FROM {table_name}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_band_is_read_by_code_or_name(run: Run) -> None:
    read = entries_of(run, "1004,competent,一,甲\n1005,称职(合格),二,乙\n")
    assert [entry.band for entry in read] == ["competent", "competent"]


def test_every_fault_of_the_table_is_named_by_row_and_column(run: Run) -> None:
    said = refusal(run, "9999,competent,一,甲\n1004,极好,二,乙\n1005,competent,,丙\n").splitlines()
    assert [line.partition("：")[0] for line in said] == [
        "第 2 行，列“对象”",
        "第 3 行，列“等次”",
        "第 4 行，列“理由”",
    ]
    assert "9999" in said[0]
    assert "优秀" in said[1]


def test_a_name_in_place_of_a_number_is_answered_with_the_number(run: Run) -> None:
    name = subject_of(run.result, "1004")["name"]
    assert "请填写编号：1004" in refusal(run, f"{name},competent,一,甲\n")


def test_a_subject_that_stands_twice_is_refused(run: Run) -> None:
    assert "与第 2 行重复" in refusal(run, "1004,competent,一,甲\n1004,basic,二,乙\n")


def test_a_reason_that_is_too_long_is_refused(run: Run) -> None:
    assert "最多 500 个字" in refusal(run, f"1004,competent,{'长' * 501},甲\n")


def test_a_period_without_bands_has_nothing_to_decide(run: Run) -> None:
    half = reckon(run.unit, "2025H1")
    with pytest.raises(DecisionRefused, match="不评等次"):
        entries_of(half, "1004,competent,一,甲\n")


def decisions_file(folder: Path, rows: str) -> Path:
    path = folder / "decisions.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    return path


def test_the_command_decides_and_assess_prints_it(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = decisions_file(tmp_path, "1004,称职(合格),群众反映,纪要1号\n")
    capsys.readouterr()
    call_command("decide", "u", "2025", path)
    assert "核算优秀，审定称职(合格)" in capsys.readouterr().out
    call_command("assess", "u", "2025", json="-")
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert subject_of(document, "1004")["band_reckoned"] == "excellent"


def test_the_command_says_that_the_same_file_changes_nothing(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = decisions_file(tmp_path, "1004,称职(合格),群众反映,纪要1号\n")
    call_command("decide", "u", "2025", path)
    capsys.readouterr()
    call_command("decide", "u", "2025", path)
    assert "没有改动" in capsys.readouterr().out
    assert Decision.objects.count() == 1


def test_one_bad_row_refuses_the_whole_file(run: Run, tmp_path: Path, refused: Callable[..., str]) -> None:
    path = decisions_file(tmp_path, "1004,competent,一,甲\n9999,competent,二,乙\n")
    assert "9999" in refused("decide", "u", "2025", path)
    assert not Decision.objects.exists()


def test_a_missing_file_is_named(run: Run, refused: Callable[..., str]) -> None:
    assert "nowhere.csv" in refused("decide", "u", "2025", Path("nowhere.csv"))
