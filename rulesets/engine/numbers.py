"""Exact numbers: scaled integers, fractions and the one rounding.

Points of lines are integers in units of 1/10000 (`SCALE`); components and totals are fractions of a point.
"""

from collections.abc import Collection
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

SCALE = 10_000
# A line's points are bounded so that sums over any number of lines that fit a machine stay within 64 bits.
LARGEST = 10**12


class NumberTooFine(ValueError):
    """A number has more decimals than the ledger keeps, or is too large."""


@lru_cache(maxsize=2**14)
def scaled(number: Decimal | str | int) -> int:
    """A decimal number in units of 1/10000: "-0.5" → -5000.

    Raises NumberTooFine where more than four decimals, or more than eight digits before the point, are given.
    """
    units = Decimal(number) * SCALE
    if not units.is_finite() or units != units.to_integral_value() or abs(units) > LARGEST:
        raise NumberTooFine(f"数值 {number} 的小数超过四位，或数值过大。")
    return int(units)


@lru_cache(maxsize=2**16)
def unscaled(units: int) -> Fraction:
    """Units of 1/10000 as a fraction of a point."""
    return Fraction(units, SCALE)


@lru_cache(maxsize=2**14)
def fraction(number: str | int | Decimal) -> Fraction:
    """A decimal number exactly, as a fraction."""
    return Fraction(Decimal(number))


def total_of(values: Collection[Fraction]) -> Fraction:
    """The exact sum. By whole units of 1/10000 as long as all fit, which takes a fifth of the time."""
    units = 0
    for value in values:
        finer = SCALE % value.denominator
        if finer:
            return sum(values, Fraction(0))
        units += value.numerator * (SCALE // value.denominator)
    return unscaled(units)


def rounded(value: Fraction, decimals: int) -> Fraction:
    """The value at so many decimals, half away from zero (四舍五入)."""
    factor = 10**decimals
    if factor % value.denominator == 0:
        return value
    units = abs(value) * factor
    whole = (2 * units.numerator + units.denominator) // (2 * units.denominator)
    return Fraction(whole if value >= 0 else -whole, factor)


def plain(value: Fraction | int, decimals: int = 6) -> str:
    """Plain decimal notation without trailing zeros, at most `decimals` of them, half away from zero.

    `plain(Fraction(193, 2))` is "96.5", `plain(Fraction(2, 3))` is "0.666667", and there is no "-0".
    """
    shown = rounded(Fraction(value), decimals)
    units = abs(shown.numerator) * (10**decimals // shown.denominator)
    whole, rest = divmod(units, 10**decimals)
    digits = f"{rest:0{decimals}d}".rstrip("0") if decimals else ""
    sign = "-" if shown < 0 else ""
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"


def plain_points(units: int) -> str:
    """Line points, given in units of 1/10000, in plain decimal notation."""
    # By its digits and not by a fraction: a document holds tens of thousands of them.
    whole, rest = divmod(abs(units), SCALE)
    digits = f"{rest:04d}".rstrip("0")
    sign = "-" if units < 0 else ""
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"
