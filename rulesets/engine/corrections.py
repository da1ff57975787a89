"""Which reckoning a snapshot asks for: editions published before a correction keep theirs.

A correction of a single family is a new version of it; what the engine itself does between the families stands
in the snapshot's number `reckoning`, which is left out where it is 1. What 2 corrects is told in docs/SEMANTICS.md,
*Corrections*. It is set only where a scheme has something that it bears on, so that of all others the digest
stays as it was.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Snapshot = Mapping[str, Any]
LATEST = 2
# What gives a component lines, and what gives it a value beside them.
LINES = frozenset({"tiered", "quantity", "escalation", "clean_period", "threshold", "placing", "shortfall"})
# Limits of shorter periods act before those of longer ones.
LIMIT_ORDER = ("event", "month", "quarter", "half", "year")
VALUES = frozenset({"review", "completion", "weighting"})


def corrected(snapshot: Snapshot) -> dict[str, Any]:
    """The snapshot as today's software reckons it: with the number of the reckoning where that makes a difference."""
    plain = {name: value for name, value in snapshot.items() if name != "reckoning"}
    return plain | {"reckoning": LATEST} if any(_touched(plain)) else plain


def _touched(snapshot: Snapshot) -> Iterator[bool]:
    rules = [rule for rule in snapshot.get("rules", ()) if isinstance(rule.get("family"), str)]
    components = snapshot.get("components", ())
    yield any(_nested(part, rules) for part in components)
    yield any(_mixed(component, rules) for component in components)
    yield any(_repeated(rule, bool(snapshot.get("roles"))) for rule in rules)
    each = [rule.get("params", {}).get("each") for rule in rules if rule["family"] == "limit"]
    places = [LIMIT_ORDER.index(one) for one in each if one in LIMIT_ORDER]
    yield places != sorted(places)
    by_parts = any(rule["family"] == "share" and "each" in rule.get("params", {}) for rule in rules)
    yield by_parts and any("weight" in component for component in components)
    for_persons = snapshot.get("subject", "person") == "person"
    yield for_persons and any(rule.get("params", {}).get("foreign_only") for rule in rules)


def _nested(part: Snapshot, rules: list[Snapshot]) -> bool:
    """A part of another component that enters it as a sum, or whose sheets are held one by one."""
    parent = part.get("parent")
    if parent is None:
        return False
    means = any(rule["family"] == "weighting" and rule.get("component") == parent for rule in rules)
    return not means or _is_bounded(part)


def _mixed(component: Snapshot, rules: list[Snapshot]) -> bool:
    """A component with bounds that has both lines and a value beside them."""
    code = component.get("code")
    families = {rule["family"] for rule in rules if rule.get("component") == code}
    inherits = any(code in rule.get("targets", {}).get("component", ()) for rule in rules)
    return _is_bounded(component) and bool(families & LINES) and (inherits or bool(families & VALUES))


def _is_bounded(component: Snapshot) -> bool:
    return "floor" in component or "ceiling" in component


def _repeated(rule: Snapshot, has_roles: bool) -> bool:
    """An escalation whose count one event can raise more than once."""
    items = rule.get("targets", {}).get("items", ())
    return rule["family"] == "escalation" and (has_roles or len(items) > 1)
