from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabular.cells import (
    CLEANERS,
    CellRefused,
    clean_boolean,
    clean_code,
    clean_date,
    clean_decimal,
    clean_integer,
    clean_text,
)

FIRST_OF_MAY = date(2025, 5, 1)
WRITTEN_DAYS = [
    "2025-05-01",
    "2025/5/1",
    "2025.5.1",
    "2025年5月1日",
    " ２０２５－５－１ ",
    "2025-05-01 08:30:00",
]


@pytest.mark.parametrize("written", WRITTEN_DAYS)
def test_a_date_is_read_in_every_written_form(written: str) -> None:
    assert clean_date(written) == FIRST_OF_MAY


@pytest.mark.parametrize("serial", [46143, 46143.0, 46143.75, "46143"])
def test_a_serial_number_is_a_date(serial: int | float | str) -> None:
    assert clean_date(serial) == date(2026, 5, 1)


@pytest.mark.parametrize("digits", [20250501, 20250501.0, "20250501", "２０２５０５０１"])
def test_eight_digits_are_a_day(digits: int | float | str) -> None:
    assert clean_date(digits) == FIRST_OF_MAY


@pytest.mark.parametrize("cell", [FIRST_OF_MAY, datetime(2025, 5, 1, 23, 59)])
def test_a_date_cell_is_its_day(cell: date) -> None:
    assert clean_date(cell) == FIRST_OF_MAY


@pytest.mark.parametrize("written", ["2025-02-30", "2025年13月1日", "2025.0.1", "20250230"])
def test_a_day_that_does_not_exist_is_refused(written: str) -> None:
    with pytest.raises(CellRefused, match=r"没有“.*”这一天"):
        clean_date(written)


@pytest.mark.parametrize(
    "cell", ["去年", "2025-5", "25-5-1", "2025-5/1", 5, 18991301, 2025.5, float("nan"), True, time(8, 30)]
)
def test_what_is_no_date_is_refused_with_the_forms_allowed(cell: str | int | float | bool | time) -> None:
    with pytest.raises(CellRefused, match="不是日期；允许 2025-05-01"):
        clean_date(cell)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_comes_back_from_its_written_form(day: date) -> None:
    assert clean_date(f"{day.year}年{day.month}月{day.day}日") == day


@given(st.dates(date(1927, 5, 18), date(2173, 10, 13)))
def test_every_day_comes_back_from_its_serial_number(day: date) -> None:
    assert clean_date(float((day - date(1899, 12, 30)).days)) == day


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (0.1, "0.1"),
        (3, "3"),
        (-2.50, "-2.5"),
        ("１，２３４．５", "1234.5"),
        ("－3", "-3"),
        ("−3", "-3"),
        ("+1.50000", "1.5"),
    ],
)
def test_a_decimal_is_read_exactly(cell: str | int | float, number: str) -> None:
    assert str(clean_decimal(cell)) == number


def test_negative_zero_is_zero() -> None:
    assert str(clean_decimal(-0.0)) == "0"


@pytest.mark.parametrize("cell", ["五", "1e5", "1,23", "50%", ".5", "1 2", "NaN", True, FIRST_OF_MAY])
def test_what_is_no_number_is_refused(cell: str | bool | date) -> None:
    with pytest.raises(CellRefused, match="不是数字；允许数字，小数最多 4 位"):
        clean_decimal(cell)


@pytest.mark.parametrize("cell", [float("nan"), float("inf")])
def test_a_number_that_is_not_finite_is_refused(cell: float) -> None:
    with pytest.raises(CellRefused, match="不是数字"):
        clean_decimal(cell)


@pytest.mark.parametrize("cell", ["0.12345", 0.1 + 0.2])
def test_more_than_four_decimals_are_refused(cell: str | float) -> None:
    with pytest.raises(CellRefused, match="小数超过 4 位；允许最多 4 位"):
        clean_decimal(cell)


def test_a_written_number_of_sixteen_digits_is_refused() -> None:
    with pytest.raises(CellRefused, match="整数部分最多 15 位"):
        clean_decimal("1234567890123456")


