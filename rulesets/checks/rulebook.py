"""Whether the families and the rules engine can take a scheme."""

import hashlib
import pickle
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rulesets.checks.finding import Finding, error
from rulesets.condition_text import ConditionWords
from rulesets.engine.decide import SCALED_FIELDS, items_among, rules_in, scheme_tables, stand_ins
from rulesets.engine.numbers import plain_points
from rulesets.engine.protocols import Registry
from rulesets.engine.rulebook import CaseRefused, RulebookUntrustworthy, RuleRefused, check_tables, try_out
from rulesets.engine.scheme import Rule, Scheme
from rulesets.engine.shadow import AmbiguousCase
from rulesets.engine.tables import DecisionTable

TRIAL_SECONDS = 120
MOST_STOOD = 256

# The digests of tables that stood their trial under this very software, by age: whoever publishes has mostly had
# the same draft checked, or submitted, a moment before.
_stood: OrderedDict[str, None] = OrderedDict()


def family_findings(scheme: Scheme, registry: Registry) -> Iterator[Finding]:
    """What the families themselves find wrong with their rules."""
    for rule in scheme.rules:
        for fault in registry.of(rule).faults(rule, scheme):
            yield error(f"规则 {rule.code}", fault)


def table_findings(scheme: Scheme, registry: Registry) -> Iterator[Finding]:
    """What the rules engine can't take, found before anything is compiled."""
    try:
        for tables in _tables_by_period(scheme, registry):
            check_tables(tables)
    except RuleRefused as refused:
        yield from _refused_findings(refused, scheme, registry)


def _refused_findings(refused: RuleRefused, scheme: Scheme, registry: Registry) -> Iterator[Finding]:
    """An error for the rule that was refused, and for each item that asks the same and was compiled through it."""
    words = ConditionWords.of(scheme.snapshot)
    code, space, place = refused.record.partition(" ")
    for own in _asking_the_same(code, scheme, registry):
        why = words.named_in(refused.why).replace(f"“{code} ", f"“{own} ")
        yield error(f"规则 {own}{space}{place}", f"不能编入规则引擎：{why}。")


def _asking_the_same(code: str, scheme: Scheme, registry: Registry) -> list[str]:
    """The code itself, and those of the items for which its table decides as well."""
    found = {code: None}
    for kind in scheme.periods:
        alike = stand_ins(items_among(rules_in(scheme, kind), registry))
        found |= {item: None for item, first in alike.items() if first == code}
    return list(found)


def trial_findings(scheme: Scheme, registry: Registry) -> Iterator[Finding]:
    """What compiling the scheme and deciding cases around every value of it brings up.

    It runs in a process of its own, and takes seconds; tables that stood it are not tried again by this process.
    """
    tables = [
        DecisionTable(f"{place}-{table.name}", table.fields, table.rules, table.first_match, table.partition)
        for place, found in enumerate(_tables_by_period(scheme, registry))
        for table in found
    ]
    digest = hashlib.sha256(pickle.dumps(tables)).hexdigest()
    try:
        if digest not in _stood:
            try_out(tables, timeout_seconds=TRIAL_SECONDS)
            _stood[digest] = None
            while len(_stood) > MOST_STOOD:
                _stood.popitem(last=False)
    except RuleRefused as refused:
        yield from _refused_findings(refused, scheme, registry)
    except AmbiguousCase as ambiguous:
        yield from _ambiguous_findings(ambiguous, scheme, registry)
    except (CaseRefused, RulebookUntrustworthy) as failure:
        yield error("考核办法", f"{failure}。")


def _ambiguous_findings(ambiguous: AmbiguousCase, scheme: Scheme, registry: Registry) -> Iterator[Finding]:
    """An error at the later of two records that decide one case, and at the same of each item that asks the same."""
    first, second = ambiguous.records
    code, space, place = second.partition(" ")
    case = _case_in_words(ambiguous.case, scheme)
    for own in _asking_the_same(code, scheme, registry):
        other = first.replace(f"{code} ", f"{own} ")
        yield error(
            f"规则 {own}{space}{place}",
            f"与“{other}”对同一情形{f'（{case}）' if case else ''}都适用，结论却不同：请改动其中一条的适用条件。",
        )


def _case_in_words(case: Mapping[str, Any], scheme: Scheme) -> str:
    """“级别国家级，数量3”: what an event would say; empty where the case holds nothing of an event's own."""
    words = ConditionWords.of(scheme.snapshot)
    said = []
    for name, value in case.items():
        if value is not None and name in words.fields and name != "item":
            shown = plain_points(value) if name in SCALED_FIELDS else str(value)
            said.append(f"{words.fields[name]}{words.values.get(name, {}).get(shown, shown)}")
    return "，".join(said)


def _tables_by_period(scheme: Scheme, registry: Registry) -> list[list[DecisionTable]]:
    """The tables of each kind of period; kinds with the same rules, or the same tables, once."""
    seen: list[Sequence[Rule]] = []
    distinct: list[list[DecisionTable]] = []
    for kind in scheme.periods:
        rules = rules_in(scheme, kind)
        if rules in seen:
            continue
        seen.append(rules)
        tables = scheme_tables(scheme, registry, kind)
        if tables not in distinct:
            distinct.append(tables)
    return distinct
