"""The forms of rules: choosing a family for a new one, and what the family declares for one that is there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Model, QuerySet

from rulesets.admin.condition_field import ConditionField
from rulesets.admin.fields import PeriodKindsField, form_field, stored
from rulesets.admin.given_codes import GivenCode
from rulesets.engine.protocols import Family, TargetField
from rulesets.families import REGISTRY
from rulesets.handbook import STAGES
from rulesets.models import Component, Rule, RuleTarget
from rulesets.shape import without_empty
from rulesets.snapshots import vocabulary_of

PARAM = "param_"
TARGET = "target_"
CONDITION = "condition_rows"


def family_of(rule: Rule) -> Family:
    return REGISTRY.get(rule.family, rule.family_version)


def range_titles(rule: Any) -> dict[str, str]:
    """What the ends of the tiers' ranges are called, by their field; empty where the ends go by their own names."""
    number = family_of(rule).number_name(rule)
    # The range of a number that isn't named would be taken for that of the points.
    return {"low": f"{number}从", "high": f"{number}到"} if number else {}


class FamilyChoice(forms.RadioSelect):
    """The families by what they are for, each with a line about it and a worked example."""

    template_name = "rulesets/family_choice.html"

    def create_option(self, name: str, value: Any, *args: Any, **options: Any) -> dict[str, Any]:
        family = REGISTRY.newest()[value]
        own = {"about": family.about, "example": family.examples[0].title if family.examples else ""}
        return super().create_option(name, value, *args, **options) | own


