"""Reads the current record of a unit into the frames that the engine takes, in bulk."""

import datetime
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import BigIntegerField, Case, F, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Round
from django.db.models.sql import Query

from ledger.models import Ballot, Metric, Participant
from rulesets.engine.frames import (
    APPOINTMENTS,
    BALLOTS,
    CODE,
    DEPARTMENTS,
    EVENTS,
    METRICS,
    PEOPLE,
    Frames,
    Schema,
    attribute_column,
    empty,
    ordered_by,
)
from rulesets.engine.numbers import SCALE
from rulesets.engine.period import Period
from units.models import Appointment, Department, Person, Unit

ROWS_A_BATCH = 20_000
# No two rows of a unit's record are alike in all of these.
EVENT_ORDER = ("event", "subject", "item", "role")


def frames_of(
    unit: Unit,
    period_start: datetime.date,
    period_end: datetime.date,
    as_of: datetime.date,
    item_codes: Sequence[str],
    attribute_codes: Sequence[str],
) -> Frames:
    """What the ledger holds for an assessment, in the columns of `rulesets.engine.frames`.

    Events of the items from `period_start` to the earlier of `period_end` and `as_of`; appointments that share a
    day with the time from `period_start` to the later of `period_end` and `as_of`, by which it is known who is
    assessed, and their people; all departments; ballots whose period shares a day with it (a round of
    a half is cast for the year), figures of periods that end within it and have ended by `as_of`. Empty texts are
    None; quantities, scores and values are in units of 1/10000.
    """
    appointments = Appointment.objects.filter(
        Q(end__isnull=True) | Q(end__gte=period_start), unit=unit, start__lte=max(period_end, as_of)
    )

    def ballot_counts(period: Period) -> bool:
        return period.start <= period_end and period.end >= period_start

    def metric_counts(period: Period) -> bool:
        # A longer period that ends within the assessed one is judged in it: a half's figure in its last month.
        return period_start <= period.end <= min(period_end, as_of)

    return Frames(
        people=_people(unit, appointments),
        departments=_departments(unit),
        appointments=_appointments(appointments),
        events=_events(unit, period_start, min(period_end, as_of), item_codes, attribute_codes),
        ballots=_ballots(unit, _periods(Ballot, unit, ballot_counts)),
        metrics=_metrics(unit, _periods(Metric, unit, metric_counts)),
    )


def _frame(rows: Iterable[Sequence[Any]], schema: Schema) -> pl.DataFrame:
    """The rows, sorted by all columns, so that the order in which a database gives them changes nothing."""
    return pl.DataFrame(list(rows), schema=schema, orient="row").sort(list(schema), nulls_last=False)


def _periods(model: type[Ballot] | type[Metric], unit: Unit, counts: Callable[[Period], bool]) -> list[str]:
    """The codes of the periods on record that count."""
    codes = model.objects.filter(unit=unit).counting().order_by().values_list("period", flat=True).distinct()
    return [code for code in codes if counts(Period.parse(code))]


def _people(unit: Unit, appointments: Any) -> pl.DataFrame:
    appointed = Person.objects.filter(unit=unit, pk__in=appointments.values("person"))
    return _frame(appointed.values_list("no", "name"), PEOPLE)


def _departments(unit: Unit) -> pl.DataFrame:
    rows = Department.objects.filter(unit=unit).values_list("code", "name", "direct_led")
    return _frame(rows, DEPARTMENTS)


def _appointments(appointments: Any) -> pl.DataFrame:
    rows = appointments.values_list(
        "person__no", "department__code", "group", "position", "start", "end", "is_secondary"
    )
    return _frame(
        (
            (person, department, group or None, position or None, start, end, secondary)
            for person, department, group, position, start, end, secondary in rows
        ),
        APPOINTMENTS,
    )


def _units(field: str) -> Cast:
    """An exact decimal number in units of 1/10000, reckoned by the database."""
    # SQLite keeps a number with decimals as the nearest binary one: rounding gives back what was meant.
    return Cast(Round(F(field) * SCALE), BigIntegerField())


