"""Ballots in rounds and rater groups, as the street office holds them: at the year's end some groups are not asked."""

import datetime
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from ledger.imports.ballots import import_ballots
from ledger.imports.blanks import blank_for
from ledger.imports.people import import_people
from ledger.imports.report import ImportReport
from ledger.models import Ballot, ImportRecord
from rulesets.names import names_of
from rulesets.packs import load_pack, read_pack
from tabular import TableRefused
from units.models import Unit

PACK = Path(__file__).parents[2] / "fixtures/schemes/street.yaml"
PEOPLE = "no,name,department,department_name,start\n2001,甲,K01,第一科,2020-01-01\n"
HEADER = "period,round,part,rater_group,rater,subject,score\n"
Cast = Callable[..., ImportReport]
pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    """Imports a ballot on K01 of a round and a rater group into the street office."""
    unit = Unit.objects.create(code="street", name="某街道")
    load_pack(unit, read_pack(PACK))
    import_people(unit, BytesIO(PEOPLE.encode()), filename="people.csv")

    def run(turn: str, group: str) -> ImportReport:
        text = f"{HEADER}2025,{turn},review,{group},8801,K01,90\n"
        return import_ballots(unit, BytesIO(text.encode()), filename="ballots.csv")

    return run


def test_a_rater_group_is_named_as_the_papers_name_it(cast: Cast) -> None:
    unit = Unit.objects.get(code="street")
    assert cast("R1", "街道党工委、办事处、人大工作处领导").new == 1
    assert Ballot.objects.get().rater_group == "leaders"
    assert names_of(unit.pk).rater_groups["leaders"] == "街道党工委、办事处、人大工作处领导"
    assert "街道党工委、办事处、人大工作处领导" in blank_words(unit)


def blank_words(unit: Unit) -> str:
    """Every word that the blank workbook of ballots offers."""
    blank = load_workbook(BytesIO(blank_for(ImportRecord.Kind.BALLOTS, unit, datetime.date(2025, 12, 31))))
    listed = [str(cell.value) for sheet in blank for row in sheet for cell in row]
    offered = [str(rule.formula1) for sheet in blank for rule in sheet.data_validations.dataValidation]
    return "|".join(listed + offered)


def refusal(cast: Cast, turn: str, group: str) -> str:
    with pytest.raises(TableRefused) as refused:
        cast(turn, group)
    return str(refused.value)


def test_a_group_votes_in_the_rounds_that_it_is_asked_in(cast: Cast) -> None:
    assert (cast("R1", "deputies").new, cast("R2", "staff").new) == (1, 1)


def test_a_group_that_a_round_does_not_ask_is_refused_with_those_it_asks(cast: Cast) -> None:
    assert refusal(cast, "R2", "deputies") == (
        "第 2 行，列“评议组”：部分 review 的轮次 R2 没有评议组“deputies”；允许 leaders、service_center、heads、staff"
    )


def test_a_ballot_without_a_group_is_refused_where_groups_are_weighed(cast: Cast) -> None:
    assert "列“评议组”：部分 review 的轮次 R1 须填写评议组；允许 leaders、" in refusal(cast, "R1", "")


def test_a_round_that_the_part_does_not_have_is_refused_with_those_it_has(cast: Cast) -> None:
    said = refusal(cast, "R3", "leaders")
    assert said == "第 2 行，列“轮次”：部分 review 没有轮次“R3”；允许 R1、R2"


def test_a_ballot_without_a_round_is_refused_where_there_are_rounds(cast: Cast) -> None:
    assert refusal(cast, "", "leaders") == "第 2 行，列“轮次”：部分 review 须填写轮次；允许 R1、R2"
