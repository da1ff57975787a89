"""A year of two people, of whom a test says only what it is about. The result is that of the document."""

import datetime
from typing import Any

import polars as pl

from rulesets.engine.assess import assess
from rulesets.engine.canonical import digest_of
from rulesets.engine.document import result_document
from rulesets.engine.frames import APPOINTMENTS, BALLOTS, DEPARTMENTS, EVENTS, METRICS, PEOPLE, Frames
from rulesets.engine.numbers import SCALE
from rulesets.engine.period import Period
from rulesets.engine.scheme import Scheme
from rulesets.families import REGISTRY

YEAR = Period.parse("2025")
EVER = {"department": "K", "secondary": False}
BOTH = [{"person": "a"}, {"person": "b"}]


def part(code: str, **further: Any) -> dict[str, Any]:
    return {"code": code, "name": code, **further}


def scheme(components: list[dict[str, Any]], *rules: dict[str, Any], **further: Any) -> dict[str, Any]:
    return {"code": "s", "name": "s", "components": components, "rules": list(rules), **further}


def frame(rows: list[dict[str, Any]], schema: Any) -> pl.DataFrame:
    return pl.DataFrame(
        [{name: row.get(name) for name in schema} for row in rows], schema=schema, orient="row"
    )


def day(text: str | None) -> datetime.date | None:
    return None if text is None else datetime.date.fromisoformat(text)


def frames(
    events: list[dict[str, Any]], ballots: list[dict[str, Any]], figure: int, posts: list[dict[str, Any]]
) -> Frames:
    filled = [
        {"subject": "a", "subject_kind": "person", "quantity": SCALE}
        | event
        | {"date": datetime.date.fromisoformat(event["date"])}
        for event in events
    ]
    return Frames(
        people=frame([{"no": no, "name": no} for no in "ab"], PEOPLE),
        departments=frame([{"code": code, "name": code, "direct_led": False} for code in "KM"], DEPARTMENTS),
        appointments=frame(
            [
                EVER | one | {"start": day(one.get("start", "2020-01-01")), "end": day(one.get("end"))}
                for one in posts
            ],
            APPOINTMENTS,
        ),
        events=frame(filled, EVENTS),
        ballots=frame([{"period": "2025", "part": "p", "subject": "a"} | one for one in ballots], BALLOTS),
        metrics=frame([{"metric": "m", "period": "2025", "subject": "a", "value": figure * SCALE}], METRICS),
    )


def reckoned(
    snapshot: dict[str, Any],
    events: list[dict[str, Any]],
    ballots: list[dict[str, Any]] | None = None,
    figure: int = 10,
    who: str = "a",
    posts: list[dict[str, Any]] = BOTH,
    as_of: str = "2025-12-31",
    period: Period = YEAR,
) -> dict[str, Any]:
    read, given = Scheme.from_snapshot(snapshot), frames(events, ballots or [], figure, posts)
    assessment = assess(
        read,
        given,
        period=period,
        as_of=datetime.date.fromisoformat(as_of),
        registry=REGISTRY,
        digest=digest_of(snapshot),
        shadow_sample=None,
    )
    subjects = result_document(assessment, read, given)["subjects"]
    return next(subject for subject in subjects if subject["no"] == who)
