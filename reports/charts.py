"""Charts as inline SVG, the same for pages and paper. Plain functions; coordinates are whole numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.html import format_html
from django.utils.safestring import SafeString

WIDTH = 1000
HEIGHT = 60


@dataclass(frozen=True, slots=True)
class Bar:
    """A score and the range that it is held within (None: open on that side)."""

    name: str
    value: Fraction
    floor: Fraction | None
    ceiling: Fraction | None

    @property
    def low(self) -> Fraction:
        """The least that the chart must show for this bar."""
        return min(Fraction(0), self.value, self.floor or Fraction(0))

    @property
    def high(self) -> Fraction:
        """The most that the chart must show for this bar."""
        return max(Fraction(0), self.value, self.ceiling or Fraction(0))


def bar_chart(bars: Sequence[Bar]) -> list[SafeString]:
    """One SVG for each bar, all on one scale, to stand in the rows of a table.

    The outline is the range of the score, the filled part the score itself, the stroke zero.
    """
    low = min((bar.low for bar in bars), default=Fraction(0))
    high = max((bar.high for bar in bars), default=Fraction(0))
    span = max(high - low, Fraction(1))
    return [_bar(bar, low, span) for bar in bars]


def _bar(bar: Bar, low: Fraction, span: Fraction) -> SafeString:
    def across(value: Fraction) -> int:
        return round((value - low) / span * WIDTH)

    zero, end = across(Fraction(0)), across(bar.value)
    outline = (across(bar.low), across(bar.high))
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 0 {} {}" preserveAspectRatio="none" role="img">'
        "<title>{}</title>"
        '<rect x="{}" y="12" width="{}" height="36" fill="none" stroke="#000" stroke-width="3"/>'
        '<rect x="{}" y="12" width="{}" height="36" fill="#555"/>'
        '<line x1="{}" y1="2" x2="{}" y2="58" stroke="#000" stroke-width="5"/></svg>',
        WIDTH + 8,
        HEIGHT,
        bar.name,
        outline[0],
        outline[1] - outline[0],
        min(zero, end),
        abs(end - zero),
        zero,
        zero,
    )
