"""A long list page by page, in the manner of the admin's own lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of a list. ways: number and address of the pages that lead on; no address: this one, or a gap."""

    page: Page[Any]
    ways: Sequence[tuple[int | str, str]]

    @property
    def rows(self) -> Sequence[Any]:
        return self.page.object_list  # type: ignore[return-value]

    @property
    def number(self) -> int:
        return self.page.number

    @property
    def count(self) -> int:
        """How many rows all pages have together."""
        return self.page.paginator.count


def leaf_of(request: HttpRequest, rows: Any, size: int, parameter: str = "page") -> Leaf:
    """The page of the rows that the address asks for by the parameter; rows: a list, or what counts and slices."""
    page = Paginator(rows, size).get_page(request.GET.get(parameter))
    numbers = page.paginator.get_elided_page_range(page.number) if page.has_other_pages() else ()
    query, ways = request.GET.copy(), list[tuple[int | str, str]]()
    for number in numbers:
        query[parameter] = str(number)
        leads = isinstance(number, int) and number != page.number
        ways.append((number, f"?{query.urlencode()}" if leads else ""))
    return Leaf(page, ways)
