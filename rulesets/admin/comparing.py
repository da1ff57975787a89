"""The page on which an edition stands beside another one of its scheme."""

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path

from rulesets.differences import Difference, How, differences
from rulesets.families import REGISTRY
from rulesets.models import Edition
from rulesets.snapshots import snapshot_of


class ComparePage:
    """Gives the admin of editions the page 对照; mixed in before the admin's class."""

    def get_urls(self) -> list[Any]:
        wall = self.admin_site.admin_view  # type: ignore[attr-defined]
        page = path("<int:pk>/compare/", wall(self.compare_page), name="rulesets_edition_compare")
        return [page, *super().get_urls()]  # type: ignore[misc]

    def compare_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What the edition says otherwise than the chosen one: at first the one before it."""
        edition: Edition = self._edition(request, pk)  # type: ignore[attr-defined]
        others = list(edition.scheme.editions.exclude(pk=pk).select_related("scheme"))
        chosen = request.GET.get("other", "")
        other = next((o for o in others if str(o.pk) == chosen), None) or _before(edition, others)
        found: list[Difference] = []
        if other is not None:
            earlier, later = sorted((other, edition), key=lambda each: each.number)
            found = differences(snapshot_of(earlier), snapshot_of(later), REGISTRY)
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": f"对照 {edition}",
            "opts": self.opts,  # type: ignore[attr-defined]
            "edition": edition,
            "others": others,
            "other": other,
            "before": earlier if other else None,
            "after": later if other else None,
            "before_name": f"第 {earlier.number} 版" if other else "",
            "after_name": f"第 {later.number} 版" if other else "",
            "sections": [(name, list(rows)) for name, rows in groupby(found, lambda each: each.section)],
            "counts": [(how.value, sum(each.how is how for each in found)) for how in How],
        }
        return TemplateResponse(request, "admin/rulesets/edition/compare.html", context)


def _before(edition: Edition, others: list[Edition]) -> Edition | None:
    """The newest of those before the edition, else the oldest of those after it."""
    earlier = [other for other in others if other.number < edition.number]
    if earlier:
        return max(earlier, key=lambda other: other.number)
    return min(others, key=lambda other: other.number, default=None)
