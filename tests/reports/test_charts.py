"""Bars on one scale, as SVG."""

from fractions import Fraction
from xml.etree import ElementTree

from reports.charts import WIDTH, Bar, bar_chart

SVG = "{http://www.w3.org/2000/svg}"


def drawn(bars: list[Bar]) -> list[list[tuple[int, int]]]:
    """Of each bar the outline and the filled part: left edge and width."""
    trees = [ElementTree.fromstring(svg) for svg in bar_chart(bars)]
    return [
        [(int(part.attrib["x"]), int(part.attrib["width"])) for part in tree.iter(f"{SVG}rect")]
        for tree in trees
    ]


def test_bars_share_one_scale() -> None:
    short = Bar("学习", Fraction(5), Fraction(0), Fraction(10))
    long = Bar("业务", Fraction(20), Fraction(0), Fraction(20))
    assert drawn([short, long]) == [[(0, 500), (0, 250)], [(0, 1000), (0, 1000)]]


def test_a_negative_score_goes_left_from_zero() -> None:
    assert drawn([Bar("扣分", Fraction(-10), None, Fraction(30))]) == [[(0, 1000), (0, 250)]]


def test_a_score_without_limits_has_the_outline_of_itself() -> None:
    assert drawn([Bar("合计", Fraction(8), None, None)]) == [[(0, WIDTH), (0, WIDTH)]]


def test_scores_of_zero_without_limits_are_drawn() -> None:
    assert drawn([Bar("合计", Fraction(0), None, None)]) == [[(0, 0), (0, 0)]]


def test_a_name_cannot_break_out_of_the_chart() -> None:
    (svg,) = bar_chart([Bar("</title><script>", Fraction(1), None, None)])
    assert "<script>" not in svg


def test_no_bars_make_no_chart() -> None:
    assert bar_chart([]) == []
