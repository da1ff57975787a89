"""The page of a component, with the way to its rules."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from rulesets.admin.fields import PeriodKindsField, offer, period_names
from rulesets.admin.frozen import DraftOnlyAdmin, links
from rulesets.admin.grid import ItemsPage
from rulesets.admin.history_words import histories_in_component
from rulesets.models import Component

NUMBERS = ("base", "floor", "ceiling", "weight")


class ComponentForm(forms.ModelForm):  # type: ignore[type-arg]
    """A component; kinds of periods are ticked."""

    periods = PeriodKindsField(label="适用的考核期间", required=False, help_text="不选表示各期间都适用。")
    base_periods = PeriodKindsField(
        label="计基础分的考核期间", required=False, help_text="不选表示各期间都从基础分起计。"
    )

    class Meta:
        model = Component
        fields = "__all__"  # noqa: DJ007 — the admin page says which


@admin.register(Component)
class ComponentAdmin(ItemsPage, DraftOnlyAdmin):
    unit_path = "edition__scheme__unit"
    form = ComponentForm
    list_display = ["name", "code", "edition", "base", "floor", "ceiling"]
    list_filter = ["edition"]
    list_select_related = ["edition__scheme"]
    search_fields = ["code", "name"]
    search_help_text = "可按代码或名称查找"
    when_empty = "先新建一份考核办法，在办法的草稿里填写。"
    readonly_fields = ["rules_listed", "periods_named", "base_periods_named"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        may_change = obj is None or self.has_change_permission(request, obj)
        periods = ["periods", "base_periods"] if may_change else ["periods_named", "base_periods_named"]
        return [
            "edition",
            "parent",
            "code",
            "name",
            *NUMBERS,
            *periods,
            "clause",
            "assumed",
            "order",
            "rules_listed",
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *(["edition"] if obj is not None else [])]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if obj is not None:
            offer(form.base_fields, "parent", obj.edition.components.exclude(pk=obj.pk))
        return form

    def further_histories(self, row: Component) -> Iterable[QuerySet[Any]]:
        return histories_in_component(row)

    @admin.display(description="适用的考核期间")
    def periods_named(self, component: Component) -> str:
        return period_names(component.periods)

    @admin.display(description="计基础分的考核期间")
    def base_periods_named(self, component: Component) -> str:
        return period_names(component.base_periods)

    @admin.display(description="规则")
    def rules_listed(self, component: Component) -> SafeString:
        if component.pk:
            address = reverse("admin:rulesets_component_items", args=[component.pk])
            first = format_html('<a class="items" href="{}">在一张表里填写 ›</a><br>', address)
        else:
            first = SafeString()
        rules = component.rules.all() if component.pk else ()
        listed = links([(reverse("admin:rulesets_rule_change", args=[rule.pk]), str(rule)) for rule in rules])
        return first + listed
