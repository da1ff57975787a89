"""What the tests of this room share: the case `bureau` on record and reckoned, and commands that are refused."""

from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
from django.core.management import call_command

from assessments.models import Run
from assessments.reckoning import reckon
from units.models import Unit

ROOT = Path(__file__).parents[2]
CASE = ROOT / "tests/cases/bureau"


@pytest.fixture
def case_bureau(db: None) -> Unit:
    """A unit with the bureau's scheme published and the year of the case `bureau` on record."""
    # That this pack passes the checks is shown by the tests of packs, once and not before every other test.
    with patch("rulesets.publication.check_snapshot", return_value=[]):
        call_command("load_scheme", str(ROOT / "fixtures/schemes/bureau.yaml"), unit="u", publish=True)
    for name in ("people", "events", "ballots", "metrics"):
        call_command(f"import_{name}", "u", str(CASE / f"{name}.csv"))
    return Unit.objects.get(code="u")


@pytest.fixture
def run(case_bureau: Unit) -> Run:
    """The year 2025 of the case, reckoned."""
    return reckon(case_bureau, "2025")


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """What a command says when it is refused."""

    def run_command(*arguments: str, **options: object) -> str:
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            call_command(*arguments, **options)
        assert stop.value.code == 1
        return capsys.readouterr().err

    return run_command
