"""Review ballots: one a rater and subject, the rater a secret."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from ledger.imports.ballots import import_ballots
from ledger.imports.report import ImportReport
from ledger.models import Ballot, Batch
from ledger.raters import fingerprint_of
from units.models import Unit

HEADER = "期间,轮次,部分,评议组,评议人,评议人部门,对象,分数\n"
Imported = Callable[..., ImportReport]
Refused = Callable[..., str]
pytestmark = pytest.mark.django_db


def test_a_row_is_a_ballot(imported: Imported) -> None:
    imported(import_ballots, HEADER + "2025,Y,democratic,staff,8801,K01,1001,97.5\n")
    ballot = Ballot.objects.get()
    assert (ballot.period, ballot.part, ballot.subject.no, ballot.score) == (
        "2025",
        "democratic",
        "1001",
        Decimal("97.5"),
    )


def test_who_cast_a_ballot_is_not_stored(imported: Imported) -> None:
    imported(import_ballots, HEADER + "2025,Y,democratic,,8801,,1001,97.5\n")
    stored = [str(value) for value in Ballot.objects.values_list().get()]
    assert not any("8801" in value for value in stored)


def test_a_rater_has_another_fingerprint_in_another_unit(bureau: Unit, other_unit: Unit) -> None:
    assert fingerprint_of(bureau, "8801") == fingerprint_of(bureau, "8801")
    assert fingerprint_of(bureau, "8801") != fingerprint_of(other_unit, "8801")


def test_the_same_file_twice_changes_nothing(imported: Imported) -> None:
    text = HEADER + "2025,Y,democratic,,8801,,1001,97.5\n2025,Y,leader,,8802,,1001,90\n"
    imported(import_ballots, text)
    report = imported(import_ballots, text)
    assert (report.unchanged, report.changes_anything, Batch.objects.count()) == (2, False, 1)


def test_a_later_ballot_of_a_rater_replaces_the_earlier(imported: Imported) -> None:
    imported(import_ballots, HEADER + "2025,Y,democratic,,8801,,1001,97.5\n")
    report = imported(import_ballots, HEADER + "2025,Y,democratic,,8801,,1001,80\n")
    ballot = Ballot.objects.current().get()
    assert (ballot.score, report.changed) == (80, 1)
    assert ballot.supersedes is not None and ballot.supersedes.score == Decimal("97.5")


def test_a_later_row_of_a_file_replaces_the_earlier(imported: Imported) -> None:
    rows = "2025,Y,democratic,,8801,,1001,97.5\n2025,Y,democratic,,8801,,1001,80\n"
    report = imported(import_ballots, HEADER + rows)
    assert (report.new, Ballot.objects.get().score) == (1, 80)


def test_an_unknown_part_is_refused_with_those_allowed(refused: Refused) -> None:
    said = refused(import_ballots, HEADER + "2025,Y,popular,,8801,,1001,90\n")
    assert said == "第 2 行，列“部分”：没有部分“popular”；允许 committee、democratic、leader"


def test_an_unknown_period_is_refused(refused: Refused) -> None:
    assert "列“期间”：“2025H3”不是期间" in refused(
        import_ballots, HEADER + "2025H3,Y,leader,,8801,,1001,90\n"
    )


def test_an_unknown_subject_is_refused(refused: Refused) -> None:
    assert "第 2 行，列“对象”" in refused(import_ballots, HEADER + "2025,Y,leader,,8801,,9999,90\n")


@pytest.mark.parametrize("score", ["100.5", "-1"])
def test_a_score_outside_0_to_100_is_refused(refused: Refused, score: str) -> None:
    said = refused(import_ballots, HEADER + f"2025,Y,leader,,8801,,1001,{score}\n")
    assert said == f"第 2 行，列“分数”：“{score}”超出范围；允许 0 至 100"


def test_an_unknown_department_of_a_rater_is_refused(refused: Refused) -> None:
    said = refused(import_ballots, HEADER + "2025,Y,leader,,8801,K99,1001,90\n")
    assert "列“评议人部门”：没有部门“K99”" in said


@pytest.mark.parametrize(
    ("period", "subject", "said"),
    [
        ("2025H1", "1001", "列“期间”：部分 leader 不按半年测评；允许的期间：年"),
        ("2025", "K01", "列“对象”：部分 leader 不测评“K01”；允许工号"),
    ],
)
def test_a_ballot_that_no_review_would_read_is_refused(
    refused: Refused, period: str, subject: str, said: str
) -> None:
    assert said in refused(import_ballots, f"{HEADER}{period},Y,leader,,8801,,{subject},90\n")
