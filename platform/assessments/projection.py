"""A result document as rows: what lists, filters and pages read. Can be rebuilt from the documents at any time.

A year of a large unit is a document of tens of megabytes; a page asks for its head, for all subjects without
their lines, or for one subject with them.
"""

import json
import zlib
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from assessments.bulk import insert_rows
from assessments.errors import SubjectUnknown
from assessments.models import AwardLine, Result, Run
from rulesets.engine.frames import EXCLUDED

# What a subject's row keeps apart, since only the subject's own page shows it.
DETAILS = ("lines", "notes", "periods")
LINE_FIELDS = (
    "result",
    "order",
    "event",
    "date",
    "item",
    "item_name",
    "component",
    "role",
    "level",
    "raw",
    "points",
    "clause",
    "reasons",
)
Vetoes = Mapping[str, list[tuple[str, str, str]]]


def project(run: Run, result: Mapping[str, Any], inputs: Mapping[str, Any]) -> None:
    """Writes the rows of the run anew from its newest result document and its inputs."""
    project_subjects(run, result, inputs)
    project_lines(run, result)


@transaction.atomic
def project_subjects(run: Run, result: Mapping[str, Any], inputs: Mapping[str, Any]) -> None:
    """Writes head and subjects anew: with them the result can be seen, each subject with its lines."""
    run.head = head_of(result)
    run.lines_listed = False
    run.save(update_fields=["head", "lines_listed"])
    run.results.all().delete()
    vetoes = vetoes_in(result, inputs)
    subjects = result["subjects"]
    Result.objects.bulk_create((_result_row(run, subject, vetoes) for subject in subjects), batch_size=2000)


@transaction.atomic
def project_lines(run: Run, result: Mapping[str, Any]) -> None:
    """Writes the rows of lines anew, by which they are listed across subjects; `project_subjects` went before."""
    # Whoever else does the same waits, and then finds it done.
    Run.objects.select_for_update().get(pk=run.pk)
    AwardLine.objects.filter(result__run=run).delete()
    rows = dict(run.results.order_by().values_list("no", "pk"))
    insert_rows(
        AwardLine,
        LINE_FIELDS,
        (
            _line_values(rows[subject["no"]], order, line)
            for subject in result["subjects"]
            for order, line in enumerate(subject["lines"])
        ),
    )
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


def head_of(result: Mapping[str, Any]) -> dict[str, Any]:
    """A result document without its subjects."""
    return {key: value for key, value in result.items() if key != "subjects"}


def summary_of(subject: Mapping[str, Any]) -> dict[str, Any]:
    """A subject of a result document without its details."""
    return {key: value for key, value in subject.items() if key not in DETAILS}


def details_of(subject: Mapping[str, Any], vetoes: Vetoes) -> bytes:
    """A subject's details, compressed; the events of its vetoes among them."""
    details = {key: subject[key] for key in DETAILS if key in subject}
    details["vetoes"] = vetoes.get(subject["no"], [])
    return zlib.compress(json.dumps(details, ensure_ascii=False).encode(), 6)


def vetoes_in(result: Mapping[str, Any], inputs: Mapping[str, Any]) -> Vetoes:
    """Subject → the events that the run read against it under the vetoes that it is flagged with, by date."""
    items = {subject["no"]: _vetoed_by(subject) for subject in result["subjects"] if _vetoed_by(subject)}
    found: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    columns = inputs["events"]["columns"]
    places = [columns.index(name) for name in ("subject", "item", "date", "event")]
    for row in inputs["events"]["rows"] if items else ():
        no, item, date, event = (row[place] for place in places)
        if item in items.get(no, ()):
            found[no].add((date, event, item))
    return {no: [(event, date, item) for date, event, item in sorted(own)] for no, own in found.items()}


def _vetoed_by(subject: Mapping[str, Any]) -> set[str]:
    return {flag.partition(":")[2] for flag in subject["flags"] if flag.startswith("vetoed:")}


def _result_row(run: Run, subject: Mapping[str, Any], vetoes: Vetoes) -> Result:
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
        details=details_of(subject, vetoes),
    )


def _line_values(result: int, order: int, line: Mapping[str, Any]) -> tuple[Any, ...]:
    """The line as a row of LINE_FIELDS."""
    reasons = line["reasons"]
    return (
        result,
        order,
        line["event"],
        line["date"],
        line["item"],
        line["name"],
        line["component"],
        line["role"] or "",
        line["level"] or "",
        line["raw"],
        line["points"],
        line["clause"],
        json.dumps(reasons, ensure_ascii=False) if reasons else "[]",
    )
