"""The families' test bench: rules and inputs in few words → what came out, in few words."""

import datetime
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import polars as pl
import pytest

from rulesets.engine.assess import Assessment, assess
from rulesets.engine.canonical import digest_of
from rulesets.engine.corrections import corrected
from rulesets.engine.frames import (
    APPOINTMENTS,
    BALLOTS,
    DEPARTMENTS,
    EVENTS,
    INHERITED,
    METRICS,
    PEOPLE,
    Frames,
    attribute_column,
    reasons_in,
)
from rulesets.engine.numbers import plain, plain_points, scaled
from rulesets.engine.period import Period
from rulesets.engine.protocols import Example
from rulesets.engine.scheme import Scheme
from rulesets.families import REGISTRY

# Totals that an example presupposes enter as points of this item.
PRESUPPOSED = {
    "code": "GIVEN",
    "name": "给定总分",
    "family": "quantity",
    "component": "given",
    "params": {"signed": True},
    "tiers": [{"value": "1"}],
}
NOTHING: Mapping[str, Any] = MappingProxyType({})


def snapshot_of(example: Example) -> dict[str, Any]:
    """A scheme of the example's rules and whatever words they use."""
    rules = [PRESUPPOSED, *example.rules]
    components = {c["code"]: c for c in example.given.get("components", ())}
    for rule in rules:
        if rule.get("component"):
            components.setdefault(rule["component"], {"code": rule["component"], "name": rule["component"]})
    tiers = [tier for rule in rules for tier in rule.get("tiers", ())]

    def words(kind: str) -> list[dict[str, str]]:
        return [{"code": code, "name": code} for code in dict.fromkeys(t[kind] for t in tiers if kind in t)]

    whole = {
        "code": "example",
        "name": example.title,
        "periods": ["year"],
        "levels": words("level"),
        "roles": words("role"),
        "groups": groups_of(example),
        "attributes": [
            {"code": code, "name": code, "type": "choice", "choices": words("choice")}
            for code in dict.fromkeys(
                r["params"]["attribute"] for r in rules if "attribute" in r.get("params", {})
            )
        ],
        "components": list(components.values()),
        "subject": "department" if "departments" in example.given else "person",
        "rules": rules,
    }
    return corrected(whole)


def groups_of(example: Example) -> list[dict[str, str]]:
    codes = [*example.given.get("groups", {}).values()]
    codes += [tier["group"] for rule in example.rules for tier in rule.get("tiers", ()) if "group" in tier]
    return [{"code": code, "name": code} for code in dict.fromkeys(codes)]


def frame(rows: Sequence[Mapping[str, Any]], schema: Mapping[str, Any], **defaults: Any) -> pl.DataFrame:
    filled = [{**dict.fromkeys(schema), **defaults, **row} for row in rows]
    return pl.DataFrame(filled, schema=dict(schema), orient="row")


def events_frame(given: Mapping[str, Any]) -> pl.DataFrame:
    rows = [dict(row) for row in given.get("events", ())]
    rows += [
        {"event": f"GIVEN{no}", "item": "GIVEN", "subject": no, "quantity": total}
        for no, total in given.get("totals", {}).items()
    ]
    rows += [
        {"event": f"V{no}{code}", "item": code, "subject": no}
        for no, codes in given.get("vetoes", {}).items()
        for code in codes
    ]
    for row in rows:
        row["date"] = datetime.date.fromisoformat(row.get("date", "2025-06-30"))
        row["quantity"] = scaled(row.get("quantity", "1"))
    further = {key for row in rows for key in row} - set(EVENTS)
    attributes = {attribute_column(key.removeprefix("attribute_")): pl.String for key in sorted(further)}
    return frame(rows, EVENTS | attributes, subject_kind="person")


def appointment_rows(given: Mapping[str, Any], numbers: Sequence[str]) -> list[dict[str, Any]]:
    """Everybody in K01, or as many people as each of the given departments has."""
    groups, starts = given.get("groups", {}), given.get("starts", {})
    homes = given.get("department_of", {})
    rows = [
        {
            "person": no,
            "department": homes.get(no, "K01"),
            "group": groups.get(no),
            "start": datetime.date.fromisoformat(starts.get(no, "2020-01-01")),
        }
        for no in numbers
    ]
    for department, heads in given.get("departments", {}).items():
        rows += [
            {"person": f"{department}-{n}", "department": department, "start": datetime.date(2020, 1, 1)}
            for n in range(heads)
        ]
    return rows


