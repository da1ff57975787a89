"""What the roster says of a subject stands in the run: in its inputs, its digest, its result."""

import datetime

import pytest

from assessments.decisions import DecisionEntry, decide
from assessments.errors import DecisionRefused
from assessments.models import Run
from assessments.reckoning import reckon
from assessments.replay import replay
from assessments.results import subject_of
from ledger.roster import Entry, enter
from units.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def run_without_1001(run: Run) -> Run:
    entry = Entry("excluded", "secondment", "市委组织部", datetime.date(2025, 1, 1))
    enter(run.unit, "2025", Person.objects.get(unit=run.unit, no="1001"), entry)
    return reckon(run.unit, "2025")


def test_taking_somebody_out_makes_another_run_that_says_why(run: Run, run_without_1001: Run) -> None:
    assert run_without_1001.digest != run.digest
    subject = subject_of(run_without_1001.result, "1001")
    assert subject["exclusion"] == {"kind": "excluded", "reason": "借调外单位：市委组织部"}
    assert run_without_1001.results.get(no="1001").rank is None


def test_a_run_with_exclusions_replays(run_without_1001: Run) -> None:
    assert replay(run_without_1001) == []


def test_no_band_is_decided_for_who_is_taken_out(run_without_1001: Run) -> None:
    with pytest.raises(DecisionRefused, match="不评等次（借调外单位：市委组织部）"):
        decide(run_without_1001, [DecisionEntry("1001", "excellent", "理由", "纪要1号")])
    assert not run_without_1001.decisions.exists()
