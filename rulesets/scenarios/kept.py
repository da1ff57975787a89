"""What scenarios came to, kept beside them: reckoned when they are taken in, on somebody's word and on publication.

A kept verdict is known by the digests of what it hangs on, the scenario's and that of the rules. Pages show the
ones that still hold; of the others they say that nobody has reckoned them yet.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rulesets.engine.canonical import digest_of
from rulesets.models import Edition, Scenario, ScenarioVerdict
from rulesets.scenarios.comparison import Figure, LinePair, SubjectVerdict, Verdict
from rulesets.scenarios.running import run_scenario

# What a page shows of a scenario that differs: so many subjects, and so many lines of each.
SUBJECTS_SHOWN = 30
LINES_SHOWN = 60

Snapshot = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """A scenario, its documents not read, and what it came to under the rules as they are; None: not reckoned yet."""

    scenario: Scenario
    kept: ScenarioVerdict | None

    @property
    def refusals(self) -> Sequence[str]:
        """Why it could not be reckoned."""
        return self.kept.shown["refusals"] if self.kept else ()

    @property
    def is_open(self) -> bool:
        """Whether it is to be reckoned: not yet, or it could not be, which may have been a fault of the moment."""
        return self.kept is None or bool(self.refusals)

    @property
    def differing(self) -> list[SubjectVerdict]:
        """Subjects that differ, the first of them, with their first lines."""
        shown = self.kept.shown["subjects"] if self.kept else []
        return [
            SubjectVerdict(
                subject["no"],
                subject["name"],
                [Figure(*figure) for figure in subject["figures"]],
                [LinePair(*line) for line in subject["lines"]],
            )
            for subject in shown
        ]


def digest_of_rules(snapshot: Snapshot) -> str:
    """The digest of what verdicts hang on. The document number is none of it, and given on publication only."""
    return digest_of({key: value for key, value in snapshot.items() if key != "document_number"})


def cases_of(edition: Edition, snapshot: Snapshot) -> list[Case]:
    """The edition's scenarios with the verdicts that hold for the snapshot."""
    rules = digest_of_rules(snapshot)
    scenarios = edition.scenarios.defer(*Scenario.DOCUMENTS).select_related("verdict")
    return [Case(scenario, _holding(scenario, rules)) for scenario in scenarios]


def _holding(scenario: Scenario, rules: str) -> ScenarioVerdict | None:
    kept: ScenarioVerdict | None = getattr(scenario, "verdict", None)
    return kept if kept is not None and (kept.state, kept.rules) == (scenario.state, rules) else None


def reckon(number: int, snapshot: Snapshot) -> Verdict:
    """What the scenario of this key comes to under a checked snapshot; it is kept. Raises Scenario.DoesNotExist."""
    scenario = Scenario.objects.get(pk=number)
    verdict = run_scenario(scenario, snapshot)
    # By what was reckoned, whatever stands there meanwhile.
    scenario.content = scenario.digest_of_documents()
    ScenarioVerdict.objects.update_or_create(
        scenario_id=number,
        defaults={
            "state": scenario.state,
            "rules": digest_of_rules(snapshot),
            "passed": verdict.passed,
            "subjects": len(verdict.subjects),
            "differing": len(verdict.failing),
            "shown": {"refusals": list(verdict.refusals), "subjects": list(_shown(verdict.failing))},
        },
    )
    return verdict


def _shown(failing: Sequence[SubjectVerdict]) -> Iterable[dict[str, Any]]:
    for subject in failing[:SUBJECTS_SHOWN]:
        # Where only some have room, those that differ are looked for first.
        lines = sorted(subject.lines, key=lambda line: line.fits)
        yield {
            "no": subject.no,
            "name": subject.name,
            "figures": [[figure.label, figure.expected, figure.got] for figure in subject.figures],
            "lines": [[line.label, line.expected, line.got] for line in lines[:LINES_SHOWN]],
        }


def failing_before_publication(edition: Edition, snapshot: Snapshot) -> list[Verdict]:
    """Verdicts of the scenarios that don't come out under the checked snapshot.

    One that is kept as passed is believed where it holds for these very rules and for the scenario's documents
    themselves, whatever is written beside them; every other one is reckoned.
    """
    rules, failing = digest_of_rules(snapshot), []
    for number in edition.scenarios.values_list("pk", flat=True):
        scenario = Scenario.objects.select_related("verdict").get(pk=number)
        scenario.content = scenario.digest_of_documents()
        kept = _holding(scenario, rules)
        if kept is None or not kept.passed:
            verdict = reckon(number, snapshot)
            failing += [] if verdict.passed else [verdict]
    return failing
