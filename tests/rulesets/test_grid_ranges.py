"""A range as a clerk writes it in the head of a column, and as the page writes it back."""

import pytest

from rulesets.grid.ranges import RangeUnclear, read_range


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("低于60", "低于60"),
        ("＜60", "低于60"),
        ("60以下（不含）", "低于60"),
        ("60及以下", "60及以下"),
        ("不超过60", "60及以下"),
        ("60至80", "60至80"),
        ("60（含）至80（不含）", "60至不足80"),
        ("60～80", "60至80"),
        ("60-80", "60至80"),
        ("超过60至不足80", "超过60至不足80"),
        ("95及以上", "95及以上"),
        ("≥95.5", "95.5及以上"),
        ("超过100", "超过100"),
        ("第1至3名", "1至3"),
        ("第3次起", "3及以上"),
        ("-20至不足0", "-20至不足0"),
        ("5", "5"),
        ("第5名", "5"),
    ],
)
def test_a_range_is_read_and_written_back(text: str, shown: str) -> None:
    found = read_range(text)
    assert str(found) == shown
    assert read_range(shown) == found


@pytest.mark.parametrize("text", ["", "若干", "80至", "1.23456及以上", "一至五", "1至3至5"])
def test_what_is_no_range_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(RangeUnclear, match="可以写作低于60"):
        read_range(text)
