"""Withdraws an event that should not have been recorded: a successor without participants says why."""

import dataclasses

from django.db import transaction

from ledger.chain import Source, append, lock
from ledger.closing import ClosedPeriods, closed_sentence
from ledger.entries import Change, EventEntry
from ledger.errors import WithdrawalRefused
from ledger.models import Batch, Event
from ledger.stored import recorded_events
from units.models import Account, Unit

LONGEST_REASON = 500


@transaction.atomic
def withdraw_event(unit: Unit, event_no: str, reason: str, account: Account | None = None) -> Event:
    """The withdrawn state, which succeeds the recorded one; the former participants count no more.

    Reporting the event number again restores it. Raises WithdrawalRefused where there is no such event, it is
    withdrawn already, no reason is given, or its date lies within a closed period.
    """
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise WithdrawalRefused(f"撤回事件 {event_no} 须写明理由，最多 {LONGEST_REASON} 个字。")
    lock(unit)
    before = recorded_events(unit, [event_no]).get(event_no)
    if before is None:
        raise WithdrawalRefused(f"没有事件 {event_no}，请核对事件号。")
    assert isinstance(before.entry, EventEntry)
    if before.entry.withdrawal_reason:
        raise WithdrawalRefused(f"事件 {event_no} 已经撤回。")
    if closed := ClosedPeriods(unit).holding(before.entry.date, before.entry.date):
        raise WithdrawalRefused(f"事件 {event_no} 不能撤回：{closed_sentence(closed)}。")
    entry = dataclasses.replace(before.entry, participants=(), withdrawal_reason=reason.strip())
    batch = append(unit, Batch.Kind.WITHDRAWAL, [Change(entry, before).leaf], Source(account=account))
    Event.objects.all().retire([before.row])
    return Event.objects.create(
        unit=unit,
        batch=batch,
        event_no=entry.event_no,
        date=entry.date,
        matter=entry.matter,
        evidence=entry.evidence,
        withdrawal_reason=entry.withdrawal_reason,
        supersedes_id=before.row,
    )
