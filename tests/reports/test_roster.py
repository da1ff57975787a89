"""花名册 and 民主测评表 of a unit on record, before anything was reckoned."""

import datetime

import pytest

from ledger.models import Exclusion
from ledger.roster import Entry, enter
from reports.forms.appraisal import appraisal_forms, reviews_of
from reports.forms.record import source_without_result
from reports.forms.roster import RosterForm, roster_form
from reports.forms.source import Source
from rulesets.engine.period import Period
from units.models import Person, Unit


def names_in(form: RosterForm) -> list[str]:
    return [row[2].text for row in (*form.table.rows, *form.table.last)]


def remarks_in(form: RosterForm) -> dict[str, str]:
    return {row[2].text: row[-1].text for row in (*form.table.rows, *form.table.last)}


@pytest.fixture
def source(bureau: Unit, bureau_people: dict[str, Person]) -> Source:
    """The roster of 2025, with 1002 on probation."""
    entry = Entry(
        Exclusion.Kind.EXCLUDED, Exclusion.Ground.PROBATION, "试用期至2026年3月", datetime.date(2025, 7, 1)
    )
    enter(bureau, "2025", bureau_people["1002"], entry)
    return source_without_result(bureau, Period.parse("2025"))


def test_those_assessed_stand_by_department_and_the_others_after_them_with_the_reason(source: Source) -> None:
    form = roster_form(source, source.subjects)
    assert names_in(form) == ["陈一", "王三", "赵四", "李二", "钱五"]
    remarks = remarks_in(form)
    assert remarks["李二"].startswith("不参加考核（试用期")
    assert remarks["钱五"] == "期末不在任，不参加考核（任职至2025年3月31日）"
    assert remarks["陈一"] == ""


def test_posts_held_besides_are_remarked(source: Source) -> None:
    assert remarks_in(roster_form(source, source.subjects))["王三"] == "兼任第一科联络员"


def test_the_roster_counts(source: Source) -> None:
    assert roster_form(source, source.subjects).notes == [
        "共5人，分属2个部门。",
        "其中不参加考核的2人，原因见备注。",
    ]


def test_a_ballot_sheet_of_each_review_has_everybody_who_is_assessed(source: Source) -> None:
    forms = appraisal_forms(source, source.subjects)
    assert [form.review for form in forms] == ["述职民主评议", "分管领导评分", "班子综合评议"]
    for form in forms:
        assert [row[1].text for row in (*form.table.rows, *form.table.last)] == ["陈一", "王三", "赵四"]


def test_a_half_without_reviews_has_no_ballot_sheets(bureau: Unit, bureau_people: dict[str, Person]) -> None:
    assert reviews_of(source_without_result(bureau, Period.parse("2025H1"))) == []
