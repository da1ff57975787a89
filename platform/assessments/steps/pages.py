"""What all steps of an edition share: the page's frame, the way back to it, what the account may."""

from io import BytesIO
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from rulesets.admin.editions import EditionAdmin
from rulesets.models import Edition

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STEPS = (("check", "检查"), ("scenarios", "用例"), ("simulation", "试算"), ("publish", "发布"))


class StepPages(EditionAdmin):
    """An edition with the frame of its steps."""

    def _step(
        self, request: HttpRequest, edition: Edition, step: str, context: dict[str, Any]
    ) -> HttpResponse:
        names = dict(STEPS)
        shown = {
            **self.admin_site.each_context(request),
            "title": f"{edition}：{names[step]}",
            "opts": self.opts,
            "edition": edition,
            "step": step,
            "steps": [
                (code, name, reverse(f"admin:rulesets_edition_{code}", args=[edition.pk]))
                for code, name in STEPS
            ],
            **context,
        }
        return TemplateResponse(request, f"admin/rulesets/edition/step_{step}.html", shown)

    def _to(self, step: str, edition: Edition) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse(f"admin:rulesets_edition_{step}", args=[edition.pk]))

    def _require(self, request: HttpRequest, permission: str, edition: Edition) -> None:
        """Raises PermissionDenied where the account has not got the permission in the edition's unit."""
        if not self.may(request, permission, edition):
            raise PermissionDenied

    def _sees_results(self, request: HttpRequest, edition: Edition) -> bool:
        return self.may(request, "assessments.view_run", edition)


def download(stream: BytesIO, name: str) -> HttpResponse:
    """A workbook to be saved under the name."""
    response = HttpResponse(stream.getvalue(), content_type=WORKBOOK)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
