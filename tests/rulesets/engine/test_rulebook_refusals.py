"""What is refused before anything is compiled, each refusal by the name of the record."""

import pytest

from rulesets.engine.conditions import Comparison, Operator
from rulesets.engine.rulebook import (
    CaseRefused,
    DecisionRule,
    DecisionTable,
    Rulebook,
    RuleRefused,
    check_tables,
)
from rulesets.engine.tables import (
    LARGEST_INTEGER,
    MOST_AT_ONCE,
    MOST_CHILDREN,
    MOST_PROPERTIES,
    MOST_RULES,
    plan_rulesets,
)

FIELDS = (("item", str), ("quantity", int), ("led", bool))
RECORD = "B601 第2档"


def equal(field, value):
    return Comparison(field, Operator.EQUAL, value)


def rule(*conditions, record=RECORD, decision=0):
    return DecisionRule(record, conditions, decision)


def table(*rules, fields=FIELDS, partition=None):
    return DecisionTable("points", fields, rules, partition=partition)


@pytest.mark.parametrize(
    ("comparison", "said"),
    [
        (equal("quantity", 1.5), "应为整数"),
        (equal("quantity", float("nan")), "应为整数"),
        (equal("quantity", float("inf")), "应为整数"),
        (equal("quantity", True), "应为整数"),
        (equal("quantity", "1"), "应为整数"),
        (equal("led", 1), "应为是或否"),
        (equal("item", 1), "应为文字"),
        (equal("quantity", LARGEST_INTEGER + 1), "太大"),
        (equal("item", "字" * 20_000), "文字太长"),
        (equal("item", "\ud800"), "无法识别的字符"),
        (Comparison("item", Operator.MORE, "a"), "只有整数可以比较大小"),
        (Comparison("led", Operator.AT_MOST, True), "只有整数可以比较大小"),
        (equal("level", "a"), "不是这里可以比较的内容"),
    ],
)
def test_a_comparison_outside_its_fields_type_is_refused(comparison, said):
    with pytest.raises(RuleRefused, match=said) as refusal:
        check_tables([table(rule(comparison))])
    assert refusal.value.record == RECORD
    assert RECORD in str(refusal.value)


def test_a_decision_that_is_no_integer_is_refused():
    with pytest.raises(RuleRefused, match="结论应为整数"):
        check_tables([table(rule(decision=True))])


@pytest.mark.parametrize("name", ["a.b", "$and", "a$", "", "a\n", "id", "sid", "any_case", "missing_role"])
def test_a_field_name_that_means_something_to_the_engine_is_refused(name):
    with pytest.raises(RuleRefused, match="名称"):
        check_tables([table(fields=((name, str),))])


def test_a_field_of_another_type_is_refused():
    with pytest.raises(RuleRefused, match="类型无效"):
        check_tables([table(fields=(("score", float),))])


def test_a_field_that_stands_twice_with_two_types_is_refused():
    with pytest.raises(RuleRefused, match="出现了两次"):
        check_tables([table(fields=(("level", str), ("level", int)))])


def test_two_tables_of_one_name_are_refused():
    with pytest.raises(RuleRefused, match="同名"):
        check_tables([table(), table()])


def test_more_properties_than_an_event_may_have_are_refused():
    fields = tuple((f"f{number}", str) for number in range(MOST_PROPERTIES - 1))
    with pytest.raises(RuleRefused, match="最多 200 项"):
        check_tables([table(fields=fields)])
    check_tables([table(fields=fields[1:])])


def test_a_question_for_a_missing_value_counts_as_a_property():
    fields = tuple((f"f{number}", str) for number in range(MOST_PROPERTIES - 2))
    with pytest.raises(RuleRefused, match="最多 200 项"):
        check_tables([table(rule(Comparison("f0", Operator.IS_MISSING, None)), fields=fields)])


def test_two_records_with_the_same_conditions_are_refused_by_both_names():
    first = rule(equal("item", "A"), equal("led", True), record="第1档")
    second = rule(equal("led", True), equal("item", "A"), decision=1)
    with pytest.raises(RuleRefused, match=f"{RECORD}.*第1档"):
        check_tables([table(first, second)])


def test_alternatives_of_one_record_with_the_same_conditions_are_compiled_once():
    doubled = table(*[rule(equal("item", "A"), decision=4)] * 300)
    assert [len(plan.rules) for plan in plan_rulesets(doubled)] == [1]
    assert Rulebook([doubled]).decide("points", [{"item": "A"}]) == [4]


