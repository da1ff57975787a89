"""First and last days, equal figures, full places: where a reckoning that is off by one would show."""

import calendar
from typing import Any

import pytest

from rulesets.engine.period import Period
from tests.rulesets.engine.small_year import part, reckoned, scheme

WORK = [part("work")]
GAIN = {"code": "A", "name": "加分", "family": "tiered", "component": "work", "tiers": [{"value": "5"}]}
# The first and the last day of each month.
EDGES = [
    f"2025-{month:02}-{last:02}"
    for month in range(1, 13)
    for last in (1, calendar.monthrange(2025, month)[1])
]


def gains(*days: str, **further: Any) -> list[dict[str, Any]]:
    return [{"event": f"E{n:02}", "date": day, "item": "A", **further} for n, day in enumerate(days)]


def limit(each: str) -> dict[str, Any]:
    params = {"each": each, "side": "gain", "most": "5"}
    return {"code": "L", "name": "限额", "family": "limit", "params": params, "targets": {"items": ["A"]}}


@pytest.mark.parametrize(("each", "parts"), [("month", 12), ("quarter", 4), ("half", 2), ("year", 1)])
def test_a_limit_reads_each_sub_period_from_its_first_day_to_its_last(each: str, parts: int) -> None:
    subject = reckoned(scheme(WORK, GAIN, limit(each)), gains(*EDGES))
    standing = [line["date"] for line in subject["lines"] if line["points"] == "5"]
    months = 12 // parts
    assert standing == [f"2025-{1 + months * n:02}-01" for n in range(parts)]
    assert subject["total"] == str(5 * parts)


MOVED: list[dict[str, Any]] = [
    {"person": "a", "department": "K", "group": "in", "end": "2025-03-31"},
    {"person": "a", "department": "M", "group": "out", "start": "2025-04-01"},
]


@pytest.mark.parametrize(("department", "days"), [("K", ["2025-03-31"]), ("M", ["2025-04-01"])])
def test_a_department_has_its_members_to_their_last_day_and_from_their_first(
    department: str, days: list[str]
) -> None:
    shared = GAIN | {"params": {"members": True}}
    events = gains("2025-03-31", "2025-04-01", subject=department, subject_kind="department")
    subject = reckoned(scheme(WORK, shared), events, posts=MOVED)
    assert [line["date"] for line in subject["lines"]] == days


GROUPED = GAIN | {"tiers": [{"group": "in", "value": "1"}, {"group": "out", "value": "2"}]}
GROUPS = [part("in"), part("out")]


def test_a_group_is_that_of_the_day_of_the_event() -> None:
    subject = reckoned(scheme(WORK, GROUPED, groups=GROUPS), gains("2025-03-31", "2025-04-01"), posts=MOVED)
    assert [line["raw"] for line in subject["lines"]] == ["1", "2"]


def test_a_secondary_appointment_gives_no_group() -> None:
    posts = [
        {"person": "a", "group": "in"},
        {"person": "a", "department": "M", "group": "out", "secondary": True},
    ]
    subject = reckoned(scheme(WORK, GROUPED, groups=GROUPS), gains("2025-03-31"), posts=posts)
    assert [line["raw"] for line in subject["lines"]] == ["1"]


def test_events_are_read_to_the_day_of_the_reckoning_and_no_further() -> None:
    subject = reckoned(scheme(WORK, GAIN), gains("2025-05-31", "2025-06-01"), as_of="2025-05-31")
    assert [line["date"] for line in subject["lines"]] == ["2025-05-31"]


@pytest.mark.parametrize(("as_of", "judged"), [("2025-12-30", []), ("2025-12-31", ["@T:2025"])])
def test_a_figure_is_judged_on_the_last_day_of_its_period_and_not_before(
    as_of: str, judged: list[str]
) -> None:
    mark = {"code": "T", "name": "达标", "family": "threshold", "component": "work",
            "params": {"metric": "m", "each": "year"}, "tiers": [{"low": "10", "value": "1"}]}  # fmt: skip
    subject = reckoned(scheme(WORK, mark), [], as_of=as_of)
    assert [line["event"] for line in subject["lines"]] == judged


def test_components_are_not_rounded_before_the_total() -> None:
    parts = [part("work", weight="0.333"), part("rest", weight="0.333")]
    rest = GAIN | {"code": "B", "component": "rest"}
    tenth = [{"value": "0.02"}]
    events = [*gains("2025-05-31"), {"event": "F", "date": "2025-05-31", "item": "B"}]
    # 0.00666 twice is 0.01332: rounded one by one it would be 0.02.
    assert (
        reckoned(scheme(parts, GAIN | {"tiers": tenth}, rest | {"tiers": tenth}), events)["total"] == "0.01"
    )


def test_a_total_that_a_veto_multiplies_is_rounded_once() -> None:
    half = {"code": "V", "name": "处分", "family": "veto",
            "params": {"effect": "factor", "factor": "0.5", "ranking": "stands"}}  # fmt: skip
    parts = [part("work", weight="0.333")]
    events = [*gains("2025-05-31"), {"event": "F", "date": "2025-05-31", "item": "V"}]
    # 1.665 × 0.5 = 0.8325; from the rounded 1.67 it would be 0.84.
    assert reckoned(scheme(parts, GAIN, half), events)["total"] == "0.83"


def test_occurrences_of_several_items_make_one_count() -> None:
    other = GAIN | {"code": "B"}
    every = {"code": "E", "name": "累计", "family": "escalation", "component": "work",
             "params": {"every": 2, "value": "1"}, "targets": {"items": ["A", "B"]}}  # fmt: skip
    events = [*gains("2025-05-01"), {"event": "F", "date": "2025-05-02", "item": "B"}]
    assert [line["event"] for line in reckoned(scheme(WORK, GAIN, other, every), events)["lines"]] == [
        "E00", "@E:F", "F",
    ]  # fmt: skip


def test_a_veto_before_the_assessed_half_strikes_nobody_in_it() -> None:
    veto = {"code": "V", "name": "否决", "family": "veto", "params": {"effect": "mark"}}
    # So that events before the half are read as well.
    every = {"code": "E", "name": "累计", "family": "escalation", "component": "work",
             "params": {"every": 2, "value": "1"}, "targets": {"items": ["A"]}}  # fmt: skip
    asked = scheme(WORK, GAIN, every, veto, periods=["half"])
    rows = [{"event": "F", "date": "2025-06-30", "item": "V"}]
    assert reckoned(asked, rows, period=Period.parse("2025H2"))["flags"] == []
    assert reckoned(asked, rows, period=Period.parse("2025H1"), as_of="2025-06-30")["flags"] == ["vetoed:V"]
