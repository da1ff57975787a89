"""Keeps what a workbook states as a scenario of a draft."""

from pathlib import Path
from typing import BinaryIO

from django.db import transaction

from jobs.refusal import Refusal
from ledger.scenarios.reading import read_scenario
from rulesets.models import Edition, Scenario


class EditionPublished(Refusal):
    """A scenario was to be given to an edition that is frozen."""

    def __init__(self, edition: Edition) -> None:
        super().__init__(f"“{edition}”已经发布，用例不能再改动。请复制为新草稿后导入。")


@transaction.atomic
def import_scenario(
    edition: Edition, source: Path | BinaryIO, *, filename: str = ""
) -> tuple[Scenario, bool]:
    """The draft's scenario that a workbook states, and whether it is new; one of the same name is replaced.

    Raises EditionPublished, FileMissing, or TableRefused with every fault by sheet, row and column.
    """
    if edition.frozen:
        raise EditionPublished(edition)
    scenario = read_scenario(edition, source, filename=filename)
    is_new = scenario.pk is None
    scenario.save()
    return scenario, is_new
