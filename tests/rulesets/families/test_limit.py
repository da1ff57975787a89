"""limit beyond its worked examples: by event, month, quarter, half and year."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

ITEM = {"code": "A", "name": "加减分", "family": "quantity", "component": "work", "params": {"signed": True},
        "tiers": [{"value": "1"}]}  # fmt: skip


def rule(each: str, side: str = "gain", most: str = "5") -> dict[str, Any]:
    params = {"each": each, "side": side, "most": most}
    return {"code": "L", "name": "限额", "family": "limit", "params": params, "targets": {"items": ["A"]}}


def events(*rows: tuple[str, str]) -> dict[str, Any]:
    return {
        "events": [
            {"event": f"E{n:02}", "date": date, "item": "A", "subject": "a", "quantity": quantity}
            for n, (date, quantity) in enumerate(rows)
        ]
    }


@pytest.mark.parametrize(
    ("each", "points"), [("event", "20"), ("month", "15"), ("quarter", "10"), ("half", "10"), ("year", "5")]
)
def test_each_sub_period_has_its_own_limit(bench: Any, each: str, points: str) -> None:
    rows = [("2025-01-05", "5"), ("2025-01-20", "5"), ("2025-02-01", "5"), ("2025-07-01", "5")]
    assert bench.found([ITEM, rule(each)], events(*rows))["points_of"] == {"a": points}


def test_an_event_over_its_limit_keeps_the_limit(bench: Any) -> None:
    outcome = bench.found([ITEM, rule("event")], events(("2025-01-05", "7")))
    assert outcome["points"] == {"E00": "5"}
    assert outcome["reasons"] == {"E00": ["limit:A"]}


ROWS = st.lists(
    st.tuples(
        st.dates(datetime.date(2025, 1, 1), datetime.date(2025, 12, 31)).map(str),
        st.decimals("-9", "9", places=1),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(ROWS, st.sampled_from(["gain", "loss"]), st.integers(0, 12))
def test_a_limit_of_months_is_never_crossed_and_the_other_side_is_left_alone(
    bench: Any, rows: list[tuple[str, Decimal]], side: str, most: int
) -> None:
    outcome = bench.found([ITEM, rule("month", side, str(most))], events(*((d, str(q)) for d, q in rows)))
    sums: dict[str, Decimal] = {}
    for n, (date, quantity) in enumerate(rows):
        points = Decimal(outcome["points"][f"E{n:02}"])
        if (quantity > 0) == (side == "gain"):
            sums[date[:7]] = sums.get(date[:7], Decimal(0)) + abs(points)
        else:
            assert points == quantity
    assert all(spent <= most for spent in sums.values())
