"""Issuing papers: each gets its code and seal before it is printed, and an entry in the register afterwards."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any, overload

from django.conf import settings
from django.urls import reverse

from assessments.models import Document, Publication, Run
from assessments.publication import published
from reports.forms.form import stem_of
from reports.forms.lines import unpacked
from reports.models import IssuedPaper, PrintOrder
from reports.paper import Enclosure, Paper, packed
from reports.paper import unpacked as whole_paper
from reports.printing import Job
from reports.rendering import looks_digest
from reports.seals import Seal, code_of, sealed
from reports.signing import certificate_of
from rulesets.engine.canonical import canonical
from tabular.contents import contents_of
from tabular.writing import write_workbook
from units.models import Account, Unit

# What a paper for several people encloses of each: what stands in its rows.
ROW = ("no", "name", "department_name", "total", "rank", "of", "band", "band_name")
# Papers whose rows show the results of everybody; others of several people enclose nobody's.
SHOWING_ROWS = frozenset({"summary", "filing"})


@dataclass(frozen=True, slots=True)
class Issue:
    """A paper that is about to be issued, sealed; no and name: of the subject that it is for, else empty.

    content: the paper, packed while it waits for its turn. workbook: the file itself, where the paper is one; of its
    `paper` the name alone counts then.
    """

    content: bytes
    code: str
    title: str
    no: str = ""
    name: str = ""
    workbook: bytes = b""

    @property
    def paper(self) -> Paper:
        return whole_paper(self.content)


class Papers(Sequence[Paper]):
    """The papers of issues, each made whole when it is looked at; without certificates where they are to be bound."""

    def __init__(self, issues: Sequence[Issue], *, are_bound: bool = False) -> None:
        self._issues, self._are_bound = issues, are_bound

    @overload
    def __getitem__(self, place: int) -> Paper: ...
    @overload
    def __getitem__(self, place: slice) -> "Papers": ...
    def __getitem__(self, place: int | slice) -> "Paper | Papers":
        if isinstance(place, slice):
            return Papers(self._issues[place], are_bound=self._are_bound)
        paper = self._issues[place].paper
        return replace(paper, certificate=None) if self._are_bound else paper

    def __len__(self) -> int:
        return len(self._issues)


def issues_of(job: Job) -> list[Issue]:
    """The sealed papers of an order. What is written on them decides their code: printed again, it is the same."""
    if job.order.format == "xlsx":
        return [_workbook_issue(job)]
    if not job.form.is_for_each:
        return [_issue(job, paper, None, place) for place, paper in enumerate(job.papers())]
    # One by one, so that a thousand papers are never there at once.
    singly = (replace(job, subjects=[subject]) for subject in job.subjects)
    each = [_issue(job, paper, single.subjects[0], 0) for single in singly for paper in single.papers()]
    front = job.front
    return [_issue(job, front, None, 0, f"{job.form.name}汇总"), *each] if front else each


def _issue(
    job: Job, paper: Paper, subject: Mapping[str, Any] | None, place: int, title: str | None = None
) -> Issue:
    title = title or job.form.name
    no, name = (subject["no"], subject["name"]) if subject else ("", "")
    result, run = job.source.result, job.run
    # Of papers without a result what stands on them is the only fact.
    basis = run.document.digest if run else hashlib.sha256(paper.html.encode()).hexdigest()
    code = code_of(
        basis, job.form.code, job.order.size, no, str(place), str(paper.stem), *_further_facts(job, subject)
    )
    words = f"{result['unit_name']}　{result['period_name']}"
    seal = Seal(code, words, target_of(job.unit, code, words, title))
    if job.order.format == "png":
        return Issue(packed(sealed(paper, seal, None, is_below=True)), code, title, no, name)
    enclosure = _enclosure(job, run, subject, code) if run else None
    certificate = certificate_of(job.unit.code, Path(settings.DATA_FOLDER))
    paper = replace(sealed(paper, seal, enclosure), certificate=certificate)
    return Issue(packed(paper), code, title, no, name)


def _workbook_issue(job: Job) -> Issue:
    """The workbook of an order, with its code among the file's properties and at the foot of its pages."""
    assert job.form.workbook is not None and job.run is not None
    stem = stem_of(job.source, job.form.name)
    code = code_of(job.run.document.digest, job.form.code, stem, *_further_facts(job))
    file = BytesIO()
    write_workbook(file, job.form.workbook(job.source, job.subjects), f"核验编号 {code}")
    return Issue(packed(Paper(stem, "", (), code=code)), code, job.form.name, workbook=file.getvalue())


