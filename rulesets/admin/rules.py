"""The page of a rule: what its family declares as form fields, its tiers, what it speaks of, its sentence."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from rulesets.admin.fields import PeriodKindsField, form_field, offer, period_names, shown, stored
from rulesets.admin.frozen import DraftOnlyAdmin, DraftOnlyInline
from rulesets.engine.protocols import Axis, Family
from rulesets.engine.scheme import Scheme
from rulesets.families import REGISTRY
from rulesets.models import Component, Edition, Rule, RuleTarget, Tier
from rulesets.sentences import condition_sentence, rule_errors, rule_sentence
from rulesets.shape import without_empty
from rulesets.snapshots import snapshot_of

PARAM = "param_"
RANGE = ["low", "low_included", "high", "high_included"]


def family_of(rule: Rule) -> Family:
    return REGISTRY.get(rule.family, rule.family_version)


class RuleAddForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new rule begins with its family; what that declares is filled in on the page after."""

    family = forms.ChoiceField(label="规则类型")

    class Meta:
        model = Rule
        fields = ["edition", "component", "family", "code", "name"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["family"].choices = [(code, found.name) for code, found in REGISTRY.newest().items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if family := REGISTRY.newest().get(cleaned.get("family", "")):
            self.instance.family_version = family.version
        return cleaned


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A rule; its family's fields are added by `rule_form`, named `param_CODE`."""

    periods = PeriodKindsField(label="适用的考核期间", required=False, help_text="不选表示各期间都适用。")

    class Meta:
        model = Rule
        fields = ["component", "code", "name", "clause", "assumed", "order", "periods"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for code, value in self.instance.params.items():
            self.initial[f"{PARAM}{code}"] = value

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.instance.params = without_empty(
            {
                field.code: stored(field, cleaned.get(f"{PARAM}{field.code}"))
                for field in family_of(self.instance).fields
            }
        )
        return cleaned


def rule_form(rule: Rule) -> type[RuleForm]:
    """The form of this rule with its family's fields."""
    fields = {f"{PARAM}{field.code}": form_field(field, rule.edition) for field in family_of(rule).fields}
    return type("RuleForm", (RuleForm,), fields)


class TierInline(DraftOnlyInline):
    """The rule's table, with only those columns that its family reads."""

    model = Tier
    fk_name = "rule"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return (
            super().get_queryset(request).select_related("rule", "level", "role", "group", "choice", "band")
        )

    def get_fields(self, request: HttpRequest, obj: Rule | None = None) -> Any:
        if obj is None:
            return []
        family = family_of(obj)
        axes = [axis.value for axis in family.axes if axis is not Axis.NUMBER]
        ranges = RANGE if Axis.NUMBER in family.axes else []
        return [*(["value"] if family.tier_value else []), *axes, *ranges, "order"]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        fields = formset.form.base_fields
        for axis in ("level", "role", "group"):
            offer(fields, axis, obj.edition.terms.filter(kind=axis))
        # Of the attribute that the rule reads; all until one is chosen.
        choices = obj.edition.terms.filter(kind="choice")
        attribute = obj.params.get("attribute")
        offer(fields, "choice", choices.filter(parent__code=attribute) if attribute else choices)
        offer(fields, "band", obj.edition.rules.filter(family="band"))
        if "value" in fields:
            fields["value"].label = family_of(obj).tier_value
            fields["value"].required = True
        for field in fields.values():
            without_related_buttons(field)
        return formset


class TargetInline(DraftOnlyInline):
    """What the rule speaks of, by the purposes that its family declares."""

    model = RuleTarget
    fk_name = "rule"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("target_rule", "target_component")

    def get_fields(self, request: HttpRequest, obj: Rule | None = None) -> Any:
        of = {target.of for target in family_of(obj).targets} if obj is not None else set()
        return ["purpose", *(f"target_{kind}" for kind in ("rule", "component") if kind in of), "order"]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        fields = formset.form.base_fields
        targets = family_of(obj).targets
        if "purpose" in fields:
            purposes = [(target.purpose, target.label) for target in targets]
            fields["purpose"] = forms.ChoiceField(label="用途", choices=purposes)
        families = {family for target in targets for family in target.families}
        rules = obj.edition.rules.exclude(pk=obj.pk)
        offer(fields, "target_rule", rules.filter(family__in=families) if families else rules)
        offer(fields, "target_component", obj.edition.components.all())
        for field in fields.values():
            without_related_buttons(field)
        return formset


def without_related_buttons(field: forms.Field) -> None:
    """Takes away the buttons beside a choice that would add or change what is chosen from."""
    for permission in ("add", "change", "delete", "view"):
        if hasattr(field.widget, f"can_{permission}_related"):
            setattr(field.widget, f"can_{permission}_related", False)


def offer_drafts(fields: dict[str, Any], edition: str) -> None:
    """Offers a new rule drafts alone and their components; those of one edition where its key is given."""
    drafts: QuerySet[Edition] = fields["edition"].queryset.filter(status=Edition.Status.DRAFT)
    components: QuerySet[Component] = fields["component"].queryset.select_related("edition__scheme")
    if edition.isdecimal():
        drafts = drafts.filter(pk=edition)
    else:
        # Components of several drafts may bear one name.
        fields["component"].label_from_instance = lambda part: f"{part.edition}：{part}"
    offer(fields, "edition", drafts)
    offer(fields, "component", components.filter(edition__in=drafts))
    without_related_buttons(fields["edition"])
    without_related_buttons(fields["component"])


@admin.register(Rule)
class RuleAdmin(DraftOnlyAdmin):
    unit_path = "edition__scheme__unit"
    list_display = ["code", "name", "family_name", "component", "edition"]
    list_filter = ["edition"]
    list_select_related = ["edition__scheme", "component"]
    search_fields = ["code", "name"]
    readonly_fields = ["family_name", "sentence", "condition_said", "params_said", "periods_said"]

    def get_fieldsets(self, request: HttpRequest, obj: Rule | None = None) -> Any:
        if obj is None:
            return [(None, {"fields": RuleAddForm.Meta.fields})]
        if not self.has_change_permission(request, obj):
            own = ["component", "code", "name", "clause", "assumed", "periods_said"]
            return [
                (None, {"fields": ["edition", "family_name", "sentence", *own]}),
                ("规则内容", {"fields": ["params_said", "condition_said"]}),
            ]
        family = family_of(obj)
        params = [f"{PARAM}{field.code}" for field in family.fields]
        own = [name for name in RuleForm.Meta.fields if name != "component" or family.has_component]
        return [
            (None, {"fields": ["edition", "family_name", "sentence", *own]}),
            ("规则内容", {"fields": [*params, "condition_said"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *(["edition"] if obj is not None else [])]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = RuleAddForm if obj is None else rule_form(obj)
        form = super().get_form(request, obj, change, **kwargs)
        if obj is None:
            offer_drafts(form.base_fields, request.GET.get("edition", ""))
        elif "component" in form.base_fields:
            offer(form.base_fields, "component", obj.edition.components.all())
            form.base_fields["component"].required = family_of(obj).has_component
            without_related_buttons(form.base_fields["component"])
        return form

    def save_model(self, request: HttpRequest, obj: Rule, form: Any, change: bool) -> None:
        """A new rule comes after the others of its edition."""
        if not change:
            last = obj.edition.rules.aggregate(last=Max("order"))["last"]
            obj.order = 0 if last is None else last + 1
        super().save_model(request, obj, form, change)

    def response_post_save_add(self, request: HttpRequest, obj: Rule) -> HttpResponseRedirect:
        """On to the page where what the family declares is filled in."""
        return HttpResponseRedirect(reverse("admin:rulesets_rule_change", args=[obj.pk]))

    def response_post_save_change(self, request: HttpRequest, obj: Rule) -> HttpResponseRedirect:
        """Back to the draft, where the other rules are and the checks."""
        return HttpResponseRedirect(reverse("admin:rulesets_edition_change", args=[obj.edition_id]))

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return []
        family = family_of(obj)
        has_table = bool(family.axes or family.tier_value)
        return [*([TierInline] if has_table else []), *([TargetInline] if family.targets else [])]

    @admin.display(description="规则类型")
    def family_name(self, rule: Rule) -> str:
        return family_of(rule).name

    @admin.display(description="含义")
    def sentence(self, rule: Rule) -> str | SafeString:
        snapshot = snapshot_of(rule.edition)
        if errors := rule_errors(snapshot, rule.code, REGISTRY):
            lines = format_html_join(SafeString("<br>"), "{}", [(error,) for error in errors])
            return format_html("填写完整后显示。尚有：<br>{}", lines)
        return rule_sentence(snapshot, rule.code, REGISTRY)

    @admin.display(description="适用条件")
    def condition_said(self, rule: Rule) -> str:
        if rule.condition is None:
            return "没有，任何情形都适用"
        snapshot = snapshot_of(rule.edition)
        if rule_errors(snapshot, rule.code, REGISTRY):
            return "规则尚有错误，改正后显示"
        scheme = Scheme.from_snapshot(snapshot)
        return condition_sentence(scheme.rule(rule.code), scheme)

    @admin.display(description="规则内容")
    def params_said(self, rule: Rule) -> SafeString:
        pairs = [
            (field.label, shown(field, rule.params[field.code], rule.edition))
            for field in family_of(rule).fields
            if field.code in rule.params
        ]
        return format_html_join(SafeString("<br>"), "{}：{}", pairs) or SafeString("（没有）")

    @admin.display(description="适用的考核期间")
    def periods_said(self, rule: Rule) -> str:
        return period_names(rule.periods) or "各期间都适用"
