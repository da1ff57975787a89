"""Replays stored runs: the software of today must find what the run found, to the last digit."""

from collections.abc import Iterator
from dataclasses import dataclass

from assessments.decisions import with_decisions
from assessments.models import Document, Run
from assessments.reckoning import result_head, scheme_of
from assessments.results import blocks_of
from rulesets.engine.document import frames_from
from rulesets.engine.period import Period
from rulesets.reckoning import assessed_document

# Mappings whose keys are the scheme's own: one more there is another result.
WHOLE = frozenset({"components", "outcomes"})


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a replay departs from what is stored: a path such as `subjects/1004/total`, and both values."""

    path: str
    stored: object
    replayed: object


def replay(run: Run) -> list[Difference]:
    """What differs between what is stored of the run and the same edition and inputs reckoned now; empty: nothing.

    Stored are the result as it was reckoned, as it was decided, and as it was published each time.
    """
    period = Period.parse(run.period)
    frames = frames_from(run.inputs.read())
    document = assessed_document(scheme_of(run.edition), frames, period, run.as_of, run.edition.digest)
    reckoned = result_head(run.unit, run.edition, run.digest) | document
    found = list(differences(run.reckoned, reckoned))
    for stored in _later_documents(run):
        kept = stored.read()
        found.extend(differences(kept, with_decisions(run, reckoned, blocks_of(kept))))
    return found


def _later_documents(run: Run) -> list[Document]:
    """The documents that carry decisions on the run: the newest one, and those that were published."""
    published = [publication.document for publication in run.publications.select_related("document")]
    documents = {document.digest: document for document in (run.document, *published)}
    return [document for digest, document in sorted(documents.items()) if digest != run.outcome_id]


def differences(stored: object, replayed: object, path: str = "") -> Iterator[Difference]:
    """The leaves in which two documents differ; entries of a list are named by their number or event.

    A record may hold more than the stored one: a later version says more of the same result.
    """
    if isinstance(stored, dict) and isinstance(replayed, dict):
        is_whole = path.rpartition("/")[2] in WHOLE
        for key in sorted(stored.keys() | replayed.keys() if is_whole else stored.keys()):
            yield from differences(stored.get(key), replayed.get(key), f"{path}/{key}" if path else key)
    elif isinstance(stored, list) and isinstance(replayed, list) and len(stored) == len(replayed):
        for place, (one, other) in enumerate(zip(stored, replayed, strict=True)):
            name = one.get("no") or one.get("event") or place if isinstance(one, dict) else place
            yield from differences(one, other, f"{path}/{name}")
    elif stored != replayed:
        yield Difference(path, stored, replayed)
