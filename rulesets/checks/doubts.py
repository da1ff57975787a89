"""What in a scheme is doubtful without being wrong."""

from collections.abc import Iterator

from rulesets.checks.finding import Finding, warning
from rulesets.checks.words import Snapshot

METRIC_FIELDS = ("metric", "target_metric")


def doubt_findings(snapshot: Snapshot) -> Iterator[Finding]:
    """Figures that are assumed, and words that no rule uses."""
    yield from _assumed(snapshot)
    yield from _unused(snapshot)


def metric_findings(snapshot: Snapshot, recorded: frozenset[str]) -> Iterator[Finding]:
    """Rules over a figure that nobody records."""
    for rule in snapshot.get("rules", ()):
        for field in METRIC_FIELDS:
            metric = rule.get("params", {}).get(field)
            if metric is not None and metric not in recorded:
                yield warning(
                    f"规则 {rule['code']}",
                    f"所用的指标“{metric}”在本单位还没有任何记录：请核对指标编码，或导入这项数据。",
                )


def _assumed(snapshot: Snapshot) -> Iterator[Finding]:
    for label, section in (("构成部分", "components"), ("规则", "rules")):
        for record in snapshot.get(section, ()):
            if record.get("assumed"):
                yield warning(f"{label} {record['code']}", f"含有假定，请核对政策原文：{record['assumed']}")


def _unused(snapshot: Snapshot) -> Iterator[Finding]:
    rules = snapshot.get("rules", ())
    tiers = [tier for rule in rules for tier in rule.get("tiers", ())]
    params = [rule.get("params", {}) for rule in rules]
    # A word may also be asked about in a condition, whose texts are searched for it.
    asked = {text for rule in rules for text in _texts(rule.get("condition"))}
    used = {
        "levels": {tier.get("level") for tier in tiers}
        | {level for p in params for level in p.get("uncounted_levels", ())},
        "roles": {tier.get("role") for tier in tiers} | {role for p in params for role in p.get("roles", ())},
        "attributes": {p.get("attribute") for p in params},
    }
    labels = {"levels": "级别", "roles": "角色", "attributes": "情形项"}
    for section, codes in used.items():
        for term in snapshot.get(section, ()):
            if term["code"] not in codes | asked and f"attribute_{term['code']}" not in asked:
                yield warning(
                    f"{labels[section]} {term['code']}",
                    f"“{term['name']}”没有规则用到：请删去，或核对规则是否有遗漏。",
                )


def _texts(tree: object) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for value in tree.values():
            yield from _texts(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _texts(value)
