"""A bar chart as an SVG text, logarithmic: for the pages of benchmarks."""

import math
from collections.abc import Sequence
from html import escape

WIDTH, LABEL, ROW, GAP = 760, 270, 20, 34
COLOURS = ("#1f5f8b", "#8a8f98", "#b7bcc4", "#cfd3d9", "#e2e5e9")
Group = tuple[str, Sequence[tuple[str, float]]]


def bars(groups: Sequence[Group], unit: str) -> str:
    """Groups of bars under a heading each; a bar's figure stands at its end."""
    values = [value for _, own in groups for _, value in own]
    least, most = math.log10(min(values)) - 0.3, math.log10(max(values))
    room = WIDTH - LABEL - 70
    parts, y = [], 24
    for heading, own in groups:
        parts.append(f'<text x="8" y="{y}" font-weight="bold">{escape(heading)}</text>')
        for place, (name, value) in enumerate(own):
            y += ROW
            length = room * (math.log10(value) - least) / (most - least)
            colour = COLOURS[min(place, len(COLOURS) - 1)]
            parts.append(f'<text x="{LABEL - 8}" y="{y}" text-anchor="end">{escape(name)}</text>')
            parts.append(f'<rect x="{LABEL}" y="{y - 12}" width="{length:.0f}" height="14" fill="{colour}"/>')
            parts.append(f'<text x="{LABEL + length + 6:.0f}" y="{y}">{value:.3g}</text>')
        y += GAP
    parts.append(f'<text x="8" y="{y - 8}" fill="#666">{escape(unit)}</text>')
    drawn = "".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}" '
        f'font-family="sans-serif" font-size="13"><rect width="{WIDTH}" height="{y}" fill="#fff"/>{drawn}</svg>\n'
    )
