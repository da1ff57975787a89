"""A result document as rows: what lists, filters and pages read. Can be rebuilt from the documents at any time.

A year of a large unit is a document of tens of megabytes; a page asks for its head, for all subjects without
their lines, or for one subject with them.
"""

import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import polars as pl
from django.db import transaction

from assessments.errors import SubjectUnknown
from assessments.models import AwardLine, Result, Run
from rulesets.engine.document import frames_from
from rulesets.engine.frames import EXCLUDED
from rulesets.engine.result import ResultInParts, with_lines
from units.bulk import insert_frames

# What a subject's row keeps apart, since only the subject's own page shows it.
DETAILS = ("lines", "notes", "periods")
Vetoes = Mapping[str, list[tuple[str, str, str]]]
# The details of more lines than these are compressed faster than well.
MANY_LINES = 100_000
THOROUGH, QUICK = 6, 1


def project(run: Run, result: Mapping[str, Any], inputs: Mapping[str, Any]) -> None:
    """Writes the rows of the run anew from its newest result document and its inputs."""
    parts = ResultInParts.of(result)
    project_subjects(run, parts, frames_from(inputs).events)
    project_lines(run, parts)


@transaction.atomic
def project_subjects(run: Run, result: ResultInParts, events: pl.DataFrame) -> None:
    """Writes head and subjects anew: with them the result can be seen, each subject with its lines.

    `events` are those that the run read.
    """
    run.head = dict(result.head)
    run.lines_listed = False
    run.save(update_fields=["head", "lines_listed"])
    run.results.all().delete()
    details = details_of(result, vetoes_in(result.subjects, events))
    rows = (_result_row(run, subject, packed) for subject, packed in details)
    Result.objects.bulk_create(rows, batch_size=2000)


@transaction.atomic
def project_lines(run: Run, result: ResultInParts) -> None:
    """Writes the rows of lines anew, by which they are listed across subjects; `project_subjects` went before."""
    # Whoever else does the same waits, and then finds it done.
    Run.objects.select_for_update().get(pk=run.pk)
    AwardLine.objects.filter(result__run=run).delete()
    rows = dict(run.results.order_by().values_list("no", "pk"))
    insert_frames(AwardLine, (_line_rows(batch.lines, rows) for batch in result.batches()))
    run.lines_listed = True
    run.save(update_fields=["lines_listed"])


def project_decided(run: Run, result: Mapping[str, Any], nos: set[str]) -> None:
    """Writes what decisions changed of these subjects into their rows."""
    subjects = {subject["no"]: subject for subject in result["subjects"] if subject["no"] in nos}
    rows = list(run.results.filter(no__in=nos))
    for row in rows:
        subject = subjects[row.no]
        row.band, row.band_name = subject["band"], subject["band_name"]
        row.outcomes = subject["outcomes"]
        row.summary = summary_of(subject)
    Result.objects.bulk_update(rows, ["band", "band_name", "outcomes", "summary"])


def outline(run: Run) -> dict[str, Any]:
    """The newest result without what stands in DETAILS: subjects in the document's order."""
    summaries = [summary for (summary,) in run.results.order_by().values_list("summary")]
    return run.head | {"subjects": sorted(summaries, key=_place)}


def whole_subject(run: Run, no: str) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """One subject of the newest result with its details, and the events behind its vetoes: number, date, item.

    Raises SubjectUnknown.
    """
    row = run.results.filter(no=no).first()
    if row is None:
        raise SubjectUnknown(f"{run.head['period_name']}的结果中没有编号为“{no}”的考核对象。")
    details = json.loads(zlib.decompress(bytes(row.details)))
    vetoes = [tuple(veto) for veto in details.pop("vetoes")]
    return row.summary | details, vetoes


def _place(subject: Mapping[str, Any]) -> tuple[bool, int, bool, str]:
    return subject["rank"] is None, subject["rank"] or 0, EXCLUDED in subject["flags"], subject["no"]


def summary_of(subject: Mapping[str, Any]) -> dict[str, Any]:
    """A subject of a result document without its details."""
    return {key: value for key, value in subject.items() if key not in DETAILS}


def details_of(result: ResultInParts, vetoes: Vetoes) -> Iterator[tuple[Mapping[str, Any], bytes]]:
    """Each subject, without lines, and its details, compressed; the events of its vetoes among them."""
    level = THOROUGH if result.lines.height <= MANY_LINES else QUICK
    for batch in result.batches():
        lines = batch.canonical_lines()
        for subject in batch.subjects:
            details = {key: subject[key] for key in DETAILS if key in subject}
            details["vetoes"] = vetoes.get(subject["no"], [])
            written = with_lines(details, lines.get(subject["no"], "[]"))
            yield subject, zlib.compress(written.encode(), level)


def vetoes_in(subjects: Iterable[Mapping[str, Any]], events: pl.DataFrame) -> Vetoes:
    """Subject → the events that the run read against it under the vetoes that it is flagged with, by date."""
    items = {subject["no"]: vetoed for subject in subjects if (vetoed := _vetoed_by(subject))}
    found: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    codes = sorted(set[str]().union(*items.values()))
    struck = events.filter(pl.col("item").is_in(codes)).select("subject", "item", "date", "event")
    for no, item, date, event in struck.iter_rows():
        if item in items.get(no, ()):
            found[no].add((date.isoformat(), event, item))
    return {no: [(event, date, item) for date, event, item in sorted(own)] for no, own in found.items()}


def _vetoed_by(subject: Mapping[str, Any]) -> set[str]:
    return {flag.partition(":")[2] for flag in subject["flags"] if flag.startswith("vetoed:")}


def _result_row(run: Run, subject: Mapping[str, Any], details: bytes) -> Result:
    return Result(
        run=run,
        no=subject["no"],
        name=subject["name"],
        department_name=subject["department_name"] or "",
        total=None if subject["total"] is None else Decimal(subject["total"]),
        rank=subject["rank"],
        of=subject["of"],
        band=subject["band"] or "",
        band_name=subject["band_name"] or "",
        flags=subject["flags"],
        outcomes=subject["outcomes"],
        summary=summary_of(subject),
        details=details,
    )


def _line_rows(lines: pl.DataFrame, results: Mapping[str, int]) -> pl.DataFrame:
    """The lines in the columns of AwardLine; `results` are the keys of the subjects' rows."""
    subject = pl.col("subject").cast(pl.String)
    return lines.select(
        subject.replace_strict(results, return_dtype=pl.Int64).alias("result"),
        pl.int_range(pl.len()).over("subject").alias("order"),
        "event",
        "date",
        "item",
        pl.col("name").alias("item_name"),
        "component",
        pl.col("role").cast(pl.String).fill_null(""),
        pl.col("level").cast(pl.String).fill_null(""),
        "raw",
        "points",
        "clause",
        "reasons",
    )
