"""The page of a rule: what its family declares as form fields, its tiers, what it speaks of, its sentence."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Max, QuerySet
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from rulesets.admin.fields import offer, period_names, shown
from rulesets.admin.frozen import DraftOnlyAdmin, DraftOnlyInline
from rulesets.admin.grid import items_address
from rulesets.admin.history_words import histories_of_rules
from rulesets.admin.live import LiveSentence, stored_sentence
from rulesets.admin.rule_form import (
    CONDITION,
    PARAM,
    TARGET,
    RuleAddForm,
    RuleForm,
    family_of,
    ordered_targets,
    range_titles,
    rule_form,
    takes_condition,
    ticked_targets,
)
from rulesets.engine.protocols import Axis
from rulesets.engine.scheme import Scheme
from rulesets.families import REGISTRY
from rulesets.models import Component, Edition, Rule, RuleTarget, Tier
from rulesets.sentences import condition_sentence, rule_errors
from rulesets.snapshots import snapshot_of

RANGE = ["low", "low_included", "high", "high_included"]


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
        if "low" in fields and (titles := range_titles(obj)):
            fields["low"].label, fields["high"].label = titles["low"], titles["high"]
            fields["low_included"].label, fields["high_included"].label = "含本数", "含本数"
        for field in fields.values():
            without_related_buttons(field)
        return formset


class TargetInline(DraftOnlyInline):
    """What the rule speaks of where the order matters: components one after the other."""

    model = RuleTarget
    fk_name = "rule"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("target_rule", "target_component")

    def get_fields(self, request: HttpRequest, obj: Rule | None = None) -> Any:
        return ["purpose", "target_component", "order"]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        fields = formset.form.base_fields
        if "purpose" in fields:
            purposes = [(target.purpose, target.label) for target in ordered_targets(family_of(obj))]
            fields["purpose"] = forms.ChoiceField(label="用途", choices=purposes)
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
class RuleAdmin(LiveSentence, DraftOnlyAdmin):
    unit_path = "edition__scheme__unit"
    list_display = ["code", "name", "family_name", "component", "edition"]
    list_filter = ["edition"]
    list_select_related = ["edition__scheme", "component"]
    search_fields = ["code", "name"]
    search_help_text = "可按代码或名称查找"
    when_empty = "先新建一份考核办法，在办法的草稿里填写。"
    readonly_fields = ["family_name", "condition_said", "params_said", "targets_said", "periods_said"]
    change_form_template = "admin/rulesets/rule/change_form.html"
    add_form_template = "admin/rulesets/rule/add_form.html"

    class Media:
        css = {"all": ["rulesets/rule.css"]}
        js = [Script(f"rulesets/{name}.js", defer=True) for name in ("live", "condition")]

    def get_fieldsets(self, request: HttpRequest, obj: Rule | None = None) -> Any:
        if obj is None:
            return [(None, {"fields": RuleAddForm.Meta.fields})]
        if not self.has_change_permission(request, obj):
            own = ["component", "code", "name", "clause", "assumed", "periods_said"]
            said = ["params_said", "targets_said", "condition_said"]
            return [(None, {"fields": ["edition", "family_name", *own]}), ("规则内容", {"fields": said})]
        family = family_of(obj)
        params = [f"{PARAM}{field.code}" for field in family.fields]
        targets = [f"{TARGET}{target.purpose}" for target in ticked_targets(family)]
        own = [name for name in RuleForm.Meta.fields if name != "component" or family.has_component]
        condition = [("适用条件", {"fields": [CONDITION]})] if takes_condition(family) else []
        return [
            (None, {"fields": ["edition", "family_name", *own]}),
            *([("规则内容", {"fields": [*params, *targets]})] if params or targets else []),
            *condition,
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

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"edition": request.GET.get("edition"), "component": request.GET.get("component")}

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        if rule := context.get("original"):
            context["sentence"], context["sentence_faults"] = stored_sentence(rule)
            context["about"] = family_of(rule).about
            # The room beside the form is for the meaning.
            context["is_nav_sidebar_enabled"] = False
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        form.save_targets()

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
        """Back to where the other rules are: to the component's items, or to the draft."""
        if obj.component is not None:
            return HttpResponseRedirect(items_address(obj.component))
        return HttpResponseRedirect(reverse("admin:rulesets_edition_change", args=[obj.edition_id]))

    def further_histories(self, row: Rule) -> Iterable[QuerySet[Any]]:
        return histories_of_rules(Rule.objects.filter(pk=row.pk).values("pk"))

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return []
        family = family_of(obj)
        has_table = bool(family.axes or family.tier_value)
        return [*([TierInline] if has_table else []), *([TargetInline] if ordered_targets(family) else [])]

    @admin.display(description="规则类型")
    def family_name(self, rule: Rule) -> str:
        return family_of(rule).name

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

    @admin.display(description="所指对象")
    def targets_said(self, rule: Rule) -> SafeString:
        labels = {target.purpose: target.label for target in family_of(rule).targets}
        rows = rule.targets.select_related("target_rule", "target_component")
        pairs = [(labels.get(row.purpose, row.purpose), str(row)) for row in rows]
        return format_html_join(SafeString("<br>"), "{}：{}", pairs) or SafeString("（没有）")

    @admin.display(description="适用的考核期间")
    def periods_said(self, rule: Rule) -> str:
        return period_names(rule.periods) or "各期间都适用"
