"""The admin site: whom it lets in, and by which door."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from units.autocomplete import NamedChoices
from units.rights import rights_of

AUDITS = "units.view_audit"
# Addresses of Django's that the site does without: one tells of any row whether it is there, the other belongs to
# the page by which Django has a password changed.
LEFT_OUT = {"view_on_site", "password_change_done"}


class Site(admin.AdminSite):
    """Lets in who has a role that works here; one signs in and out where everybody does."""

    def has_permission(self, request: HttpRequest) -> bool:
        return rights_of(request.user).works_in_admin()

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Sends on to the entrance, where failed attempts are counted and the second factor is asked for."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        target = request.GET.get("next") or reverse("admin:index", current_app=self.name)
        return redirect_to_login(target, settings.LOGIN_URL)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Choices that tell namesakes apart."""
        answer = NamedChoices.as_view(admin_site=self)(request)
        assert isinstance(answer, HttpResponse)
        return answer

    def get_urls(self) -> list[Any]:
        """The site's own, and Django's without LEFT_OUT."""
        audited = path("audit/", self.admin_view(self.audit), name="audit")
        return [audited, *(url for url in super().get_urls() if getattr(url, "name", None) not in LEFT_OUT)]

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        """Sends on to the page on which everybody changes the own password."""
        return redirect("portal:password")

    def audit(self, request: HttpRequest) -> HttpResponse:
        """The page 操作记录."""
        from units.audit import audit

        return audit(request, self.each_context(request))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Django's, and whether the account finds the page 操作记录 among its links."""
        return {**super().each_context(request), "audits": rights_of(request.user).may_somewhere(AUDITS)}
