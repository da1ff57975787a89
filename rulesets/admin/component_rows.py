"""The components on the page of their edition: dragged into order, each with the way to its items."""

from typing import Any

from adminsortable2.admin import CustomInlineFormSet, SortableInlineAdminMixin
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from rulesets.admin.frozen import DraftOnlyInline, OneChoiceList
from rulesets.admin.given_codes import ComponentRowForm
from rulesets.models import Component


class ComponentRows(OneChoiceList, CustomInlineFormSet):
    """Sortable rows that share their choices."""


class ComponentInline(SortableInlineAdminMixin, DraftOnlyInline):
    model = Component
    form = ComponentRowForm
    template = "adminsortable2/edit_inline/tabular-django-5.2.html"
    formset = ComponentRows
    ordering = ["order", "pk"]
    fields = ["items_link", "code", "name", "base", "floor", "ceiling", "weight", "clause"]
    readonly_fields = ["items_link"]

    class Media:
        css = {"all": ["rulesets/sorting.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(rule_count=Count("rules"))

    @admin.display(description="计分项")
    def items_link(self, component: Component) -> str | SafeString:
        """The way to the component's items; a component that isn't saved yet has none."""
        if component.pk is None:
            return "保存后填写"
        address = reverse("admin:rulesets_component_items", args=[component.pk])
        settings = reverse("admin:rulesets_component_change", args=[component.pk])
        count = getattr(component, "rule_count", 0)
        return format_html(
            '<a class="items" href="{}" aria-label="{}：计分项">{}</a> <a href="{}" aria-label="{}：设置">设置</a>',
            address, component.name, f"{count}项 ›" if count else "填写 ›", settings, component.name,
        )  # fmt: skip
