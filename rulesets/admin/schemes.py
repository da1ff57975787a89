"""The page of a scheme."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from rulesets.admin.frozen import links
from rulesets.admin.starting import StartPages
from rulesets.models import Scheme
from units.access import UnitAdmin


@admin.register(Scheme)
class SchemeAdmin(StartPages, UnitAdmin):
    change_list_template = "admin/rulesets/scheme/change_list.html"
    list_display = ["name", "code", "unit", "is_shared"]
    list_filter = ["unit"]
    search_fields = ["code", "name"]
    fields = ["unit", "code", "name", "is_shared", "editions_listed"]
    readonly_fields = ["editions_listed"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # Packs and result documents name the scheme by these.
        fixed = ["unit", "code"] if obj is not None else []
        return [*super().get_readonly_fields(request, obj), *fixed]

    def get_urls(self) -> list[Any]:
        return self.start_urls() + super().get_urls()

    @admin.display(description="各版")
    def editions_listed(self, scheme: Scheme) -> SafeString:
        if scheme.pk is None:
            return links([])
        return links(
            [
                (
                    reverse("admin:rulesets_edition_change", args=[edition.pk]),
                    f"{edition} · {edition.get_status_display()}",
                )
                for edition in scheme.editions.select_related("scheme")
            ]
        )
