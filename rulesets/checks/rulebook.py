"""Whether the families and the rules engine can take a scheme."""

import hashlib
import pickle
from collections import OrderedDict
from collections.abc import Iterator, Sequence

from rulesets.checks.finding import Finding, error
from rulesets.engine.decide import rules_in, scheme_tables
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
        yield error(f"规则 {refused.record}", f"不能编入规则引擎：{refused.why}。")


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
        yield error(f"规则 {refused.record}", f"不能编入规则引擎：{refused.why}。")
    except (AmbiguousCase, CaseRefused, RulebookUntrustworthy) as failure:
        yield error("考核办法", f"{failure}。")


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
