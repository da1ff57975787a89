"""The snapshot of an edition: plain data in the shape of a pack, from which the engine reads and digests are made.

The unit is not in it: the same pack in two units has the same digest.
"""

import datetime
import json
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from rulesets.engine.canonical import canonical, digest_of
from rulesets.engine.corrections import corrected
from rulesets.models import Component, Edition, Rule, RuleTarget, Term, Tier
from rulesets.shape import (
    ATTRIBUTE_KEYS,
    COMPONENT_KEYS,
    FORMAT,
    ROLE_KEYS,
    RULE_KEYS,
    SCHEME_KEYS,
    TERM_KEYS,
    TIER_KEYS,
    plain_decimal,
    without_defaults,
    without_empty,
)

__all__ = ["canonical", "digest_of", "snapshot_of"]


def snapshot_around(edition: Edition, rule: Rule, record: dict[str, Any] | None = None) -> dict[str, Any]:
    """What a draft says as far as it takes to say what one rule means: other rules are there without their tables.

    `record` stands in the rule's place where it is given: what the rule would be.
    """
    own = rule_record(rule, stored_tiers(rule), stored_targets(rule)) if record is None else record
    rules = edition.rules.select_related("component")
    records = [own if other.pk == rule.pk else rule_record(other, [], {}) for other in rules]
    return _whole(edition, records)


def stored_tiers(rule: Rule) -> list[dict[str, Any]]:
    """The rule's tiers as records of a snapshot."""
    named = rule.tiers.select_related("level", "role", "group", "choice", "band")
    return [tier_record(tier) for tier in named]


def stored_targets(rule: Rule) -> dict[str, list[str]]:
    """The codes of what the rule speaks of, by purpose."""
    targets: dict[str, list[str]] = {}
    for target in rule.targets.select_related("target_rule", "target_component"):
        targets.setdefault(target.purpose, []).append((target.target_rule or target.target_component).code)
    return targets


def snapshot_of(edition: Edition) -> dict[str, Any]:
    """What the edition says: that of a frozen one as it was frozen, that of a draft from its records.

    Numbers are decimal texts in plain notation, defaults are left out (`rulesets.shape`), lists stand in the
    order of the records.
    """
    if edition.frozen:
        frozen: dict[str, Any] = json.loads(edition.snapshot)
        return frozen
    return _whole(edition, _rules(edition))


def _whole(edition: Edition, rules: list[dict[str, Any]]) -> dict[str, Any]:
    whole = {
        "format": FORMAT,
        "code": edition.scheme.code,
        "name": edition.scheme.name,
        "document_number": edition.document_number,
        "effective_from": _day(edition.effective_from),
        "effective_to": _day(edition.effective_to),
        "subject": str(edition.subject),
        "decimals": edition.decimals,
        "periods": edition.periods,
        **vocabulary_of(edition),
        "components": [_component(component) for component in edition.components.select_related("parent")],
        "rules": rules,
        "wordings": {wording.key: wording.text for wording in edition.wordings.all()},
    }
    return corrected(without_defaults(whole, SCHEME_KEYS))


def _day(day: datetime.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _number(number: Decimal | None) -> str | None:
    return None if number is None else plain_decimal(Decimal(number))


def vocabulary_of(edition: Edition) -> dict[str, list[dict[str, Any]]]:
    """The edition's own words, by their section of a snapshot."""
    return _vocabulary(list(edition.terms.all()))


def _vocabulary(terms: Iterable[Term]) -> dict[str, list[dict[str, Any]]]:
    by_kind: dict[str, list[Term]] = defaultdict(list)
    choices: dict[int | None, list[Term]] = defaultdict(list)
    for term in terms:
        by_kind[term.kind].append(term)
        choices[term.parent_id].append(term)
    return {
        "levels": [_term(term) for term in by_kind["level"]],
        "roles": [
            without_defaults({**_term(term), "most": term.most}, ROLE_KEYS) for term in by_kind["role"]
        ],
        "groups": [_term(term) for term in by_kind["group"]],
        "attributes": [
            without_defaults(
                {
                    **_term(term),
                    "type": term.attribute_type,
                    "choices": [_term(choice) for choice in choices[term.pk]],
                },
                ATTRIBUTE_KEYS,
            )
            for term in by_kind["attribute"]
        ],
    }


def _term(term: Term) -> dict[str, Any]:
    return without_defaults({"code": term.code, "name": term.name}, TERM_KEYS)


def _component(component: Component) -> dict[str, Any]:
    whole = {
        "code": component.code,
        "name": component.name,
        "parent": component.parent and component.parent.code,
        "base": _number(component.base),
        "floor": _number(component.floor),
        "ceiling": _number(component.ceiling),
        "weight": _number(component.weight),
        "periods": component.periods,
        "base_periods": component.base_periods,
        "clause": component.clause,
        "assumed": component.assumed,
    }
    return without_defaults(whole, COMPONENT_KEYS)


def _rules(edition: Edition) -> list[dict[str, Any]]:
    tiers: dict[int, list[dict[str, Any]]] = defaultdict(list)
    named = Tier.objects.select_related("level", "role", "group", "choice", "band")
    for tier in named.filter(rule__edition=edition):
        tiers[tier.rule_id].append(tier_record(tier))
    targets: dict[int, dict[str, list[str]]] = defaultdict(dict)
    pointed = RuleTarget.objects.select_related("target_rule", "target_component")
    for target in pointed.filter(rule__edition=edition):
        code = (target.target_rule or target.target_component).code
        targets[target.rule_id].setdefault(target.purpose, []).append(code)
    rules = edition.rules.select_related("component")
    return [rule_record(rule, tiers[rule.pk], targets[rule.pk]) for rule in rules]


def tier_record(tier: Tier) -> dict[str, Any]:
    """A tier as it stands in a snapshot."""
    axes = {name: getattr(tier, name) for name in ("level", "role", "group", "choice", "band")}
    whole = {
        **{name: chosen and chosen.code for name, chosen in axes.items()},
        "low": _number(tier.low),
        "low_included": tier.low_included,
        "high": _number(tier.high),
        "high_included": tier.high_included,
        "value": _number(tier.value),
    }
    return without_defaults(whole, TIER_KEYS)


def rule_record(rule: Rule, tiers: list[dict[str, Any]], targets: dict[str, list[str]]) -> dict[str, Any]:
    """A rule as it stands in a snapshot, with its tiers and the codes of its targets by purpose."""
    whole = {
        "code": rule.code,
        "component": rule.component and rule.component.code,
        "family": rule.family,
        "version": rule.family_version,
        "name": rule.name,
        "clause": rule.clause,
        "assumed": rule.assumed,
        "params": without_empty(rule.params),
        "condition": rule.condition,
        "tiers": tiers,
        "targets": targets,
        "periods": rule.periods,
    }
    return without_defaults(whole, RULE_KEYS)
