"""How the history of a scheme's records is told: tiers by their case, a rule's content by the labels of its form.

And what belongs to an edition, a component or a rule: its history tells of that as well.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from rulesets.admin.fields import period_names, shown
from rulesets.condition_text import FIELD_NAMES
from rulesets.engine.conditions import ConditionMalformed, describe, parse_condition
from rulesets.engine.frames import attribute_column
from rulesets.engine.protocols import FamilyUnknown
from rulesets.engine.scheme import Tier as EngineTier
from rulesets.families import REGISTRY
from rulesets.families.wording import number_range
from rulesets.models import Component, Edition, Rule, RuleTarget, Scenario, Term, Tier, Wording
from rulesets.shape import plain_decimal
from units.past import MANNERS, NOTHING, Change, Manner, Words

TIER_AXES = ("level", "role", "group", "choice", "band")


def _tier_called(state: Any, words: Words) -> str:
    """“B601 文字材料：省部级、主要领导、5（含）至8（不含）”."""
    of_what = [
        words.said(state._meta.get_field(axis), key)
        for axis in TIER_AXES
        if (key := getattr(state, f"{axis}_id")) is not None
    ]
    low, high = (None if end is None else plain_decimal(end) for end in (state.low, state.high))
    asked = number_range(
        EngineTier(low=low, low_included=state.low_included, high=high, high_included=state.high_included)
    )
    case = "、".join([*of_what, *([asked] if asked else [])])
    return f"{_rule_of(state, words)}：{case or '所有情形'}"


def _target_called(state: Any, words: Words) -> str:
    """“L1 表彰上限：适用的计分项 B601 文字材料”."""
    rule = words.row(Rule, state.rule_id)
    family = REGISTRY.newest().get(rule.family) if rule is not None else None
    labels = {target.purpose: target.label for target in family.targets} if family else {}
    name = "target_rule" if state.target_rule_id is not None else "target_component"
    pointed = words.said(state._meta.get_field(name), getattr(state, f"{name}_id"))
    return f"{_rule_of(state, words)}：{labels.get(state.purpose, state.purpose)} {pointed}"


def _rule_of(state: Any, words: Words) -> str:
    return words.said(state._meta.get_field("rule"), state.rule_id)


def _params_told(earlier: Any, later: Any, words: Words) -> Sequence[Change]:
    """Each field of the family that changed, by its label."""
    try:
        fields = REGISTRY.get(later.family, later.family_version).fields
    except FamilyUnknown:
        fields = ()
    edition = Edition(pk=later.edition_id)
    return [
        Change(
            field.label,
            *(
                shown(field, state.params[field.code], edition) if field.code in state.params else NOTHING
                for state in (earlier, later)
            ),
        )
        for field in fields
        if earlier.params.get(field.code) != later.params.get(field.code)
    ]


def _condition_told(earlier: Any, later: Any, words: Words) -> Sequence[Change]:
    terms = list(Term.objects.filter(edition=later.edition_id).select_related("parent"))
    fields = FIELD_NAMES | {attribute_column(t.code): t.name for t in terms if t.kind == Term.Kind.ATTRIBUTE}
    values = {(_condition_field(term), term.code): term.name for term in terms}

    def said(condition: Any) -> str:
        try:
            return describe(parse_condition(condition, later.code), fields, values) if condition else "没有"
        except ConditionMalformed:
            return "（不完整的条件）"

    return [Change("适用条件", said(earlier.condition), said(later.condition))]


def _condition_field(term: Term) -> str:
    return attribute_column(term.parent.code) if term.parent is not None else str(term.kind)


def _periods_told(name: str) -> Callable[[Any, Any, Words], Sequence[Change]]:
    def told(earlier: Any, later: Any, words: Words) -> Sequence[Change]:
        label = str(later._meta.get_field(name).verbose_name)
        return [
            Change(label, *(period_names(getattr(state, name)) or "各期间" for state in (earlier, later)))
        ]

    return told


def declare_words_of_history() -> None:
    """Tells the pages of histories how these records are told."""
    MANNERS[Tier] = Manner(_tier_called, told=("value",))
    MANNERS[RuleTarget] = Manner(_target_called)
    MANNERS[Rule] = Manner(
        lambda state, words: f"{state.code} {state.name}",
        tellers={
            "params": _params_told,
            "condition": _condition_told,
            "periods": _periods_told("periods"),
        },
    )
    MANNERS[Component] = Manner(
        tellers={name: _periods_told(name) for name in ("periods", "base_periods")},
        told=("base", "floor", "ceiling", "weight"),
    )
    MANNERS[Edition] = Manner(tellers={"periods": _periods_told("periods")})
    MANNERS[Term] = Manner(told=("kind", "most"))


def histories_of_rules(rules: QuerySet[Any]) -> Iterable[QuerySet[Any]]:
    """The kept states of what belongs to the rules of these keys."""
    yield Tier.history.filter(rule_id__in=rules)
    yield RuleTarget.history.filter(rule_id__in=rules)


def histories_in_component(component: Component) -> Iterable[QuerySet[Any]]:
    """The kept states of the rules that ever stood in the component, and of what belongs to them."""
    rules = Rule.history.filter(component_id=component.pk).values("id")
    yield Rule.history.filter(id__in=rules)
    yield from histories_of_rules(rules)


def histories_in_edition(edition: Edition) -> Iterable[QuerySet[Any]]:
    """The kept states of everything that belongs to the edition."""
    for model in (Term, Component, Wording, Scenario, Rule):
        yield model.history.filter(edition_id=edition.pk)
    yield from histories_of_rules(Rule.history.filter(edition_id=edition.pk).values("id"))
