"""Print buttons on the admin's pages: they lead to the page that prints, with the rows that are meant.

That page stands in a higher room and asks again who may print what; here it is only known by its address.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from units.models import Unit

PRINTS = "reports.add_printorder"
# What was chosen in a list may be longer than an address: it waits in the session, the latest few.
SESSION_KEY = "chosen_for_printing"
CHOICES_KEPT = 5


def keep_choice(request: HttpRequest, unit: Unit, key: str, codes: Sequence[str]) -> str:
    """Keeps what was chosen in a list and returns the word that stands for it. key: what the codes are."""
    word = secrets.token_hex(8)
    kept = request.session.get(SESSION_KEY, {})
    kept[word] = [unit.code, key, list(codes)]
    request.session[SESSION_KEY] = dict(list(kept.items())[-CHOICES_KEPT:])
    return word


def kept_choice(request: HttpRequest, unit: Unit, word: str) -> tuple[str, list[str]] | None:
    """What was chosen in a list of the unit: what the codes are, and the codes; None where it is kept no longer."""
    code, key, codes = request.session.get(SESSION_KEY, {}).get(word, ["", "", []])
    return (key, codes) if code == unit.code else None


class PrintsPapers:
    """An admin page whose rows have papers: a button on a row's page, an action for those chosen in the list.

    Mixed in before UnitAdmin. print_key: what a row's code is for the page that prints: `no` or `department`.
    print_field: the field that holds it; None where the row is the unit itself.
    """

    print_key = "no"
    print_field: str | None = "no"
    action_permissions: Mapping[str, str] = {"print": PRINTS}
    actions: Sequence[Any] | None = ["print_papers"]

    def has_print_permission(self, request: HttpRequest) -> bool:
        """Whether the account may have papers printed in any unit; in the row's unit it is asked for each."""
        return bool(self.may(request, PRINTS))  # type: ignore[attr-defined]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """With the button's address on the page of a row that may be printed for."""
        row = kwargs.get("obj")
        if row is not None and self.may(request, PRINTS, row):  # type: ignore[attr-defined]
            context["print_address"] = self._address(row)
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]

    def _address(self, row: Any) -> str:
        if self.print_field is None:
            return _printing(row)
        return _printing(row.unit, {self.print_key: getattr(row, self.print_field)})

    @admin.action(description="打印所选对象的表册", permissions=["print"])
    def print_papers(self, request: HttpRequest, rows: models.QuerySet[Any]) -> HttpResponseRedirect | None:
        """Goes on to printing for the chosen rows, which must be of one unit."""
        field = self.print_field or "pk"
        chosen = list(rows.order_by("unit_id", field).values_list("unit_id", field))
        units = {unit for unit, _ in chosen}
        if len(units) != 1:
            sentence = (
                "所选的分属几个单位，请按单位筛选后分别打印。" if units else "所选的都不在您可以打印的单位。"
            )
            messages.error(request, sentence)
            return None
        unit = Unit.objects.get(pk=units.pop())
        word = keep_choice(request, unit, self.print_key, [str(code) for _, code in chosen])
        return HttpResponseRedirect(_printing(unit, {"chosen": word}))


def _printing(unit: Unit, query: dict[str, str] | None = None) -> str:
    address = reverse("portal:print_for", args=[unit.code])
    return f"{address}?{urlencode(query)}" if query else address