def _columns(rows: QuerySet[Any], values: Mapping[str, str | Combinable], schema: Schema) -> pl.DataFrame:
    """The values of the rows in columns of the schema, `values` in its order; empty texts are None.

    Read as the database gives them, past the objects that Django makes of each value: a large unit has a million.
    """
    named = rows.order_by().annotate(**{f"read_{name}": value for name, value in values.items()})
    query = named.values_list(*(f"read_{name}" for name in values)).query
    stored = {name: pl.String if kind == CODE else kind for name, kind in schema.items()}
    batches = [empty(stored), *_batches(query, rows.db, stored)]
    texts = [
        pl.when(pl.col(name) != "").then(pl.col(name)).cast(schema[name])
        for name, kind in stored.items()
        if kind == pl.String
    ]
    return pl.concat(batches).with_columns(texts)


def _batches(query: Query, database: str, schema: Schema) -> Iterator[pl.DataFrame]:
    connection = connections[database]
    try:
        statement, parameters = query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        # No row can be one of none: Django asks no database.
        return
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        while batch := cursor.fetchmany(ROWS_A_BATCH):
            yield pl.DataFrame(batch, schema=schema, orient="row")


def _events(
    unit: Unit,
    first: datetime.date,
    last: datetime.date,
    item_codes: Sequence[str],
    attribute_codes: Sequence[str],
) -> pl.DataFrame:
    """Columns EVENTS and the attributes; in order, so that the order in which a database gives them changes nothing."""
    rows = Participant.objects.filter(
        event__unit=unit,
        event__is_current=True,
        event__date__gte=first,
        event__date__lte=last,
    )
    values: dict[str, str | Combinable] = {
        "event": F("event__event_no"),
        "date": F("event__date"),
        "item": F("item"),
        "subject": Coalesce("person__no", "department__code"),
        "subject_kind": Case(When(person__isnull=False, then=Value("person")), default=Value("department")),
        "role": F("role"),
        "level": F("level"),
        "quantity": _units("quantity"),
        "rank": F("rank"),
        "out_of": F("out_of"),
        "matter": F("event__matter"),
        "evidence": F("event__evidence"),
    }
    if attribute_codes:
        values["attributes"] = Cast("attributes", TextField())
    read = _columns(rows, values, EVENTS | ({"attributes": pl.String} if attribute_codes else {}))
    # Not left to the database: with hundreds of items it would look for each of them in every event.
    events = read.filter(pl.col("item").cast(pl.String).is_in(item_codes))
    return ordered_by(_with_attributes(events, attribute_codes) if attribute_codes else events, EVENT_ORDER)


def _with_attributes(events: pl.DataFrame, codes: Sequence[str]) -> pl.DataFrame:
    """A column for each attribute in place of the mapping in `attributes`; few distinct ones stand in many rows."""
    distinct = events["attributes"].unique()
    read = [json.loads(text) for text in distinct]
    columns = {attribute_column(code): [found.get(code) for found in read] for code in codes}
    told = pl.DataFrame(
        {"attributes": distinct, **columns}, schema_overrides=dict.fromkeys(columns, pl.String)
    )
    return events.join(told, on="attributes", how="left", maintain_order="left").drop("attributes")


def _ballots(unit: Unit, periods: Sequence[str]) -> pl.DataFrame:
    values: dict[str, str | Combinable] = {
        "period": F("period"),
        "round": F("round"),
        "part": F("part"),
        "rater_group": F("rater_group"),
        "rater_department": F("rater_department"),
        "subject": Coalesce("person__no", "department__code"),
        "score": _units("score"),
    }
    rows = Ballot.objects.filter(unit=unit, period__in=periods).counting()
    return ordered_by(_columns(rows, values, BALLOTS), BALLOTS)


def _metrics(unit: Unit, periods: Sequence[str]) -> pl.DataFrame:
    values: dict[str, str | Combinable] = {
        "metric": F("metric"),
        "period": F("period"),
        "subject": Coalesce("person__no", "department__code"),
        "value": _units("value"),
    }
    rows = Metric.objects.filter(unit=unit, period__in=periods).counting()
    return ordered_by(_columns(rows, values, METRICS), METRICS)
