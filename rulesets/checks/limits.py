"""Limits that never bind, and one-count-per-matter rules that have nothing to count once."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from rulesets.checks.bounds import contribution, parts_in, values_of
from rulesets.checks.cases import can_decide, domains_of
from rulesets.checks.finding import Finding, warning
from rulesets.engine.decide import rules_in
from rulesets.engine.numbers import fraction
from rulesets.engine.period import MONTHS_OF, PeriodKind
from rulesets.engine.protocols import Registry
from rulesets.engine.scheme import Component, Rule, Scheme

SIDES = {"gain": "加分", "loss": "扣分"}


def limit_findings(scheme: Scheme, registry: Registry) -> Iterator[Finding]:
    """A warning for each limit or matter rule that never takes anything away."""
    limits = [rule for rule in scheme.rules if rule.family == "limit"]
    for place, limit in enumerate(limits):
        why = _never_binds(limit, scheme, registry) or _under_another(limit, limits, place)
        if why:
            yield warning(f"规则 {limit.code}", f"这个限额不会起作用：{why}。请改动限额，或者删去本规则。")
        elif fraction(limit.params["most"]) == 0:
            names = "、".join(scheme.rule(code).name for code in limit.targets["items"])
            side = SIDES[limit.params["side"]]
            yield warning(
                f"规则 {limit.code}", f"限额为0，{names}的{side}谁也得不到：请改正限额，或者删去这些计分项。"
            )
    for rule in scheme.rules:
        if rule.family == "matter":
            yield from _matter_findings(rule, scheme, registry)


def _never_binds(limit: Rule, scheme: Scheme, registry: Registry) -> str:
    """Why, as the middle of a sentence; empty where it can bind."""
    items = [scheme.rule(code) for code in limit.targets["items"]]
    side, most = limit.params["side"], fraction(limit.params["most"])
    given = [_most_given(item, side) for item in items]
    if not any(given):
        return f"所限定的计分项都没有{SIDES[side]}"
    if any(rule.family == "factor" for rule in scheme.rules):
        return ""
    bounds = [_bound_in_each(item, limit, scheme, registry) for item in items]
    if all(bound is not None for bound in bounds) and sum(bound or 0 for bound in bounds) <= most:
        return "所限定的计分项最多也到不了这个分数"
    return _over_the_component(limit, items, scheme)


def _most_given(item: Rule, side: str) -> Fraction:
    """The most that the item gives (or takes) at once, without counting."""
    sign = 1 if side == "gain" else -1
    return max([Fraction(0), *(sign * value for value in values_of(item))])


def _bound_in_each(item: Rule, limit: Rule, scheme: Scheme, registry: Registry) -> Fraction | None:
    """The most that the item comes to in what the limit looks at; None where nothing bounds it."""
    given = _most_given(item, limit.params["side"])
    if given == 0:
        return given
    if item.family != "tiered":
        return None
    if "once" in item.params and limit.params["each"] != "event" and not item.params.get("members"):
        # The import takes the same subject once a period, in whatever role.
        return given * parts_in(PeriodKind(item.params["once"]), PeriodKind(limit.params["each"]))
    if limit.params["each"] != "event":
        return None
    # One event names a subject in each role at most once.
    roles = domains_of(item, scheme, registry)["role"]
    return given * (len(roles.values) + roles.missing)


def _over_the_component(limit: Rule, items: list[Rule], scheme: Scheme) -> str:
    """Where nothing goes the other way, a component's ceiling (or floor) that comes first leaves it nothing to do."""
    homes = {item.component for item in items}
    # Of several limits on one item each takes its part of what the others leave, in whatever order they come.
    if len(homes) != 1 or _limited_otherwise(limit, scheme):
        return ""
    component = scheme.component(homes.pop() or "")
    if any(part.parent == component.code for part in scheme.components):
        return ""
    for kind in scheme.periods:
        if not component.applies_in(kind):
            continue
        if component not in scheme.components_in(kind) or not _held_sooner(limit, component, scheme, kind):
            return ""
    end = "上限" if limit.params["side"] == "gain" else "下限"
    return f"“{component.name}”的{end}更早起作用"


