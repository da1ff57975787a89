"""Results and inputs as plain documents: what `assess --json` prints, what a run stores, what replay reads."""

import datetime
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import polars as pl

from rulesets.engine.assess import Assessment
from rulesets.engine.decide import rules_in
from rulesets.engine.frames import (
    APPOINTMENTS,
    BALLOTS,
    DEPARTMENTS,
    EVENTS,
    EXCLUSIONS,
    INHERITED,
    METRICS,
    PEOPLE,
    Frames,
    ordered_by,
    reasons_in,
)
from rulesets.engine.numbers import plain, plain_points, rounded
from rulesets.engine.period import PeriodKind
from rulesets.engine.protocols import Standing
from rulesets.engine.scheme import Component, Scheme

SCHEMAS = {
    "people": PEOPLE,
    "departments": DEPARTMENTS,
    "appointments": APPOINTMENTS,
    "events": EVENTS,
    "ballots": BALLOTS,
    "metrics": METRICS,
    "inherited": INHERITED,
    "exclusions": EXCLUSIONS,
}
# Frames that the documents of most schemes leave out, since nothing is in them.
LEFT_OUT_WHEN_EMPTY = frozenset({"inherited", "exclusions"})


def result_document(assessment: Assessment, scheme: Scheme, frames: Frames) -> dict[str, Any]:
    """The result: period, as_of, the scheme's components and bands by name, and subjects in order of rank.

    Every score is a text in plain decimal notation; see the contract in docs/RESULTS.md.
    """
    departments = dict(frames.departments.select("code", "name").iter_rows())
    positions = _positions(frames, assessment.as_of)
    lines = lines_by_subject(assessment.lines, scheme)
    # Where a scheme has sheets, everybody has the key, also who has none that counts.
    has_sheets = any(rule.family == "weighting" for rule in rules_in(scheme, assessment.period.kind))
    return {
        "scheme": scheme.code,
        "scheme_name": scheme.name,
        "period": assessment.period.code,
        "period_name": assessment.period.name,
        "as_of": assessment.as_of.isoformat(),
        "components": [
            _component(component, assessment.period.kind)
            for component in scheme.components_in(assessment.period.kind)
        ],
        "bands": [{"code": rule.code, "name": rule.name} for rule in scheme.rules if rule.family == "band"],
        "outcomes": [
            {"code": rule.code, "name": rule.name} for rule in scheme.rules if rule.family == "payout"
        ],
        "subjects": [
            _subject(standing, scheme)
            | (_periods(standing, scheme) if has_sheets else {})
            | _factor_and_notes(standing)
            | _exclusion(standing)
            | {
                "department_name": departments.get(standing.department or ""),
                "position": positions.get(standing.subject),
                "lines": lines.get(standing.subject, []),
            }
            for standing in assessment.standings
        ],
    }


def _component(component: Component, kind: PeriodKind) -> dict[str, Any]:
    return {
        "code": component.code,
        "name": component.name,
        "base": component.base_in(kind),
        "floor": component.floor,
        "ceiling": component.ceiling,
        "clause": component.clause,
    }


def _positions(frames: Frames, as_of: datetime.date) -> dict[str, str]:
    main = frames.appointments.filter(
        ~pl.col("secondary"),
        pl.col("start") <= as_of,
        pl.coalesce(pl.col("end"), pl.lit(as_of)) >= as_of,
    )
    return dict(main.select("person", "position").iter_rows())


def _shown(value: Fraction | None) -> str | None:
    return None if value is None else plain(value)


def _periods(standing: Standing, scheme: Scheme) -> dict[str, Any]:
    """The counted sheets of sub-periods, in order."""
    return {
        "periods": [
            {
                "period": period,
                "total": plain(rounded(sheet.total, scheme.decimals)),
                "components": {code: plain(value) for code, value in sheet.components.items()},
                "outcomes": sheet.outcomes,
            }
            for period, sheet in sorted(standing.sheets.items())
        ]
    }


def _factor_and_notes(standing: Standing) -> dict[str, Any]:
    """What multiplies the sum of components, and how rules without lines came to what they gave; where any."""
    factor = standing.factor * standing.factor_after_ranking
    notes = [
        {"rule": note.rule, "component": note.component, "text": note.text}
        for note in sorted(standing.notes, key=lambda note: (note.component or "", note.rule, note.text))
    ]
    return ({"factor": plain(factor)} if factor != 1 else {}) | ({"notes": notes} if notes else {})


