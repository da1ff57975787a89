"""A corrected reckoning is a new version of its family: editions of the old version keep theirs."""

from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

import pytest

from assessments.models import Run
from assessments.reckoning import reckon
from assessments.replay import replay
from assessments.results import subject_of
from rulesets.drafts import new_draft
from rulesets.engine.protocols import Inquiry, Standing
from rulesets.engine.scheme import Rule
from rulesets.families import REGISTRY
from rulesets.families.band import Band
from rulesets.publication import publish

pytestmark = pytest.mark.django_db


class CorrectedBand(Band):
    """Bands as a later version might give them: nobody of whom a figure is missing is excellent."""

    version = 2

    def reckon(self, rules: Sequence[Rule], standings: Sequence[Standing], inquiry: Inquiry) -> None:
        super().reckon(rules, standings, inquiry)
        for standing in standings:
            is_missing = any(flag.startswith("figure_missing:") for flag in standing.flags)
            if is_missing and standing.band == "excellent":
                standing.band = "competent"


@pytest.fixture
def corrected_run(run: Run, bureau_pack: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same year by a second edition, whose bands are of the corrected version."""
    monkeypatch.setitem(REGISTRY._families, ("band", 2), CorrectedBand())
    rules = [rule | {"version": 2} if rule["family"] == "band" else rule for rule in bureau_pack["rules"]]
    draft = new_draft(run.edition.scheme, bureau_pack | {"rules": rules})
    with patch("rulesets.publication.check_snapshot", return_value=[]):
        publish(draft, reason="测试")
    return reckon(run.unit, "2025")


def test_an_edition_of_the_new_version_is_reckoned_by_it(run: Run, corrected_run: Run) -> None:
    # 1016 has no figure for B104.
    assert subject_of(run.result, "1016")["band"] == "excellent"
    assert subject_of(corrected_run.result, "1016")["band"] == "competent"


def test_an_edition_of_the_old_version_replays_unchanged_beside_it(run: Run, corrected_run: Run) -> None:
    assert replay(run) == []
    assert replay(corrected_run) == []