def family_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The newest families in groups, in the order of computation."""
    ordered = sorted(REGISTRY.newest().values(), key=lambda family: family.stage)
    return [
        (STAGES[stage].partition("、")[2], [(family.code, family.name) for family in families])
        for stage, families in groupby(ordered, key=lambda family: family.stage)
    ]


class RuleAddForm(GivenCode):
    """A new rule begins with its family; what that declares is filled in on the page after."""

    family = forms.ChoiceField(label="规则类型", widget=FamilyChoice)
    # The component that was chosen for a rule that belongs to none, and may count into one.
    counted_into: Component | None = None

    class Meta:
        model = Rule
        fields = ["edition", "component", "code", "name", "family"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["family"].choices = family_choices()  # type: ignore[attr-defined]
        self.fields["component"].help_text = "限额、等次、结果运用等不属于任何构成部分的，不用选。"

    def codes_taken(self, cleaned: dict[str, Any]) -> QuerySet[Any]:
        return Rule.objects.filter(edition=cleaned.get("edition"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        family = REGISTRY.newest().get(cleaned.get("family", ""))
        if family is None:
            return cleaned
        self.instance.family_version = family.version
        if not family.has_component:
            self.counted_into = cleaned.get("component")
            cleaned["component"] = None
        elif cleaned.get("component") is None and "component" not in self.errors:
            self.add_error("component", f"“{family.name}”须属于一个构成部分，请选择。")
        return cleaned

    def save_targets(self) -> None:
        """Writes the component that was chosen, where the family asks for one that its rule counts into."""
        for target in ticked_targets(family_of(self.instance)):
            if self.counted_into is not None and target.of == "component":
                RuleTarget.objects.create(
                    rule=self.instance, purpose=target.purpose, target_component=self.counted_into
                )


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A rule; `rule_form` adds its family's fields, `param_CODE`, `target_PURPOSE` and the condition."""

    periods = PeriodKindsField(label="适用的考核期间", required=False, help_text="不选表示各期间都适用。")

    class Meta:
        model = Rule
        fields = ["component", "code", "name", "clause", "assumed", "order", "periods"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for code, value in self.instance.params.items():
            self.initial[f"{PARAM}{code}"] = value
        chosen = _chosen(self.instance)
        for target in ticked_targets(family_of(self.instance)):
            keys = [
                str(row.target_rule_id or row.target_component_id) for row in chosen.get(target.purpose, ())
            ]
            self.initial[f"{TARGET}{target.purpose}"] = keys if target.many else next(iter(keys), "")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.instance.params = without_empty(
            {
                field.code: stored(field, cleaned.get(f"{PARAM}{field.code}"))
                for field in family_of(self.instance).fields
            }
        )
        if CONDITION in self.fields and CONDITION not in self.errors:
            self.instance.condition = cleaned.get(CONDITION)
        return cleaned

    def targets(self) -> Iterator[tuple[TargetField, list[int]]]:
        """What was chosen, by purpose: the keys of rules or components."""
        for target in ticked_targets(family_of(self.instance)):
            chosen = self.cleaned_data.get(f"{TARGET}{target.purpose}") or []
            yield target, [int(key) for key in ([chosen] if isinstance(chosen, str) else chosen)]

    def save_targets(self) -> None:
        """Writes what was chosen: what stays keeps its place, what is new comes after it."""
        before = _chosen(self.instance)
        for target, keys in self.targets():
            rows = {
                row.target_rule_id or row.target_component_id: row for row in before.get(target.purpose, ())
            }
            for key, row in rows.items():
                if key not in keys:
                    row.delete()
            order = max((row.order for row in rows.values()), default=-1)
            for key in keys:
                if key not in rows:
                    order += 1
                    further = RuleTarget(rule=self.instance, purpose=target.purpose, order=order)
                    setattr(further, f"target_{target.of}_id", key)
                    further.full_clean()
                    further.save()


def _chosen(rule: Rule) -> dict[str, list[RuleTarget]]:
    chosen: dict[str, list[RuleTarget]] = {}
    for row in rule.targets.all():
        chosen.setdefault(row.purpose, []).append(row)
    return chosen


def ticked_targets(family: Family) -> list[TargetField]:
    """The targets that are chosen from a list; those whose order matters are rows of the page."""
    return [target for target in family.targets if target not in ordered_targets(family)]


def ordered_targets(family: Family) -> list[TargetField]:
    """Components one after the other: what is compared first stands first."""
    return [target for target in family.targets if target.in_order]


def rule_form(rule: Rule) -> type[RuleForm]:
    """The form of this rule with its family's fields."""
    family = family_of(rule)
    fields: dict[str, forms.Field] = {
        f"{PARAM}{field.code}": form_field(field, rule.edition) for field in family.fields
    }
    fields |= {f"{TARGET}{target.purpose}": _target_field(target, rule) for target in ticked_targets(family)}
    if takes_condition(family):
        fields[CONDITION] = ConditionField(rule.condition, vocabulary_of(rule.edition), label="适用条件")
    return type("RuleForm", (RuleForm,), fields)


def takes_condition(family: Family) -> bool:
    """Whether rules of the family may be held to certain cases."""
    return family.is_item and bool(family.tier_value)


def _target_field(target: TargetField, rule: Rule) -> forms.Field:
    options: dict[str, Any] = {"label": target.label, "required": target.required}
    choices = _target_choices(target, rule)
    if not target.many:
        return forms.ChoiceField(choices=[("", "---------"), *choices], **options)
    ticks = forms.CheckboxSelectMultiple(attrs={"class": "ticks"})
    return forms.MultipleChoiceField(choices=choices, widget=ticks, **options)


def _target_choices(target: TargetField, rule: Rule) -> list[Any]:
    """What the target may be; rules under the names of their components."""
    if target.of == "component":
        return [(str(row.pk), row.name) for row in rule.edition.components.all()]
    rules = rule.edition.rules.exclude(pk=rule.pk).select_related("component")
    if target.families:
        rules = rules.filter(family__in=target.families)
    grouped: dict[Model | None, list[tuple[str, str]]] = {}
    for row in rules:
        grouped.setdefault(row.component, []).append((str(row.pk), str(row)))
    if set(grouped) <= {None}:
        return grouped.get(None, [])
    return [(_heading(component), own) for component, own in grouped.items()]


def _heading(component: Component | Model | None) -> str:
    return "其他" if component is None else str(getattr(component, "name", component))
