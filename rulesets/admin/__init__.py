"""The admin pages in which a unit writes its schemes."""

from rulesets.admin.components import ComponentAdmin
from rulesets.admin.editions import EditionAdmin
from rulesets.admin.history_words import declare_words_of_history
from rulesets.admin.rules import RuleAdmin
from rulesets.admin.scenarios import ScenarioAdmin
from rulesets.admin.schemes import SchemeAdmin

declare_words_of_history()

__all__ = ["ComponentAdmin", "EditionAdmin", "RuleAdmin", "ScenarioAdmin", "SchemeAdmin"]
