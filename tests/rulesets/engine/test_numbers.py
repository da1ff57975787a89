"""Exact numbers: scaling, the one rounding, plain notation."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulesets.engine.numbers import NumberTooFine, fraction, plain, plain_points, rounded, scaled


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        ("0.005", 2, "0.01"),
        ("-0.005", 2, "-0.01"),
        ("0.00499999", 2, "0"),
        ("96.445", 2, "96.45"),
        ("2.5", 0, "3"),
    ],
)
def test_a_half_is_rounded_away_from_zero(value: str, decimals: int, expected: str) -> None:
    assert plain(rounded(fraction(value), decimals), decimals) == expected


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**6), max_value=10**6, places=8))
def test_rounding_agrees_with_decimal_arithmetic(value: Decimal) -> None:
    expected = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert rounded(Fraction(value), 2) == Fraction(expected)


@given(st.integers(-(10**10), 10**10))
def test_points_in_plain_notation_read_back_exactly(units: int) -> None:
    assert scaled(plain_points(units)) == units


def test_plain_notation_has_no_trailing_zeros_and_no_negative_zero() -> None:
    assert [plain(fraction(text)) for text in ("96.50", "100", "-0", "0.0000001", "-3.0")] == [
        "96.5", "100", "0", "0", "-3",
    ]  # fmt: skip


def test_a_figure_with_more_than_six_decimals_is_shown_with_six() -> None:
    assert plain(Fraction(2, 3)) == "0.666667"
    assert plain(Fraction(-1, 3)) == "-0.333333"


@pytest.mark.parametrize("text", ["0.00001", "1.23456", "1000000001", "NaN", "Infinity"])
def test_a_number_finer_or_larger_than_the_ledger_keeps_is_refused(text: str) -> None:
    with pytest.raises(NumberTooFine):
        scaled(text)
