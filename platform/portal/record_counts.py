"""How much a unit has on record for a period: what the first page counts."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from ledger.models import Ballot, Event, Exclusion, Metric, Participant, PeriodClosing
from rulesets.engine.period import Period, PeriodKind
from rulesets.families import REGISTRY
from rulesets.models import Rule
from units.models import Appointment, Person, Unit


@dataclass(frozen=True, slots=True)
class RecordCounts:
    """people: on record at all; in_office: with a main appointment on the period's last day, or today.

    entries: roster entries in force. events: those that the scheme has items for. closing: that of the period, None
    where it is open.
    """

    people: int
    in_office: int
    entries: int
    events: int
    ballots: int
    metrics: int
    closing: PeriodClosing | None


def counts_of(unit: Unit, period: Period, editions: frozenset[int] | None = None) -> RecordCounts:
    """The counts of the unit's period; editions: those of the scheme spoken of, None where it is the only one."""
    day = min(period.end, timezone.localdate())
    in_office = Appointment.objects.filter(unit=unit, is_secondary=False).on(day)
    entries = Exclusion.objects.current().filter(unit=unit, period=period.code)
    events = Event.objects.current().filter(unit=unit, withdrawal_reason="")
    return RecordCounts(
        people=Person.objects.filter(unit=unit).count(),
        in_office=in_office.count(),
        entries=entries.exclude(kind=Exclusion.Kind.INCLUDED).count(),
        events=_under(editions, events.filter(date__range=(period.start, period.end))).count(),
        ballots=_of_period(Ballot, unit, period),
        metrics=_of_period(Metric, unit, period),
        closing=PeriodClosing.objects.in_force(unit).filter(period=period.code).first(),
    )


def _of_period(model: type[Ballot] | type[Metric], unit: Unit, period: Period) -> int:
    rows = model.objects.current().filter(unit=unit)
    if period.kind == PeriodKind.YEAR:
        return rows.filter(period__startswith=period.code).count()
    return rows.filter(period=period.code).count()


def _under(editions: frozenset[int] | None, events: QuerySet[Event]) -> QuerySet[Event]:
    """Those of the events in which somebody takes part under an item of the editions; all without any."""
    if editions is None:
        return events
    families = [family.code for family in REGISTRY if family.is_item]
    items = Rule.objects.filter(edition__in=editions, family__in=families).values("code")
    return events.filter(Exists(Participant.objects.filter(event=OuterRef("pk"), item__in=items)))
