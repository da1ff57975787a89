"""The reckoning of one subject in sentences, down to who entered each event."""

from collections.abc import Iterator

from assessments.models import Run
from assessments.provenance import records_of, source_sentence
from assessments.reckoning import scheme_of
from assessments.results import subject_of
from rulesets.engine.explain import explain_subject
from rulesets.families import REGISTRY


def explanation(run: Run, no: str) -> Iterator[str]:
    """Sentences, a line each. Raises SubjectUnknown."""
    result = run.result
    subject = subject_of(result, no)
    records = records_of(run, {line["event"] for line in subject["lines"]})
    sources = {number: source_sentence(record) for number, record in records.items()}
    yield from explain_subject(result, no, scheme_of(run.edition), REGISTRY, sources)
