"""Scenarios 用例: a unit's own cases, reckoned by the pure function and held against what they expect."""

from rulesets.scenarios.comparison import Figure, LinePair, SubjectVerdict, Verdict
from rulesets.scenarios.kept import Case, cases_of, failing_before_publication
from rulesets.scenarios.orders import are_large, check_cases, latest_check
from rulesets.scenarios.running import ScenariosFailed, copy_scenarios, run_scenarios

__all__ = [
    "Case",
    "Figure",
    "LinePair",
    "ScenariosFailed",
    "SubjectVerdict",
    "Verdict",
    "are_large",
    "cases_of",
    "check_cases",
    "copy_scenarios",
    "failing_before_publication",
    "latest_check",
    "run_scenarios",
]
