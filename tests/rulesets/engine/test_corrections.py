"""What a later reckoning corrects, figures reckoned by hand; editions of before keep theirs (docs/SEMANTICS.md)."""

from pathlib import Path
from typing import Any

import pytest

from rulesets.engine.corrections import corrected
from rulesets.engine.numbers import SCALE
from rulesets.packs import read_pack
from tests.rulesets.engine.small_year import part, reckoned, scheme

PACKS = sorted((Path(__file__).parents[3] / "fixtures/schemes").glob("*.yaml"))
LATE = {"code": "L", "name": "迟报", "family": "tiered", "component": "daily", "tiers": [{"value": "-15"}]}
DONE = {
    "code": "D", "name": "完成率", "family": "completion", "component": "daily",
    "params": {"metric": "m", "each": "year", "points": "20", "against": "target", "target": "10"},
}  # fmt: skip
MEAN = {"code": "mean", "name": "平均", "family": "weighting", "component": "sheets",
        "params": {"each": "quarter", "percent": "100"}}  # fmt: skip


def late(*rows: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"event": event, "date": day, "item": "L"} for event, day in rows]


def points(subject: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    return [(line["event"], line["points"], line["reasons"]) for line in subject["lines"]]


MIXED = scheme([part("daily", floor="0", ceiling="20")], LATE, DONE)
SHEETS = scheme([part("sheets"), part("daily", parent="sheets", base="20", floor="0")], LATE, MEAN)
NESTED = scheme(
    [
        part("duty", ceiling="60"),
        part("daily", parent="duty", base="20", floor="0"),
        part("task", parent="duty", base="30"),
    ],
    LATE,
    LATE | {"code": "T", "component": "task", "tiers": [{"value": "18"}]},
)  # fmt: skip


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.stem)
def test_the_five_schemes_have_nothing_that_was_corrected(path: Path) -> None:
    assert "reckoning" not in read_pack(path)


def test_a_floor_holds_all_that_a_component_comes_to() -> None:
    subject = reckoned(corrected(MIXED), late(("E1", "2025-03-01")))
    assert (subject["total"], points(subject)) == ("5", [("E1", "-15", [])])


def test_what_is_under_the_floor_then_is_taken_from_the_last_losses() -> None:
    subject = reckoned(corrected(MIXED), late(("E1", "2025-03-01"), ("E2", "2025-03-02")))
    assert subject["total"] == "0"
    assert points(subject) == [("E1", "-15", []), ("E2", "-5", ["floor:daily"])]


def test_a_value_over_the_ceiling_by_itself_leaves_gains_nothing() -> None:
    gain = LATE | {"tiers": [{"value": "3"}]}
    subject = reckoned(
        corrected(scheme([part("daily", base="10", ceiling="20")], gain, DONE)), late(("E1", "2025-03-01"))
    )
    assert subject["total"] == "20"
    assert points(subject) == [("E1", "0", ["ceiling:daily"])]


def test_a_mean_that_no_line_can_match_is_held_to_the_last_of_four_decimals() -> None:
    review = {
        "code": "R",
        "name": "测评",
        "family": "review",
        "component": "daily",
        "params": {"part": "p", "points": "10"},
    }
    ballots = [{"score": score * SCALE} for score in (90, 90, 95)]
    subject = reckoned(
        corrected(scheme([part("daily", floor="0")], LATE, review)), late(("E1", "2025-03-01")), ballots
    )
    assert subject["components"] == {"daily": "0"}
    assert points(subject) == [("E1", "-9.1666", ["floor:daily"])]


def test_an_edition_of_before_holds_the_lines_by_themselves() -> None:
    subject = reckoned(MIXED, late(("E1", "2025-03-01")))
    assert (subject["total"], points(subject)) == ("20", [("E1", "0", ["floor:daily"])])


def test_each_sheet_has_a_floor_of_its_own() -> None:
    rows = late(("E1", "2025-01-05"), ("E2", "2025-03-31"), ("E3", "2025-04-01"), ("E4", "2025-05-01"))
    subject = reckoned(corrected(SHEETS), rows)
    assert [sheet["total"] for sheet in subject["periods"]] == ["0", "0", "20", "20"]
    assert subject["total"] == "10"
    assert [row[1] for row in points(subject)] == ["-15", "-5", "-15", "-5"]


