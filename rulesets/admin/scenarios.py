"""The page of a scenario: its name and its days. What it holds comes from its workbook."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from rulesets.admin.frozen import DraftOnlyAdmin
from rulesets.models import Scenario


@admin.register(Scenario)
class ScenarioAdmin(DraftOnlyAdmin):
    unit_path = "edition__scheme__unit"
    list_display = ["name", "edition", "period", "as_of", "from_record"]
    list_filter = ["edition"]
    list_select_related = ["edition__scheme"]
    search_fields = ["name"]
    search_help_text = "可按名称查找"
    when_empty = "用例在办法草稿的“用例”一步里新增。"
    fields = ["edition", "name", "period", "as_of", "from_record", "order"]
    readonly_fields = ["edition", "from_record"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without what goes in and comes out: a case taken from a year's record holds megabytes of it."""
        return super().get_queryset(request).defer("inputs", "expected")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """New ones come from a workbook or from the record, on the edition's page of steps."""
        return False
