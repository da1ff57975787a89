"""The page on which an edition's texts for papers are written, beside a live preview; the register beside it."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from jobs.refusal import Refusal
from reports.forms.form import Form
from reports.forms.registry import FORMS
from reports.previewing import page_of, preview_of, real_subjects
from reports.register_admin import IssuedPaperAdmin
from reports.rendering import check_environment, rendered
from reports.wording_form import WordingForm, groups_of
from rulesets.admin.frozen import DraftOnlyAdmin
from rulesets.models import Edition, Wording
from rulesets.wordings import PLACEHOLDERS
from units.access import permission_on
from units.rights import rights_of

__all__ = ["IssuedPaperAdmin", "WordingAdmin"]

SEES_RESULTS = "assessments.view_result"


@admin.register(Wording)
class WordingAdmin(DraftOnlyAdmin):
    """Texts are written on the page of their paper; there is no list of them by key."""

    unit_path = "edition__scheme__unit"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        wall = self.admin_site.admin_view
        return [
            path("<int:pk>/<str:code>/", wall(self.page), name="rulesets_wording_page"),
            path(
                "<int:pk>/<str:code>/preview.png",
                wall(require_POST(self.picture)),
                name="rulesets_wording_preview",
            ),
            path("<int:pk>/<str:code>/preview.pdf", wall(self.document), name="rulesets_wording_document"),
        ]

    def _edition(self, request: HttpRequest, pk: int) -> Edition:
        """The edition of the address. Raises Http404 for one whose texts the account may not see."""
        edition = Edition.objects.select_related("scheme__unit").filter(pk=pk).first()
        if edition is None or not self.may_see(request, edition):
            raise Http404
        return edition

    def may_see(self, request: HttpRequest, edition: Edition) -> bool:
        """Whether the account may read the edition's texts, and so its papers with real names."""
        return self._has(request, "view", edition) or self._has(request, "change", edition)

    def may_write(self, request: HttpRequest, edition: Edition) -> bool:
        """Whether the account may change them: of a draft, and in its own unit."""
        return not edition.frozen and self._has(request, "change", edition)

    def _has(self, request: HttpRequest, action: str, edition: Edition) -> bool:
        return rights_of(request.user).may(permission_on(Wording, action), edition.scheme.unit)

    def page(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        """The texts of one form, and the preview; a POST saves them."""
        edition, form = self._edition(request, pk), _form(code)
        may_write = self.may_write(request, edition)
        saved = {wording.key: wording.text for wording in edition.wordings.all()}
        if request.method == "POST":
            if not may_write:
                raise Http404
            texts = WordingForm(code, groups_of(edition), request.POST)
            if texts.is_valid():
                texts.save(edition)
                messages.success(request, f"“{form.name}”的文书用语已经保存。")
                return HttpResponseRedirect(reverse("admin:rulesets_wording_page", args=[pk, code]))
        else:
            texts = WordingForm(code, groups_of(edition), initial=saved)
        context = {
            **self.admin_site.each_context(request),
            "title": f"文书用语：{form.name}",
            "opts": Edition._meta,
            "edition": edition,
            "form": form,
            "forms": FORMS.values(),
            "texts": texts,
            "may_write": may_write,
            "placeholders": [f"{{{word}}}" for word in PLACEHOLDERS],
            "subjects": real_subjects(edition, form) if self.sees_results(request, edition) else [],
        }
        return TemplateResponse(request, "admin/reports/wordings.html", context)

    def picture(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        """One page of the paper with the texts as they stand in the form, not saved: a PNG, or what is wrong."""
        edition, form = self._edition(request, pk), _form(code)
        texts = WordingForm(code, groups_of(edition), request.POST)
        if not texts.is_valid():
            found = [
                f"{texts.fields[key].label}：{fault}"
                for key, faults in texts.errors.items()
                for fault in faults
            ]
            return JsonResponse({"messages": found}, status=422)
        try:
            paper = preview_of(
                edition, form, texts.cleaned_data, self._subject(request, edition, request.POST)
            )
            picture, pages = page_of(paper, _number(request.POST.get("page", "")))
        except Refusal as refused:
            return JsonResponse({"messages": refused.messages}, status=422)
        return HttpResponse(
            picture, content_type="image/png", headers={"X-Pages": str(pages), "Cache-Control": "no-store"}
        )

    def document(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        """The paper with the saved texts as a PDF."""
        edition, form = self._edition(request, pk), _form(code)
        try:
            paper = preview_of(edition, form, None, self._subject(request, edition, request.GET))
            check_environment()
            pdf = rendered(paper)
        except Refusal as refused:
            for message in refused.messages:
                messages.error(request, message)
            return HttpResponseRedirect(reverse("admin:rulesets_wording_page", args=[pk, code]))
        return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": "inline"})

    def _subject(self, request: HttpRequest, edition: Edition, asked: Mapping[str, Any]) -> str:
        """The number of the real subject that is asked for; none where the account may not see results."""
        return asked.get("subject", "") if self.sees_results(request, edition) else ""

    def sees_results(self, request: HttpRequest, edition: Edition) -> bool:
        return rights_of(request.user).may(SEES_RESULTS, edition.scheme.unit)


def _form(code: str) -> Form:
    """The form of the address. Raises Http404 where there is none."""
    if code not in FORMS:
        raise Http404
    return FORMS[code]


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else 1
