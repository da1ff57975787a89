"""The plain-Python evaluator, and the comparison of the rules engine with it."""

import pytest

from rulesets.engine import shadow
from rulesets.engine.conditions import Comparison, Operator
from rulesets.engine.rulebook import Rulebook
from rulesets.engine.shadow import AmbiguousCase, DecisionDisputed, decide_checked, shadow_decide
from rulesets.engine.tables import DecisionRule, DecisionTable

NATIONAL = Comparison("level", Operator.EQUAL, "national")
LARGE = Comparison("quantity", Operator.AT_LEAST, 10)
FIELDS = (("level", str), ("quantity", int))
BOTH = {"level": "national", "quantity": 10}


def table(*rules: DecisionRule, first_match: bool = False) -> DecisionTable:
    return DecisionTable("points", FIELDS, rules, first_match=first_match)


def test_a_case_gets_the_decision_of_the_rule_that_it_meets():
    points = table(DecisionRule("第1档", (NATIONAL,), 0), DecisionRule("第2档", (LARGE,), 1))
    cases = [{"level": "national"}, {"level": "county", "quantity": 10}, {"level": "county"}]
    assert shadow_decide(points, cases) == [0, 1, None]


def test_two_records_that_decide_differently_are_both_named():
    points = table(DecisionRule("第1档", (NATIONAL,), 0), DecisionRule("第2档", (LARGE,), 1))
    with pytest.raises(AmbiguousCase, match=r"第1档.*第2档.*level=national"):
        shadow_decide(points, [BOTH])


def test_alternatives_of_one_decision_may_both_match():
    points = table(DecisionRule("第1档", (NATIONAL,), 0), DecisionRule("第1档", (LARGE,), 0))
    assert shadow_decide(points, [BOTH]) == [0]


def test_an_earlier_rule_wins_where_the_first_match_is_asked_for():
    rules = (DecisionRule("优秀", (LARGE,), 3), DecisionRule("称职", (), 2))
    assert shadow_decide(table(*rules, first_match=True), [BOTH, {}]) == [3, 2]


def test_a_partitioned_table_is_decided_as_an_unpartitioned_one():
    rules = (
        DecisionRule("B1", (Comparison("level", Operator.EQUAL, "national"), LARGE), 1),
        DecisionRule("B2", (Comparison("level", Operator.EQUAL, "county"),), 2),
    )
    cases = [BOTH, {"level": "county"}, {"level": "other"}, {}]
    partitioned = DecisionTable("points", FIELDS, rules, partition="level")
    assert shadow_decide(partitioned, cases) == shadow_decide(table(*rules), cases) == [1, 2, None, None]


class LyingRulebook:
    """Says "no rule" for one case, and the truth for the others."""

    def __init__(self, points: DecisionTable, about: dict) -> None:
        self.points = points
        self.about = about

    def decide(self, name, cases):
        true = shadow_decide(self.points, cases)
        return [None if case == self.about else said for case, said in zip(cases, true, strict=True)]


def test_a_dispute_names_the_table_the_case_and_both_answers():
    points = table(DecisionRule("第1档", (NATIONAL,), 7))
    with pytest.raises(DecisionDisputed) as dispute:
        decide_checked(LyingRulebook(points, BOTH), points, [{}, BOTH], sample=None)
    error = dispute.value
    assert (error.table, error.case, error.engine, error.shadow) == ("points", BOTH, None, 7)
    assert "points" in str(error) and "level=national" in str(error) and "7" in str(error)


def test_a_sample_compares_so_many_distinct_cases_and_the_same_in_any_order(monkeypatch):
    points = table(DecisionRule("第1档", (NATIONAL,), 0))
    cases = [{"level": "national", "quantity": number} for number in range(50)] * 2
    compared: list[list] = []
    original = shadow.Shadow.decide
    monkeypatch.setattr(
        shadow.Shadow, "decide", lambda self, case: compared[-1].append(case) or original(self, case)
    )
    rulebook = Rulebook([points])
    for ordered in (cases, cases[::-1]):
        compared.append([])
        decide_checked(rulebook, points, ordered, sample=5)
    assert len(compared[0]) == 5
    assert compared[0] == compared[1]


def test_a_sample_larger_than_the_cases_compares_all_of_them():
    points = table(DecisionRule("第1档", (NATIONAL,), 7))
    with pytest.raises(DecisionDisputed):
        decide_checked(LyingRulebook(points, BOTH), points, [{}, BOTH], sample=100)


def test_checked_decisions_come_in_the_order_of_the_cases():
    points = table(DecisionRule("第1档", (NATIONAL,), 7))
    assert decide_checked(Rulebook([points]), points, [{}, BOTH, {}, BOTH], sample=None) == [None, 7, None, 7]
