"""Decision tables, and what in them is refused before anything is compiled.

The limits are those within which durable_rules was measured to be right. Beyond them it loses matches,
invents some, or hangs inside C where no timeout reaches it; so they are refused here, by name.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rulesets.engine.conditions import (
    ABOUT_PRESENCE,
    EQUALITY,
    Comparison,
    ConditionKey,
    Conjunction,
    Operator,
    Value,
    comparison_order,
)

Case = Mapping[str, Value | None]

MOST_RULES = 1000  # a ruleset
MOST_CHILDREN = 500  # different conditions that follow the same beginning; at 512 the C core never returns
MOST_AT_ONCE = 60  # conditions that one case can meet; the C core's stack holds 64
MOST_PROPERTIES = 200  # an event
MOST_TEXT_BYTES = 60_000  # a text in JSON; longer ones match what they don't equal
SHORT_TEXT = 9_999  # so many ASCII characters fit, at six bytes each and the quotes
LARGEST_INTEGER = 2**63 - 1
SMALLEST_INTEGER = -(2**63)
# How many rules partitions are put together up to: far below the limits, as two large rulesets take longer to compile
# than many small ones.
GROUPED_RULES = 100

CATCH_ALL_FIELD = "any_case"  # posted as true in every event
MISSING_PREFIX = "missing_"  # missing_FIELD is posted where a rule asks whether FIELD is missing
RESERVED_FIELDS = frozenset({"id", "sid", CATCH_ALL_FIELD})


class RuleRefused(ValueError):
    """A rule, or a table of them, lies outside what the rules engine decides reliably; names the record."""

    def __init__(self, record: str, why: str) -> None:
        super().__init__(record, why)
        self.record = record
        self.why = why

    def __str__(self) -> str:
        return f"“{self.record}”不能编入规则引擎：{self.why}"


@dataclass(frozen=True, slots=True)
class DecisionRule:
    """A case that meets every one of the conditions is given the decision.

    `record` is what an error names, such as “B601 第2档”. Without conditions the rule meets every case.
    """

    record: str
    conditions: Conjunction
    decision: int


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """Rules over the same fields, each field of one type: str, bool or int.

    Unless `first_match`, at most one decision may come out for a case (several rules may agree on it);
    with `first_match` an earlier rule wins. `partition` names a text field by whose value the rules are
    spread over several rulesets, where each of them asks for one value of it. `alike` pairs each value of it
    that cases may have with the one whose rules decide for it; empty where each has its own.
    """

    name: str
    fields: tuple[tuple[str, type], ...]
    rules: tuple[DecisionRule, ...]
    first_match: bool = False
    partition: str | None = None
    alike: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RulesetPlan:
    """What one compiled ruleset holds: positions of rules in the table, in their order, each with its
    conditions in the order in which they are compiled. `partitions` None: it takes every case."""

    partitions: frozenset[str] | None
    rules: tuple[tuple[int, Conjunction], ...]


@dataclass(slots=True)
class _Node:
    """A node of the tree that the C core makes of a ruleset: rules that begin alike share their beginning."""

    record: str
    children: dict[ConditionKey, "_Node"] = field(default_factory=dict)
    comparisons: list[Comparison] = field(default_factory=list)


def check_tables(tables: Iterable[DecisionTable]) -> dict[str, tuple[RulesetPlan, ...]]:
    """The plans of the rulesets, by table. Raises RuleRefused for the first rule or table that can't be compiled
    safely."""
    plans: dict[str, tuple[RulesetPlan, ...]] = {}
    for table in tables:
        if table.name in plans:
            raise RuleRefused(table.name, "有两个同名的规则表")
        _check_fields(table)
        kinds = dict(table.fields)
        for rule in table.rules:
            _check_rule(rule, kinds)
        _check_duplicates(table)
        plans[table.name] = plan_rulesets(table)
        for plan in plans[table.name]:
            _check_plan(table, plan)
    return plans


def value_fault(value: object, kind: type) -> str | None:
    """What is wrong with a present value of a field of this type (str, bool or int); None: nothing."""
    if type(value) is not kind:  # exact: bool is a kind of int in Python, and 1 == True
        wanted = {str: "文字", int: "整数", bool: "是或否"}[kind]
        return f"应为{wanted}，实际为“{value}”"
    if isinstance(value, str):
        return _text_fault(value)
    if isinstance(value, int) and not SMALLEST_INTEGER <= value <= LARGEST_INTEGER:
        return f"数值 {value} 太大"
    return None


def _text_fault(text: str) -> str | None:
    if len(text) <= SHORT_TEXT and text.isascii():
        return None
    try:
        length = len(json.dumps(text, ensure_ascii=False).encode())
    except UnicodeEncodeError:
        return "文字里有无法识别的字符"
    return f"文字太长（{length} 字节，最多 {MOST_TEXT_BYTES} 字节）" if length > MOST_TEXT_BYTES else None


def fields_asked_missing(table: DecisionTable) -> tuple[str, ...]:
    """The fields of which some rule asks whether they are missing, in the table's order."""
    asked = {
        comparison.field
        for rule in table.rules
        for comparison in rule.conditions
        if comparison.operator in ABOUT_PRESENCE
    }
    return tuple(name for name, _ in table.fields if name in asked)


