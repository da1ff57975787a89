"""The page of a component's items: one row an item, its tiers as cells in the row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from rulesets.engine.protocols import Axis
from rulesets.engine.scheme import Tier as EngineTier
from rulesets.families import REGISTRY
from rulesets.families.wording import place_share
from rulesets.grid.layout import LABELS, NARROWED, Layout, Words, layout_name, layouts
from rulesets.grid.ranges import RangeUnclear, read_range
from rulesets.grid.rows import (
    NEW_FAMILIES,
    Cell,
    GridRow,
    layout_from,
    new_row,
    posted_rows,
    relaid,
    stamp_of,
    stored_rows,
)
from rulesets.grid.saving import faults_of, save_rows
from rulesets.models import Component, Rule, RuleTarget, Term, Tier
from rulesets.sentences import said_of_rules
from rulesets.shape import plain_decimal
from rulesets.snapshots import snapshot_of
from units.access import permission_on
from units.history import LONGEST_REASON, because
from units.history_page import given_reason
from units.rights import rights_of

TEMPLATE = "admin/rulesets/component/items.html"
# The rows alone, for a page that has itself drawn anew in place.
# What the narrow column of codes shows whole: B601-2.
SHORT_CODE = 6
ROWS_TEMPLATE = "admin/rulesets/component/items_grid.html"
# Asked for by the address: columns for every level, role and group.
ALL_SHOWN = "all"
CHANGED_MEANWHILE = (
    "您打开本页之后，本部分的计分项已在别处改动过。您填写的内容还在下面，没有保存；"
    "请核对后再次保存，届时以本页为准。"
)


@dataclass(frozen=True, slots=True)
class Head:
    """A cell in the head of columns: its text, how many columns it spans, the input of a range."""

    label: str
    span: int = 1
    cell: Cell | None = None


@dataclass(slots=True)
class Part:
    """A line of an item's own: what it is for (a range is written there), and its cells."""

    label: str
    head: Cell | None
    said: str  # what the range means, where its numbers alone don't tell
    cells: list[Cell]


@dataclass(slots=True)
class Line:
    """A row as the template draws it. `cells` stand in it; an item of three axes has `parts` below it instead."""

    row: GridRow
    layout_code: str
    layout_name: str
    any_axes: str
    texts: list[Cell]
    cells: list[Cell]
    parts: list[Part]
    faults: list[str]
    sentence: str


@dataclass(slots=True)
class Run:
    """Neighbouring rows that stand under the same columns."""

    heads: list[list[Head]]
    lines: list[Line]
    columns: range
    width: int
    summary: bool

    @property
    def span(self) -> int:
        """How many columns stand behind the grip."""
        return 5 if self.summary else len(self.columns) + 6


