"""Charts as inline SVG, the same for pages and paper. Plain functions; coordinates are whole numbers.

Looks are attributes, never styles, so that pages under a strict content policy show them. Shades are grey: offices
print in black.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from rulesets.engine.numbers import plain, rounded

WIDTH = 1000
HEIGHT = 60
FACE = "Noto Serif CJK SC, SimSun, serif"
# The shades of bands, the best first; who has no band is white.
SHADES = ("#333", "#777", "#aaa", "#ccc", "#e4e4e4")
NO_BAND = "#fff"
# Most classes of totals in a distribution.
CLASSES = 12


@dataclass(frozen=True, slots=True)
class Bar:
    """A score and the range that it is held within (None: open on that side); `mean` and `most` of all scores."""

    name: str
    value: Fraction
    floor: Fraction | None
    ceiling: Fraction | None
    mean: Fraction | None = None
    most: Fraction | None = None

    @property
    def low(self) -> Fraction:
        """The least that the chart must show for this bar."""
        return min(self.start, self.value, self.mean or Fraction(0))

    @property
    def high(self) -> Fraction:
        """The most that the chart must show for this bar."""
        return max(self.end, self.value, self.mean or Fraction(0), self.most or Fraction(0))

    @property
    def start(self) -> Fraction:
        """Where the outline begins: at the floor, which a score below it sticks out of."""
        return min(Fraction(0), self.value if self.floor is None else self.floor)

    @property
    def end(self) -> Fraction:
        """Where the outline ends: at the ceiling, which a score above it sticks out of."""
        return max(Fraction(0), self.value if self.ceiling is None else self.ceiling)


def bar_chart(bars: Sequence[Bar]) -> list[SafeString]:
    """One SVG for each bar, all on one scale, to stand in the rows of a table.

    The outline is the range of the score, the filled part the score itself, the stroke zero, the diamond the mean
    of all, the triangle the most of all.
    """
    low = min((bar.low for bar in bars), default=Fraction(0))
    high = max((bar.high for bar in bars), default=Fraction(0))
    span = max(high - low, Fraction(1))
    return [_bar(bar, low, span) for bar in bars]


def _bar(bar: Bar, low: Fraction, span: Fraction) -> SafeString:
    def across(value: Fraction) -> int:
        return round((value - low) / span * WIDTH)

    zero, end = across(Fraction(0)), across(bar.value)
    outline = (across(bar.start), across(bar.end))
    marks = [
        *([("-20,-12 0,0 20,-12", across(bar.most), 15)] if bar.most is not None else []),
        *([("-18,0 0,-13 18,0 0,13", across(bar.mean), 30)] if bar.mean is not None else []),
    ]
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-24 0 {} {}" preserveAspectRatio="none" role="img">'
        "<title>{}</title>"
        '<rect x="{}" y="14" width="{}" height="32" fill="none" stroke="#000" stroke-width="3"/>'
        '<rect x="{}" y="14" width="{}" height="32" fill="#555"/>'
        '<line x1="{}" y1="4" x2="{}" y2="56" stroke="#000" stroke-width="5"/>{}</svg>',
        WIDTH + 48,
        HEIGHT,
        _bar_title(bar),
        outline[0],
        outline[1] - outline[0],
        min(zero, end),
        abs(end - zero),
        zero,
        zero,
        format_html_join(
            "",
            '<polygon points="{}" transform="translate({} {})" fill="#fff" stroke="#000" stroke-width="3"/>',
            marks,
        ),
    )


def _bar_title(bar: Bar) -> str:
    """What is read out: the score, and beside what it stands."""
    words = [f"{bar.name} {_shown(bar.value)}"]
    words += [f"平均 {_shown(bar.mean)}"] if bar.mean is not None else []
    words += [f"最高 {_shown(bar.most)}"] if bar.most is not None else []
    return "，".join(words)


def _shown(value: Fraction) -> str:
    return plain(rounded(value, 2))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a course: a month's name, its figure (None: no figure)."""

    name: str
    value: Fraction | None


def course_chart(title: str, columns: Sequence[Column], width: int = 640, height: int = 170) -> SafeString:
    """A year's course: a column for each month, upwards or downwards from zero, with its figure."""
    values = [column.value for column in columns if column.value is not None]
    low, high = min(values, default=Fraction(0)), max(values, default=Fraction(0))
    low, high = min(low, Fraction(0)), max(high, Fraction(0))
    # Room for figures above and below, and for the names at the foot.
    top, foot = 20, 24 + (16 if low < 0 else 0)
    span = max(high - low, Fraction(1))
    step = width // max(len(columns), 1)

    def down(value: Fraction) -> int:
        return top + round((high - value) / span * (height - top - foot))

    zero = down(Fraction(0))
    drawn = [
        _column(
            column, place * step, step, zero, None if column.value is None else down(column.value), height
        )
        for place, column in enumerate(columns)
    ]
    line = f'<line x1="0" y1="{zero}" x2="{step * len(columns)}" y2="{zero}" stroke="#000" stroke-width="1"/>'
    return _framed(title, width, height, [SafeString(line), *drawn])


