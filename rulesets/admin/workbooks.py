"""An edition as a workbook: taken away, and brought back as a new draft after a look at what would differ."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from jobs.refusal import Refusal
from rulesets.admin.uploads import SchemeFileForm, TokenForm, keep, kept
from rulesets.differences import differences
from rulesets.families import REGISTRY
from rulesets.models import Edition
from rulesets.packs import load_pack, pack_from
from rulesets.snapshots import snapshot_of
from rulesets.workbook import workbook_of

TEMPLATE = "admin/rulesets/edition/workbook.html"
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class OtherScheme(Refusal):
    """A workbook is of another scheme than the one whose page it was given to."""

    def __init__(self, code: str, expected: str) -> None:
        super().__init__(
            f"工作簿里的办法编码是“{code}”，本办法是“{expected}”。如果确实要改写本办法，请把“考核办法”表中的编码改为“{expected}”；"
            "要另建一个办法，请在“新建考核办法”页面选择“从工作簿”。"
        )


class WorkbookPages:
    """Mixed into the admin of editions."""

    def workbook_urls(self) -> list[Any]:
        wall = self.admin_site.admin_view  # type: ignore[attr-defined]
        return [
            path("<int:pk>/workbook.xlsx", wall(self.scheme_workbook), name="rulesets_edition_workbook"),
            path("<int:pk>/workbook/", wall(self.workbook_page), name="rulesets_edition_from_workbook"),
            path(
                "<int:pk>/workbook/confirm/",
                wall(require_POST(self.workbook_confirmed)),
                name="rulesets_edition_workbook_confirm",
            ),
        ]

    def scheme_workbook(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The edition as a workbook."""
        edition = self._edition(request, pk)  # type: ignore[attr-defined]
        response = HttpResponse(workbook_of(snapshot_of(edition), REGISTRY), content_type=CONTENT_TYPE)
        name = f"{edition.scheme.code}-{edition.number}.xlsx"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def workbook_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form, or what an uploaded file would change against this edition."""
        edition = self._edition_to_succeed(request, pk)
        form = SchemeFileForm(request.POST or None, request.FILES or None)
        context: dict[str, Any] = {"form": form}
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                context |= self._preview(request, edition, file.read(), file.name)
            except Refusal as refused:
                context["faults"] = refused.messages
                context["filename"] = file.name
        return self._workbook_page(request, edition, context)

    def workbook_confirmed(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Makes the new draft that was previewed, and shows it."""
        edition = self._edition_to_succeed(request, pk)
        try:
            snapshot, filename = kept(request, _purpose(edition))
            draft, created = load_pack(edition.scheme.unit, snapshot, origin=f"读自工作簿 {filename}")
        except Refusal as refused:
            return self._workbook_page(
                request, edition, {"form": SchemeFileForm(), "faults": refused.messages}
            )
        if created:
            messages.success(request, f"已建立“{draft}”，内容与工作簿一致，可以继续修改、检查。")
        else:
            messages.info(request, f"“{draft}”与工作簿完全一致，没有另建草稿。")
        return HttpResponseRedirect(reverse("admin:rulesets_edition_change", args=[draft.pk]))

    def _edition_to_succeed(self, request: HttpRequest, pk: int) -> Edition:
        edition: Edition = self._edition(request, pk)  # type: ignore[attr-defined]
        if not self.may(request, "rulesets.add_edition", edition):  # type: ignore[attr-defined]
            raise PermissionDenied
        return edition

    def _preview(
        self, request: HttpRequest, edition: Edition, content: bytes, filename: str
    ) -> dict[str, Any]:
        snapshot = pack_from(content, filename)
        if snapshot["code"] != edition.scheme.code:
            raise OtherScheme(snapshot["code"], edition.scheme.code)
        token = keep(request, _purpose(edition), snapshot, filename)
        found = differences(snapshot_of(edition), snapshot, REGISTRY)
        return {
            "filename": filename,
            "count": len(found),
            "sections": [(name, list(rows)) for name, rows in groupby(found, lambda each: each.section)],
            "before_name": f"第 {edition.number} 版",
            "after_name": "工作簿",
            "confirm_form": TokenForm(initial={"token": token}),
        }

    def _workbook_page(self, request: HttpRequest, edition: Edition, context: dict[str, Any]) -> HttpResponse:
        context |= self.admin_site.each_context(request)  # type: ignore[attr-defined]
        context |= {
            "title": f"用工作簿建新草稿：{edition}",
            "opts": self.opts,  # type: ignore[attr-defined]
            "edition": edition,
        }
        return TemplateResponse(request, TEMPLATE, context)


def _purpose(edition: Edition) -> str:
    return f"edition {edition.pk}"
