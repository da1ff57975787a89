"""Periods by their codes."""

import datetime
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulesets.engine.period import Period, PeriodKind, PeriodUnknown

CODES = st.one_of(
    st.integers(1900, 2100).map(str),
    st.tuples(st.integers(1900, 2100), st.integers(1, 2)).map(lambda p: f"{p[0]}H{p[1]}"),
    st.tuples(st.integers(1900, 2100), st.integers(1, 4)).map(lambda p: f"{p[0]}Q{p[1]}"),
    st.tuples(st.integers(1900, 2100), st.integers(1, 12)).map(lambda p: f"{p[0]}-{p[1]:02d}"),
)


@given(CODES)
def test_a_code_reads_back(code: str) -> None:
    assert Period.parse(code).code == code


@given(CODES, st.sampled_from(list(PeriodKind)))
def test_parts_follow_on_each_other_without_a_gap(code: str, kind: PeriodKind) -> None:
    period = Period.parse(code)
    parts = period.parts(kind)
    if parts:
        assert parts[0].start == period.start
        assert parts[-1].end == period.end
        for one, following in itertools.pairwise(parts):
            assert following.start - one.end == datetime.timedelta(days=1)


@pytest.mark.parametrize(
    "text", ["", "25", "2025H3", "2025Q5", "2025-13", "2025-7", "2025年", "2025 ", "²025"]
)
def test_what_is_no_period_is_refused_with_the_ways_to_write_one(text: str) -> None:
    with pytest.raises(PeriodUnknown, match="2025H1"):
        Period.parse(text)


def test_only_parts_that_have_ended_count() -> None:
    ended = Period.parse("2025").ended_parts(PeriodKind.QUARTER, datetime.date(2025, 9, 29))
    assert [part.code for part in ended] == ["2025Q1", "2025Q2"]


def test_a_year_is_no_part_of_its_half() -> None:
    assert Period.parse("2025H1").parts(PeriodKind.YEAR) == ()


def test_the_last_day_of_february_is_known() -> None:
    assert Period.parse("2024-02").end == datetime.date(2024, 2, 29)


@pytest.mark.parametrize(
    ("code", "name"),
    [("2025", "2025年"), ("2025H2", "2025年下半年"), ("2025Q3", "2025年第3季度"), ("2025-07", "2025年7月")],
)
def test_a_period_has_its_chinese_name(code: str, name: str) -> None:
    assert Period.parse(code).name == name


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)), st.sampled_from(PeriodKind))
def test_a_day_lies_in_the_period_that_holds_it(day: datetime.date, kind: PeriodKind) -> None:
    period = Period.holding(day, kind)
    assert period.kind is kind
    assert period.start <= day <= period.end
    assert period in period.whole_year.parts(kind)
