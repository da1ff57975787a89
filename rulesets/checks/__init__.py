"""What is wrong or doubtful in a scheme, found in its snapshot by itself.

Packs, the admin, `lint_scheme` and the publication all ask here.
"""

from collections.abc import Iterator

from rulesets.checks.bands import band_findings
from rulesets.checks.doubts import doubt_findings, metric_findings
from rulesets.checks.effects import effect_findings
from rulesets.checks.finding import Finding, Severity, errors_of, warnings_of
from rulesets.checks.limits import limit_findings
from rulesets.checks.rulebook import family_findings, table_findings, trial_findings
from rulesets.checks.rules import rule_findings
from rulesets.checks.tiers import tier_findings
from rulesets.checks.weights import weight_findings
from rulesets.checks.words import (
    Snapshot,
    component_findings,
    edition_findings,
    vocabulary_findings,
    wording_findings,
)
from rulesets.checks.worth import worth_findings
from rulesets.engine.corrections import corrected
from rulesets.engine.protocols import Registry
from rulesets.engine.scheme import Scheme

__all__ = ["Finding", "Severity", "check_snapshot", "errors_of", "warnings_of"]


def check_snapshot(
    snapshot: Snapshot,
    registry: Registry,
    trial: bool = False,
    recorded_metrics: frozenset[str] | None = None,
) -> list[Finding]:
    """The findings, errors first, then warnings, then what is merely worth knowing.

    The families and the rules engine are asked only where the records are right in themselves, and doubts are
    looked for only where nothing is wrong; `trial` also compiles the scheme and tries it in a process of its
    own. `recorded_metrics` are the figures that the unit has on record (None: not known here).
    """
    found = [
        *edition_findings(snapshot),
        *vocabulary_findings(snapshot),
        *component_findings(snapshot),
        *rule_findings(snapshot, registry),
        *wording_findings(snapshot),
    ]
    if not found:
        # As it will be reckoned once it is published.
        scheme = Scheme.from_snapshot(corrected(snapshot))
        found = list(family_findings(scheme, registry)) or list(table_findings(scheme, registry))
        if trial and not found:
            found = list(trial_findings(scheme, registry))
        if not found:
            found = list(scheme_doubts(scheme, registry))
    found += doubt_findings(snapshot)
    if recorded_metrics is not None:
        found += metric_findings(snapshot, recorded_metrics)
    return sorted(found, key=lambda finding: list(Severity).index(finding.severity))


def scheme_doubts(scheme: Scheme, registry: Registry) -> Iterator[Finding]:
    """What is doubtful in a scheme in which nothing is wrong."""
    yield from tier_findings(scheme, registry)
    yield from band_findings(scheme)
    yield from effect_findings(scheme)
    yield from limit_findings(scheme, registry)
    yield from weight_findings(scheme)
    yield from worth_findings(scheme, registry)
