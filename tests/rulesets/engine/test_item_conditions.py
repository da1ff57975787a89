"""Conditions of items: numbers are compared as the record says them."""

import datetime

import polars as pl
import pytest

from rulesets.engine.assess import assess
from rulesets.engine.canonical import digest_of
from rulesets.engine.conditions import ConditionMalformed
from rulesets.engine.frames import APPOINTMENTS, EVENTS, PEOPLE, Frames
from rulesets.engine.numbers import SCALE
from rulesets.engine.period import Period
from rulesets.engine.scheme import Scheme
from rulesets.engine.tables import RuleRefused
from rulesets.families import REGISTRY

YEAR = Period.parse("2025")


def raw_points(condition: dict[str, object], quantity: int) -> int:
    """What one event with the quantity (units of 1/10000) gives under the condition; the tier gives 5."""
    snapshot = {
        "code": "s", "name": "办法", "components": [{"code": "c", "name": "部分"}],
        "rules": [{
            "code": "I1", "name": "事项", "family": "tiered", "component": "c",
            "condition": condition, "tiers": [{"value": "5"}],
        }],
    }  # fmt: skip
    day = datetime.date(2025, 5, 1)
    event = ("E1", day, "I1", "1001", "person", None, None, quantity, None, None, None, None)
    post = ("1001", "K01", None, "干部", datetime.date(2020, 1, 1), None, False)
    frames = Frames(
        people=pl.DataFrame([("1001", "陈一")], schema=PEOPLE, orient="row"),
        appointments=pl.DataFrame([post], schema=APPOINTMENTS, orient="row"),
        events=pl.DataFrame([event], schema=EVENTS, orient="row"),
    )
    result = assess(
        Scheme.from_snapshot(snapshot), frames, period=YEAR, as_of=YEAR.end, registry=REGISTRY,
        digest=digest_of(snapshot), shadow_sample=None,
    )  # fmt: skip
    return int(result.lines["raw"][0]) // SCALE


@pytest.mark.parametrize(
    ("bound", "quantity", "points"),
    [(3, 3 * SCALE, 0), (3, 4 * SCALE, 5), ("2.5", 26000, 5), ("2.5", 25000, 0)],
)
def test_a_quantity_is_compared_in_the_units_of_the_record(bound: object, quantity: int, points: int) -> None:
    assert raw_points({"field": "quantity", "is": "gt", "value": bound}, quantity) == points


@pytest.mark.parametrize(("value", "refusal"), [("多", ConditionMalformed), ("2.55555", RuleRefused)])
def test_a_quantity_is_compared_with_a_number_of_four_decimals_at_most(
    value: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal, match="I1"):
        raw_points({"field": "quantity", "is": "gt", "value": value}, SCALE)
