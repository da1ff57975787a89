"""Reads the current record of a unit into the frames that the engine takes, in bulk."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import polars as pl
from django.db.models import Q

from ledger.models import Ballot, Metric, Participant
from rulesets.engine.frames import (
    APPOINTMENTS,
    BALLOTS,
    DEPARTMENTS,
    EVENTS,
    METRICS,
    PEOPLE,
    Frames,
    Schema,
    attribute_column,
)
from rulesets.engine.numbers import SCALE
from rulesets.engine.period import Period
from units.models import Appointment, Department, Person, Unit


def frames_of(
    unit: Unit,
    period_start: datetime.date,
    period_end: datetime.date,
    as_of: datetime.date,
    item_codes: Sequence[str],
    attribute_codes: Sequence[str],
) -> Frames:
    """What the ledger holds for an assessment, in the columns of `rulesets.engine.frames`, rows in fixed order.

    Events of the items from `period_start` to the earlier of `period_end` and `as_of`; appointments that share a
    day with the period, and their people; all departments; ballots whose period shares a day with it (a round of
    a half is cast for the year), figures of periods that end within it and have ended by `as_of`. Empty texts are
    None; quantities, scores and values are in units of 1/10000.
    """
    appointments = Appointment.objects.filter(
        Q(end__isnull=True) | Q(end__gte=period_start), unit=unit, start__lte=period_end
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


def _events(
    unit: Unit,
    first: datetime.date,
    last: datetime.date,
    item_codes: Sequence[str],
    attribute_codes: Sequence[str],
) -> pl.DataFrame:
    rows = Participant.objects.filter(
        event__unit=unit,
        event__is_current=True,
        event__date__gte=first,
        event__date__lte=last,
        item__in=item_codes,
    ).values_list(
        "event__event_no",
        "event__date",
        "event__matter",
        "event__evidence",
        "item",
        "person__no",
        "department__code",
        "role",
        "level",
        "quantity",
        "rank",
        "out_of",
        "attributes",
    )
    schema = EVENTS | {attribute_column(code): pl.String for code in attribute_codes}
    return _frame((_event_row(row, attribute_codes) for row in rows.iterator()), schema)


def _event_row(row: Sequence[Any], attribute_codes: Sequence[str]) -> tuple[Any, ...]:
    event, date, matter, evidence, item, number, code, role, level, quantity, rank, out_of, attributes = row
    subject, kind = (number, "person") if number is not None else (code, "department")
    return (
        event,
        date,
        item,
        subject,
        kind,
        role or None,
        level or None,
        int(quantity * SCALE),
        rank,
        out_of,
        matter or None,
        evidence or None,
        *(attributes.get(attribute) for attribute in attribute_codes),
    )


def _ballots(unit: Unit, periods: Sequence[str]) -> pl.DataFrame:
    rows = Ballot.objects.filter(unit=unit, period__in=periods).counting()
    values = rows.values_list(
        "period",
        "round",
        "part",
        "rater_group",
        "rater_department",
        "person__no",
        "department__code",
        "score",
    )
    return _frame(
        (
            (period, turn or None, part, group or None, own or None, number or code, int(score * SCALE))
            for period, turn, part, group, own, number, code, score in values.iterator()
        ),
        BALLOTS,
    )


def _metrics(unit: Unit, periods: Sequence[str]) -> pl.DataFrame:
    rows = Metric.objects.filter(unit=unit, period__in=periods).counting()
    values = rows.values_list("metric", "period", "person__no", "department__code", "value")
    return _frame(
        (
            (metric, period, number or code, int(value * SCALE))
            for metric, period, number, code, value in values.iterator()
        ),
        METRICS,
    )