class ItemsPage:
    """Mixed into the admin of components: `items/` behind a component's address."""

    def get_urls(self) -> list[Any]:
        wall = self.admin_site.admin_view  # type: ignore[attr-defined]
        own = [path("<int:pk>/items/", wall(self.items_page), name="rulesets_component_items")]
        return own + super().get_urls()  # type: ignore[misc]

    def items_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Shows the items; takes back what was typed, redrawn or saved."""
        rows = self.get_queryset(request).select_related("edition__scheme")  # type: ignore[attr-defined]
        component = rows.filter(pk=pk).first()
        if component is None or not self.has_view_permission(request, component):  # type: ignore[attr-defined]
            raise Http404
        page = _Page(request, self.admin_site, component)  # type: ignore[attr-defined]
        return page.posted() if request.method == "POST" else page.shown(page.stored)


class _Page:
    """One request for the page."""

    def __init__(self, request: HttpRequest, site: Any, component: Component) -> None:
        self.request = request
        self.site = site
        self.component = component
        self.words = Words.of(component.edition)
        self.stored = stored_rows(component, self.words)
        self._narrow()
        rights, unit = rights_of(request.user), component.edition.scheme.unit_id
        may = (rights.may(permission_on(Rule, action), unit) for action in ("add", "change", "delete"))
        self.may_change = not component.edition.frozen and all(may)

    def _narrow(self) -> None:
        """Leaves out the columns of levels, roles and groups that no item here uses and nobody asked for."""
        show = [*self.request.GET.getlist("show"), *self.request.POST.getlist("show")]
        tiers = Tier.objects.filter(rule__component=self.component)
        used = {
            str(key)
            for keys in tiers.values_list(*(f"{axis.value}_id" for axis in NARROWED)).distinct()
            for key in keys
            if key is not None
        }
        self.words.shown = None if ALL_SHOWN in show else used | set(show)

    def _left_out(self) -> list[tuple[str, list[Term]]]:
        """The words without a column, by their kind."""
        shown = self.words.shown
        if shown is None:
            return []
        found = []
        for axis in NARROWED:
            terms = getattr(self.words, axis.value)
            further = [term for term in terms if str(term.pk) not in shown]
            if 0 < len(further) < len(terms):
                found.append((LABELS[axis], further))
        return found

    def posted(self) -> HttpResponse:
        """Redraws the rows as they were sent, or saves them."""
        if not self.may_change:
            raise PermissionDenied
        post = self.request.POST
        rows = posted_rows(post, self.component, self.words, self.stored)
        if "save" not in post:
            return self.shown(self._redrawn(rows), unsaved=True)
        if post.get("stamp") != stamp_of(self.stored):
            messages.warning(self.request, CHANGED_MEANWHILE)
            return self.shown(rows, unsaved=True)
        leaving = [row for row in rows if row.deleted and not row.is_new]
        if leaving and "confirmed" not in post:
            return self.shown(rows, unsaved=True, leaving=leaving)
        with because(given_reason(self.request)):
            saved = save_rows(self.component, rows, self.words)
        if saved is None:
            messages.error(self.request, "没有保存：有填写不对的地方，已在下面标出。您填写的内容都还在。")
            return self.shown(rows, unsaved=True)
        messages.success(self.request, str(saved))
        return HttpResponseRedirect(self.request.get_full_path())

    def _redrawn(self, rows: list[GridRow]) -> list[GridRow]:
        """The rows after what the page asks for: other columns for one, a further one, one moved."""
        post = self.request.POST
        redrawn = [self._laid_out(row, post) for row in rows]
        if "add" in post:
            family = post["add"] if post["add"] in NEW_FAMILIES else NEW_FAMILIES[0]
            further = new_row(len(redrawn), self.component, family)
            alike = [row for row in redrawn if row.layout is not None and row.family.code == family]
            # A further item is mostly like the one above it.
            if alike and alike[-1].layout is not None and not alike[-1].layout.has_ranges:
                further.layout = alike[-1].layout
            redrawn.append(further)
        return redrawn

    def _laid_out(self, row: GridRow, post: Mapping[str, str]) -> GridRow:
        wanted = post.get(f"r{row.posted_number}-layout")
        if row.layout is None or wanted is None or wanted == row.layout.code:
            return row
        return relaid(row, layout_from(wanted, row.family, self.words), self.words)

    def shown(
        self, rows: list[GridRow], unsaved: bool = False, leaving: Sequence[GridRow] = ()
    ) -> HttpResponse:
        component = self.component
        families = {row.family for row in rows} | {REGISTRY.newest()[code] for code in NEW_FAMILIES}
        context = {
            **self.site.each_context(self.request),
            "title": f"{component.name}：计分项",
            "opts": Component._meta,
            "component": component,
            "limits": _limits(component),
            "runs": list(self._runs(rows)),
            "row_count": len(rows),
            "has_long_codes": any(len(row.texts["code"]) > SHORT_CODE for row in rows),
            "faults": list(faults_of(rows, self.words)),
            "stamp": stamp_of(self.stored),
            "unsaved": unsaved,
            "leaving": leaving,
            "layouts": {family.code: layouts(family, self.words) for family in families},
            "new_families": [(code, REGISTRY.newest()[code].name) for code in NEW_FAMILIES],
            "may_change": self.may_change,
            "change_reason": given_reason(self.request),
            "longest_reason": LONGEST_REASON,
            "siblings": list(component.edition.components.values_list("pk", "name")),
            "related": self._related(),
            "left_out": self._left_out(),
            "also_shown": [key for key in self.request.POST.getlist("show") if key.isdecimal()],
            "is_nav_sidebar_enabled": False,
        }
        rows_alone = "rows-alone" in self.request.POST and "save" not in self.request.POST
        return TemplateResponse(self.request, ROWS_TEMPLATE if rows_alone else TEMPLATE, context)

    def _runs(self, rows: Sequence[GridRow]) -> Iterator[Run]:
        said = self._sentences(rows)
        for _, group in groupby(rows, key=_columns_key):
            own = list(group)
            columns = len(own[0].column_options(self.words)) or 1
            lines = [self._line(row, said) for row in own]
            yield Run(
                list(self._heads(own[0])), lines, range(columns), _width(columns), own[0].layout is None
            )

    def _line(self, row: GridRow, said: Mapping[str, str]) -> Line:
        layout = row.layout
        return Line(
            row=row,
            layout_code="" if layout is None else layout.code,
            layout_name="" if layout is None else layout_name(layout, row.family, self.words),
            any_axes=",".join(sorted(axis.value for axis in row.with_any)),
            texts=row.text_cells(),
            cells=[] if layout is not None and layout.lined else row.cells(self.words),
            parts=list(self._parts(row)),
            faults=[message for name in row.faults for message in row.faults[name]],
            sentence=said.get(row.rule.code, ""),
        )

    def _parts(self, row: GridRow) -> Iterator[Part]:
        """The lines of an item of three axes, the outer axis down the page."""
        if row.layout is None or row.layout.lined is None:
            return
        cells, ranges = row.cells(self.words), row.range_cells()
        width = len(row.column_options(self.words))
        for place, option in enumerate(row.options(row.layout.lined, self.words)):
            head = ranges[place] if place < len(ranges) else None
            yield Part(
                option.label, head, _said_of(row.layout, head), cells[place * width : (place + 1) * width]
            )

    def _heads(self, row: GridRow) -> Iterator[list[Head]]:
        """The lines of the columns' head, the outer axis first."""
        if row.layout is None:
            return
        if not row.layout.axes:
            yield [Head(row.family.tier_value)]
            return
        options = [row.options(axis, self.words) for axis in row.layout.columns.axes]
        inner = len(options[1]) if len(options) > 1 else 1
        outer = [Head(option.label, inner) for option in options[0]]
        for place, cell in enumerate(row.range_cells() if row.layout.lined is None else ()):
            outer[place] = replace(outer[place], cell=cell)
        yield outer
        if len(options) > 1:
            yield [Head(option.label) for _ in options[0] for option in options[1]]

    def _sentences(self, rows: Sequence[GridRow]) -> Mapping[str, str]:
        """What the rules mean that have no cells here, by code."""
        codes = [row.rule.code for row in rows if row.layout is None and not row.is_new]
        return said_of_rules(snapshot_of(self.component.edition), codes, REGISTRY) if codes else {}

    def _related(self) -> list[Rule]:
        """Rules outside the component that speak of it or of its items."""
        speaks_of_it = Q(target_rule__component=self.component) | Q(target_component=self.component)
        speaking = RuleTarget.objects.filter(speaks_of_it).values("rule")
        return list(Rule.objects.filter(pk__in=speaking).exclude(component=self.component))