def _limited_otherwise(limit: Rule, scheme: Scheme) -> bool:
    items = set(limit.targets["items"])
    return any(
        other.family == "limit"
        and other is not limit
        and other.params["side"] == limit.params["side"]
        and items & set(other.targets["items"])
        for other in scheme.rules
    )


def _held_sooner(limit: Rule, component: Component, scheme: Scheme, kind: PeriodKind) -> bool:
    gain = limit.params["side"] == "gain"
    edge = component.ceiling if gain else component.floor
    if edge is None:
        return False
    if fraction(limit.params["most"]) < abs(fraction(edge) - fraction(component.base_in(kind))):
        return False
    # What the items bring may also be looked at before the end of the period.
    if any(
        rule.family in ("weighting", "share", "sheet_pay") and "each" in rule.params for rule in scheme.rules
    ):
        return False
    own = [rule for rule in rules_in(scheme, kind) if rule.component == component.code]
    other_way = contribution(own, scheme, kind)
    return (other_way.low if gain else other_way.high) == 0


def _under_another(limit: Rule, limits: list[Rule], place: int) -> str:
    """A limit that holds at least the same items, as often, at no more; of two that are equal the later is named."""
    for other_place, other in enumerate(limits):
        if other is limit or not set(limit.targets["items"]) <= set(other.targets["items"]):
            continue
        if limit.params["side"] != other.params["side"] or limit.periods != other.periods:
            continue
        times = _times(other.params["each"], limit.params["each"])
        if times is None:
            continue
        most, others = fraction(limit.params["most"]), fraction(other.params["most"]) * times
        same = times == 1 and others == most and set(limit.targets["items"]) == set(other.targets["items"])
        if others <= most and not (same and other_place > place):
            return f"“{other.name}”（{other.code}）已经限定得更严"
    return ""


def _times(other: str, own: str) -> int | None:
    """How often the other limit holds in what the own one holds; None where it is no part of it."""
    if other == own:
        return 1
    if "event" in (other, own) or MONTHS_OF[PeriodKind(other)] > MONTHS_OF[PeriodKind(own)]:
        return None
    return parts_in(PeriodKind(other), PeriodKind(own))


def _carries_matter(item: Rule, scheme: Scheme, registry: Registry) -> bool:
    """Whether a row that says which matter it is about can get anything from the item."""
    said = {"field": "matter", "is": "present"}
    asked = said if item.condition is None else {"all": [item.condition, said]}
    probe = replace(item, condition=asked)
    return any(can_decide(probe, tier, scheme, registry) for tier in item.tiers)


def _matter_findings(rule: Rule, scheme: Scheme, registry: Registry) -> Iterator[Finding]:
    """Items that carry no matter, give nothing, lose, or stand in different components."""
    record = f"规则 {rule.code}"
    items = [scheme.rule(code) for code in rule.targets["items"]]
    carrying = [item for item in items if _carries_matter(item, scheme, registry)]
    if not any(any(values_of(item)) for item in items):
        yield warning(record, "所选计分项都没有分值，没有可以合并的：请填写分值或者删去本规则。")
    elif not carrying:
        yield warning(
            record,
            "填写了“同一事项”的，按适用条件都得不到所选计分项的分值，没有可以合并的：请改动条件或者删去本规则。",
        )
    elif all(value <= 0 for item in carrying for value in values_of(item)):
        yield warning(record, "所选计分项只有扣分，“按最高分计一次”留下的是扣得最少的一次：请核对政策原意。")
    homes = list(dict.fromkeys(item.component for item in items))
    if len(homes) > 1:
        names = "、".join(scheme.component(home).name for home in homes if home is not None)
        yield warning(
            record,
            f"所选计分项分属{names}，同一事项只在同一构成部分之内合并：请按构成部分分开填写，并核对原意。",
        )
