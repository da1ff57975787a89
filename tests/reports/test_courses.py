"""A result's charts: what is compared with what."""

from fractions import Fraction
from typing import Any

from reports.courses import FEWEST_COMPARED, course_of, distribution_of, spreads_of
from tests.reports.papers import line, result


def subjects(count: int) -> list[dict[str, Any]]:
    return [
        {"total": "1", "rank": 1, "band": None, "components": {"study": f"{place}"}} for place in range(count)
    ]


def test_mean_and_most_are_told_among_enough_subjects_alone() -> None:
    assert spreads_of(subjects(FEWEST_COMPARED - 1)) == {}
    spread = spreads_of(subjects(FEWEST_COMPARED))["study"]
    assert (spread.mean, spread.most) == (Fraction(2), Fraction(4))


def test_who_has_no_total_is_not_compared() -> None:
    others = [{**subject, "total": None} for subject in subjects(3)]
    assert spreads_of([*subjects(FEWEST_COMPARED), *others])["study"].mean == Fraction(2)


def test_a_year_runs_to_the_month_that_was_read() -> None:
    [person] = result()["subjects"]
    course = course_of(result({"as_of": "2025-04-30"}), person | {"lines": [line()]})
    assert course is not None
    assert course.count("<rect") == 4


def test_sheets_make_the_course_where_the_scheme_has_them() -> None:
    [person] = result()["subjects"]
    sheets = [{"period": "2025-02", "total": "98.5"}]
    assert "98.5" in str(course_of(result(), person | {"periods": sheets}))


def test_a_month_has_no_course() -> None:
    [person] = result()["subjects"]
    assert course_of(result({"period": "2025-07"}), person) is None


def test_a_distribution_needs_two_who_are_ranked() -> None:
    assert distribution_of(result(), subjects(1)) is None
    assert distribution_of(result(), subjects(2)) is not None
