"""Rules as Chinese sentences, for those who write and read a scheme."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from rulesets.checks.rules import rule_findings
from rulesets.condition_text import FIELD_NAMES
from rulesets.engine.conditions import describe, parse_condition
from rulesets.engine.frames import attribute_column
from rulesets.engine.protocols import Registry
from rulesets.engine.scheme import Rule, Scheme


def rule_errors(snapshot: Mapping[str, Any], code: str, registry: Registry) -> list[str]:
    """What is wrong with one rule of a snapshot, as sentences."""
    record = f"规则 {code}"
    own = [
        finding
        for finding in rule_findings(snapshot, registry)
        if finding.record == record or finding.record.startswith(f"{record} ")
    ]
    if own:
        return [str(finding) for finding in own]
    scheme = Scheme.from_snapshot(snapshot)
    rule = scheme.rule(code)
    return list(registry.of(rule).faults(rule, scheme))


def said_of_rules(snapshot: Mapping[str, Any], codes: Sequence[str], registry: Registry) -> dict[str, str]:
    """What each of the rules means; of one that is not right yet, what is still wrong with it."""
    wrong: dict[str, list[str]] = defaultdict(list)
    for finding in rule_findings(snapshot, registry):
        wrong[finding.record.split()[1]].append(finding.message)
    scheme = Scheme.from_snapshot(snapshot)
    said = {}
    for code in codes:
        rule = scheme.rule(code)
        faults = wrong[code] or list(registry.of(rule).faults(rule, scheme))
        said[code] = f"尚未填写完整：{''.join(faults)}" if faults else _sentence(rule, scheme, registry)
    return said


def rule_sentence(snapshot: Mapping[str, Any], code: str, registry: Registry) -> str:
    """What a rule without errors means, by its family's words, with its condition."""
    scheme = Scheme.from_snapshot(snapshot)
    return _sentence(scheme.rule(code), scheme, registry)


def _sentence(rule: Rule, scheme: Scheme, registry: Registry) -> str:
    sentence = registry.of(rule).sentence(rule, scheme)
    return f"{sentence}仅适用于：{condition_sentence(rule, scheme)}。" if rule.condition else sentence


def condition_sentence(rule: Rule, scheme: Scheme) -> str:
    """A rule's condition with the scheme's own names. Raises ConditionMalformed."""
    names = FIELD_NAMES | {attribute_column(a.code): a.name for a in scheme.attributes}
    values = {
        (field, term.code): term.name
        for field, terms in (("level", scheme.levels), ("role", scheme.roles), ("group", scheme.groups))
        for term in terms
    }
    for attribute in scheme.attributes:
        values |= {
            (attribute_column(attribute.code), choice.code): choice.name for choice in attribute.choices
        }
    return describe(parse_condition(rule.condition, rule.code), names, values)
