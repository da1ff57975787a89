"""Frames from what a workbook states, in the columns in which the ledger gives its own (`ledger.frames`)."""

from collections.abc import Iterable

import polars as pl

from ledger.entries import BallotEntry, EventEntry, MetricEntry
from ledger.imports.roster import Roster
from rulesets.engine.frames import (
    APPOINTMENTS,
    BALLOTS,
    DEPARTMENTS,
    EVENTS,
    METRICS,
    PEOPLE,
    attribute_column,
)
from rulesets.engine.scheme import Scheme


def roster_frames(roster: Roster) -> dict[str, pl.DataFrame]:
    """People, departments and appointments; a department without a name is called by its code."""
    people = [(number, person["name"]) for number, person in roster.people.items()]
    departments = [
        (code, stated.get("department_name") or code, bool(stated.get("direct_led")))
        for code, stated in roster.departments.items()
    ]
    posts = [
        (
            number,
            post.department,
            post.group or None,
            post.position or None,
            post.start,
            post.end,
            post.is_secondary,
        )
        for number, stated_posts in roster.posts.items()
        for _, post in stated_posts
    ]
    return {
        "people": pl.DataFrame(people, schema=PEOPLE, orient="row"),
        "departments": pl.DataFrame(departments, schema=DEPARTMENTS, orient="row"),
        "appointments": pl.DataFrame(posts, schema=APPOINTMENTS, orient="row"),
    }


def event_frame(events: Iterable[EventEntry], scheme: Scheme) -> pl.DataFrame:
    """A row a participant and item."""
    codes = [attribute.code for attribute in scheme.attributes]
    rows = [
        (
            event.event_no,
            event.date,
            part.item,
            part.subject,
            part.subject_kind,
            part.role or None,
            part.level or None,
            part.quantity,
            part.rank,
            part.out_of,
            event.matter or None,
            event.evidence or None,
            *(dict(part.attributes).get(code) for code in codes),
        )
        for event in events
        for part in event.participants
    ]
    schema = EVENTS | {attribute_column(code): pl.String for code in codes}
    return pl.DataFrame(rows, schema=schema, orient="row")


def ballot_frame(ballots: Iterable[BallotEntry]) -> pl.DataFrame:
    """A row a ballot, without its rater."""
    rows = [
        (
            ballot.period,
            ballot.round or None,
            ballot.part,
            ballot.rater_group or None,
            ballot.rater_department or None,
            ballot.subject,
            ballot.score,
        )
        for ballot in ballots
    ]
    return pl.DataFrame(rows, schema=BALLOTS, orient="row")


def metric_frame(figures: Iterable[MetricEntry]) -> pl.DataFrame:
    """A row a figure."""
    rows = [(figure.metric, figure.period, figure.subject, figure.value) for figure in figures]
    return pl.DataFrame(rows, schema=METRICS, orient="row")
