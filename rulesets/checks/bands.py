"""Doubtful bands: totals that get none, bands that nobody can get, and where two bands overlap."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil, floor

from rulesets.checks.bounds import total_bounds
from rulesets.checks.finding import Finding, information, warning
from rulesets.engine.decide import rules_in
from rulesets.engine.numbers import fraction, plain
from rulesets.engine.period import PERIOD_KIND_NAMES, PeriodKind
from rulesets.engine.scheme import Rule, Scheme, Tier

# A range of totals in units of the last decimal, both ends included; None: open.
Span = tuple[int | None, int | None]
MOST_NAMED = 6


def band_findings(scheme: Scheme) -> Iterator[Finding]:
    """What is doubtful about the bands of each kind of period, the same once."""
    found: dict[Finding, None] = {}
    for kind in scheme.periods:
        bands = [rule for rule in rules_in(scheme, kind) if rule.family == "band"]
        if bands:
            found.update(dict.fromkeys(_found_in(bands, scheme, kind)))
    yield from found


def _found_in(bands: Sequence[Rule], scheme: Scheme, kind: PeriodKind) -> Iterator[Finding]:
    possible = _possible(scheme, kind)
    yield from _gaps(bands, possible, scheme, kind)
    yield from _unreachable(bands, possible, scheme)
    yield from _overlaps(bands, possible, scheme)


def _gaps(bands: Sequence[Rule], possible: Span, scheme: Scheme, kind: PeriodKind) -> Iterator[Finding]:
    """Totals that get a band at best by a share or a component. Where every band asks for one, that is meant."""
    left = [possible]
    sure = [band for band in bands if not _besides(band)]
    for band in sure:
        left = without(left, _spans(band, scheme))
    if sure:
        for span in left:
            yield warning(
                "等次",
                f"按{PERIOD_KIND_NAMES[kind]}考核，总分{_shown(span, scheme)}的没有等次："
                "请补上等次或改动分数范围，或在发布说明中写明是有意的。",
            )


def _unreachable(bands: Sequence[Rule], possible: Span, scheme: Scheme) -> Iterator[Finding]:
    """Ranges of a band that earlier bands always take, or that no total reaches."""
    for order, band in enumerate(bands):
        left = [possible]
        for earlier in bands[:order]:
            # Whoever has what this band asks for besides has what the earlier one asks for as well.
            if _besides(earlier) <= _besides(band):
                left = without(left, _spans(earlier, scheme))
        for place, span in enumerate(_spans(band, scheme)):
            if not _meet([possible], [span]):
                why = f"总分只会{_shown(possible, scheme)}"
            elif not _meet(left, [span]):
                why = "排在前面的等次已经包含这些总分"
            else:
                continue
            record = band.tier_record(place) if band.tiers else band.code
            yield warning(f"规则 {record}", f"没有人能评为“{band.name}”：{why}。请调整次序或分数范围。")


def _besides(band: Rule) -> set[str]:
    """What a band asks for besides a total: its share, and what of which components."""
    asked = set(band.targets.get("within", ()))
    least = f"{band.params.get('components_percent')}% {band.params.get('components_from')}"
    return asked | {f"{code} {least}" for code in band.targets.get("components", ())}


def _overlaps(bands: Sequence[Rule], possible: Span, scheme: Scheme) -> Iterator[Finding]:
    """Totals that a band and earlier ones take: the earlier win, which is worth knowing."""
    for order, band in enumerate(bands):
        common = {
            earlier.name: _meet([possible], _meet(_spans(earlier, scheme), _spans(band, scheme)))
            for earlier in bands[:order]
            if earlier.tiers and band.tiers
        }
        met = {name: spans for name, spans in common.items() if spans}
        if met:
            names = "".join(f"“{name}”" for name in list(met)[:MOST_NAMED])
            names += f"等{len(met)}个等次" if len(met) > MOST_NAMED else ""
            where = f"（总分{_shown(next(iter(met.values()))[0], scheme)}）" if len(met) == 1 else ""
            yield information(
                f"规则 {band.code}",
                f"分数范围与排在前面的{names}有重叠{where}：符合前面等次全部条件的，评为前面的等次。",
            )


def total_is_reached(rule: Rule, tier: Tier, scheme: Scheme) -> bool:
    """Whether somebody can have the totals that an outcome and its tier ask for, in the band that it asks for.

    A band that vetoes lead down to goes with any total.
    """
    by_total, total_from = rule.params.get("number") == "total", rule.params.get("total_from")
    if not by_total and total_from is None:
        return True
    asked = [span_of(tier if by_total else Tier(), scheme.decimals)]
    asked = _meet(asked, [span_of(Tier(low=total_from), scheme.decimals)])
    led_down_to = {code for veto in scheme.rules for code in veto.targets.get("band", ())}
    if tier.band is not None and tier.band not in led_down_to:
        asked = _meet(asked, _spans(scheme.rule(tier.band), scheme))
    return any(_meet(asked, [_possible(scheme, kind)]) for kind in scheme.periods if rule.applies_in(kind))


def _possible(scheme: Scheme, kind: PeriodKind) -> Span:
    """The rounded totals that there can be."""
    bounds = total_bounds(scheme, kind)
    unit = 10**scheme.decimals
    low, high = (None if end is None else end * unit for end in (bounds.low, bounds.high))
    return (None if low is None else _rounded(low), None if high is None else _rounded(high))


def _rounded(value: Fraction) -> int:
    """Half away from zero, as a total is."""
    whole = floor(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole


def _spans(band: Rule, scheme: Scheme) -> list[Span]:
    return [span_of(tier, scheme.decimals) for tier in band.tiers or (Tier(),)]


def span_of(tier: Tier, decimals: int) -> Span:
    """The totals that a tier takes; its ends may have more decimals than a total has."""
    unit = 10**decimals
    low = high = None
    if tier.low is not None:
        edge = fraction(tier.low) * unit
        low = ceil(edge) if tier.low_included else floor(edge) + 1
    if tier.high is not None:
        edge = fraction(tier.high) * unit
        high = floor(edge) if tier.high_included else ceil(edge) - 1
    return low, high


def _meet(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """What is in both."""
    found = []
    for span in some:
        for other in others:
            lows = [low for low in (span[0], other[0]) if low is not None]
            highs = [high for high in (span[1], other[1]) if high is not None]
            low, high = max(lows, default=None), min(highs, default=None)
            if low is None or high is None or low <= high:
                found.append((low, high))
    return found


def without(spans: Sequence[Span], taken: Sequence[Span]) -> list[Span]:
    """What is left of the spans when others are taken away, each piece by itself."""
    left = list(spans)
    for low, high in taken:
        outside: list[Span] = [] if low is None else [(None, low - 1)]
        outside += [] if high is None else [(high + 1, None)]
        left = _meet(left, outside) if (low, high) != (None, None) else []
    return left


def _shown(span: Span, scheme: Scheme) -> str:
    low, high = (None if end is None else plain(Fraction(end, 10**scheme.decimals)) for end in span)
    if low is None and high is None:
        return "不论多少"
    if low is None:
        return f"在{high}及以下"
    if high is None:
        return f"在{low}及以上"
    return f"为{low}" if low == high else f"在{low}至{high}之间"
