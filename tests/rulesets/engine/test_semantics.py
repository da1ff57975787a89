"""Turns of the semantics (docs/SEMANTICS.md) that the five schemes rest on, one small ledger each."""

import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from rulesets.engine.assess import Assessment, assess
from rulesets.engine.canonical import digest_of
from rulesets.engine.document import result_document
from rulesets.engine.frames import APPOINTMENTS, BALLOTS, DEPARTMENTS, EVENTS, METRICS, PEOPLE, Frames, Schema
from rulesets.engine.numbers import SCALE
from rulesets.engine.period import Period
from rulesets.engine.protocols import Standing
from rulesets.engine.scheme import Scheme
from rulesets.families import REGISTRY

PACKS = Path(__file__).parents[3] / "fixtures/schemes"
LONG_AGO = datetime.date(2020, 1, 1)


class TextNumbers(yaml.SafeLoader):
    """YAML with numbers as they are written."""


for tag in ("int", "float"):
    TextNumbers.add_constructor(f"tag:yaml.org,2002:{tag}", lambda loader, node: node.value)


def shipped(code: str) -> Scheme:
    return Scheme.from_snapshot(yaml.load((PACKS / f"{code}.yaml").read_text("utf-8"), TextNumbers))


def table(rows: list[tuple[Any, ...]], schema: Schema) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema, orient="row")


def event(
    number: str, item: str, subject: str, role: str | None = None, day: str = "2025-05-01"
) -> tuple[Any, ...]:
    kind = "department" if subject.startswith("K") else "person"
    date = datetime.date.fromisoformat(day)
    return (number, date, item, subject, kind, role, None, SCALE, None, None, None, None)


def post(
    person: str, department: str, start: str = "2020-01-01", end: str | None = None, secondary: bool = False
) -> tuple[Any, ...]:
    last = datetime.date.fromisoformat(end) if end else None
    return (person, department, "staff", "干部", datetime.date.fromisoformat(start), last, secondary)


def ledger(
    posts: list[tuple[Any, ...]],
    events: list[tuple[Any, ...]] = [],  # noqa: B006
    ballots: list[tuple[Any, ...]] = [],  # noqa: B006
    metrics: list[tuple[Any, ...]] = [],  # noqa: B006
) -> Frames:
    people = sorted({row[0] for row in posts})
    departments = sorted({row[1] for row in posts})
    return Frames(
        people=table([(no, f"人{no}") for no in people], PEOPLE),
        departments=table([(code, code, False) for code in departments], DEPARTMENTS),
        appointments=table(posts, APPOINTMENTS),
        events=table(events, EVENTS),
        ballots=table(ballots, BALLOTS),
        metrics=table(metrics, METRICS),
    )


def assessed(
    code: str, frames: Frames, period: str = "2025", as_of: datetime.date | None = None
) -> Assessment:
    scheme = shipped(code)
    whole = Period.parse(period)
    return assess(
        scheme, frames, period=whole, as_of=as_of or whole.end, registry=REGISTRY, digest=digest_of(scheme.snapshot),
        shadow_sample=None,
    )  # fmt: skip


def standing(assessment: Assessment, subject: str) -> Standing:
    return next(s for s in assessment.standings if s.subject == subject)


def test_a_leader_in_charge_who_is_a_member_bears_the_matter_in_the_own_row_only() -> None:
    events = [event("E1", "B201", "K1"), event("E1", "B201", "2", "in_charge")]
    result = assessed("bureau", ledger([post("1", "K1"), post("2", "K1")], events))
    assert standing(result, "1").components["business"] == 27
    assert standing(result, "2").components["business"] == 27
    assert result.lines["role"].to_list() == [None, "in_charge"]


def test_a_person_whom_two_rows_name_in_two_roles_has_two_lines() -> None:
    events = [event("E1", "B203", "1", "handler"), event("E1", "B203", "1", "reviewer")]
    result = assessed("bureau", ledger([post("1", "K1")], events))
    assert standing(result, "1").components["business"] == 20


def test_a_secondary_appointment_makes_a_member_but_nobody_assessed() -> None:
    posts = [post("1", "K1"), post("1", "K2", secondary=True), post("2", "K2", secondary=True)]
    events = [event("E1", "B201", "K2")]
    result = assessed("bureau", ledger(posts, events))
    assert [s.subject for s in result.standings] == ["1"]
    assert standing(result, "1").components["business"] == 27


