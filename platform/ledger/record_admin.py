"""What the admin's pages of rows on record have in common."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.filters import AllValuesFieldListFilter
from django.db.models import QuerySet
from django.http import HttpRequest

from rulesets.engine.period import Period, PeriodUnknown
from rulesets.names import CodeNames, called, names_of
from units.access import UnitAdmin, account_of, units_of

# Whose names a filter says at most: an operator sees all units, and reads the codes of one of them.
MOST_UNITS_NAMED = 5
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
        for unit in units_of(account_of(request))[:MOST_UNITS_NAMED]:
            self.names = {**getattr(names_of(unit.pk), self.kind), **self.names}

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
        known: dict[int, CodeNames] = {}
        for row in changelist.result_list:
            if row.unit_id not in known:
                known[row.unit_id] = names_of(row.unit_id)
            row.names = known[row.unit_id]
        return changelist

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        row: Any = super().get_object(request, object_id, from_field)
        if row is not None:
            row.names = names_of(row.unit_id)
        return row