def _further_facts(job: Job, subject: Mapping[str, Any] | None = None) -> Iterator[str]:
    """What else tells papers of one form apart; nothing of the usual ones. subject: whose paper it is alone."""
    if job.order.format != "pdf":
        yield job.order.format
    if subject is None and not job.is_for_everybody:
        yield ",".join(subject["no"] for subject in job.subjects)
    if job.order.posted and job.order.until:
        yield f"{job.order.posted} {job.order.until}"


def target_of(unit: Unit, code: str, words: str, title: str) -> str:
    """What the QR code says: the verifying page at the unit's address, or the installation's; else the code itself."""
    address = unit.public_address or settings.PUBLIC_ADDRESS
    if address:
        return address.rstrip("/") + reverse("portal:verify_code", args=[code])
    return f"核验编号 {code} {words} {title}"


def _enclosure(job: Job, run: Run, subject: Mapping[str, Any] | None, code: str) -> Enclosure:
    content = enclosed(job.source.result, job.form.code, job.subjects, subject, code)
    return Enclosure(
        name=f"{subject['no']}.json" if subject else "result.json",
        content=canonical(content).encode(),
        description="本表所载的考核结果（数据）",
        made_at=run.made_at,
    )


def enclosed(
    result: Mapping[str, Any],
    form: str,
    subjects: Sequence[Mapping[str, Any]],
    subject: Mapping[str, Any] | None,
    code: str,
) -> dict[str, Any]:
    """The data inside a paper: the result's head and what the paper shows, and nothing of anybody else."""
    head = {key: value for key, value in result.items() if key != "subjects"}
    shown: list[Any] = []
    if subject is not None:
        shown = [unpacked(subject)]
    elif form in SHOWING_ROWS:
        shown = [{key: each.get(key) for key in ROW} for each in subjects]
    return {**head, "code": code, "form": form, "subjects": shown}


def register(
    job: Job,
    issues: Sequence[Issue],
    file_digests: Iterable[str],
    account: Account | None = None,
    order: PrintOrder | None = None,
) -> list[IssuedPaper]:
    """The register's new entries, in one transaction of the caller's; the same file issued again by the same is none.

    file_digests: of each issue the SHA-256 of the file that it stands in; an issue of several files stands once for
    each.
    """
    publication = _publication_of(job.run)
    given = list(zip(issues, file_digests, strict=True))
    entered = IssuedPaper.objects.filter(code__in=[issue.code for issue in issues], issued_by=account)
    known = set(entered.values_list("code", "file_digest"))
    return IssuedPaper.objects.bulk_create(
        IssuedPaper(
            unit=job.unit,
            form=job.form.code,
            title=issue.title,
            period=job.order.period,
            no=issue.no,
            name=issue.name,
            code=issue.code,
            run=job.run,
            publication=publication,
            document=job.run.document if job.run else None,
            content=kept(issue),
            format=job.order.format,
            file_digest=digest,
            order=order,
            issued_by=account,
        )
        for issue, digest in given
        if (issue.code, digest) not in known
    )


def _publication_of(run: Run | None) -> Publication | None:
    standing = published(run.edition.scheme, run.period) if run else None
    return standing if standing and run and standing.document_id == run.document.digest else None


def kept(issue: Issue) -> Document:
    """What was issued, under its digest: all but the enclosures, which the result gives again."""
    paper = issue.paper
    if issue.workbook:
        return Document.objects.keep({"stem": paper.stem, "cells": contents_of(issue.workbook)})
    looks = looks_digest(paper.styles)
    content = {"stem": paper.stem, "html": paper.html, "styles": list(paper.styles), "looks": looks}
    return Document.objects.keep(content)


def paper_kept(document: Document) -> Paper:
    """The paper that was kept. Raises DocumentAltered."""
    content = document.read()
    return Paper(content["stem"], content["html"], tuple(content["styles"]))


def is_drawn_as_issued(document: Document) -> bool:
    """Whether the paper that was kept is drawn today as on the day when it was issued. Raises DocumentAltered."""
    content = document.read()
    return bool(content.get("looks") == looks_digest(content["styles"]))


def digest_of_file(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
