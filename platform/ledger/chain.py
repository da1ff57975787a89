"""The unit's hash chain: each batch is a link, and the head that papers carry anchors the whole record.

head = SHA-256(previous head ‖ canonical header of the batch), the header holding the Merkle root of its entries.
"""

import datetime
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from ledger import stored
from ledger.merkle import root_of
from ledger.models import Ballot, Batch, Event, Metric
from rulesets.engine.canonical import canonical
from units.models import Account, Unit

# What the first link of a chain stands on.
ORIGIN = "0" * 64


def head_of(unit: Unit) -> str:
    """The head of the unit's chain, 64 hexadecimal digits; ORIGIN where nothing was recorded yet."""
    head = Batch.objects.filter(unit=unit).order_by("-number").values_list("head", flat=True).first()
    return head or ORIGIN


@dataclass(frozen=True, slots=True)
class Source:
    """Where a batch comes from: the file's name and SHA-256, and the account that brought it."""

    filename: str = ""
    digest: str = ""
    account: Account | None = None


def lock(unit: Unit) -> None:
    """Has other imports of the unit wait until this transaction ends: two may not stand on the same link."""
    Unit.objects.select_for_update().get(pk=unit.pk)


def append(unit: Unit, kind: Batch.Kind, leaves: Iterable[bytes], source: Source) -> Batch:
    """Adds a link to the unit's chain; called in the transaction that locked the unit and writes the entries."""
    last = Batch.objects.filter(unit=unit).order_by("-number").first()
    counted = list(leaves)
    batch = Batch(
        unit=unit,
        number=last.number + 1 if last else 1,
        kind=kind,
        source=source.filename[:255],
        file_digest=source.digest,
        root=root_of(counted),
        previous=last.head if last else ORIGIN,
        size=len(counted),
        made_by=source.account,
        made_at=timezone.now(),
    )
    batch.head = _head(batch)
    batch.save()
    return batch


def _head(batch: Batch) -> str:
    header = {
        "unit": batch.unit.code,
        "number": batch.number,
        "kind": str(batch.kind),
        "source": batch.source,
        "file": batch.file_digest,
        "root": batch.root,
        "size": batch.size,
        "made_by": batch.made_by_id,
        "made_at": batch.made_at.astimezone(datetime.UTC).isoformat(timespec="microseconds"),
    }
    return hashlib.sha256(bytes.fromhex(batch.previous) + canonical(header).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ChainState:
    """What a walk over the chain found: its head and length, and the first thing that doesn't fit, or None."""

    head: str
    length: int
    broken: str | None


def verify(unit: Unit) -> ChainState:
    """Walks the unit's chain from its first link: roots from the stored rows, heads from link to link."""
    head, length = ORIGIN, 0
    for batch in Batch.objects.filter(unit=unit).select_related("unit").order_by("number"):
        problem = _problem_of(batch, length + 1, head)
        if problem is not None:
            return ChainState(head, length, f"第 {batch.number} 批（{batch.get_kind_display()}）{problem}")
        head, length = batch.head, length + 1
    return ChainState(head, length, _misplaced(unit))


def _problem_of(batch: Batch, number: int, previous: str) -> str | None:
    if batch.number != number:
        return f"的批次号不连续，应为第 {number} 批，中间的批次已缺失。"
    if batch.previous != previous:
        return "与上一批次的链码不相接。"
    leaves = stored.leaves_of(batch)
    if len(leaves) != batch.size:
        return f"的条数不符：登记时 {batch.size} 条，现有 {len(leaves)} 条。"
    if root_of(leaves) != batch.root:
        return "的内容与登记时不一致，有记录被改动过。"
    if _head(batch) != batch.head:
        return "的批次信息（来源、时间或经办人等）与登记时不一致。"
    return None


def _misplaced(unit: Unit) -> str | None:
    """A row that counts although a successor replaced it, or that does not though none did."""
    for model in (Event, Ballot, Metric):
        rows = model.objects.filter(unit=unit).annotate(successors=Count("successor"))
        wrong = rows.filter(Q(is_current=True, successors__gt=0) | Q(is_current=False, successors=0))
        row = wrong.select_related("batch").order_by("batch__number", "pk").first()
        if row is not None:
            return f"{row.batch}中的{model._meta.verbose_name}“{row}”现行标记与后续记录不符，有记录被改动过。"
    return None
