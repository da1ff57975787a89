"""Scenarios 用例: a unit's own cases, reckoned by the pure function and held against what they expect."""

from rulesets.scenarios.comparison import Figure, LinePair, SubjectVerdict, Verdict
from rulesets.scenarios.running import (
    ScenariosFailed,
    copy_scenarios,
    run_scenarios,
    shown_verdicts,
    verdicts_of,
)

__all__ = [
    "Figure",
    "LinePair",
    "ScenariosFailed",
    "SubjectVerdict",
    "Verdict",
    "copy_scenarios",
    "run_scenarios",
    "shown_verdicts",
    "verdicts_of",
]
