"""Which entry of the ledger stands behind a line: the state of the event that a run read."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from assessments.models import Run
from ledger.models import Event

# Files that a command on the server brought in have no account.
BY_COMMAND = "服务器导入"


@dataclass(frozen=True, slots=True)
class Record:
    """Who entered an event, when, by which file. is_changed: it was changed or withdrawn after the run."""

    batch: int
    source: str
    entered_at: datetime
    entered_by: str
    evidence: str
    is_changed: bool


def records_of(run: Run, numbers: Collection[str]) -> dict[str, Record]:
    """The record of each event by its number, as the run read it."""
    states = Event.objects.filter(unit=run.unit, event_no__in=numbers, batch__made_at__lte=run.made_at)
    # In the order of writing: the last state before the run is the one that it read.
    states = states.select_related("batch__made_by").order_by("pk")
    return {state.event_no: _record(state) for state in states}


def source_sentence(record: Record) -> str:
    """“依据材料：局发〔2025〕12号；第1批（events.xlsx），2026年11月21日由王丽登记”."""
    day = timezone.localtime(record.entered_at)
    material = f"依据材料：{record.evidence}；" if record.evidence else ""
    source = f"（{record.source}）" if record.source else ""
    changed = "，此后又有更正" if record.is_changed else ""
    by = "经" if record.entered_by == BY_COMMAND else "由"
    entered = f"{day.year}年{day.month}月{day.day}日{by}{record.entered_by}登记"
    return f"{material}第{record.batch}批{source}，{entered}{changed}"


def _record(state: Event) -> Record:
    batch = state.batch
    account = batch.made_by
    return Record(
        batch=batch.number,
        source=batch.source,
        entered_at=batch.made_at,
        entered_by=account.display_name if account else BY_COMMAND,
        evidence=state.evidence,
        is_changed=not state.is_current,
    )
