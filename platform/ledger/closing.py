"""Closing a period 封账: what happened in it is not changed any more, unless it is reopened with a reason."""

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from ledger.chain import lock
from ledger.entries import Change, Entry, EventEntry
from ledger.errors import ClosingRefused
from ledger.models import PeriodClosing
from rulesets.engine.period import Period, PeriodUnknown
from tabular import Table
from units.models import Account, Unit

LONGEST_REASON = 500


@transaction.atomic
def close_period(unit: Unit, code: str, account: Account | None = None) -> tuple[PeriodClosing, bool]:
    """The closing of the period, and whether it is new: a closed period stays as it is.

    Raises ClosingRefused for what is no period, or one that has not ended yet.
    """
    period = _parsed(code)
    if period.end >= timezone.localdate():
        raise ClosingRefused(f"{period.name}还没有结束，不能封账；请在{date_format(period.end)}之后封账。")
    lock(unit)
    closing = PeriodClosing.objects.in_force(unit).filter(period=period.code).first()
    if closing is not None:
        return closing, False
    return PeriodClosing.objects.create(unit=unit, period=period.code, closed_by=account), True


@transaction.atomic
def reopen_period(unit: Unit, code: str, reason: str, account: Account | None = None) -> PeriodClosing:
    """The closing, which holds no more. Raises ClosingRefused without a reason, or where the period is not closed."""
    period = _parsed(code)
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise ClosingRefused(f"解除封账须写明理由，最多 {LONGEST_REASON} 个字。")
    lock(unit)
    closing = PeriodClosing.objects.in_force(unit).filter(period=period.code).first()
    if closing is None:
        raise ClosingRefused(f"单位“{unit}”的{period.name}没有封账，不需要解除。")
    closing.reopened_at = timezone.now()
    closing.reopened_by = account
    closing.reason = reason.strip()
    closing.save(update_fields=["reopened_at", "reopened_by", "reason"])
    return closing


def _parsed(code: str) -> Period:
    try:
        return Period.parse(code)
    except PeriodUnknown as error:
        raise ClosingRefused(str(error)) from error


class ClosedPeriods:
    """The unit's closed periods, read once."""

    def __init__(self, unit: Unit) -> None:
        codes = PeriodClosing.objects.in_force(unit).values_list("period", flat=True)
        self.periods = [Period.parse(code) for code in codes]

    def holding(self, start: datetime.date, end: datetime.date) -> Period | None:
        """A closed period within which these days lie; None where there is none."""
        return next((p for p in self.periods if p.start <= start and end <= p.end), None)

    def touched_by(self, change: Change) -> Period | None:
        """The closed period whose record the change would alter: by what comes, or by what it succeeds."""
        for entry in (change.entry, change.before.entry if change.before else None):
            if entry is not None and (closed := self.holding(*days_of(entry))) is not None:
                return closed
        return None


def days_of(entry: Entry) -> tuple[datetime.date, datetime.date]:
    """The first and the last day that an event, a ballot or a figure is about."""
    if isinstance(entry, EventEntry):
        return entry.date, entry.date
    period = Period.parse(entry.period)
    return period.start, period.end


def refuse_closed(
    unit: Unit, table: Table, changes: Sequence[Change], column: str, key: Sequence[str]
) -> None:
    """Raises TableRefused with the rows of the table whose changes fall within a closed period.

    What the file only states again is no change. `column` is the one that a fault names; `key` are columns that
    entries have as fields of the same names, by which the row of an entry is found.
    """
    closed = ClosedPeriods(unit)
    if not closed.periods:
        return
    first_rows = {tuple(row[code] for code in key): row.number for row in reversed(table.rows)}
    for change in changes:
        period = closed.touched_by(change)
        if period is not None:
            row = first_rows[tuple(getattr(change.entry, code) for code in key)]
            table.faults.add(row, column, closed_sentence(period))
    table.raise_if_faulty()


def closed_sentence(period: Period) -> str:
    """Why a change is refused, and what to do."""
    return f"{period.name}已封账，不能新增或更改；确需更改的，请先写明理由解除封账"