def test_a_month_bridged_by_a_secondary_appointment_is_no_whole_month_on_the_roll() -> None:
    posts = [
        post("1", "K1", end="2025-03-10"),
        post("1", "K2", "2025-03-11", "2025-03-19", secondary=True),
        post("1", "K1", "2025-03-20"),
    ]
    rewarded = assessed("community", ledger(posts)).lines.filter(pl.col("item") == "C101")["event"].to_list()
    assert "@C101:2025-02" in rewarded
    assert "@C101:2025-03" not in rewarded


def test_a_department_with_secondary_members_alone_is_not_assessed_and_they_do_not_count_as_heads() -> None:
    posts = [post(str(n), "K1") for n in range(1, 6)]
    posts += [post(str(n), "K2", secondary=True) for n in range(1, 6)]
    posts += [post(str(n), "K1", secondary=True) for n in range(6, 16)] + [
        post(str(n), "K3") for n in range(6, 16)
    ]
    result = assessed("street", ledger(posts))
    assert sorted(s.subject for s in result.standings) == ["K1", "K3"]
    assert standing(result, "K1").outcomes["advanced_quota"] == "1"


@pytest.mark.parametrize(("period", "round_of_half"), [("2025H1", "R1"), ("2025H2", "R2")])
def test_a_half_of_the_street_reads_its_round_at_full_weight(period: str, round_of_half: str) -> None:
    ballots = [
        ("2025", "R1", "review", "leaders", None, "K1", 90 * SCALE),
        ("2025", "R2", "review", "leaders", None, "K1", 80 * SCALE),
    ]
    result = assessed("street", ledger([post("1", "K1")], ballots=ballots), period)
    assert standing(result, "K1").components["review"] == {"R1": 90, "R2": 80}[round_of_half]
    assert standing(result, "K1").flags == set()


def test_a_year_of_the_street_takes_the_mean_of_both_rounds() -> None:
    ballots = [
        ("2025", "R1", "review", "leaders", None, "K1", 90 * SCALE),
        ("2025", "R2", "review", "leaders", None, "K1", 81 * SCALE),
    ]
    result = assessed("street", ledger([post("1", "K1")], ballots=ballots))
    assert standing(result, "K1").components["review"] == Fraction(171, 2)


def test_the_township_s_yearly_outcomes_stand_in_the_year_alone() -> None:
    frames = ledger([post("1", "K1")], [event("E1", "TV1", "1")])
    assert "no_award" in standing(assessed("township", frames), "1").outcomes
    assert "no_award" not in standing(assessed("township", frames, "2025H1"), "1").outcomes


def test_a_person_without_a_counted_month_has_an_empty_list_of_sheets() -> None:
    frames = ledger([post("1", "K1"), post("2", "K1", "2025-12-15")])
    subjects = result_document(assessed("township", frames), shipped("township"), frames)["subjects"]
    sheets = {subject["no"]: subject["periods"] for subject in subjects}
    assert len(sheets["1"]) == 12
    assert sheets["2"] == []


def test_a_half_s_figure_is_rewarded_in_the_half_s_last_month() -> None:
    frames = ledger([post("1", "K1")], metrics=[("study", "2025H1", "1", 0)])
    june = assessed("community", frames, "2025-06")
    assert "@C301:2025H1" in june.lines["event"].to_list()
    assert "C301" not in assessed("community", frames, "2025-05").lines["item"].to_list()


def test_the_bureau_s_second_half_does_not_judge_the_year_s_notes() -> None:
    frames = ledger([post("1", "K1")], metrics=[("notes", "2025", "1", 0)])
    assert "B103" not in assessed("bureau", frames, "2025H2").lines["item"].to_list()
    assert "B103" in assessed("bureau", frames).lines["item"].to_list()


def test_a_month_of_the_township_is_not_counted_before_it_has_ended() -> None:
    frames = ledger([post("1", "K1")])
    amid = standing(assessed("township", frames, "2025-06", datetime.date(2025, 6, 18)), "1")
    assert (amid.total, amid.flags) == (None, {"not_assessed"})
    assert standing(assessed("township", frames, "2025-06"), "1").total == 100
