"""What the admin's pages of rows on record have in common."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.filters import AllValuesFieldListFilter
from django.db.models import QuerySet
from django.http import HttpRequest

from rulesets.engine.period import Period, PeriodUnknown
from rulesets.names import CodeNames, called, names_of
from units.access import UnitAdmin, within_units
from units.models import Unit
from units.rights import rights_of

# Whose names a filter says at most: an operator sees all units, and reads the codes of one of them.
MOST_UNITS_NAMED = 5
MOST_YEARS = 6
SUBJECT_SEARCH = ["person__no", "person__name", "person__pinyin", "department__code", "department__name"]
SUBJECT_SEARCH_HELP = "可按工号、姓名、姓名拼音、部门编码或部门名称查找"


class CurrentFilter(admin.SimpleListFilter):
    """Shows what counts now unless something else is asked for."""

    title = "状态"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("superseded", "已被取代"), ("all", "全部")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "all":
            return queryset
        return queryset.filter(is_current=self.value() != "superseded")

    def choices(self, changelist: Any) -> Any:
        """The choices with 现行 in place of Django's 全部 as the one that stands at first."""
        first, *others = super().choices(changelist)
        return [first | {"display": "现行"}, *others]


class PeriodFilter(AllValuesFieldListFilter):
    """A filter by period that says its name: 2025年上半年."""

    def choices(self, changelist: Any) -> Any:
        for choice in super().choices(changelist):
            yield choice | {"display": self.said(str(choice["display"]))}

    def said(self, text: str) -> str:
        try:
            return Period.parse(text).name
        except PeriodUnknown:
            return text


class DayPeriodFilter(admin.SimpleListFilter):
    """Rows by the year of their date, and by the month of the last year."""

    title = "期间"
    parameter_name = "within"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        rows = within_units(model_admin.model._default_manager.filter(is_current=True), request.user)
        first, last = (
            rows.order_by(order).values_list("date", flat=True).first() for order in ("date", "-date")
        )
        if first is None or last is None:
            return []
        years = [
            Period.parse(str(year))
            for year in range(last.year, max(first.year - 1, last.year - MOST_YEARS), -1)
        ]
        months = [Period.parse(f"{last.year}-{month:02}") for month in range(last.month, 0, -1)]
        return [(period.code, period.name) for period in (years[0], *months, *years[1:])]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in dict(self.lookup_choices):
            return queryset
        period = Period.parse(str(self.value()))
        return queryset.filter(date__gte=period.start, date__lte=period.end)


def units_named(request: HttpRequest) -> Sequence[int]:
    """The keys of the units by whose names a filter or a search goes."""
    rights = rights_of(request.user)
    if rights.is_operator:
        return list(Unit.objects.values_list("pk", flat=True)[:MOST_UNITS_NAMED])
    return list(rights.roles)[:MOST_UNITS_NAMED]


def names_in(request: HttpRequest, unit: int) -> CodeNames:
    """What the unit's codes are called, read once a request."""
    known: dict[int, CodeNames] = request.__dict__.setdefault("code_names", {})
    if unit not in known:
        known[unit] = names_of(unit)
    return known[unit]


def codes_called(request: HttpRequest, word: str, kind: str) -> set[str]:
    """The codes whose names hold the word in the account's units; kind: a field of CodeNames."""
    if word.isascii():
        return set()
    names = [getattr(names_in(request, unit), kind) for unit in units_named(request)]
    return {code for known in names for code, name in known.items() if word in name}


class NamedFilter(PeriodFilter):
    """A filter by a code that says its name, as the units whose rows the account sees call it.

    kind: what the code is one of, a field of CodeNames.
    """

    kind: str

    @classmethod
    def of(cls, kind: str) -> type["NamedFilter"]:
        """The filter for codes of the kind."""
        return type("NamedFilter", (cls,), {"kind": kind})

    def __init__(self, field: Any, request: HttpRequest, *args: Any, **options: Any) -> None:
        super().__init__(field, request, *args, **options)
        self.names: dict[str, str] = {}
        for unit in units_named(request):
            self.names = {**getattr(names_in(request, unit), self.kind), **self.names}

    def said(self, text: str) -> str:
        return called(text, self.names)


class RecordAdmin(UnitAdmin):
    """A page of rows that are on record: nobody adds, changes or deletes them by hand."""

    # How many there are without filters is a count of the whole record that nobody asks for.
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class CalledByName(UnitAdmin):
    """A page whose rows show codes of their unit by name: each row shown has `names`, read once a unit."""

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        for row in changelist.result_list:
            row.names = names_in(request, row.unit_id)
        return changelist

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        row: Any = super().get_object(request, object_id, from_field)
        if row is not None:
            row.names = names_of(row.unit_id)
        return row
