"""The trial of new decision tables, run by `rulebook.try_out` in a process of its own.

Standard input holds the pickled tables and further cases, standard output the exception that stopped
the trial, pickled, or None.
"""

import pickle
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rulesets.engine.conditions import Comparison, Conjunction, Operator, Value
from rulesets.engine.rulebook import CaseRefused, Rulebook, RulebookUntrustworthy
from rulesets.engine.shadow import AmbiguousCase, DecisionDisputed, decide_checked
from rulesets.engine.tables import Case, DecisionTable, RuleRefused, values_around

ANY_VALUE: dict[type, Value] = {str: "其他", int: 0, bool: True}


def probe_cases(table: DecisionTable) -> Iterator[dict[str, Value | None]]:
    """Cases on and around what each rule asks: one that meets it, and from there each compared field
    missing and with the values next to the one it is compared with. What a rule doesn't ask is missing."""
    kinds = dict(table.fields)
    for rule in table.rules:
        meeting = _meeting(rule.conditions, kinds)
        yield meeting
        for comparison in rule.conditions:
            yield {**meeting, comparison.field: None}
            for value in values_around(comparison, kinds[comparison.field]):
                yield {**meeting, comparison.field: value}


def _meeting(conditions: Conjunction, kinds: Mapping[str, type]) -> dict[str, Value | None]:
    """A case that meets the conditions, field by field, where they don't exclude each other."""
    by_field: dict[str, list[Comparison]] = {}
    for comparison in conditions:
        by_field.setdefault(comparison.field, []).append(comparison)
    case: dict[str, Value | None] = {}
    for name, comparisons in by_field.items():
        candidates: list[Value | None] = [None, ANY_VALUE[kinds[name]]]
        for comparison in comparisons:
            if comparison.operator is not Operator.IS_MISSING:
                candidates.extend(values_around(comparison, kinds[name]))
        case[name] = max(candidates, key=lambda value: sum(c.holds(value) for c in comparisons))
    return case


def _distinct(table: DecisionTable, cases: Iterable[Case]) -> Iterable[Case]:
    """The cases, each once: rules that ask alike give rise to the same ones, more than half of them."""
    names = [name for name, _ in table.fields]
    return {tuple(map(case.get, names)): case for case in cases}.values()


def run_trial(tables: Sequence[DecisionTable], cases: Mapping[str, Sequence[Case]]) -> Exception | None:
    """Compiles the tables and compares rulebook and shadow on every case; the exception that this met."""
    try:
        rulebook = Rulebook(tables)
        for table in tables:
            probes = _distinct(table, probe_cases(table))
            decide_checked(rulebook, table, [*probes, *cases.get(table.name, ())], sample=None)
        rulebook.close()
    except (RuleRefused, CaseRefused, AmbiguousCase, DecisionDisputed, RulebookUntrustworthy) as failure:
        return failure
    return None


if __name__ == "__main__":
    given_tables, given_cases = pickle.load(sys.stdin.buffer)
    pickle.dump(run_trial(given_tables, given_cases), sys.stdout.buffer)
