"""inherit beyond its worked examples."""

from typing import Any


def rule(code: str, component: str | None = None, **params: str) -> dict[str, Any]:
    filled = {"source": "street", "whose": "department", "effect": "factor", "full": "100"} | params
    targets = {"component": [component]} if component else {}
    return {"code": code, "name": "部门结果", "family": "inherit", "params": filled, "targets": targets}


PART = [{"code": "department", "name": "部门"}]
RESULT = [{"source": "street", "subject": "K01", "total": "290/3", "band": None}]


def test_an_inherited_result_stays_exact_until_the_one_rounding(bench: Any) -> None:
    outcome = bench.found(
        [rule("H", "department", effect="weight", percent="30")],
        {"totals": {"a": "0"}, "components": PART, "inherited": RESULT},
    )
    assert outcome["totals"] == {"a": "29"}


def test_a_factor_takes_in_what_a_weight_added(bench: Any) -> None:
    outcome = bench.found(
        [rule("H1", full="200"), rule("H2", "department", effect="weight", percent="30")],
        {"totals": {"a": "1"}, "components": PART, "inherited": RESULT},
    )
    assert outcome["totals"] == {"a": "14.5"}


def test_without_a_result_the_factor_is_one_and_the_subject_is_flagged(bench: Any) -> None:
    outcome = bench.found([rule("H")], {"totals": {"a": "80"}})
    assert outcome["totals"] == {"a": "80"}
    assert outcome["flags"] == {"a": ["figure_missing:H"]}


def test_a_named_unit_gives_its_result_to_everybody(bench: Any) -> None:
    outcome = bench.found(
        [rule("H", whose="named", subject="K01", full="290")],
        {"totals": {"a": "90", "b": "60"}, "inherited": RESULT},
    )
    assert outcome["totals"] == {"a": "30", "b": "20"}


def test_a_result_of_another_scheme_is_not_read(bench: Any) -> None:
    outcome = bench.found([rule("H", source="township")], {"totals": {"a": "80"}, "inherited": RESULT})
    assert outcome["totals"] == {"a": "80"}


def test_a_weight_without_component_or_percent_is_at_fault(bench: Any) -> None:
    faults = bench.faults(rule("H", effect="weight"))
    assert len(faults) == 2


def test_a_factor_without_its_measure_is_at_fault(bench: Any) -> None:
    (fault,) = bench.faults(rule("H", full="0"))
    assert "系数为1时的结果" in fault


def test_the_schemes_own_result_of_an_earlier_year_is_said_without_a_code(bench: Any) -> None:
    own = rule("H", "department", source="2_years_back", whose="own", effect="weight", percent="30")
    given = {"components": PART}
    assert bench.sentence(own, given=given) == "本人在本办法前2年的结果按30%计入部门；没有结果的不计并提示。"
    assert "本人在本办法上一年度的结果" in bench.sentence(
        own | {"params": own["params"] | {"source": "last_year"}}, given=given
    )
