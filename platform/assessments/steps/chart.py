"""The bands before and after as an inline SVG. Whole numbers for coordinates, attributes for looks: no style."""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from assessments.simulation import Tally

WIDTH = 640
NAMES = 160  # the width of the column of names
COUNTS = 60  # and of the counts behind the bars
BAR, GAP, GROUP = 16, 4, 50
BEFORE, AFTER = "#8a8f99", "#9b1b1f"


def band_chart(bands: Sequence[Tally], beside: bool = True) -> SafeString:
    """Two bars a band, before over after, all on one scale; the counts stand behind them.

    One bar where there is nothing beside which the simulation is held.
    """
    most = max((count for band in bands for count in (band.before, band.after)), default=0)
    rows = format_html_join(
        "", "{}", ((_rows(place, band, most, beside),) for place, band in enumerate(bands))
    )
    said = "；".join(
        f"{band.name}：{f'现有{band.before}，' if beside else ''}试算{band.after}" for band in bands
    )
    return format_html(
        '<svg class="band-chart" viewBox="0 0 {} {}" role="img" aria-label="各等次对象数。{}">{}</svg>',
        WIDTH,
        max(1, len(bands)) * GROUP,
        said,
        rows,
    )


def _rows(place: int, band: Tally, most: int, beside: bool) -> SafeString:
    top = place * GROUP + GAP
    name = format_html(
        '<text x="0" y="{}" font-size="14" fill="currentColor">{}</text>', top + BAR + GAP + 2, band.name
    )
    bars = (
        _bar(top, band.before, most, BEFORE) if beside else "",
        _bar(top + BAR + GAP, band.after, most, AFTER),
    )
    return format_html("{}{}{}", name, *bars)


def _bar(top: int, count: int, most: int, colour: str) -> SafeString:
    width = round(count * (WIDTH - NAMES - COUNTS) / most) if most else 0
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>'
        '<text x="{}" y="{}" font-size="13" fill="currentColor">{}</text>',
        *(NAMES, top, width, BAR, colour),
        *(NAMES + width + 6, top + BAR - 3, count),
    )
