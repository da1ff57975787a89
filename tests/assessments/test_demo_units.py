"""The demo units of the five schemes: read in without a fault and assessed, each showing what its scheme is about."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from ledger.models import Event

ROOT = Path(__file__).parents[2]
SCHEMES = ("bureau", "district", "township", "street", "community")
pytestmark = pytest.mark.django_db


def read_in(scheme: str) -> None:
    """Loads the pack and imports what the unit sends in."""
    call_command("load_scheme", str(ROOT / f"fixtures/schemes/{scheme}.yaml"), unit=scheme, publish=True)
    for name in ("people", "events", "ballots", "metrics"):
        file = ROOT / f"fixtures/demo/{scheme}/{name}.xlsx"
        if file.exists():
            call_command(f"import_{name}", scheme, str(file))


def reckoned(scheme: str, tmp_path: Path) -> list[dict[str, Any]]:
    """The subjects of the unit's result for the year."""
    read_in(scheme)
    call_command("assess", scheme, "2025", json=str(tmp_path / "result.json"))
    subjects: list[dict[str, Any]] = json.loads((tmp_path / "result.json").read_text("utf-8"))["subjects"]
    return subjects


def flags_and_outcomes(subjects: list[dict[str, Any]]) -> Counter[str]:
    return Counter(word for subject in subjects for word in (*subject["flags"], *subject["outcomes"]))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_demo_unit_is_read_in_once_and_not_again(scheme: str, capsys: pytest.CaptureFixture[str]) -> None:
    read_in(scheme)
    events = Event.objects.count()
    capsys.readouterr()
    read_in(scheme)
    said = [line for line in capsys.readouterr().out.splitlines() if line.startswith("新增")]
    assert said and all(line.startswith("新增 0，变更 0，") for line in said)
    assert Event.objects.count() == events


def test_the_district_ranks_sixty_cadres_less_one_who_retired(tmp_path: Path) -> None:
    subjects = reckoned("district", tmp_path)
    assert len(subjects) == 59
    assert {"honor", "merit", "speech", "onsite", "ranking"} == {
        code for subject in subjects for code, value in subject["components"].items() if value != "0"
    }
    assert any(subject["total"].startswith("-") for subject in subjects)


def test_the_township_has_sheets_a_veto_an_escalation_and_one_without_a_whole_month(tmp_path: Path) -> None:
    subjects = reckoned("township", tmp_path)
    found = flags_and_outcomes(subjects)
    assert len(subjects) == 44
    assert found["vetoed:TV1"] == found["no_award"] == found["not_assessed"] == 1
    assert found["circulate"] >= 1
    assert sum(len(subject.get("periods", ())) for subject in subjects) >= 500


def test_the_street_selects_departments_and_disqualifies_two(tmp_path: Path) -> None:
    subjects = reckoned("street", tmp_path)
    found = flags_and_outcomes(subjects)
    assert len(subjects) == 9
    assert found["vetoed:SV1"] == found["vetoed:SV2"] == 1
    assert "excellent" in {subject["band"] for subject in subjects}
    assert all("advanced_quota" in subject["outcomes"] for subject in subjects)


def test_the_community_rewards_halves_offsets_leave_and_names_the_last(tmp_path: Path) -> None:
    subjects = reckoned("community", tmp_path)
    found = flags_and_outcomes(subjects)
    assert len(subjects) == 25
    assert (found["talk"], found["dismissal_review"]) == (8, 3)
    assert found["reward_half"] and found["leave_days"]
    assert sum(subject["band"] == "excellent" for subject in subjects) == 5
