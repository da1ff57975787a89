"""Points that come to nothing, and what tells nobody apart."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rulesets.checks.bounds import component_bounds, rule_bounds
from rulesets.checks.finding import Finding, information, warning
from rulesets.engine.decide import rules_in
from rulesets.engine.numbers import fraction, plain
from rulesets.engine.period import PeriodKind
from rulesets.engine.protocols import Registry
from rulesets.engine.scheme import Component, Rule, Scheme, Tier

# What these give in a period is known from their records alone.
STANDING = ("threshold", "placing", "shortfall", "clean_period", "escalation")
# Amounts and places, by the fields that they come from besides their tiers.
AMOUNTS = {"bracket": (), "quota": ("default", "direct_led", "at_least_one_from"), "sheet_pay": ("amount",)}


def worth_findings(scheme: Scheme, registry: Registry) -> Iterator[Finding]:
    """What is there and gives nobody anything."""
    for rule in scheme.rules:
        if rule.family in STANDING:
            yield from _worthless(rule)
        if rule.family in AMOUNTS and not _amounts(rule):
            yield warning(
                f"规则 {rule.code}", "各档和各项的数值都是0，谁也得不到：请填写数值，或者删去本规则。"
            )
        if registry.of(rule).is_item:
            yield from _mergeable(rule, scheme)
    for component in scheme.components:
        yield from _constant(component, scheme)
    yield from _namesakes(scheme, registry)


def _worthless(rule: Rule) -> Iterator[Finding]:
    figures = [rule.params.get("value", "0"), *(tier.value or "0" for tier in rule.tiers)]
    if not any(fraction(figure) for figure in figures):
        yield warning(f"规则 {rule.code}", "分值是0，不论是否达到都不加不扣：请填写分值，或者删去本规则。")


def _amounts(rule: Rule) -> bool:
    figures = [str(rule.params.get(code, "0")) for code in AMOUNTS[rule.family]]
    return any(fraction(figure) != 0 for figure in [*figures, *(tier.value or "0" for tier in rule.tiers)])


def _constant(component: Component, scheme: Scheme) -> Iterator[Finding]:
    """A component with rules whose points can't change it: at its ceiling with nothing to lose, or of no weight."""
    kinds = [kind for kind in scheme.periods if component in scheme.components_in(kind)]
    if not any(rule.component == component.code for kind in kinds for rule in rules_in(scheme, kind)):
        return
    record = f"构成部分 {component.code}"
    if component.weight is not None and fraction(component.weight) == 0:
        yield warning(record, "权重是0，其中的得分都不计入总分：请改正权重，或者删去本部分。")
        return
    values = {_only_value(component, scheme, kind) for kind in kinds}
    if None in values or _has_no_points(component, scheme, kinds):
        return
    said = "、".join(sorted(str(value) for value in values))
    yield warning(
        record,
        f"不论发生什么都是{said}分，其中规则的加分或扣分谁也得不到：请核对基础分、上限和下限。",
    )


def _only_value(component: Component, scheme: Scheme, kind: PeriodKind) -> str | None:
    bounds = component_bounds(component, scheme, kind)
    return None if bounds.low is None or bounds.low != bounds.high else plain(bounds.low)


def _has_no_points(component: Component, scheme: Scheme, kinds: Sequence[PeriodKind]) -> bool:
    """Whether its rules give nothing anyway, which is said of each of them."""
    bounds = [
        rule_bounds(rule, scheme, kind)
        for kind in kinds
        for rule in rules_in(scheme, kind)
        if rule.component == component.code
    ]
    return all(each.low == each.high == 0 for each in bounds)


def _mergeable(item: Rule, scheme: Scheme) -> Iterator[Finding]:
    """Tiers that tell all levels apart and give each the same."""
    levels = {level.code for level in scheme.levels}
    alike: dict[Tier, set[str]] = {}
    for tier in item.tiers:
        if tier.level is not None:
            alike.setdefault(replace(tier, level=None), set()).add(tier.level)
    if len(levels) > 1 and any(codes == levels for codes in alike.values()):
        yield information(
            f"规则 {item.code}",
            "所有级别的数值都相同：合并为不分级别的一档，填写事项时就不必写级别。",
        )


def _namesakes(scheme: Scheme, registry: Registry) -> Iterator[Finding]:
    """Items of one name: a spreadsheet can only name them by their codes."""
    items = [rule for rule in scheme.rules if registry.of(rule).is_item]
    for name, count in Counter(item.name for item in items).items():
        if count > 1:
            codes = "、".join(item.code for item in items if item.name == name)
            yield information(
                "计分项", f"{count}项同名“{name}”（{codes}），导入表格时只能填编码：请让名称有所区别。"
            )
