"""The cases: five schemes, three years each, whose results independent programs have reckoned.

Read in and reckoned by the public commands, in a database, as an office does it; every subject, line, flag and
outcome must be equal to the last digit.
"""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from rulesets.engine import parts

ROOT = Path(__file__).parents[2]
CASES = sorted(path.name for path in (ROOT / "tests/cases").iterdir())
LINE_KEYS = ("event", "date", "item", "role", "level", "raw", "points", "reasons")
SUBJECT_KEYS = ("no", "name", "total", "rank", "of", "band", "components", "flags", "outcomes")

pytestmark = pytest.mark.django_db


def reckoned(case: str, folder: Path, tmp_path: Path, unit: str = "u") -> dict[str, Any]:
    """The result of the case's files, through the commands."""
    scheme = case.partition("-")[0]
    call_command("load_scheme", str(ROOT / f"fixtures/schemes/{scheme}.yaml"), unit=unit, publish=True)
    for name in ("people", "events", "ballots", "metrics"):
        if (folder / f"{name}.csv").exists():
            call_command(f"import_{name}", unit, str(folder / f"{name}.csv"))
    call_command("assess", unit, "2025", json=str(tmp_path / "result.json"))
    return json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))


def comparable(subject: dict[str, Any], with_periods: bool) -> dict[str, Any]:
    kept = {key: subject[key] for key in SUBJECT_KEYS}
    kept["lines"] = [{key: line[key] for key in LINE_KEYS} for line in subject["lines"]]
    if with_periods:
        kept["periods"] = [
            {key: period[key] for key in ("period", "total", "outcomes")}
            for period in subject.get("periods", [])
        ]
    return kept


@pytest.mark.parametrize("case", CASES)
def test_a_case_comes_out_equal_to_the_last_digit(case: str, tmp_path: Path) -> None:
    folder = ROOT / "tests/cases" / case
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    result = reckoned(case, folder, tmp_path)
    has_periods = ["periods" in subject for subject in expected["subjects"]]
    assert result["period"] == expected["period"]
    for got, subject, with_periods in zip(result["subjects"], expected["subjects"], has_periods, strict=True):
        assert comparable(got, with_periods) == comparable(subject, with_periods)


@pytest.mark.parametrize("case", [case for case in CASES if case.endswith("-dense")])
def test_a_case_reckoned_in_parts_comes_out_equal_too(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "EVENTS_AT_ONCE", 50)
    test_a_case_comes_out_equal_to_the_last_digit(case, tmp_path)


def shuffled_copy(folder: Path, target: Path) -> Path:
    """The same files with their rows in another order."""
    target.mkdir()
    for source in folder.glob("*.csv"):
        rows = list(csv.reader(source.open(encoding="utf-8-sig", newline="")))
        with (target / source.name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([rows[0], *sorted(rows[1:], key=lambda row: row[::-1])])
    return target


def test_the_order_of_rows_in_the_files_does_not_change_digest_or_result(tmp_path: Path) -> None:
    # A figure or a ballot that stands twice is decided by the order of rows; the case has none.
    folder = ROOT / "tests/cases/bureau"
    first = reckoned("bureau", folder, tmp_path)
    second = reckoned("bureau", shuffled_copy(folder, tmp_path / "shuffled"), tmp_path, unit="v")
    assert first["digest"] == second["digest"]
    assert first["subjects"] == second["subjects"]
