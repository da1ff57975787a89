"""The admin's page 历史 of a row, and the reason that a change may be given."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from units.history import LONGEST_REASON, because
from units.paging import leaf_of
from units.past import ON_A_PAGE, Histories, acts_of, history_of


class HistoryPage:
    """Shows what changed in a row in place of Django's log, and takes the reason of a change from its form.

    Mixed in before Django's class.
    """

    @property
    def keeps_history(self) -> bool:
        """Whether changes of this model's rows are kept."""
        return hasattr(self.model, "history") and hasattr(self.model.history, "model")  # type: ignore[attr-defined]

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The changes of the row, the newest first, page by page."""
        if not self.keeps_history:
            return super().history_view(request, object_id, extra_context)  # type: ignore[misc, no-any-return]
        row = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        if not self.has_view_or_change_permission(request, row):  # type: ignore[attr-defined]
            raise PermissionDenied
        told = Histories([history_of(row), *self.further_histories(row)])
        changes = leaf_of(request, told, ON_A_PAGE)
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": f"改动历史：{row}",
            "opts": self.opts,  # type: ignore[attr-defined]
            "object": row,
            "acts": acts_of(changes.rows),
            "changes": changes,
        }
        return TemplateResponse(request, "units/history.html", context)

    def further_histories(self, row: Any) -> Iterable[QuerySet[Any]]:
        """The kept states of what belongs to the row and is changed with it: told on the same page."""
        return ()

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Asks for the reason on the form of a row that is there and may be changed."""
        row = kwargs.get("obj")
        asks = row is not None and self.keeps_history and self.has_change_permission(request, row)  # type: ignore[attr-defined]
        context["asks_reason"] = asks
        context["longest_reason"] = LONGEST_REASON
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Django's; the history of the row, and of those saved with it, gets the reason that was given."""
        with because(given_reason(request)):
            return super().changeform_view(request, *args, **kwargs)  # type: ignore[misc]

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Django's; what an action does to many rows gets the reason that was given."""
        with because(given_reason(request)):
            return super().changelist_view(request, *args, **kwargs)  # type: ignore[misc]

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Django's, with the reason."""
        with because(given_reason(request)):
            return super().delete_view(request, *args, **kwargs)  # type: ignore[misc]


def given_reason(request: HttpRequest) -> str:
    """The reason that a page was given for a change; empty where it was given none."""
    return request.POST.get("change_reason", "") if request.method == "POST" else ""
