"""How low and how high a total can be: what the components begin with, what their rules can add and take.

A bound that depends on how often something happens is open (None), unless a limit, a floor or a ceiling holds it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from rulesets.engine.decide import rules_in
from rulesets.engine.numbers import fraction
from rulesets.engine.period import MONTHS_OF, PeriodKind
from rulesets.engine.scheme import Component, Rule, Scheme

ZERO = Fraction(0)
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Bounds:
    """From the lowest to the highest value, exact points; None: open."""

    low: Fraction | None
    high: Fraction | None

    def plus(self, other: "Bounds") -> "Bounds":
        return Bounds(
            None if self.low is None or other.low is None else self.low + other.low,
            None if self.high is None or other.high is None else self.high + other.high,
        )

    def times(self, factor: Fraction) -> "Bounds":
        """By a factor that is not below 0."""
        if factor == 0:
            return NOTHING
        return Bounds(
            None if self.low is None else self.low * factor,
            None if self.high is None else self.high * factor,
        )

    def held(self, component: Component) -> "Bounds":
        """Within the component's floor and ceiling."""
        low, high = self.low, self.high
        if component.floor is not None:
            low = max(fraction(component.floor), fraction(component.floor) if low is None else low)
            high = None if high is None else max(high, low)
        if component.ceiling is not None:
            high = min(fraction(component.ceiling), fraction(component.ceiling) if high is None else high)
            low = None if low is None else min(low, high)
        return Bounds(low, high)


NOTHING = Bounds(ZERO, ZERO)
ANYTHING = Bounds(None, None)


def total_bounds(scheme: Scheme, kind: PeriodKind) -> Bounds:
    """Between what the exact total lies in a period of the kind, before it is rounded."""
    rules = rules_in(scheme, kind)
    total = NOTHING
    for component in scheme.components_in(kind):
        total = total.plus(component_bounds(component, scheme, kind).times(fraction(component.weight or "1")))
    for rule in rules:
        if rule.family == "inherit" and rule.params["effect"] == "factor":
            return ANYTHING
        # A sum below 0 is not multiplied; one above 0 can become as low as the factor makes it.
        if rule.family == "veto" and rule.params["effect"] == "factor" and total.low is not None:
            total = Bounds(min(total.low, total.low * fraction(rule.params["factor"])), total.high)
    return total


def component_bounds(component: Component, scheme: Scheme, kind: PeriodKind) -> Bounds:
    """Between what the component's value lies: base, all that its rules bring and its parts are, held."""
    rules = rules_in(scheme, kind)
    value = Bounds(*[fraction(component.base_in(kind))] * 2).plus(
        contribution([rule for rule in rules if rule.component == component.code], scheme, kind)
    )
    homes = scheme.homes_in(kind)
    for part in scheme.components:
        if part.parent == component.code and homes.get(part.code) == component.code:
            value = value.plus(component_bounds(part, scheme, kind))
    for rule in rules:
        if rule.family == "inherit" and component.code in rule.targets.get("component", ()):
            value = ANYTHING
        if rule.family == "fill" and rule.component == component.code and value.low is not None:
            value = Bounds(min(value.low, ZERO), value.high)
    return value.held(component)


def contribution(rules: Iterable[Rule], scheme: Scheme, kind: PeriodKind) -> Bounds:
    """What these rules, all of one component, can add and take together."""
    total = NOTHING
    for rule in rules:
        total = total.plus(rule_bounds(rule, scheme, kind))
    return total


def rule_bounds(rule: Rule, scheme: Scheme, kind: PeriodKind) -> Bounds:
    """What one rule can add to its component and take from it in a period of the kind."""
    match rule.family:
        case "tiered" | "quantity":
            return _limited(rule, scheme, kind)
        case "escalation":
            return _often(Bounds(*sorted((ZERO, fraction(rule.params["value"])))))
        case "review":
            return Bounds(ZERO, fraction(rule.params["points"]))
        case "weighting":
            return _mean(rule, scheme)
        case "clean_period" | "threshold" | "placing" | "shortfall" | "completion":
            return _factored(_each(rule), rule, scheme).times(Fraction(_times(rule, kind)))
        case _:
            return NOTHING


def _often(once: Bounds) -> Bounds:
    """What happens any number of times."""
    return Bounds(None if once.low != 0 else ZERO, None if once.high != 0 else ZERO)


def values_of(rule: Rule) -> list[Fraction]:
    """What the rule can give once, each side of 0 that it can give included."""
    values = [fraction(tier.value or "0") for tier in rule.tiers]
    return [*values, *(-value for value in values if rule.params.get("signed"))]


def _limited(item: Rule, scheme: Scheme, kind: PeriodKind) -> Bounds:
    """An item's lines: any number of them, unless a limit holds what they come to in the period."""
    values = [ZERO, *values_of(item)]
    bounds = _often(Bounds(min(values), max(values)))
    low, high = bounds.low, bounds.high
    for limit in scheme.rules:
        if limit.family != "limit" or not limit.applies_in(kind) or item.code not in limit.targets["items"]:
            continue
        if limit.params["each"] == "event":
            continue
        most = fraction(limit.params["most"]) * parts_in(PeriodKind(limit.params["each"]), kind)
        if limit.params["side"] == "gain":
            high = most if high is None else min(high, most)
        else:
            low = -most if low is None else max(low, -most)
    return Bounds(low, high)


def parts_in(part: PeriodKind, whole: PeriodKind) -> int:
    """How many periods of the one kind touch a period of the other: 1 where the part is the longer."""
    return max(1, MONTHS_OF[whole] // MONTHS_OF[part])


def _times(rule: Rule, kind: PeriodKind) -> int:
    """How often a standing rule judges in a period of the kind."""
    judged = MONTHS_OF[kind] // MONTHS_OF[PeriodKind(rule.params["each"])]
    return judged // int(rule.params.get("streak", 1))


def _each_time(rule: Rule) -> Fraction:
    """The most that a rule without tiers gives for one period."""
    if rule.family != "completion":
        return fraction(rule.params["value"])
    return fraction(rule.params["points"]) * fraction(rule.params.get("most", "100")) / 100


def _each(rule: Rule) -> Bounds:
    """What a standing rule brings in one of the periods that it judges."""
    values = [ZERO]
    if rule.family in ("threshold", "placing"):
        values += values_of(rule)
    elif rule.family == "shortfall":
        values.append(fraction(rule.params["value"]) * int(rule.params["required"]))
    else:
        values.append(_each_time(rule))
    return Bounds(min(values), max(values))


def _factored(bounds: Bounds, rule: Rule, scheme: Scheme) -> Bounds:
    """With the factors that some group's points may count at."""
    for factor in scheme.rules:
        items = factor.targets.get("items", ())
        if factor.family == "factor" and (not items or rule.code in items) and rule.family != "completion":
            bounds = bounds.times(max(Fraction(1), fraction(factor.params["factor"])))
    return bounds


def _mean(rule: Rule, scheme: Scheme) -> Bounds:
    """The mean of the sheets of the parts, at the rule's weight."""
    each = PeriodKind(rule.params["each"])
    sheet = NOTHING
    for part in _parts(rule, scheme):
        own = [other for other in rules_in(scheme, each) if other.component == part.code]
        value = Bounds(*[fraction(part.base_in(each))] * 2).plus(contribution(own, scheme, each))
        sheet = sheet.plus(value.held(part) if scheme.reckoning >= 2 else value)
    return sheet.times(fraction(rule.params["percent"]) / HUNDRED)


def _parts(rule: Rule, scheme: Scheme) -> Iterator[Component]:
    return (component for component in scheme.components if component.parent == rule.component)