def test_on_an_edition_of_before_the_floor_of_a_sheet_is_the_years() -> None:
    rows = late(("E1", "2025-01-05"), ("E2", "2025-03-31"), ("E3", "2025-04-01"), ("E4", "2025-05-01"))
    assert reckoned(SHEETS, rows)["total"] == "15"


def test_a_sheet_without_lines_is_held_as_well() -> None:
    components = [part("sheets"), part("daily", parent="sheets", base="20", ceiling="15")]
    assert reckoned(corrected(scheme(components, LATE, MEAN)), [])["total"] == "15"


def test_parts_enter_their_component_as_a_sum() -> None:
    subject = reckoned(corrected(NESTED), late(("E1", "2025-03-01"), ("E2", "2025-03-02")))
    # 20 - 30 is held at 0, and 30 stands beside it.
    assert subject["components"] == {"duty": "30"}
    assert points(subject) == [("E1", "-15", []), ("E2", "-5", ["floor:daily"])]


def test_a_ceiling_over_the_parts_takes_from_the_last_gains_of_any() -> None:
    gain = {"event": "E1", "date": "2025-06-01", "item": "T"}
    subject = reckoned(corrected(NESTED), [gain])
    assert subject["components"] == {"duty": "60"}
    assert points(subject) == [("E1", "10", ["ceiling:duty"])]


def test_in_an_edition_of_before_parts_entered_nothing() -> None:
    assert reckoned(NESTED, [])["total"] == "0"


EVERY = {"code": "E", "name": "累计", "family": "escalation", "component": "daily",
         "params": {"every": 2, "value": "-2"}, "targets": {"items": ["L", "M"]}}  # fmt: skip
TWICE = scheme([part("daily")], LATE, LATE | {"code": "M"}, EVERY, roles=[part("chief"), part("key")])


def test_one_event_that_completes_a_number_twice_counts_twice() -> None:
    rows = [
        {"event": "E1", "date": "2025-03-01", "item": item, "role": role}
        for item in ("L", "M")
        for role in ("chief", "key")
    ]
    assert ("@E:E1", "-4", []) in points(reckoned(corrected(TWICE), rows))
    assert ("@E:E1", "-2", []) in points(reckoned(TWICE, rows))


def test_a_person_is_not_scored_by_raters_of_the_own_department() -> None:
    review = {"code": "R", "name": "测评", "family": "review", "component": "daily",
              "params": {"part": "p", "points": "10", "foreign_only": True}}  # fmt: skip
    ballots = [
        {"score": 50 * SCALE, "rater_department": "K"},
        {"score": 100 * SCALE, "rater_department": "L"},
    ]
    asked = scheme([part("daily")], review)
    assert reckoned(corrected(asked), [], ballots)["total"] == "10"
    assert reckoned(asked, [], ballots)["total"] == "7.5"


def test_a_half_is_ranked_by_its_weighed_statement() -> None:
    share = {"code": "top", "name": "前1", "family": "share",
             "params": {"side": "top", "count": "1", "each": "half"}}  # fmt: skip
    reward = {"code": "reward", "name": "奖励", "family": "payout",
              "params": {"kind": "periods"}, "targets": {"within": ["top"]}}  # fmt: skip
    gains = [
        LATE | {"code": code, "component": code, "tiers": [{"value": "10"}]} for code in ("daily", "task")
    ]
    weighed = scheme([part("daily", weight="0.4"), part("task")], *gains, share, reward)
    rows = [
        {"event": "E1", "date": "2025-03-01", "item": "daily"},
        {"event": "E2", "date": "2025-03-01", "item": "daily"},
        {"event": "E3", "date": "2025-03-01", "item": "task", "subject": "b"},
    ]
    assert reckoned(corrected(weighed), rows, who="b")["outcomes"] == {"reward": ["2025H1"]}
    assert reckoned(weighed, rows, who="b")["outcomes"] == {}


def test_limits_of_months_act_before_those_of_the_year_wherever_they_stand() -> None:
    def limit(each: str, most: str) -> dict[str, Any]:
        params = {"each": each, "side": "gain", "most": most}
        return {"code": each, "name": each, "family": "limit", "params": params, "targets": {"items": ["L"]}}

    held = scheme(
        [part("daily")], LATE | {"tiers": [{"value": "5"}]}, limit("year", "4"), limit("month", "2")
    )
    rows = late(("E1", "2025-01-05"), ("E2", "2025-02-05"), ("E3", "2025-03-05"))
    assert reckoned(corrected(held), rows)["total"] == "4"
    assert reckoned(held, rows)["total"] == "2"
