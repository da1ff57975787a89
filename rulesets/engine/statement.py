"""The statement of a sub-period: bases and the lines dated within it, rounded like a total."""

from collections.abc import Mapping
from fractions import Fraction

import polars as pl

from rulesets.engine.numbers import fraction, rounded, unscaled
from rulesets.engine.period import Period
from rulesets.engine.protocols import Inquiry
from rulesets.engine.score import component_sums


def statements(inquiry: Inquiry, part: Period) -> Mapping[str, Fraction]:
    """Subject → the sum of the components' bases in such a period and of the lines dated within it.

    Floors and ceilings hold over the whole assessed period, not over its parts.
    """
    within = inquiry.lines.filter(pl.col("date") >= part.start, pl.col("date") <= part.end)
    components = inquiry.scheme.components_in(part.kind)
    sums = component_sums(within, [component.code for component in components])
    base = sum((fraction(component.base_in(part.kind)) for component in components), Fraction(0))
    return {
        subject: rounded(base + unscaled(sum(sums.get(subject, ()))), inquiry.scheme.decimals)
        for subject in inquiry.assessed["subject"]
    }
