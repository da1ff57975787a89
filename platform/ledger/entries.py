"""What the ledger holds of an event, a ballot or a figure, as plain values that can be compared and digested.

Both an importer's file and the stored rows are read into these: equal means that nothing changed, and a batch's
Merkle root is that of its entries. Quantities, scores and values are integers in units of 1/10000.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rulesets.engine.canonical import canonical

PERSON = "person"
DEPARTMENT = "department"


@dataclass(frozen=True, slots=True, order=True)
class Participation:
    """One subject's part in an event; `attributes` are pairs of code and text, sorted by code."""

    item: str
    subject_kind: str
    subject: str
    role: str = ""
    level: str = ""
    quantity: int = 10_000
    rank: int | None = None
    out_of: int | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    remark: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What is there once in an event."""
        return self.item, self.subject_kind, self.subject, self.role


@dataclass(frozen=True, slots=True)
class EventEntry:
    """One state of an event; its participants sorted by their keys."""

    event_no: str
    date: datetime.date
    matter: str
    evidence: str
    participants: tuple[Participation, ...]
    withdrawal_reason: str = ""

    @property
    def key(self) -> str:
        return self.event_no


@dataclass(frozen=True, slots=True)
class BallotEntry:
    """One ballot; `rater` is the fingerprint."""

    period: str
    round: str
    part: str
    rater_group: str
    rater: str
    subject_kind: str
    subject: str
    rater_department: str
    score: int
    withdrawal_reason: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """A later ballot of the same key replaces this one."""
        return (
            self.period,
            self.round,
            self.part,
            self.rater_group,
            self.rater,
            self.subject_kind,
            self.subject,
        )


@dataclass(frozen=True, slots=True)
class MetricEntry:
    """One figure."""

    metric: str
    period: str
    subject_kind: str
    subject: str
    value: int
    withdrawal_reason: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """A later figure of the same key replaces this one."""
        return self.metric, self.period, self.subject_kind, self.subject


Entry = EventEntry | BallotEntry | MetricEntry


def leaf_of(entry: Entry, supersedes: int | None) -> bytes:
    """The bytes that stand for an entry in its batch's Merkle tree.

    supersedes: the number of the batch that brought the state which this entry succeeds.
    """
    content = _fields_of(entry)
    if isinstance(entry, EventEntry):
        content["date"] = entry.date.isoformat()
        content["participants"] = [_fields_of(part) for part in entry.participants]
    elif not entry.withdrawal_reason:
        # Ballots and figures came to know withdrawals later: what stands keeps the bytes that it always had.
        del content["withdrawal_reason"]
    return canonical({"entry": content, "supersedes": supersedes}).encode()


def _fields_of(entry: Entry | Participation) -> dict[str, Any]:
    """Name → value; by hand, since `dataclasses.asdict` copies all it meets and takes most of an import's time."""
    return {name: getattr(entry, name) for name in entry.__slots__}


@dataclass(frozen=True, slots=True)
class Change:
    """An entry that a file brings, with what is on record under its key."""

    entry: Entry
    before: "Recorded | None"

    @property
    def leaf(self) -> bytes:
        return leaf_of(self.entry, self.before.batch if self.before else None)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A current row of the ledger: its primary key, the number of its batch, and what it says."""

    row: int
    batch: int
    entry: Entry


def changes_of(entries: Iterable[Entry], recorded: dict[Any, Recorded]) -> list[Change]:
    """The entries that differ from what is on record under their keys."""
    return [
        Change(entry, before)
        for entry in entries
        if (before := recorded.get(entry.key)) is None or before.entry != entry
    ]
