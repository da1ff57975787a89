"""Dates and numbers as officials write them."""

import datetime

import pytest

from reports import wording


def test_a_date_is_written_without_leading_zeros() -> None:
    assert wording.chinese_date(datetime.date(2025, 3, 1)) == "2025年3月1日"


@pytest.mark.parametrize("text", ["1995-03", "1995.3", "1995年3月", "199503", "1995/03/18", "1995年03月18日"])
def test_birth_is_written_with_year_and_month(text: str) -> None:
    assert wording.year_and_month(text) == "1995.03"


@pytest.mark.parametrize("text", ["", "不详", "九五年三月"])
def test_what_is_no_date_stays_as_it_is(text: str) -> None:
    assert wording.year_and_month(text) == text


@pytest.mark.parametrize(
    ("number", "shown"), [("19.785", "19.79"), ("-0.005", "-0.01"), ("-0.001", "0.00"), ("96.5", "96.50")]
)
def test_two_decimals_round_half_away_from_zero(number: str, shown: str) -> None:
    assert wording.two_decimals(number) == shown


@pytest.mark.parametrize(
    ("floor", "ceiling", "words"),
    [("0", "15", "0—15"), ("0", None, "0以上"), (None, "10", "10以下"), (None, None, "不限")],
)
def test_limits_in_words(floor: str | None, ceiling: str | None, words: str) -> None:
    assert wording.limits(floor, ceiling) == words