def _column(column: Column, left: int, step: int, zero: int, end: int | None, height: int) -> SafeString:
    middle = left + step // 2
    name = _text(middle, height - 6, column.name)
    if end is None or column.value is None:
        return name
    figure = _text(middle, end - 5 if column.value >= 0 else end + 14, _shown(column.value))
    bar = format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="#777" stroke="#000" stroke-width="0.5"/>',
        left + step // 5,
        min(zero, end),
        step - 2 * (step // 5),
        abs(end - zero),
    )
    return SafeString(bar + figure + name)


def distribution_chart(
    title: str,
    totals: Sequence[tuple[Fraction, str | None]],
    bands: Sequence[tuple[str, str]],
    width: int = 640,
    height: int = 200,
) -> SafeString:
    """How many subjects have totals of each class, shaded by their bands.

    totals: each ranked subject's total and the code of its band. bands: code and name, the best first.
    """
    classes = _classes([total for total, _ in totals])
    named = [*bands, ("", "无等次")]
    counts = _counts(totals, classes, [code for code, _ in named])
    most = max((sum(of_class) for of_class in counts), default=0) or 1
    shades = [*(SHADES[min(place, len(SHADES) - 1)] for place in range(len(bands))), NO_BAND]
    top, foot = 46, 24
    step = width // max(len(classes), 1)
    drawn: list[SafeString] = []
    for place, ((low, _), of_class) in enumerate(zip(classes, counts, strict=True)):
        drawn += _stack(place * step, step, of_class, shades, most, height - foot, height - foot - top)
        drawn.append(_text(place * step, height - 6, _shown(low), "start" if place == 0 else "middle"))
    if classes:
        drawn.append(_text(step * len(classes), height - 6, _shown(classes[-1][1]), "end"))
    base = height - foot
    drawn.append(
        SafeString(f'<line x1="0" y1="{base}" x2="{step * len(classes)}" y2="{base}" stroke="#000"/>')
    )
    sums = [sum(of_class[place] for of_class in counts) for place in range(len(named))]
    shown = [
        (name, n, shade)
        for (_, name), n, shade in zip(named, sums, shades, strict=True)
        if n or name != "无等次"
    ]
    return _framed(title, width, height, [*drawn, *_legend(shown if bands else [])])


def _counts(
    totals: Sequence[tuple[Fraction, str | None]],
    classes: Sequence[tuple[Fraction, Fraction]],
    bands: Sequence[str],
) -> list[list[int]]:
    """How many of each class are in each of the bands; no band is ""."""
    return [
        [sum(1 for total, band in totals if low <= total < high and (band or "") == code) for code in bands]
        for low, high in classes
    ]


def _classes(totals: Sequence[Fraction]) -> list[tuple[Fraction, Fraction]]:
    """Classes of equal, round width that hold all totals: from (included) and to (not included)."""
    if not totals:
        return []
    low, high = min(totals), max(totals)
    width = Fraction(1)
    for factor in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 10**5, 10**6, 10**7, 10**8):
        width = Fraction(factor)
        if (high // width - low // width) < CLASSES:
            break
    first, last = low // width, high // width
    return [(place * width, (place + 1) * width) for place in range(first, last + 1)]


def _stack(
    left: int, step: int, counts: Sequence[int], shades: Sequence[str], most: int, base: int, room: int
) -> list[SafeString]:
    drawn, before = [], 0
    for count, shade in zip(counts, shades, strict=True):
        if count:
            low, high = base - round(before * room / most), base - round((before + count) * room / most)
            before += count
            drawn.append(
                format_html(
                    '<rect x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="#000" stroke-width="0.5"/>',
                    *(left, high, step, low - high, shade),
                )
            )
    if before:
        drawn.append(_text(left + step // 2, base - round(before * room / most) - 4, str(before)))
    return drawn


def _legend(entries: Sequence[tuple[str, int, str]]) -> list[SafeString]:
    drawn, left = [], 0
    for name, count, shade in entries:
        words = f"{name} {count}"
        drawn.append(
            format_html(
                '<rect x="{}" y="4" width="14" height="10" fill="{}" stroke="#000" stroke-width="0.5"/>',
                left,
                shade,
            )
        )
        drawn.append(_text(left + 19, 14, words, "start"))
        left += 19 + 13 * len(words) + 12
    return drawn


def _text(x: int, y: int, words: str, anchor: str = "middle") -> SafeString:
    return format_html(
        '<text x="{}" y="{}" text-anchor="{}" font-size="12" font-family="{}">{}</text>',
        x,
        y,
        anchor,
        FACE,
        words,
    )


def _framed(title: str, width: int, height: int, parts: Sequence[SafeString]) -> SafeString:
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img"><title>{}</title>{}</svg>',
        *(width, height, title, SafeString("".join(parts))),
    )