def plan_rulesets(table: DecisionTable) -> tuple[RulesetPlan, ...]:
    """How the rules are spread over rulesets: partitions together while they stay within GROUPED_RULES."""
    places = {name: place for place, (name, _) in enumerate(table.fields)}
    by_value: dict[str, list[tuple[int, Conjunction]]] = defaultdict(list)
    everything: list[tuple[int, Conjunction]] = []
    seen: set[frozenset[ConditionKey]] = set()
    for position, rule in enumerate(table.rules):
        keyed = {comparison_order(comparison): comparison for comparison in rule.conditions}
        key = frozenset(keyed)
        if key in seen:
            continue
        seen.add(key)
        conditions = _compiled_order(table, keyed, places)
        everything.append((position, conditions))
        if conditions and _asks_partition(table, conditions[0]):
            by_value[str(conditions[0].value)].append((position, conditions))
    if table.partition is None or sum(map(len, by_value.values())) < len(everything):
        return (RulesetPlan(None, tuple(everything)),)
    plans: list[RulesetPlan] = []
    values: set[str] = set()
    rules: list[tuple[int, Conjunction]] = []
    for value, further in by_value.items():
        if rules and len(rules) + len(further) > GROUPED_RULES:
            plans.append(RulesetPlan(frozenset(values), tuple(sorted(rules, key=_position))))
            values, rules = set(), []
        values.add(value)
        rules.extend(further)
    plans.append(RulesetPlan(frozenset(values), tuple(sorted(rules, key=_position))))
    return tuple(plans)


def _position(entry: tuple[int, Conjunction]) -> int:
    return entry[0]


def _asks_partition(table: DecisionTable, comparison: Comparison) -> bool:
    return comparison.field == table.partition and comparison.operator is Operator.EQUAL


def _compiled_order(
    table: DecisionTable, keyed: Mapping[ConditionKey, Comparison], places: Mapping[str, int]
) -> Conjunction:
    """The partition first and equalities next, so that few conditions of a ruleset hold at once."""

    def order(entry: tuple[ConditionKey, Comparison]) -> tuple[bool, bool, int, ConditionKey]:
        key, comparison = entry
        return (
            not _asks_partition(table, comparison),
            comparison.operator is not Operator.EQUAL,
            places[comparison.field],
            key,
        )

    return tuple(comparison for _, comparison in sorted(keyed.items(), key=order))


def _check_fields(table: DecisionTable) -> None:
    names = [name for name, _ in table.fields]
    for name, kind in table.fields:
        if kind not in (str, bool, int):
            raise RuleRefused(table.name, f"“{name}”的类型无效，只能是文字、整数或者是否")
        if not name or "." in name or "$" in name or not name.isprintable():
            raise RuleRefused(table.name, f"“{name}”不能作为名称：不能为空，不能含有“.”“$”")
        if name in RESERVED_FIELDS or name.startswith(MISSING_PREFIX):
            raise RuleRefused(table.name, f"“{name}”是系统保留的名称，请改用别的名称")
        if names.count(name) > 1:
            raise RuleRefused(table.name, f"“{name}”出现了两次")
    if table.partition is not None and (table.partition, str) not in table.fields:
        raise RuleRefused(table.name, f"用来分组的“{table.partition}”应为表中的一项文字")
    properties = len(names) + len(fields_asked_missing(table)) + len(("id", CATCH_ALL_FIELD))
    if properties > MOST_PROPERTIES:
        raise RuleRefused(table.name, f"一次要比较 {properties} 项内容，最多 {MOST_PROPERTIES} 项")


