"""Doubtful tiers: such as no case can reach, and cases that lie between the tiers and get nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby, pairwise, product
from typing import Any

from rulesets.checks.bands import total_is_reached
from rulesets.checks.cases import can_decide, deciding_tiers, domains_of
from rulesets.checks.finding import Finding, information, warning
from rulesets.checks.overlap import AXES, overlap
from rulesets.checks.words import Snapshot
from rulesets.engine.protocols import Axis, Family, Registry
from rulesets.engine.scheme import Rule, Scheme, Tier
from rulesets.families.wording import counted_range, number_range, tier_case

# Bands are judged in order (`checks.bands`); slices that leave a hole are an error of their family.
APART = ("band", "bracket")
# Of these a case that no tier names is meant to get nothing.
CHOSEN = ("payout", "quota", "pool")
MOST_NAMED = 6
MOST_COMBINATIONS = 20_000


def tier_findings(scheme: Scheme, registry: Registry) -> Iterator[Finding]:
    """Tiers that never decide, gaps between ranges and in grids, neighbours that say the same."""
    for rule in scheme.rules:
        family = registry.of(rule)
        if not rule.tiers or rule.family in APART:
            continue
        unreachable = list(_unreachable(rule, scheme, registry))
        if len(unreachable) == len(rule.tiers):
            yield warning(
                f"规则 {rule.code}", "没有一档能够适用，谁也得不到：请核对各档的条件和本项的适用条件。"
            )
            continue
        for place in unreachable:
            yield _unreachable_finding(rule, place, scheme, registry)
        if Axis.NUMBER in family.axes:
            yield from _range_gaps(rule, set(unreachable), scheme, registry)
        if rule.family not in CHOSEN:
            yield from _grid_gaps(rule, scheme, registry, family)


def _unreachable(rule: Rule, scheme: Scheme, registry: Registry) -> Iterator[int]:
    domains = domains_of(rule, scheme, registry)
    if registry.of(rule).is_item:
        deciding = deciding_tiers(rule, scheme, domains)
        yield from (place for place in range(len(rule.tiers)) if place not in deciding)
        return
    for place, tier in enumerate(rule.tiers):
        if not (can_decide(rule, tier, scheme, registry, domains) and total_is_reached(rule, tier, scheme)):
            yield place


def _unreachable_finding(rule: Rule, place: int, scheme: Scheme, registry: Registry) -> Finding:
    tier = rule.tiers[place]
    case = tier_case(rule, tier, scheme)
    if rule.condition is not None and can_decide(replace(rule, condition=None), tier, scheme, registry):
        why = "与本项的适用条件矛盾"
    else:
        why = "这种情形不会出现（考核对象、适用分组、等次或数字的范围不允许）"
    return warning(f"规则 {rule.tier_record(place)}", f"“{case}”永远不会适用：{why}。请改正或者删去这一档。")


def _tiers_of(rule: Rule, scheme: Scheme) -> Sequence[Snapshot]:
    tiers: Sequence[Snapshot] = scheme.snapshot["rules"][rule.order]["tiers"]
    return tiers


def _range_gaps(rule: Rule, unreachable: set[int], scheme: Scheme, registry: Registry) -> Iterator[Finding]:
    """Numbers between two ranges of the same case that no tier takes; and ranges that could be one."""
    tiers = _tiers_of(rule, scheme)
    reached = [tier for place, tier in enumerate(tiers) if place not in unreachable]
    alike = groupby(sorted(reached, key=_axes_key), key=_axes_key)
    holes = []
    for _, group in alike:
        ranges = sorted((tier for tier in group if "low" in tier or "high" in tier), key=_lowest)
        for before, after in pairwise(ranges):
            if "high" not in before or "low" not in after:
                continue
            hole = _between(before, after)
            if hole is not None and _is_gap(rule, hole, tiers, scheme, registry):
                holes.append(_case_of(rule, Tier(**hole), scheme))
            elif before["value"] == after["value"] and _adjoining(before, after):
                yield _mergeable(rule, before, after, tiers)
    # An outcome may say what all others get.
    if holes and "default" not in rule.params:
        yield warning(
            f"规则 {rule.code}",
            f"各档之间有空缺：{_listed(holes)}，落在这里的没有分值或结果。请补上，或在发布说明中写明是有意的。",
        )


def _case_of(rule: Rule, hole: Tier, scheme: Scheme) -> str:
    """A hole as a reader would say it: “国家级，第6至7名”, “5（含）至8（不含）之间”, “正好5”."""
    case = tier_case(rule, replace(hole, low=None, high=None), scheme)
    where = counted_range(rule, hole)
    between = number_range(hole)
    if where.endswith(between):
        what = where.removesuffix(between)
        where = f"{what}正好{hole.low}" if hole.low == hole.high else f"{where}之间"
    return f"{case}，{where}" if case else where


def _listed(cases: Sequence[str]) -> str:
    more = f"等{len(cases)}种情形" if len(cases) > MOST_NAMED else ""
    return f"{'；'.join(cases[:MOST_NAMED])}{more}"


def _mergeable(rule: Rule, before: Snapshot, after: Snapshot, tiers: Sequence[Snapshot]) -> Finding:
    first, second = (tiers.index(tier) + 1 for tier in (before, after))
    return information(f"规则 {rule.code} 第{second}档", f"与第{first}档首尾相接、数值相同，可以合并为一档。")


def _axes_key(tier: Snapshot) -> tuple[str, ...]:
    return tuple(tier.get(axis, "") for axis in AXES)


def _lowest(tier: Snapshot) -> tuple[bool, Decimal]:
    return "low" in tier, Decimal(tier.get("low", "0"))


def _between(before: Snapshot, after: Snapshot) -> dict[str, Any] | None:
    """What lies between two ranges, as a tier; None where they adjoin."""
    if _adjoining(before, after):
        return None
    return {
        **{axis: before[axis] for axis in AXES if axis in before},
        "low": before["high"],
        "low_included": not before.get("high_included", False),
        "high": after["low"],
        "high_included": not after.get("low_included", True),
    }


def _adjoining(before: Snapshot, after: Snapshot) -> bool:
    touching = Decimal(before["high"]) == Decimal(after["low"])
    return touching and (before.get("high_included", False) or after.get("low_included", True))


def _is_gap(
    rule: Rule, hole: Snapshot, tiers: Sequence[Snapshot], scheme: Scheme, registry: Registry
) -> bool:
    """Whether a case lies in the hole, and no tier of another shape reaches into it."""
    if any(overlap(tier, hole) for tier in tiers):
        return False
    return can_decide(rule, Tier(**hole), scheme, registry)


def _grid_gaps(rule: Rule, scheme: Scheme, registry: Registry, family: Family) -> Iterator[Finding]:
    """Combinations of the levels, roles, groups and choices that the tiers name, but no tier takes."""
    tiers = _tiers_of(rule, scheme)
    named = {axis: list(dict.fromkeys(t[axis] for t in tiers if axis in t)) for axis in AXES}
    axes = [axis for axis in AXES if named[axis]]
    combinations = 1
    for axis in axes:
        combinations *= len(named[axis])
    if len(axes) < 2 or combinations > MOST_COMBINATIONS:
        return
    taken: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for tier in tiers:
        shape = tuple(axis for axis in axes if axis in tier)
        taken.setdefault(shape, set()).add(tuple(tier[axis] for axis in shape))
    missing = []
    for codes in product(*(named[axis] for axis in axes)):
        combination = dict(zip(axes, codes, strict=True))
        if any(tuple(combination[axis] for axis in shape) in keys for shape, keys in taken.items()):
            continue
        if can_decide(rule, Tier(**combination), scheme, registry):
            missing.append(tier_case(rule, Tier(**combination), scheme))
    if missing:
        yield warning(
            f"规则 {rule.code}",
            f"档次没有写到：{_listed(missing)}，发生时不计分。请补上，或在发布说明中写明是有意的。",
        )
