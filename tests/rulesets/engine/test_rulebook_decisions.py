"""What the rulebook decides: durable_rules agrees with the shadow, and with its own Host.post."""

import json

import durable_rules_engine
import pytest
from durable.engine import Host
from hypothesis import given, settings
from hypothesis import strategies as st

from rulesets.engine import rulebook as rulebook_module
from rulesets.engine.conditions import Comparison, Operator
from rulesets.engine.rulebook import DecisionRule, DecisionTable, Rulebook, RuleRefused
from rulesets.engine.shadow import AmbiguousCase, decide_checked, shadow_decide
from rulesets.engine.tables import LARGEST_INTEGER, SMALLEST_INTEGER, plan_rulesets

FIELDS = (("item", str), ("level", str), ("quantity", int), ("rank", int), ("led", bool))
TEXTS = ["A", "B", "国家级", "国家", '"引号\\', "'", "", " A", "\x00", "\n", "true", "1"]
NUMBERS = [0, 1, -1, 2, 10_000, SMALLEST_INTEGER, SMALLEST_INTEGER + 1, LARGEST_INTEGER - 1, LARGEST_INTEGER]
VALUES = {str: TEXTS, int: NUMBERS, bool: [True, False]}
ORDERED = [operator for operator in Operator if operator not in (Operator.IS_MISSING, Operator.IS_PRESENT)]


def comparisons_of(name, kind):
    operators = ORDERED if kind is int else [Operator.EQUAL, Operator.NOT_EQUAL]
    compared = st.builds(Comparison, st.just(name), st.sampled_from(operators), st.sampled_from(VALUES[kind]))
    presence = st.sampled_from([Operator.IS_MISSING, Operator.IS_PRESENT])
    return compared | st.builds(Comparison, st.just(name), presence, st.none())


comparisons = st.one_of([comparisons_of(name, kind) for name, kind in FIELDS])
conjunctions = st.lists(comparisons, max_size=4, unique=True).map(tuple)
partitioned = st.builds(
    lambda item, rest: (Comparison("item", Operator.EQUAL, item), *rest), st.sampled_from(TEXTS), conjunctions
)
cases = st.fixed_dictionaries({name: st.sampled_from([None, *VALUES[kind]]) for name, kind in FIELDS})


@st.composite
def tables(draw):
    by_item = draw(st.booleans())
    found = draw(st.lists(partitioned if by_item else conjunctions, max_size=12, unique_by=frozenset))
    rules = tuple(DecisionRule(f"第{place}档", conditions, place) for place, conditions in enumerate(found))
    return DecisionTable("points", FIELDS, rules, first_match=True, partition="item" if by_item else None)


@settings(deadline=None, max_examples=150)
@given(tables(), st.lists(cases, min_size=20, max_size=40))
def test_the_engine_agrees_with_the_shadow_on_any_table_and_case(table, some_cases):
    try:
        rulebook = Rulebook([table])
    except RuleRefused as refusal:
        pytest.fail(f"a table within the limits was refused: {refusal}")
    assert rulebook.decide("points", some_cases) == shadow_decide(table, some_cases)
    rulebook.close()


@settings(deadline=None, max_examples=50)
@given(tables(), st.lists(cases, min_size=20, max_size=40))
def test_a_case_that_only_one_decision_fits_gets_it_without_first_match(table, some_cases):
    any_match = DecisionTable("points", FIELDS, table.rules, partition=table.partition)
    rulebook = Rulebook([any_match])
    for case in some_cases:
        try:
            expected = shadow_decide(any_match, [case])
        except AmbiguousCase:
            continue
        assert rulebook.decide("points", [case]) == expected
    rulebook.close()


class QuietHost(Host):
    """The engine's public way in, without its dispatcher threads."""

    def _run(self):
        return None


def keeper(name, fired):
    # An action of one parameter: with two, Host takes it for an asynchronous one and waits in silence.
    return lambda context: fired.append((name, context.m.id))


def host_decisions(table, some_cases):
    """The same ruleset through Host.post, with an action a rule that keeps what fired."""
    [plan] = plan_rulesets(table)
    fired = []
    definition = json.loads(rulebook_module._definition(plan.rules))
    for name, compiled in definition.items():
        compiled["run"] = keeper(name, fired)
    host = QuietHost({"points": definition})
    compiled = rulebook_module._CompiledTable(table)
    for number, case in enumerate(some_cases):
        host.post("points", json.loads(compiled.event(case, str(number))))
        assert fired[-1][1] == str(number) and len(fired) == number + 1
    durable_rules_engine.delete_ruleset(host.get_ruleset("points")._handle)
    return [compiled.decisions[name] for name, _ in fired]