def _exclusion(standing: Standing) -> dict[str, Any]:
    """Why a subject is not assessed or gets no band; where it is so."""
    if standing.exclusion is None:
        return {}
    return {"exclusion": {"kind": standing.exclusion.kind, "reason": standing.exclusion.reason}}


def _subject(standing: Standing, scheme: Scheme) -> dict[str, Any]:
    names = {rule.code: rule.name for rule in scheme.rules if rule.family == "band"}
    return {
        "no": standing.subject,
        "name": standing.name,
        "department": standing.department,
        "group": standing.group,
        "group_name": scheme.name_of("group", standing.group) if standing.group else None,
        "total": _shown(standing.total),
        "rank": standing.rank,
        "of": standing.of,
        "band": standing.band,
        "band_name": names.get(standing.band or ""),
        "components": {code: plain(value) for code, value in standing.components.items()},
        "flags": sorted(standing.flags),
        "outcomes": standing.outcomes,
    }


LINE_KEYS = (
    *("event", "date", "item", "name", "component", "role", "role_name", "level", "level_name", "quantity"),
    *("matter", "tier", "raw", "points", "period", "clause", "reasons"),
)


def lines_by_subject(lines: pl.DataFrame, scheme: Scheme) -> dict[str, list[dict[str, Any]]]:
    """Each subject's lines in order, as they stand in a result."""
    grouped: dict[str, list[dict[str, Any]]] = {}
    # Everything but the reasons is written by columns: a large unit has a million lines.
    for subject, *values, reasons in _line_texts(lines, scheme).iter_rows():
        line = dict(zip(LINE_KEYS, (*values, reasons_in(reasons)), strict=True))
        grouped.setdefault(subject, []).append(line)
    return grouped


def _line_texts(lines: pl.DataFrame, scheme: Scheme) -> pl.DataFrame:
    """The columns subject and LINE_KEYS as they stand in a result, but for the reasons."""
    rules = {rule.code: rule for rule in scheme.rules}

    def written(column: str, write: Callable[[Any], str]) -> pl.Expr:
        """The column's values, each written once; None stays None."""
        found = lines[column].unique().drop_nulls()
        texts = pl.Series([write(value) for value in found], dtype=pl.String)
        if found.is_empty():
            return pl.lit(None, pl.String)
        return pl.col(column).replace_strict(found, texts, default=None, return_dtype=pl.String)

    date = pl.col("date").dt
    return lines.select(
        "subject",
        "event",
        date.to_string("%Y-%m-%d"),
        "item",
        written("item", lambda code: rules[code].name).alias("name"),
        "component",
        "role",
        written("role", lambda code: scheme.name_of("role", code)).alias("role_name"),
        "level",
        written("level", lambda code: scheme.name_of("level", code)).alias("level_name"),
        written("quantity", plain_points).alias("quantity"),
        "matter",
        "tier",
        written("raw", plain_points).alias("raw"),
        written("points", plain_points).alias("points"),
        date.to_string("%Y-%m").alias("period"),
        written("item", lambda code: rules[code].clause).alias("clause"),
        "reasons",
    )


def inputs_document(frames: Frames) -> dict[str, Any]:
    """The frames as plain data: the columns' names and the rows, numbers as scaled integers, dates as ISO texts.

    Rows are in order of all their columns, so that equal inputs make equal documents.
    """
    document = {}
    for name in SCHEMAS:
        frame: pl.DataFrame = getattr(frames, name)
        if frame.is_empty() and name in LEFT_OUT_WHEN_EMPTY:
            continue
        ordered = ordered_by(frame, frame.columns).with_columns(pl.col(pl.Date).dt.to_string("%Y-%m-%d"))
        document[name] = {"columns": ordered.columns, "rows": [list(row) for row in ordered.iter_rows()]}
    return document


def frames_from(document: Mapping[str, Any]) -> Frames:
    """The frames that an inputs document holds; the way back of `inputs_document`."""
    frames = {}
    for name, schema in SCHEMAS.items():
        if name not in document and name in LEFT_OUT_WHEN_EMPTY:
            continue
        columns = document[name]["columns"]
        kinds = {column: schema.get(column, pl.String) for column in columns}
        texts = {column: pl.String if kind == pl.Date else kind for column, kind in kinds.items()}
        frame = pl.DataFrame(document[name]["rows"], schema=texts, orient="row")
        dates = [pl.col(column).str.to_date("%Y-%m-%d") for column, kind in kinds.items() if kind == pl.Date]
        frames[name] = frame.with_columns(dates)
    return Frames(**frames)
