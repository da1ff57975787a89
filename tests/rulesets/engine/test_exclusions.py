"""Who is taken out of the roster, or gets no band by it (docs/SEMANTICS.md, 17)."""

import datetime
from typing import Any

import polars as pl
import pytest

from rulesets.engine.assess import Assessment, assess
from rulesets.engine.canonical import digest_of
from rulesets.engine.document import frames_from, inputs_document, result_document
from rulesets.engine.explain import explain_subject
from rulesets.engine.frames import APPOINTMENTS, DEPARTMENTS, EVENTS, EXCLUSIONS, METRICS, PEOPLE, Frames
from rulesets.engine.period import Period
from rulesets.engine.protocols import Standing
from rulesets.engine.scheme import Scheme
from rulesets.families import REGISTRY

DAY = datetime.date(2025, 12, 31)
START = datetime.date(2020, 1, 1)
SCHEME = Scheme.from_snapshot(
    {
        "format": 1,
        "code": "s",
        "name": "考核办法",
        "subject": "person",
        "decimals": 2,
        "periods": ["year"],
        "components": [{"code": "work", "name": "工作", "base": "80"}],
        "rules": [
            {"code": "best", "name": "好事", "family": "quantity", "component": "work", "tiers": [{"value": "1"}]},
            {"code": "top", "name": "前50%", "family": "share", "params": {"side": "top", "percent": "50"}},
            {"code": "excellent", "name": "优秀", "family": "band", "targets": {"within": ["top"]}},
            {"code": "competent", "name": "称职", "family": "band", "tiers": [{"low": "0"}]},
            {"code": "bonus", "name": "奖金", "family": "payout", "params": {"kind": "number"},
             "tiers": [{"band": "excellent", "value": "900"}, {"band": "competent", "value": "500"}]},
        ],
    }
)  # fmt: skip


def frames(*exclusions: tuple[str, str, str], people: int = 4) -> Frames:
    """People 1 to n; person n has n good events, so that the last one leads."""
    numbers = [str(n) for n in range(1, people + 1)]
    events = [
        (f"E{no}-{k}", datetime.date(2025, 5, 1), "best", no, "person", *[None] * 2, 10_000, *[None] * 4)
        for no in numbers
        for k in range(int(no))
    ]
    posts = [(no, "K1", None, "科员", START, None, False) for no in numbers]
    return Frames(
        people=pl.DataFrame([(no, f"某{no}") for no in numbers], schema=PEOPLE, orient="row"),
        departments=pl.DataFrame([("K1", "一科", False)], schema=DEPARTMENTS, orient="row"),
        appointments=pl.DataFrame(posts, schema=APPOINTMENTS, orient="row"),
        events=pl.DataFrame(events, schema=EVENTS, orient="row"),
        metrics=pl.DataFrame(schema=METRICS),
        exclusions=pl.DataFrame(list(exclusions), schema=EXCLUSIONS, orient="row"),
    )


def assessed(given: Frames) -> Assessment:
    return assess(
        SCHEME,
        given,
        period=Period.parse("2025"),
        as_of=DAY,
        registry=REGISTRY,
        digest=digest_of("exclusions"),
        shadow_sample=None,
    )


def standings(*exclusions: tuple[str, str, str]) -> dict[str, Standing]:
    return {standing.subject: standing for standing in assessed(frames(*exclusions)).standings}


def document(*exclusions: tuple[str, str, str]) -> dict[str, Any]:
    given = frames(*exclusions)
    return {"edition": 1, "digest": "0"} | result_document(assessed(given), SCHEME, given)


def test_who_is_taken_out_stands_last_without_total_rank_band_line_and_outcome() -> None:
    last = document(("4", "excluded", "长期病假"))["subjects"][-1]
    assert last["no"] == "4"
    assert (last["total"], last["rank"], last["of"], last["band"]) == (None, None, None, None)
    assert (last["lines"], last["outcomes"], last["components"]) == ([], {}, {"work": "0"})
    assert last["flags"] == ["excluded"]
    assert last["exclusion"] == {"kind": "excluded", "reason": "长期病假"}


def test_the_others_are_ranked_and_shared_as_if_the_excluded_were_not_there() -> None:
    found = standings(("4", "excluded", "长期病假"))
    assert [(found[no].rank, found[no].of, found[no].band) for no in "321"] == [
        (1, 3, "excellent"),
        (2, 3, "competent"),
        (3, 3, "competent"),
    ]


def test_who_gets_no_band_is_reckoned_but_neither_ranked_nor_counted() -> None:
    found = standings(("4", "no_grade", "试用期"))
    fourth = found["4"]
    assert (fourth.total, fourth.rank, fourth.of, fourth.band) == (84, None, None, None)
    assert fourth.flags == {"no_grade"}
    assert fourth.outcomes == {}
    assert (found["3"].rank, found["3"].of, found["3"].band) == (1, 3, "excellent")


def test_who_gets_no_band_keeps_the_lines() -> None:
    subjects = {subject["no"]: subject for subject in document(("4", "no_grade", "试用期"))["subjects"]}
    assert len(subjects["4"]["lines"]) == 4


def test_an_exclusion_of_somebody_who_is_not_in_office_changes_nothing() -> None:
    assert document(("99", "excluded", "退休"))["subjects"] == document()["subjects"]


def test_inputs_name_exclusions_only_where_there_are_any() -> None:
    assert "exclusions" not in inputs_document(frames())
    assert inputs_document(frames(("4", "excluded", "退休")))["exclusions"]["rows"] == [
        ["4", "excluded", "退休"]
    ]


def test_exclusions_come_back_from_stored_inputs() -> None:
    given = frames(("4", "excluded", "退休"))
    assert frames_from(inputs_document(given)).exclusions.equals(given.exclusions)


def test_the_order_of_exclusions_does_not_matter() -> None:
    one, other = ("4", "excluded", "退休"), ("1", "no_grade", "试用期")
    assert document(one, other) == document(other, one)


def test_everybody_taken_out_is_a_result_too() -> None:
    every = [(str(n), "excluded", "借调") for n in range(1, 5)]
    assert [s.total for s in assessed(frames(*every)).standings] == [None] * 4


@pytest.mark.parametrize(
    ("exclusion", "sentence"),
    [
        (("4", "excluded", "长期病假"), "名册：不参加考核。理由：长期病假。"),
        (("4", "no_grade", "试用期"), "名册：参加考核，不排名、不定等次。理由：试用期。"),
    ],
)
def test_the_explanation_says_why(exclusion: tuple[str, str, str], sentence: str) -> None:
    assert sentence in list(explain_subject(document(exclusion), "4", SCHEME, REGISTRY))


def test_a_decided_band_of_the_others_stands_beside_exclusions() -> None:
    given = frames(("4", "excluded", "退休"))
    found = assess(
        SCHEME,
        given,
        period=Period.parse("2025"),
        as_of=DAY,
        registry=REGISTRY,
        digest=digest_of("exclusions"),
        decided={"2": "excellent"},
    )
    assert {s.subject: s.outcomes.get("bonus") for s in found.standings} == {
        "3": "900",
        "2": "900",
        "1": "500",
        "4": None,
    }
