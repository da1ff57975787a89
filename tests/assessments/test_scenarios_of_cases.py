"""A past period as a scenario, through its workbook and back: the same inputs, and it holds."""

from io import BytesIO
from pathlib import Path
from unittest.mock import patch

import pytest
from django.core.management import call_command

from assessments.reckoning import reckon
from assessments.steps.taking import scenario_from_record
from ledger.scenarios.keeping import import_scenario
from ledger.scenarios.workbook import write_scenario
from rulesets.drafts import copy_as_draft
from rulesets.models import Edition
from rulesets.scenarios import run_scenarios
from units.models import Unit

ROOT = Path(__file__).parents[2]


# Departments, rater groups and quotas; a sheet each month with money.
@pytest.mark.parametrize("case", ["street", "township"])
def test_a_period_goes_into_a_workbook_and_comes_back_the_same(db: None, case: str) -> None:
    with patch("rulesets.publication.check_snapshot", return_value=[]):
        call_command("load_scheme", str(ROOT / f"fixtures/schemes/{case}.yaml"), unit="u", publish=True)
    for name in ("people", "events", "ballots", "metrics"):
        file = ROOT / f"tests/cases/{case}/{name}.csv"
        if file.exists():
            call_command(f"import_{name}", "u", str(file))
    reckon(Unit.objects.get(code="u"), "2025")
    draft = copy_as_draft(Edition.objects.get())
    before = scenario_from_record(draft, "2025", "去年全年", in_detail=True)
    before.from_record = False  # its ballots go into the workbook as well
    before.save()
    stream = BytesIO()
    write_scenario(stream, before)
    stream.seek(0)
    after, is_new = import_scenario(draft, stream, filename="去年全年.xlsx")
    assert not is_new
    assert (after.inputs, after.expected) == (before.inputs, before.expected)
    (verdict,) = run_scenarios(draft)
    assert verdict.passed, list(verdict.messages())[:3]
    assert any(figure.label.startswith("2025年1月") for s in verdict.subjects for figure in s.figures) == (
        case == "township"
    )
