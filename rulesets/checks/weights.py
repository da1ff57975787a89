"""Weights and full marks that don't add up."""

from collections.abc import Iterator
from fractions import Fraction

from rulesets.checks.bounds import rule_bounds
from rulesets.checks.finding import Finding, warning
from rulesets.engine.decide import rules_in
from rulesets.engine.numbers import fraction, plain
from rulesets.engine.period import MONTHS_OF, PERIOD_KIND_NAMES, PeriodKind
from rulesets.engine.scheme import Component, Rule, Scheme
from rulesets.families.review import group_weights

# What is scored against full marks, rather than line by line.
SCORED = ("review", "completion")
HUNDRED = 100
# What weights of rater groups add up to, as shares, tenths (四六开) or percents.
WHOLES = (1, 10, HUNDRED)


def weight_findings(scheme: Scheme) -> Iterator[Finding]:
    """In the longest kind of period: shorter ones leave parts out, which is meant."""
    kind = max(scheme.periods, key=lambda kind: MONTHS_OF[kind])
    yield from _component_weights(scheme, kind)
    yield from _idle_weights(scheme)
    yield from _group_weights(scheme)
    yield from _percents(scheme, kind)
    for component in scheme.components_in(kind):
        yield from _full_marks(component, scheme, kind)


def _component_weights(scheme: Scheme, kind: PeriodKind) -> Iterator[Finding]:
    weights = [fraction(c.weight) for c in scheme.components_in(kind) if c.weight is not None]
    if weights and sum(weights) != 1:
        yield warning(
            "构成部分",
            f"按{PERIOD_KIND_NAMES[kind]}考核时，各构成部分的权重合计为{plain(sum(weights, Fraction(0)))}，不是1："
            "请核对各部分的权重。",
        )


def _idle_weights(scheme: Scheme) -> Iterator[Finding]:
    """Weights of parts that never enter the total themselves."""
    for component in scheme.components:
        if component.weight is None or fraction(component.weight) == 1:
            continue
        if not any(component in scheme.components_in(kind) for kind in scheme.periods):
            yield warning(
                f"构成部分 {component.code}",
                "只经上级构成部分计入总分，权重不起作用：请删去权重，或去掉上级。",
            )


def _group_weights(scheme: Scheme) -> Iterator[Finding]:
    """Rater groups count in proportion to their weights, whatever these add up to: a slip would not be seen."""
    for rule in scheme.rules:
        if "group_weights" not in rule.params:
            continue
        whole = sum(group_weights(rule).values(), Fraction(0))
        if whole not in WHOLES:
            yield warning(
                f"规则 {rule.code}",
                f"各评议组的权重合计为{plain(whole)}，既不是100也不是1：计算时按比例折算，请核对有无笔误。",
            )


def _percents(scheme: Scheme, kind: PeriodKind) -> Iterator[Finding]:
    """Where parts enter at percents, all that can be had at full marks is 100."""
    rules = rules_in(scheme, kind)
    at_percent = [rule for rule in rules if _percent(rule)]
    if not at_percent:
        return
    full = sum((_percent(rule) * _weight_of(_home(rule), scheme) for rule in at_percent), Fraction(0))
    full += sum(
        (_full(rule, scheme, kind) * _weight_of(rule.component, scheme) for rule in rules), Fraction(0)
    )
    homes = scheme.homes_in(kind).items()
    full += sum(
        (fraction(scheme.component(code).base_in(kind)) * _weight_of(home, scheme) for code, home in homes),
        Fraction(0),
    )
    if full != HUNDRED:
        yield warning(
            "构成部分",
            f"按{PERIOD_KIND_NAMES[kind]}考核时，基础分、测评满分和各项权重（%）合计为{plain(full)}，不是100："
            "请核对各项的权重和满分。",
        )


def _home(rule: Rule) -> str | None:
    return rule.component or next(iter(rule.targets.get("component", ())), None)


def _percent(rule: Rule) -> Fraction:
    """At how many percent the rule brings a result of 100 into its component."""
    enters = rule.family == "weighting" or (rule.family == "inherit" and rule.params["effect"] == "weight")
    return fraction(rule.params["percent"]) if enters else Fraction(0)


def _full(rule: Rule, scheme: Scheme, kind: PeriodKind) -> Fraction:
    high = rule_bounds(rule, scheme, kind).high if rule.family in SCORED else None
    return high or Fraction(0)


def _weight_of(code: str | None, scheme: Scheme) -> Fraction:
    return fraction(scheme.component(code).weight or "1") if code is not None else Fraction(1)


def _full_marks(component: Component, scheme: Scheme, kind: PeriodKind) -> Iterator[Finding]:
    """Full marks of a component's scored parts beside its ceiling."""
    own = [rule for rule in rules_in(scheme, kind) if rule.component == component.code]
    scored = [rule for rule in own if rule.family in SCORED]
    if not scored or component.ceiling is None:
        return
    full = fraction(component.base_in(kind)) + sum(
        (_full(rule, scheme, kind) for rule in scored), Fraction(0)
    )
    ceiling = fraction(component.ceiling)
    if full > ceiling:
        yield warning(
            f"构成部分 {component.code}",
            f"基础分和各项满分合计{plain(full)}，超过上限{component.ceiling}，高出的分数得不到：请核对。",
        )
    elif full < ceiling and _only_scored(component, own, scored, scheme):
        yield warning(
            f"构成部分 {component.code}",
            f"基础分和各项满分合计{plain(full)}，不到上限{component.ceiling}：请核对各项满分。",
        )


def _only_scored(component: Component, own: list[Rule], scored: list[Rule], scheme: Scheme) -> bool:
    inherited = any(component.code in rule.targets.get("component", ()) for rule in scheme.rules)
    has_parts = any(part.parent == component.code for part in scheme.components)
    return len(own) == len(scored) and not inherited and not has_parts