def frames_of(given: Mapping[str, Any]) -> Frames:
    events = events_frame(given)
    numbers = sorted({*events["subject"], *given.get("subjects", ())})
    departments = given.get("departments", dict.fromkeys(["K01", *given.get("department_of", {}).values()]))
    return Frames(
        people=frame([{"no": no, "name": no} for no in numbers], PEOPLE),
        departments=frame(
            [{"code": code, "name": code} for code in departments], DEPARTMENTS, direct_led=False
        ),
        appointments=frame(appointment_rows(given, numbers), APPOINTMENTS, position="干部", secondary=False),
        events=events,
        ballots=frame(
            [dict(row, score=scaled(row["score"])) for row in given.get("ballots", ())],
            BALLOTS,
            period="2025",
        ),
        metrics=frame([dict(row, value=scaled(row["value"])) for row in given.get("metrics", ())], METRICS),
        inherited=frame(given.get("inherited", ()), INHERITED),
    )


def assessed(example: Example) -> Assessment:
    snapshot = snapshot_of(example)
    return assess(
        Scheme.from_snapshot(snapshot),
        frames_of(example.given),
        period=Period.parse("2025"),
        as_of=datetime.date(2025, 12, 31),
        registry=REGISTRY,
        digest=digest_of(snapshot),
        shadow_sample=None,
    )


def found(assessment: Assessment) -> dict[str, dict[str, Any]]:
    """What came out, in the words that an example's `expected` may use."""
    lines = [line for line in assessment.lines.iter_rows(named=True) if line["item"] != "GIVEN"]
    points_of: dict[str, int] = {}
    for line in lines:
        points_of[line["subject"]] = points_of.get(line["subject"], 0) + line["points"]
    standings = {standing.subject: standing for standing in assessment.standings}
    return {
        "raw": {line["event"]: plain_points(line["raw"]) for line in lines},
        "points": {line["event"]: plain_points(line["points"]) for line in lines},
        "reasons": {line["event"]: reasons_in(line["reasons"]) for line in lines},
        "points_of": {subject: plain_points(points) for subject, points in points_of.items()},
        "components": {
            no: {code: plain(value) for code, value in s.components.items() if code != "given"}
            for no, s in standings.items()
        },
        "totals": {no: None if s.total is None else plain(s.total) for no, s in standings.items()},
        "bands": {no: s.band for no, s in standings.items()},
        "ranks": {no: s.rank for no, s in standings.items()},
        "notes": {no: [note.text for note in s.notes] for no, s in standings.items()},
        "flags": {no: sorted(s.flags) for no, s in standings.items()},
        "outcomes": {no: s.outcomes for no, s in standings.items()},
        "sheets": {
            no: {period: sheet.outcomes for period, sheet in s.sheets.items()} for no, s in standings.items()
        },
        "inside": {no: sorted(s.inside) for no, s in standings.items()},
        "tied_at": {no: sorted(s.tied_at) for no, s in standings.items()},
    }


class Bench:
    """What a family's rules make of given inputs; the words are those of an example's `given` and `expected`."""

    def found(
        self, rules: Sequence[Mapping[str, Any]], given: Mapping[str, Any]
    ) -> dict[str, dict[str, Any]]:
        return found(assessed(Example("bench", rules, given, {})))

    def scheme(self, rules: Sequence[Mapping[str, Any]], given: Mapping[str, Any]) -> Scheme:
        return Scheme.from_snapshot(snapshot_of(Example("bench", rules, given, {})))

    def faults(
        self, rule: Mapping[str, Any], *others: Mapping[str, Any], given: Mapping[str, Any] = NOTHING
    ) -> list[str]:
        scheme = self.scheme([rule, *others], given)
        own = scheme.rule(rule["code"])
        return list(REGISTRY.of(own).faults(own, scheme))

    def sentence(
        self, rule: Mapping[str, Any], *others: Mapping[str, Any], given: Mapping[str, Any] = NOTHING
    ) -> str:
        scheme = self.scheme([rule, *others], given)
        own = scheme.rule(rule["code"])
        return REGISTRY.of(own).sentence(own, scheme)


@pytest.fixture(scope="session")
def bench() -> Bench:
    return Bench()
