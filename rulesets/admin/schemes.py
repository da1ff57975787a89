"""The page of a scheme."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString

from rulesets.admin.frozen import links
from rulesets.admin.given_codes import SchemeForm
from rulesets.admin.starting import StartPages
from rulesets.models import Edition, Scheme
from units.access import UnitAdmin


@admin.register(Scheme)
class SchemeAdmin(StartPages, UnitAdmin):
    change_list_template = "admin/rulesets/scheme/change_list.html"
    list_display = ["name", "code", "unit", "is_shared"]
    list_filter = ["unit"]
    search_fields = ["code", "name"]
    search_help_text = "可按代码或名称查找"
    when_empty = "从五套范本、别的单位共享的办法或者工作簿复制一份开始，最省事。"
    starts_at = "admin:rulesets_scheme_start"
    form = SchemeForm
    fields = ["unit", "name", "code", "is_shared", "editions_listed"]
    readonly_fields = ["editions_listed"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # Packs and result documents name the scheme by these.
        fixed = ["unit", "code"] if obj is not None else []
        return [*super().get_readonly_fields(request, obj), *fixed]

    def get_urls(self) -> list[Any]:
        return self.start_urls() + super().get_urls()

    def response_post_save_add(self, request: HttpRequest, obj: Scheme) -> HttpResponseRedirect:
        """On to the first draft, which is what a new scheme is there for."""
        draft = Edition(scheme=obj, origin="从空白新建")
        draft.save()
        messages.success(
            request, f"已建立“{draft}”（草稿）：先在下面添加构成部分和用语，保存后逐部分填写计分项。"
        )
        return HttpResponseRedirect(reverse("admin:rulesets_edition_change", args=[draft.pk]))

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
