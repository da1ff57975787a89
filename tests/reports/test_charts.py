"""Bars on one scale, as SVG."""

from fractions import Fraction
from xml.etree import ElementTree

from reports.charts import WIDTH, Bar, Column, bar_chart, course_chart, distribution_chart

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


def test_a_score_far_below_its_floor_sticks_out_of_the_outline() -> None:
    assert drawn([Bar("扣分", Fraction(-30), Fraction(0), Fraction(10))]) == [[(750, 250), (0, 750)]]


def test_scores_of_zero_without_limits_are_drawn() -> None:
    assert drawn([Bar("合计", Fraction(0), None, None)]) == [[(0, 0), (0, 0)]]


def test_a_name_cannot_break_out_of_the_chart() -> None:
    (svg,) = bar_chart([Bar("</title><script>", Fraction(1), None, None)])
    assert "<script>" not in svg


def test_no_bars_make_no_chart() -> None:
    assert bar_chart([]) == []


def polygons(bar: Bar) -> list[str]:
    (svg,) = bar_chart([bar])
    return [part.attrib["transform"] for part in ElementTree.fromstring(svg).iter(f"{SVG}polygon")]


def test_mean_and_most_of_all_are_marked_on_the_same_scale() -> None:
    bar = Bar("学习", Fraction(5), Fraction(0), Fraction(10), mean=Fraction(4), most=Fraction(9))
    assert polygons(bar) == ["translate(900 15)", "translate(400 30)"]


def test_a_mark_beyond_the_limits_widens_the_scale() -> None:
    bar = Bar("学习", Fraction(5), Fraction(0), Fraction(10), most=Fraction(20))
    assert drawn([bar]) == [[(0, 500), (0, 250)]]


def texts(svg: str) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_a_course_names_each_month_with_its_figure_and_leaves_out_what_is_not_known() -> None:
    columns = [Column("1月", Fraction(5)), Column("2月", Fraction(-5, 2)), Column("3月", None)]
    assert texts(course_chart("各月计分", columns)) == ["5", "1月", "-2.5", "2月", "3月"]


def test_columns_stand_on_zero_and_hang_from_it() -> None:
    up, down = [
        part.attrib
        for part in ElementTree.fromstring(
            course_chart("各月计分", [Column("1月", Fraction(5)), Column("2月", Fraction(-5))])
        ).iter(f"{SVG}rect")
    ]
    assert int(up["y"]) + int(up["height"]) == int(down["y"])
    assert up["height"] == down["height"]


def test_a_distribution_counts_classes_and_bands() -> None:
    totals = [(Fraction(96), "a"), (Fraction(97), "a"), (Fraction(88), "b"), (Fraction(-3), None)]
    shown = texts(distribution_chart("总分分布", totals, [("a", "优秀"), ("b", "称职")]))
    assert [text for text in shown if " " in text] == ["优秀 2", "称职 1", "无等次 1"]
    assert shown[0] == "1"


def test_a_distribution_of_one_total_and_of_none_is_drawn() -> None:
    assert texts(distribution_chart("总分分布", [(Fraction(0), None)], [])) == ["1", "0", "1"]
    assert texts(distribution_chart("总分分布", [], [])) == []


def test_totals_far_apart_make_few_classes() -> None:
    shown = distribution_chart("总分分布", [(Fraction(-100_000), None), (Fraction(100_000), None)], [])
    assert len(texts(shown)) <= 2 + 13


def test_no_chart_has_a_style() -> None:
    charts = [
        *bar_chart([Bar("学习", Fraction(1), None, None)]),
        course_chart("各月计分", [Column("1月", Fraction(5))]),
        distribution_chart("总分分布", [(Fraction(1), None)], []),
    ]
    assert not any("style" in chart for chart in charts)