def _columns_key(row: GridRow) -> tuple[Any, ...]:
    """Equal for rows that may stand under one head; ranges are written in a row's own head."""
    if row.layout is None:
        return ("",)
    columns = row.layout.columns
    own = row.number if Axis.NUMBER in columns.axes else None
    value = row.family.tier_value if row.layout == Layout() else ""
    return (columns.code, value, row.with_any & set(columns.axes), own)


def _said_of(layout: Layout, head: Cell | None) -> str:
    """“前20%”: a share of the places, which is written as 0至20, and one from the last as a negative number."""
    if layout.number != "place_share" or head is None or not head.text:
        return ""
    try:
        read = read_range(head.text)
    except RangeUnclear:
        return ""
    low, high = (None if end is None else plain_decimal(end) for end in (read.low, read.high))
    return place_share(EngineTier(low=low, low_included=read.low_included, high=high))


def _width(columns: int) -> int:
    """Which of four widths the columns have, so that they fit beside each other."""
    return next((width for width, most in ((4, 3), (3, 6), (2, 10)) if columns <= most), 1)


def _limits(component: Component) -> list[tuple[str, str]]:
    """The component's own figures, those that are set."""
    figures = (("基础分", component.base or None), ("下限", component.floor), ("上限", component.ceiling))
    return [(label, plain_decimal(number)) for label, number in figures if number is not None]


def items_address(component: Component) -> str:
    return reverse("admin:rulesets_component_items", args=[component.pk])
