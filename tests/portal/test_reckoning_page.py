"""What the page of one subject shows of a result document."""

import copy
from typing import Any

import pytest

from assessments.models import Run
from assessments.projection import project
from assessments.reckoning import scheme_of
from assessments.results import subject_of
from portal.reckoning_page import ReckoningPage, by_component, reckoning_page


@pytest.fixture
def document(run: Run) -> dict[str, Any]:
    """A copy of the run's result to be altered; subject 1002 has the components of 89."""
    return copy.deepcopy(run.result)


def page_of(run: Run, document: dict[str, Any]) -> ReckoningPage:
    project(run, document, run.inputs.read())
    return reckoning_page(run, scheme_of(run.edition), "1002")


def test_components_that_add_up_are_not_excused(run: Run, document: dict[str, Any]) -> None:
    assert not page_of(run, document).sum_differs


def test_components_whose_shown_decimals_do_not_add_up_are_told(run: Run, document: dict[str, Any]) -> None:
    subject = subject_of(document, "1002")
    subject["components"] |= {"study": "14.334", "business": "30.334"}
    subject["total"] = "89.67"
    page = page_of(run, document)
    assert [part.value for part in page.components[:2]] == ["14.33", "30.33"]
    assert page.sum_differs


def test_a_factor_stands_between_the_sum_and_the_total(run: Run, document: dict[str, Any]) -> None:
    subject_of(document, "1002").update(factor="1.1", total="97.9")
    page = page_of(run, document)
    assert page.factor == "1.1"
    assert not page.sum_differs


def test_what_a_rule_without_lines_says_stands_under_its_component(
    run: Run, document: dict[str, Any]
) -> None:
    notes = [
        {"rule": "B102", "component": "study", "text": "甲"},
        {"rule": "B102", "component": None, "text": "乙"},
    ]
    subject_of(document, "1002")["notes"] = notes
    page = page_of(run, document)
    assert [note.text for note in page.components[0].notes] == ["甲"]
    assert [note.text for note in page.further_notes] == ["乙"]


def test_a_line_of_a_component_that_is_not_shown_is_kept(run: Run) -> None:
    lines = [{"component": "study"}, {"component": "review"}]
    grouped = by_component(lines, scheme_of(run.edition), ["study"])
    assert grouped == {"study": [lines[0]], None: [lines[1]]}
