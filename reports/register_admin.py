"""The register of issued papers in the admin: to be looked through, never written."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from reports.models import IssuedPaper
from reports.standing import today_of
from rulesets.engine.period import Period
from units.access import UnitAdmin, account_named


class SupersededFilter(admin.SimpleListFilter):
    """Papers whose result was published otherwise since."""

    title = "效力"
    parameter_name = "superseded"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "公布过更正的")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.superseded() if self.value() == "yes" else queryset


@admin.register(IssuedPaper)
class IssuedPaperAdmin(UnitAdmin):
    when_empty = "打印表册以后，每份在这里有一条登记。"
    issuer = staticmethod(account_named("issued_by", "印发人"))
    list_display = ["title", "format", "period_name", "whom", "code", "issued_at", "issuer", "page"]
    list_filter = ["unit", "form", "format", SupersededFilter]
    search_fields = ["code", "no", "name", "file_digest"]
    search_help_text = "可按核验编号、工号或姓名查找"
    list_select_related = ["unit", "issued_by"]
    list_per_page = 50
    date_hierarchy = "issued_at"
    fields = [
        "unit", "title", "format", "period_name", "whom", "code", "standing", "issued_at", "issuer", "run",
        "publication", "file_digest", "page",
    ]  # fmt: skip

    @admin.display(description="期间", ordering="period")
    def period_name(self, paper: IssuedPaper) -> str:
        return Period.parse(paper.period).name

    @admin.display(description="对象", ordering="no")
    def whom(self, paper: IssuedPaper) -> str:
        return f"{paper.name}（{paper.no}）" if paper.no else "—"

    @admin.display(description="现在的效力")
    def standing(self, paper: IssuedPaper) -> str:
        return today_of(paper).sentence

    @admin.display(description="核验")
    def page(self, paper: IssuedPaper) -> SafeString:
        return format_html('<a href="{}">查看</a>', reverse("portal:verify_code", args=[paper.code]))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