@given(st.decimals(-(10**15) + 1, 10**15 - 1, places=4))
def test_every_decimal_comes_back_from_its_text(number: Decimal) -> None:
    assert clean_decimal(format(number, "f")) == number


@given(st.decimals(-99999, 99999, places=4))
def test_every_small_decimal_comes_back_from_a_float_cell(number: Decimal) -> None:
    assert clean_decimal(float(number)) == number


def test_an_integer_is_read_from_a_float_cell() -> None:
    assert clean_integer(12.0) == 12


def test_a_fraction_is_no_integer() -> None:
    with pytest.raises(CellRefused, match=r"“1\.5”不是整数"):
        clean_integer("1.5")


@pytest.mark.parametrize("kind", ["text", "code", "decimal", "integer"])
@pytest.mark.parametrize("cell", [1.2345678901234567e17, 10**15, -1e300])
def test_a_numeric_cell_of_sixteen_digits_is_refused_not_rounded(kind: str, cell: float) -> None:
    with pytest.raises(CellRefused, match="丢失末尾的数字；请把本列设为“文本”格式"):
        CLEANERS[kind](cell)  # type: ignore[index]


@pytest.mark.parametrize("kind", ["text", "code"])
def test_scientific_notation_is_refused_as_lost_digits(kind: str) -> None:
    with pytest.raises(CellRefused, match="科学记数法"):
        CLEANERS[kind]("1.23457E+17")  # type: ignore[index]


@pytest.mark.parametrize(
    ("cell", "code"), [(1001.0, "1001"), ("0007", "0007"), ("　ｋ０１ ", "k01"), (0.5, "0.5")]
)
def test_a_code_is_plain_half_width_text(cell: str | float, code: str) -> None:
    assert clean_code(cell) == code


def test_invisible_characters_go_from_a_code() -> None:
    assert clean_code("\u202a1001\ufeff") == "1001"


@pytest.mark.parametrize("cell", [date(2025, 7, 1), time(8, 0), timedelta(hours=30)])
def test_a_code_that_became_a_date_or_time_is_refused(cell: date | time | timedelta) -> None:
    with pytest.raises(CellRefused, match="请把本列设为“文本”格式后重新填写"):
        clean_code(cell)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (" （１）优秀 ", "（１）优秀"),
        (1001.0, "1001"),
        ("=1+1", "=1+1"),
        ("-待定", "-待定"),
        (FIRST_OF_MAY, "2025-05-01"),
        (datetime(2025, 5, 1), "2025-05-01"),
        (datetime(2025, 5, 1, 8, 30), "2025-05-01 08:30:00"),
        (time(8, 30), "08:30:00"),
        (True, "TRUE"),
    ],
)
def test_free_text_stays_as_it_was_typed(cell: str | float | date | time | bool, text: str) -> None:
    assert clean_text(cell) == text


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#DIV/0!", "#NAME?", "Err:502"])
def test_an_error_that_came_as_text_is_refused(error: str) -> None:
    with pytest.raises(CellRefused, match="错误值"):
        clean_text(error)


def test_a_control_character_is_refused() -> None:
    with pytest.raises(CellRefused, match="控制字符"):
        clean_text("陈\x00一")


@pytest.mark.parametrize("cell", ["是", "YES", "true", "1", 1, 1.0, True, "１"])
def test_yes_is_true(cell: str | float | bool) -> None:
    assert clean_boolean(cell) is True


@pytest.mark.parametrize("cell", ["否", "no", "FALSE", "0", 0, 0.0, False])
def test_no_is_false(cell: str | float | bool) -> None:
    assert clean_boolean(cell) is False


def test_anything_else_is_neither_yes_nor_no() -> None:
    with pytest.raises(CellRefused, match="“也许”既不是“是”也不是“否”"):
        clean_boolean("也许")


@pytest.mark.parametrize("kind", list(CLEANERS))
@pytest.mark.parametrize("cell", [None, "", " \u3000\n"])
def test_an_empty_cell_is_none(kind: str, cell: str | None) -> None:
    assert CLEANERS[kind](cell) is None  # type: ignore[index]
