"""The page of an edition's words: all kinds as tables into which rows can be pasted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from rulesets.grid.terms import (
    KINDS,
    LABELS,
    PARTS,
    TYPES,
    TermRow,
    blank_row,
    faults_of,
    posted_terms,
    save_terms,
    stamp_of,
    stored_terms,
)
from rulesets.models import Edition, Term
from units.access import permission_on
from units.history import LONGEST_REASON, because
from units.history_page import given_reason
from units.rights import rights_of

SPARE_ROWS = 2
FURTHER_ROWS = 5
HINTS: dict[str, str] = {
    Term.Kind.LEVEL: "如 国家级、省部级、市厅级，从高到低。",
    Term.Kind.ROLE: "如 主要领导、分管副职；最多人数不填表示不限。",
    Term.Kind.GROUP: "考核对象分成几类的，如 科级干部、一般干部；与人员表的“分组”一致。",
    Term.Kind.ATTRIBUTE: "登记事项时另外要填的，如 记功等次。填写方式：选择、数字、是否、日期；不填为选择。",
    Term.Kind.CHOICE: "填写方式为“选择”的情形项，能选哪些。可以和上面的情形项一起填、一起保存。",
}
CHANGED_MEANWHILE = (
    "您打开本页之后，用语已在别处改动过。您填写的内容还在下面，没有保存；请核对后再次保存，届时以本页为准。"
)


class Cell(NamedTuple):
    name: str
    part: str
    label: str
    text: str
    faults: list[str]
    options: str  # the list of suggestions, where there is one


@dataclass(frozen=True, slots=True)
class Section:
    """The table of one kind."""

    kind: str
    label: str
    hint: str
    heads: list[tuple[str, str]]
    lines: list[tuple[TermRow, list[Cell]]]


class TermsPage:
    """Mixed into the admin of editions: `terms/` behind an edition's address, and what its page says of words."""

    def terms_urls(self) -> list[Any]:
        wall = self.admin_site.admin_view  # type: ignore[attr-defined]
        return [path("<int:pk>/terms/", wall(self.terms_page), name="rulesets_edition_terms")]

    def terms_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Shows the words; takes back what was typed, with further rows or saved. Raises PermissionDenied."""
        edition: Edition = self._edition(request, pk)  # type: ignore[attr-defined]
        rights, unit = rights_of(request.user), edition.scheme.unit_id
        may = (rights.may(permission_on(Term, action), unit) for action in ("add", "change", "delete"))
        may_change = not edition.frozen and all(may)
        stored = stored_terms(edition)
        if request.method != "POST":
            return self._shown(request, edition, stored, may_change, stamp_of(stored))
        if not may_change:
            raise PermissionDenied
        stamp = stamp_of(stored)
        rows = posted_terms(request.POST, edition, stored)
        if "save" not in request.POST:
            return self._shown(request, edition, rows, may_change, stamp, unsaved=True)
        if request.POST.get("stamp") != stamp:
            messages.warning(request, CHANGED_MEANWHILE)
            return self._shown(request, edition, rows, may_change, stamp, unsaved=True)
        with because(given_reason(request)):
            saved = save_terms(edition, rows)
        if saved is None:
            messages.error(request, "没有保存：有填写不对的地方，已在下面标出。您填写的内容都还在。")
            return self._shown(request, edition, rows, may_change, stamp, unsaved=True)
        messages.success(request, str(saved))
        return HttpResponseRedirect(request.path)

    def _shown(
        self,
        request: HttpRequest,
        edition: Edition,
        rows: list[TermRow],
        may_change: bool,
        stamp: str,
        unsaved: bool = False,
    ) -> HttpResponse:
        sections = []
        shown = len(rows)
        for kind in KINDS:
            own = [row for row in rows if row.kind == kind]
            spare = FURTHER_ROWS if request.POST.get("add") == kind else SPARE_ROWS
            for _ in range(spare if may_change else 0):
                own.append(blank_row(shown, edition, kind))
                shown += 1
            heads = [(part, LABELS[part]) for part in PARTS[kind]]
            lines = [(row, _cells(row)) for row in own]
            sections.append(Section(kind, Term.Kind(kind).label, HINTS[kind], heads, lines))
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": f"{edition}：级别、角色等用语",
            "opts": Edition._meta,
            "edition": edition,
            "sections": sections,
            "row_count": shown,
            "stamp": stamp,
            "faults": faults_of(rows),
            "unsaved": unsaved,
            "may_change": may_change,
            "types": list(TYPES.values()),
            "attributes": [row.texts["name"] for row in rows if row.kind == Term.Kind.ATTRIBUTE],
            "change_reason": given_reason(request),
            "longest_reason": LONGEST_REASON,
            "is_nav_sidebar_enabled": False,
        }
        return TemplateResponse(request, "admin/rulesets/edition/terms.html", context)


def _cells(row: TermRow) -> list[Cell]:
    lists = {"attribute_type": "attribute-types", "parent": "attribute-names"}
    kind = Term.Kind(row.kind).label
    return [
        Cell(
            f"t{row.number}-{part}",
            part,
            f"{kind} {row.title} {LABELS[part]}",
            row.texts[part],
            row.faults.get(part, []),
            lists.get(part, ""),
        )
        for part in PARTS[row.kind]
    ]


def terms_said(edition: Edition) -> SafeString:
    """The edition's words, a line a kind, with the way to their page."""
    by_kind: dict[str, list[str]] = {}
    terms: QuerySet[Any] = edition.terms.exclude(kind=Term.Kind.CHOICE)
    for kind, name in terms.values_list("kind", "name"):
        by_kind.setdefault(kind, []).append(name)
    address = reverse("admin:rulesets_edition_terms", args=[edition.pk])
    said = format_html_join(
        "",
        "<div>{}：{}</div>",
        ((Term.Kind(kind).label, "、".join(by_kind[kind])) for kind in KINDS if kind in by_kind),
    )
    doing = "查看" if edition.frozen else "在一张表里填写"
    return format_html('<div><a class="items" href="{}">{} ›</a></div>{}', address, doing, said)
