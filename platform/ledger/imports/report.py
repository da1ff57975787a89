"""What an import comes to, as people are told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

from ledger.imports.doubts import Doubt
from rulesets.engine.canonical import digest_of
from units.models import Account, Unit


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How many records a file adds, changes, leaves as they are and removes, and each change as a sentence.

    doubts: what is allowed and yet looks like a slip of the pen; who imports on a page confirms it by itself.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    lines: Sequence[str] = field(default_factory=list)
    doubts: Sequence[Doubt] = ()

    @property
    def changes_anything(self) -> bool:
        return bool(self.new or self.changed or self.removed)

    @property
    def digest(self) -> str:
        """SHA-256 of all that it says: two imports that come to the same have the same."""
        counts = [self.new, self.changed, self.unchanged, self.removed]
        return digest_of([counts, list(self.lines)])

    @property
    def summary(self) -> str:
        return f"新增 {self.new}，变更 {self.changed}，未变 {self.unchanged}，移除 {self.removed}。"


class Importer(Protocol):
    """What every importer is called like.

    `source` is a file, `filename` the name that people know it by, `account` who brings it; `dry_run` writes
    nothing.
    """

    def __call__(
        self,
        unit: Unit,
        source: Path | BinaryIO,
        *,
        filename: str = "",
        account: Account | None = None,
        dry_run: bool = False,
    ) -> ImportReport: ...
