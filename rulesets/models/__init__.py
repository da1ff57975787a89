"""A scheme as records. The engine never reads these rows: it reads the snapshot that is made of them."""

from rulesets.models.editions import Edition, Scheme
from rulesets.models.parts import Component, Term, Wording
from rulesets.models.rules import Rule, RuleTarget, Tier
from rulesets.models.scenarios import Scenario, ScenarioVerdict

__all__ = [
    "Component",
    "Edition",
    "Rule",
    "RuleTarget",
    "Scenario",
    "ScenarioVerdict",
    "Scheme",
    "Term",
    "Tier",
    "Wording",
]
