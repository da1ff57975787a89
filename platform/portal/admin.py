"""The themes in the admin: django-admin-interface's own pages, which tell nobody more than the product's do."""

from typing import Any

from admin_interface.admin import ThemeAdmin
from admin_interface.models import Theme
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

admin.site.unregister(Theme)


@admin.register(Theme)
class WalledThemeAdmin(ThemeAdmin):  # type: ignore[misc]
    """The library's pages of themes."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Django's, refused before it is looked up whether the theme is there."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)  # type: ignore[no-any-return]
