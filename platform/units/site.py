"""The admin site: whom it lets in, and by which door."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from units.autocomplete import NamedChoices
from units.rights import rights_of


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
        """Django's, without the address that tells of any row by its key whether it is there."""
        return [url for url in super().get_urls() if getattr(url, "name", None) != "view_on_site"]
