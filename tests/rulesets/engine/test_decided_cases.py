"""Decided cases are carried back to rows: by one number where codes fit into one, else by their columns."""

import polars as pl
import pytest

from rulesets.engine import decide
from rulesets.engine.decide import POINTS, ItemPoints, points_table, stand_ins
from rulesets.engine.frames import CODE
from rulesets.engine.scheme import Scheme
from rulesets.engine.shadow import shadow_decide

CARRIED = ["event", "item"]
HONOUR = {
    "code": "A", "name": "表彰", "family": "tiered", "component": "bonus",
    "tiers": [{"level": "high", "value": "5"}, {"level": "low", "value": "2"}],
}  # fmt: skip
SNAPSHOT = {
    "code": "s", "name": "办法", "components": [{"code": "bonus", "name": "加分"}], "rules": [HONOUR],
    "levels": [{"code": "high", "name": "高"}, {"code": "low", "name": "低"}],
}  # fmt: skip


def item_points() -> ItemPoints:
    scheme = Scheme.from_snapshot(SNAPSHOT)
    table = points_table(scheme, scheme.rules)
    assert table.name == POINTS
    return ItemPoints(table, scheme.rules)


def decided(points: ItemPoints, levels: list[str | None]) -> tuple[list[int | None], int]:
    """The values of rows of these levels, and how many cases were put to the rules."""
    asked: list[int] = []

    def rules(table: object, cases: list[dict[str, str]]) -> list[int | None]:
        asked.append(len(cases))
        return [{"high": 0, "low": 1}.get(case["level"] or "") for case in cases]

    rows = pl.DataFrame(
        [(f"E{place}", "A", level) for place, level in enumerate(levels)],
        schema={"event": pl.String, "item": CODE, "level": CODE},
        orient="row",
    )
    found = points.decide(rows.lazy(), CARRIED, rules)  # type: ignore[arg-type]
    assert found["event"].to_list() == [f"E{place}" for place in range(len(levels))]
    return found["value"].to_list(), sum(asked)


@pytest.fixture(params=[decide.CODE_BITS, 64], ids=["as one number", "by columns"])
def points(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ItemPoints:
    """Cases of two codes fit into one number, unless a code has 64 bits."""
    monkeypatch.setattr(decide, "CODE_BITS", request.param)
    return item_points()


def test_each_row_has_the_value_of_its_case(points: ItemPoints) -> None:
    assert decided(points, ["low", "high", None, "low"]) == ([20000, 50000, None, 20000], 3)


def test_a_case_is_put_to_the_rules_once_over_all_runs(points: ItemPoints) -> None:
    decided(points, ["low", "high"])
    assert decided(points, ["high", "low", "low"]) == ([50000, 20000, 20000], 0)


def test_a_case_that_comes_later_is_decided_beside_those_that_are_known(points: ItemPoints) -> None:
    decided(points, ["low"])
    assert decided(points, ["high", "low"]) == ([50000, 20000], 1)


def test_a_first_run_without_rows_knows_no_case(points: ItemPoints) -> None:
    assert decided(points, []) == ([], 0)
    assert decided(points, ["low"]) == ([20000], 1)


def test_codes_too_late_for_their_bits_are_one_number_that_no_known_case_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = pl.DataFrame({"level": ["high", "low", None]}, schema={"level": CODE})
    last = int(known["level"].to_physical().max() or 0)  # type: ignore[arg-type]
    # Just room for the codes that are known: what comes into the process later has none.
    monkeypatch.setattr(decide, "MOST_CODES", last + 2)
    later = pl.DataFrame({"level": [f"later-{turn}" for turn in range(9)]}, schema={"level": CODE})
    numbers, others = (frame.select(decide._as_one_number(["level"])).to_series() for frame in (known, later))
    assert decide._fit_in_one_number(known, ["level"])
    assert not decide._fit_in_one_number(later, ["level"])
    assert (numbers.n_unique(), others.n_unique()) == (3, 1)
    assert not set(numbers) & set(others)


ALIKE = HONOUR | {
    "code": "B",
    "name": "通报",
    "tiers": [{"level": "high", "value": "-3"}, {"level": "low", "value": "-1"}],
}
LESS = HONOUR | {"code": "C", "name": "竞赛", "tiers": [{"level": "high", "value": "9"}]}
TURNED = HONOUR | {"code": "D", "name": "考核", "tiers": HONOUR["tiers"][::-1]}
HALF = HONOUR | {
    "code": "E",
    "name": "帮扶",
    "condition": {"field": "role", "is": "eq", "value": "lead"},
}


def test_items_whose_tiers_ask_the_same_are_decided_as_one_and_give_each_its_own_points() -> None:
    scheme = Scheme.from_snapshot(SNAPSHOT | {"rules": [HONOUR, ALIKE, LESS, TURNED]})
    assert stand_ins(scheme.rules) == {"A": "A", "B": "A", "C": "C", "D": "D"}
    points = ItemPoints(points_table(scheme, scheme.rules), scheme.rules)
    asked: list[dict[str, str]] = []

    def rules(table: object, cases: list[dict[str, str]]) -> list[int | None]:
        asked.extend(cases)
        return shadow_decide(points.table, cases)

    rows = pl.DataFrame(
        [(f"{item}{level}", item, level) for item in "ABCD" for level in ("high", "low")],
        schema={"event": pl.String, "item": CODE, "level": CODE},
        orient="row",
    )
    found = points.decide(rows.lazy(), CARRIED, rules)  # type: ignore[arg-type]
    assert found["value"].to_list() == [50000, 20000, -30000, -10000, 90000, None, 50000, 20000]
    assert [case["item"] for case in asked] == ["A", "A", "C", "C", "D", "D"]


def test_an_item_under_another_condition_is_decided_by_itself() -> None:
    scheme = Scheme.from_snapshot(SNAPSHOT | {"rules": [HONOUR, HALF]})
    assert stand_ins(scheme.rules) == {"A": "A", "E": "E"}