def _check_rule(rule: DecisionRule, kinds: Mapping[str, type]) -> None:
    if type(rule.decision) is not int:
        raise RuleRefused(rule.record, f"结论应为整数，实际为“{rule.decision}”")
    if len(rule.conditions) > MOST_AT_ONCE:
        raise RuleRefused(rule.record, f"一种情形里有 {len(rule.conditions)} 个条件，最多 {MOST_AT_ONCE} 个")
    for comparison in rule.conditions:
        kind = kinds.get(comparison.field)
        if kind is None:
            raise RuleRefused(rule.record, f"条件里的“{comparison.field}”不是这里可以比较的内容")
        if comparison.operator in ABOUT_PRESENCE:
            continue
        fault = value_fault(comparison.value, kind)
        if fault is None and kind is not int and comparison.operator not in EQUALITY:
            fault = "只有整数可以比较大小"
        if fault is not None:
            raise RuleRefused(rule.record, f"“{comparison.field}”要比较的值有误：{fault}")


def _condition_set(rule: DecisionRule) -> frozenset[ConditionKey]:
    return frozenset(map(comparison_order, rule.conditions))


def _check_duplicates(table: DecisionTable) -> None:
    seen: dict[frozenset[ConditionKey], DecisionRule] = {}
    for rule in table.rules:
        first = seen.setdefault(_condition_set(rule), rule)
        # Alternatives of one record may come to the same conditions: those are compiled once.
        if (first.record, first.decision) != (rule.record, rule.decision):
            raise RuleRefused(rule.record, f"适用条件与“{first.record}”完全相同，请删去其中一条或者改动条件")


def _check_plan(table: DecisionTable, plan: RulesetPlan) -> None:
    if len(plan.rules) > MOST_RULES:
        record = table.rules[plan.rules[MOST_RULES][0]].record
        raise RuleRefused(
            record, f"同一组规则有 {len(plan.rules)} 条，最多 {MOST_RULES} 条，请分到几个计分项里"
        )
    root = _Node(table.name)
    kinds = dict(table.fields)
    for position, conditions in plan.rules:
        _grow(root, conditions, table.rules[position].record)
    at_once, record = _most_at_once(root, kinds)
    # The catch-all holds for every case as well.
    if at_once + 1 > MOST_AT_ONCE:
        raise RuleRefused(
            record,
            f"同一种情形最多会同时满足 {at_once + 1} 个条件，最多 {MOST_AT_ONCE} 个，请减少相互重叠的条件",
        )


def _grow(root: _Node, conditions: Sequence[Comparison], record: str) -> None:
    node = root
    for comparison in conditions:
        key = comparison_order(comparison)
        if key not in node.children:
            if len(node.children) == MOST_CHILDREN:
                raise RuleRefused(record, f"与它并列的不同条件超过 {MOST_CHILDREN} 个，请分到几个计分项里")
            node.children[key] = _Node(record)
            node.comparisons.append(comparison)
        node = node.children[key]


def _most_at_once(node: _Node, kinds: Mapping[str, type]) -> tuple[int, str]:
    """How many entries the C core's stack can reach below a node, and the record where it does.

    A node is taken off the stack and every child that holds is put on, so below a node stand its own
    children that hold together, less the one being followed, and what that one reaches.
    """
    if not node.children:
        return 0, node.record
    reached = [_most_at_once(child, kinds) for child in node.children.values()]
    deepest, record = max(reached, key=lambda found: found[0])
    by_field: dict[str, list[Comparison]] = defaultdict(list)
    for comparison in node.comparisons:
        by_field[comparison.field].append(comparison)
    together = sum(_hold_together(found, kinds[name]) for name, found in by_field.items())
    return (together - 1 + deepest, record) if deepest > 1 else (together, node.record)


def _hold_together(comparisons: Sequence[Comparison], kind: type) -> int:
    """How many of these comparisons of one field hold for one value of it, at the most."""
    if all(comparison.operator is Operator.EQUAL for comparison in comparisons):
        return 1
    candidates: set[Value | None] = {None}
    for comparison in comparisons:
        candidates.update(values_around(comparison, kind))
    return max(sum(comparison.holds(value) for comparison in comparisons) for value in candidates)


def values_around(comparison: Comparison, kind: type) -> tuple[Value, ...]:
    """Present values on which a comparison turns: its own value, and others beside it."""
    value = comparison.value
    if kind is bool:
        return (True, False)
    if kind is str:
        # A letter more is another text, and comparing only a beginning would take it for the same.
        return ("其他",) if value is None else (str(value), f"{str(value)[:1000]}他")
    middle = int(value) if value is not None else 0
    return tuple(near for near in (middle - 1, middle, middle + 1) if value_fault(near, int) is None)