@settings(deadline=None, max_examples=30)
@given(tables().filter(lambda table: table.partition is None), st.lists(cases, min_size=10, max_size=20))
def test_the_extensions_calls_decide_as_host_post_does(table, some_cases):
    rulebook = Rulebook([table])
    assert rulebook.decide("points", some_cases) == host_decisions(table, some_cases)
    rulebook.close()


def equal(field, value):
    return Comparison(field, Operator.EQUAL, value)


def points(*rules, **options):
    return DecisionTable("points", FIELDS, rules, **options)


def test_a_case_that_no_rule_meets_gets_no_decision():
    assert Rulebook([points(DecisionRule("A", (equal("item", "A"),), 1))]).decide("points", [{}]) == [None]


def test_a_rule_without_conditions_meets_every_case():
    table = points(DecisionRule("A", (equal("item", "A"),), 1), DecisionRule("其他", (), 2), first_match=True)
    assert Rulebook([table]).decide("points", [{"item": "A"}, {"item": "B"}, {}]) == [1, 2, 2]


def test_a_table_without_rules_decides_nothing():
    assert Rulebook([points(), DecisionTable("other", FIELDS, (), partition="item")]).decide(
        "other", [{"item": "A"}, {}]
    ) == [None, None]


def test_true_and_1_are_told_apart_in_what_is_remembered():
    table = points(DecisionRule("是", (equal("led", True),), 1), DecisionRule("一", (equal("rank", 1),), 2))
    assert Rulebook([table]).decide("points", [{"led": True}, {"rank": 1}, {"led": True}]) == [1, 2, 1]


def many_items(count, tiers):
    return points(
        *[
            DecisionRule(
                f"I{item} 第{tier}档", (equal("rank", tier), equal("item", f"I{item}")), item * tiers + tier
            )
            for item in range(count)
            for tier in range(tiers)
        ],
        partition="item",
    )


def test_partitions_are_spread_over_rulesets_of_at_most_100_rules():
    plans = plan_rulesets(many_items(250, 7))
    assert max(len(plan.rules) for plan in plans) <= 100
    assert len(plans) == 18


def test_every_partition_is_decided_in_its_own_ruleset():
    table = many_items(250, 7)
    every = [{"item": f"I{item}", "rank": tier} for item in range(250) for tier in range(7)]
    assert decide_checked(Rulebook([table]), table, every, sample=None) == list(range(1750))


def test_a_ruleset_that_no_case_has_reached_does_not_stop_a_run():
    table = many_items(250, 7)
    assert Rulebook([table]).decide("points", [{"item": "I0", "rank": 3}, {"item": "unknown"}]) == [3, None]


def test_an_item_with_more_than_100_rules_has_a_ruleset_of_its_own():
    table = points(
        DecisionRule("B", (equal("item", "B"),), 9),
        *[DecisionRule(f"A{n}", (equal("item", "A"), equal("rank", n)), n) for n in range(450)],
        partition="item",
    )
    assert sorted(len(plan.rules) for plan in plan_rulesets(table)) == [1, 450]
    assert Rulebook([table]).decide("points", [{"item": "A", "rank": 449}, {"item": "B"}]) == [449, 9]


def test_a_table_with_a_rule_for_every_item_is_not_partitioned():
    table = points(
        DecisionRule("A", (equal("item", "A"),), 1),
        DecisionRule("其他", (), 2),
        first_match=True,
        partition="item",
    )
    assert Rulebook([table]).decide("points", [{"item": "A"}, {"item": "B"}, {}]) == [1, 2, 2]


def test_what_a_table_does_not_name_in_a_case_is_not_read():
    table = points(DecisionRule("A", (equal("item", "A"),), 1))
    assert Rulebook([table]).decide("points", [{"item": "A", "other": object()}]) == [1]


def test_a_text_is_not_taken_for_one_that_begins_alike():
    long = "字" * 9_000
    table = points(DecisionRule("长", (equal("item", long),), 1))
    alike = [{"item": text} for text in (long, long[:-1], long + "字")]
    assert Rulebook([table]).decide("points", alike) == [1, None, None]
