"""The reckoning of one subject in sentences, down to who entered each event."""

from collections.abc import Iterator

from assessments.models import Run
from assessments.reckoning import scheme_of
from assessments.results import subject_of
from rulesets.engine.explain import explain_subject
from rulesets.families import REGISTRY


def explanation(run: Run, no: str) -> Iterator[str]:
    """Sentences, a line each. Raises SubjectUnknown."""
    result = run.result
    subject_of(result, no)
    yield from explain_subject(result, no, scheme_of(run.edition), REGISTRY)
