"""verdict: components → totals (exact fractions, a row a subject) → ranks, shares, bands, outcomes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import polars as pl

from rulesets.engine.decide import RulesByFamily
from rulesets.engine.frames import ordered_by
from rulesets.engine.holding import held, settle
from rulesets.engine.numbers import fraction, rounded, scaled, total_of, unscaled
from rulesets.engine.protocols import Exclusion, Inquiry, Merit, Stage, Standing, SubjectFamily
from rulesets.engine.scheme import Component, Scheme
from rulesets.engine.score import component_sums


def verdict(
    inquiry: Inquiry,
    families: RulesByFamily,
    flags: Sequence[tuple[str, str]],
    decided: Mapping[str, str] | None = None,
) -> tuple[list[Standing], pl.DataFrame]:
    """The standing of every assessed subject, in the order of rank, then number; and the lines as they stand then.

    `decided`: subject → the band that stands instead of the reckoned one, before outcomes are.
    """
    standings = _standings(inquiry, flags)
    of_subjects = [(family, own) for family, own in families if isinstance(family, SubjectFamily)]

    def reckon(after: int, last: Stage) -> None:
        for family, own in of_subjects:
            if after < family.stage <= last:
                family.reckon(own, standings, inquiry)

    reckon(0, Stage.SCORE)
    inquiry = replace(inquiry, lines=settle(standings, inquiry))
    reckon(Stage.SCORE, Stage.WEIGHT)
    _hold(standings, inquiry.scheme.components_in(inquiry.period.kind))
    for family, own in of_subjects:
        family.weigh(own, standings, inquiry)
    for standing in standings:
        if "not_assessed" not in standing.flags:
            standing.total = _total(standing, standing.factor, inquiry.scheme)
    rank(standings)
    reckon(Stage.WEIGHT, Stage.SHARE)
    for standing in standings:
        # From the exact sum again, so that this total too is rounded once.
        if standing.total is not None and standing.factor_after_ranking != 1:
            standing.total = _total(standing, standing.factor * standing.factor_after_ranking, inquiry.scheme)
    reckon(Stage.SHARE, Stage.VETO)
    for standing in standings:
        standing.band = (decided or {}).get(standing.subject, standing.band)
    reckon(Stage.VETO, Stage.OUTCOME)
    return sorted(standings, key=lambda s: (s.rank is None, s.rank or 0, s.subject)), inquiry.lines


def _total(standing: Standing, factor: Fraction, scheme: Scheme) -> Fraction:
    whole = total_of(standing.components.values())
    return rounded(whole if factor == 1 else factor * whole, scheme.decimals)


def _standings(inquiry: Inquiry, flags: Sequence[tuple[str, str]]) -> list[Standing]:
    kind, scheme = inquiry.period.kind, inquiry.scheme
    bases = {code: scaled(scheme.component(code).base_in(kind)) for code in scheme.homes_in(kind)}
    sums = component_sums(inquiry.lines, list(bases))
    nothing = [0] * len(bases)
    standings = []
    who = inquiry.assessed.select("subject", "name", "group", "department", "direct_led")
    for subject, name, group, department, direct_led in who.iter_rows():
        units = zip(bases.items(), sums.get(subject, nothing), strict=True)
        values = {code: unscaled(base + points) for (code, base), points in units}
        standings.append(Standing(subject, name, group, department, values, direct_led=direct_led))
    by_subject = {standing.subject: standing for standing in standings}
    exclusions = exclusions_of(inquiry)
    for standing in standings:
        standing.exclusion = exclusions.get(standing.subject)
        if standing.exclusion is not None:
            standing.flags.add(standing.exclusion.kind)
    in_period = inquiry.vetoes.filter(pl.col("date") >= inquiry.period.start)
    for subject, item in in_period.select("subject", "item").iter_rows():
        by_subject[subject].vetoes.add(item)
        by_subject[subject].flags.add(f"vetoed:{item}")
    for subject, flag in flags:
        by_subject[subject].flags.add(flag)
    return standings


def exclusions_of(inquiry: Inquiry) -> dict[str, Exclusion]:
    """The exclusions by subject."""
    rows = inquiry.frames.exclusions.select("subject", "kind", "reason").iter_rows()
    return {subject: Exclusion(kind, reason) for subject, kind, reason in rows}


def left_out(rows: pl.DataFrame, inquiry: Inquiry) -> list[Standing]:
    """Those who were taken out of the assessment, by number: no total, no line, and the reason."""
    exclusions = exclusions_of(inquiry)
    nothing = {c.code: Fraction(0) for c in inquiry.scheme.components_in(inquiry.period.kind)}
    return [
        Standing(
            row["subject"],
            row["name"],
            row["group"],
            row["department"],
            dict(nothing),
            direct_led=row["direct_led"],
            flags={exclusions[row["subject"]].kind},
            exclusion=exclusions[row["subject"]],
        )
        for row in ordered_by(rows, ["subject"]).iter_rows(named=True)
    ]


def _hold(standings: Sequence[Standing], components: Sequence[Component]) -> None:
    """Holds the components within floor and ceiling (those of lines are within already), then weighs them.

    In `components` stands what enters the total.
    """
    for component in components:
        code, weight = component.code, fraction(component.weight or "1")
        # The same few values stand at many subjects, and comparing fractions is slow.
        known: dict[tuple[int, int], Fraction] = {}
        for standing in standings:
            value = standing.components[code]
            key = (value.numerator, value.denominator)
            if key not in known:
                known[key] = held(component, value) * weight
            standing.components[code] = known[key]


def rank(standings: Sequence[Standing]) -> None:
    """Standard competition ranking (1, 2, 2, 4) of those that are ranked, the highest total first.

    docs/SEMANTICS.md, 6. Among equal totals what breaks the tie decides, where the scheme says so.
    """
    ranked = [standing for standing in standings if standing.is_ranked]
    equals = Counter(standing.merit for standing in ranked)
    places: dict[Merit, int] = {}
    ahead = 0
    for merit in sorted(equals, reverse=True):
        places[merit] = ahead + 1
        ahead += equals[merit]
    for standing in ranked:
        standing.rank, standing.of = places[standing.merit], len(ranked)