def test_the_501st_condition_beside_the_others_is_refused():
    rules = [rule(equal("quantity", number), record=f"第{number}档") for number in range(MOST_CHILDREN + 1)]
    check_tables([table(*rules[:-1])])
    with pytest.raises(RuleRefused, match="并列的不同条件超过 500 个") as refusal:
        check_tables([table(*rules)])
    assert refusal.value.record == "第500档"


def test_the_1001st_rule_of_a_ruleset_is_refused():
    rules = [
        rule(equal("quantity", number // 10), equal("item", str(number % 10)), record=f"第{number}档")
        for number in range(MOST_RULES + 1)
    ]
    check_tables([table(*rules[:-1])])
    with pytest.raises(RuleRefused, match="最多 1000 条") as refusal:
        check_tables([table(*rules)])
    assert refusal.value.record == "第1000档"


def overlapping(count):
    """So many conditions on different fields, all of which one case can meet."""
    fields = tuple((f"f{number}", bool) for number in range(count))
    return table(*[rule(equal(name, True), record=name) for name, _ in fields], fields=fields)


def test_more_conditions_than_may_hold_at_once_are_refused():
    check_tables([overlapping(MOST_AT_ONCE - 1)])  # and the catch-all
    with pytest.raises(RuleRefused, match="同时满足 61 个条件"):
        check_tables([overlapping(MOST_AT_ONCE)])


def test_as_many_conditions_as_may_hold_at_once_are_decided():
    widest = overlapping(MOST_AT_ONCE - 1)
    assert Rulebook([widest]).decide("points", [{name: True for name, _ in widest.fields}]) == [0]


def test_ranges_of_a_number_that_exclude_each_other_do_not_count_as_held_at_once():
    bands = [
        rule(
            Comparison("quantity", Operator.AT_LEAST, 10 * n),
            Comparison("quantity", Operator.LESS, 10 * n + 10),
        )
        for n in range(50)
    ]
    with pytest.raises(RuleRefused, match="同时满足"):
        check_tables([table(*[rule(Comparison("quantity", Operator.MORE, n)) for n in range(60)])])
    assert Rulebook([table(*bands[:40])]).decide("points", [{"quantity": 5}]) == [0]


def test_conditions_that_hold_at_once_further_down_are_counted():
    fields = tuple((f"f{number}", bool) for number in range(60))
    fans = [rule(equal("f0", True), equal(name, True), record=name) for name, _ in fields[1:31]]
    deeper = [
        rule(equal("f0", True), equal("f1", True), equal(name, True), record=name) for name, _ in fields[2:]
    ]
    check_tables([table(*fans, fields=fields)])
    with pytest.raises(RuleRefused, match="同时满足"):
        check_tables([table(*fans, *deeper, fields=fields)])


def test_more_conditions_in_one_rule_than_may_hold_at_once_are_refused():
    fields = tuple((f"f{number}", bool) for number in range(MOST_AT_ONCE + 1))
    with pytest.raises(RuleRefused, match="有 61 个条件"):
        check_tables([table(rule(*[equal(name, True) for name, _ in fields]), fields=fields)])


@pytest.mark.parametrize("partition", ["level", "quantity"])
def test_a_partition_that_is_no_text_field_is_refused(partition):
    with pytest.raises(RuleRefused, match="应为表中的一项文字"):
        check_tables([table(partition=partition)])


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ({"quantity": 1.0}, "应为整数"),
        ({"quantity": True}, "应为整数"),
        ({"led": 1}, "应为是或否"),
        ({"item": 5}, "应为文字"),
        ({"quantity": -LARGEST_INTEGER - 2}, "太大"),
        ({"item": "字" * 20_000}, "文字太长"),
        ({"item": "\udfff"}, "无法识别的字符"),
    ],
)
def test_a_case_outside_its_fields_types_is_refused_and_the_rulebook_goes_on(case, said):
    rulebook = Rulebook([table(rule(equal("led", True)), rule(equal("quantity", 1), decision=1))])
    assert rulebook.decide("points", [{"led": True}, {"quantity": 1}]) == [0, 1]
    with pytest.raises(CaseRefused, match=said):
        rulebook.decide("points", [case])
    assert rulebook.decide("points", [{"led": True}, {"quantity": 1}, {}]) == [0, 1, None]
