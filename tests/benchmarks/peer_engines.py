"""Peers that put every line to an engine of rules: durable_rules as the product compiles it but without keeping
decisions, and GoRules zen-engine with a decision table an item."""

import json
from collections.abc import Callable

import workload
import zen

from rulesets.engine.decide import points_table
from rulesets.engine.numbers import scaled
from rulesets.engine.rulebook import Rulebook
from rulesets.engine.scheme import Scheme

Decide = Callable[[str, str, str], int]


def decide_by_durable_rules() -> Decide:
    """Each line is a post of its own: what was decided before is forgotten at once."""
    scheme = Scheme.from_snapshot(workload.snapshot())
    items = [rule for rule in scheme.rules if rule.family == "tiered"]
    table = points_table(scheme, items)
    first = dict(table.alike)
    rulebook = Rulebook([table])
    values = {item.code: [scaled(tier.value or "0") for tier in item.tiers] for item in items}
    number = 0

    def decide(item: str, level: str, role: str) -> int:
        nonlocal number
        # No rule reads the quantity: it makes each case another one, so that none is remembered.
        number += 1
        (tier,) = rulebook.decide(
            table.name, [{"item": first[item], "level": level, "role": role, "quantity": number}]
        )
        return 0 if tier is None else values[item][tier]

    return decide


def decide_by_zen() -> Decide:
    """One decision table an item, first match, evaluated a line at a time."""
    engine = zen.ZenEngine()
    decisions = {
        workload.item_code(n): engine.create_decision(json.dumps(_table(n))) for n in range(workload.ITEMS)
    }

    def decide(item: str, level: str, role: str) -> int:
        found = decisions[item].evaluate({"level": level, "role": role})["result"]
        return int(found["points"]) if found else 0

    return decide


def _table(item: int) -> dict[str, object]:
    rules = [
        {
            "_id": f"{level}-{role}",
            "level": f'"{level}"',
            "role": f'"{role}"',
            "points": str(scaled(workload.tier_value(item, place, turn))),
        }
        for place, level in enumerate(workload.LEVELS)
        for turn, role in enumerate(workload.ROLES)
    ]
    content = {
        "hitPolicy": "first",
        "inputs": [
            {"id": "level", "name": "level", "field": "level"},
            {"id": "role", "name": "role", "field": "role"},
        ],
        "outputs": [{"id": "points", "name": "points", "field": "points"}],
        "rules": rules,
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "table", "type": "decisionTableNode", "name": "table", "content": content},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [
        {"id": "1", "type": "edge", "sourceId": "in", "targetId": "table"},
        {"id": "2", "type": "edge", "sourceId": "table", "targetId": "out"},
    ]
    return {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}
