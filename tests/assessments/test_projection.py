"""Rows of a run: all that pages read of a result, and nothing besides what the document says."""

import datetime

import pytest

from assessments.decisions import DecisionEntry, decide
from assessments.errors import SubjectUnknown
from assessments.models import Run
from assessments.projection import DETAILS, outline, whole_subject
from assessments.reckoning import reckon
from ledger.roster import Entry, enter
from units.models import Person

pytestmark = pytest.mark.django_db


def without_details(run: Run) -> dict[str, object]:
    subjects = [{k: v for k, v in s.items() if k not in DETAILS} for s in run.result["subjects"]]
    return run.result | {"subjects": subjects}


def test_the_outline_is_the_document_without_details_in_its_order(run: Run) -> None:
    day = datetime.date(2025, 1, 1)
    for no, kind in (("1001", "excluded"), ("1002", "no_grade")):
        entry = Entry(kind, "other", "测试", day)
        enter(run.unit, "2025", Person.objects.get(unit=run.unit, no=no), entry)
    again = reckon(run.unit, "2025")
    assert outline(again) == without_details(again)


def test_a_subject_comes_back_whole(run: Run) -> None:
    for subject in run.result["subjects"]:
        found, _ = whole_subject(run, subject["no"])
        assert found == subject


def test_decisions_stand_in_the_rows(run: Run) -> None:
    decide(run, [DecisionEntry("1001", "basic", "理由", "纪要1号")])
    assert outline(run) == without_details(run)
    found, _ = whole_subject(run, "1001")
    assert found["decision"]["minutes"] == "纪要1号"


def test_a_number_that_is_not_in_the_result_is_refused(run: Run) -> None:
    with pytest.raises(SubjectUnknown, match="没有编号为“9999”"):
        whole_subject(run, "9999")
