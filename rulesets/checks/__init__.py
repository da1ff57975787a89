"""What is wrong or doubtful in a scheme, found in its snapshot by itself.

Packs, the admin, `lint_scheme` and the publication all ask here.
"""

from rulesets.checks.doubts import doubt_findings
from rulesets.checks.finding import Finding, Severity, errors_of
from rulesets.checks.rulebook import family_findings, table_findings, trial_findings
from rulesets.checks.rules import rule_findings
from rulesets.checks.words import Snapshot, component_findings, edition_findings, vocabulary_findings
from rulesets.engine.protocols import Registry
from rulesets.engine.scheme import Scheme

__all__ = ["Finding", "Severity", "check_snapshot", "errors_of"]


def check_snapshot(snapshot: Snapshot, registry: Registry, trial: bool = False) -> list[Finding]:
    """The findings, errors first.

    The families and the rules engine are asked only where the records are right in themselves; `trial` also
    compiles the scheme and tries it in a process of its own.
    """
    found = [
        *edition_findings(snapshot),
        *vocabulary_findings(snapshot),
        *component_findings(snapshot),
        *rule_findings(snapshot, registry),
    ]
    if not found:
        scheme = Scheme.from_snapshot(snapshot)
        found = list(family_findings(scheme, registry)) or list(table_findings(scheme, registry))
        if trial and not found:
            found = list(trial_findings(scheme, registry))
    return [*found, *doubt_findings(snapshot)]
