"""The statement of a sub-period: bases and the lines dated within it, rounded like a total."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import polars as pl

from rulesets.engine.numbers import fraction, rounded, unscaled
from rulesets.engine.period import Period
from rulesets.engine.protocols import Inquiry
from rulesets.engine.scheme import Scheme
from rulesets.engine.score import component_sums


def statements(inquiry: Inquiry, part: Period) -> Mapping[str, Fraction]:
    """Subject → the sum of the components' bases in such a period and of the lines dated within it.

    Floors and ceilings hold over the whole assessed period, not over its parts.
    """
    scheme = inquiry.scheme
    within = inquiry.lines.filter(pl.col("date") >= part.start, pl.col("date") <= part.end)
    homes = scheme.homes_in(part.kind)
    # Weights count from reckoning 2 on.
    weights = {code: _weight(scheme, home) for code, home in homes.items()}
    sums = component_sums(within, list(homes))
    base = sum(
        (fraction(scheme.component(code).base_in(part.kind)) * weight for code, weight in weights.items()),
        Fraction(0),
    )
    nothing = [0] * len(homes)
    return {
        subject: rounded(base + _weighed(sums.get(subject, nothing), list(weights.values())), scheme.decimals)
        for subject in inquiry.assessed["subject"]
    }


def _weight(scheme: Scheme, component: str) -> Fraction:
    return fraction(scheme.component(component).weight or "1") if scheme.reckoning >= 2 else Fraction(1)


def _weighed(sums: Sequence[int], weights: Sequence[Fraction]) -> Fraction:
    return sum((unscaled(units) * weight for units, weight in zip(sums, weights, strict=True)), Fraction(0))
