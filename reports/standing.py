"""What an issued paper is worth today: whether the result that it shows still holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from assessments.models import Document, Publication, Run
from assessments.publication import published
from assessments.results import latest_run
from reports.models import IssuedPaper


class Standing(StrEnum):
    """How the paper's result stands to the one that holds today."""

    VALID = "valid"
    UNPUBLISHED = "unpublished"
    UNCHANGED = "unchanged"
    SUPERSEDED = "superseded"
    PLAIN = "plain"


SENTENCES = {
    Standing.VALID: "有效：所载结果就是现行公布的结果。",
    Standing.UNPUBLISHED: "所载结果与系统中最新的核算一致，但尚未公布。",
    Standing.UNCHANGED: "有效：此后结果有过更正，但本件所载对象的结果没有变化。",
    Standing.SUPERSEDED: "已失效：此后结果有更正，请以更正后的结果为准。",
    Standing.PLAIN: "本件不载考核结果，没有失效一说。",
}


@dataclass(frozen=True, slots=True)
class Today:
    """A paper's standing, and what holds today in its place (publication or run; None where it shows no result)."""

    standing: Standing
    publication: Publication | None
    run: Run | None
    document: Document | None

    @property
    def sentence(self) -> str:
        return SENTENCES[self.standing]


def today_of(paper: IssuedPaper) -> Today:
    """The paper's standing: against the published result, or where nothing is published against the newest one."""
    if paper.run is None or paper.document_id is None:
        return Today(Standing.PLAIN, None, None, None)
    scheme = paper.run.edition.scheme
    publication = published(scheme, paper.period)
    run = publication.run if publication else latest_run(paper.unit, paper.period, scheme.code)
    document = publication.document if publication else run.document
    return Today(_standing(paper, document, publication), publication, run, document)


def _standing(paper: IssuedPaper, document: Document, publication: Publication | None) -> Standing:
    assert paper.document is not None
    if document.digest == paper.document.digest:
        return Standing.VALID if publication else Standing.UNPUBLISHED
    before, after = (subject_in(each.read(), paper.no) for each in (paper.document, document))
    if publication and paper.no and before is not None and before == after:
        return Standing.UNCHANGED
    return Standing.SUPERSEDED


def subject_in(result: Mapping[str, Any], no: str) -> Mapping[str, Any] | None:
    """A subject's part of a result document, None where it has none."""
    return next((subject for subject in result["subjects"] if subject["no"] == no), None)
