"""Results and inputs as plain documents: what `assess --json` prints, what a run stores, what replay reads."""

import datetime
import functools
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import polars as pl

from rulesets.engine.assess import Assessment
from rulesets.engine.canonical import canonical, digest_of_parts
from rulesets.engine.columns import canonical_rows
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
from rulesets.engine.result import NO_REASONS, ResultInParts
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

    Every score is a text in plain decimal notation; see the contract in docs/REFERENCE.md.
    """
    return result_in_parts(assessment, scheme, frames).document()


def result_in_parts(assessment: Assessment, scheme: Scheme, frames: Frames) -> ResultInParts:
    """The same, its award lines still in columns."""
    departments = dict(frames.departments.select("code", "name").iter_rows())
    positions = _positions(frames, assessment.as_of)
    # Where a scheme has sheets, everybody has the key, also who has none that counts.
    has_sheets = any(rule.family == "weighting" for rule in rules_in(scheme, assessment.period.kind))
    subjects = [
        _subject(standing, scheme)
        | (_periods(standing, scheme) if has_sheets else {})
        | _factor_and_notes(standing)
        | _exclusion(standing)
        | {
            "department_name": departments.get(standing.department or ""),
            "position": positions.get(standing.subject),
        }
        for standing in assessment.standings
    ]
    told = functools.partial(told_lines, scheme=scheme)
    return ResultInParts(_head(assessment, scheme), subjects, assessment.lines, told)


def _head(assessment: Assessment, scheme: Scheme) -> dict[str, Any]:
    kind = assessment.period.kind
    return {
        "scheme": scheme.code,
        "scheme_name": scheme.name,
        "period": assessment.period.code,
        "period_name": assessment.period.name,
        "as_of": assessment.as_of.isoformat(),
        "components": [_component(component, kind) for component in scheme.components_in(kind)],
        "bands": [{"code": rule.code, "name": rule.name} for rule in scheme.rules if rule.family == "band"],
        "outcomes": [
            {"code": rule.code, "name": rule.name} for rule in scheme.rules if rule.family == "payout"
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


def told_lines(lines: pl.DataFrame, scheme: Scheme) -> pl.DataFrame:
    """Award lines in the columns `subject` and LINE_KEYS, as they stand in a result; reasons in canonical JSON."""
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
        written("reasons", lambda text: canonical(reasons_in(text))).fill_null(NO_REASONS).alias("reasons"),
    )


def inputs_document(frames: Frames) -> dict[str, Any]:
    """The frames as plain data: the columns' names and the rows, numbers as scaled integers, dates as ISO texts.

    Rows are in order of all their columns, so that equal inputs make equal documents.
    """
    return {
        name: {"columns": ordered.columns, "rows": [list(row) for row in ordered.iter_rows()]}
        for name, ordered in _ordered_frames(frames)
    }


def _ordered_frames(frames: Frames) -> Iterator[tuple[str, pl.DataFrame]]:
    for name in sorted(SCHEMAS):
        frame: pl.DataFrame = getattr(frames, name)
        if not (frame.is_empty() and name in LEFT_OUT_WHEN_EMPTY):
            ordered = ordered_by(frame, frame.columns)
            yield name, ordered.with_columns(pl.col(pl.Date).dt.to_string("%Y-%m-%d"))


def inputs_parts(frames: Frames) -> Iterator[str]:
    """The canonical form of `inputs_document`, piece by piece, written by columns."""
    opening = "{"
    for name, ordered in _ordered_frames(frames):
        yield f'{opening}"{name}":{{"columns":{canonical(ordered.columns)},"rows":['
        separator = ""
        for rows in canonical_rows(ordered):
            yield separator + rows
            separator = ","
        yield "]}"
        opening = ","
    yield "}"


def inputs_digest(frames: Frames) -> str:
    """The digest of `inputs_document`."""
    return digest_of_parts(inputs_parts(frames))


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
