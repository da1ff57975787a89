"""Who may see and touch which unit's rows: the wall that every admin page of the product stands behind.

What a role may do is said in units/roles.py, where an account has it by its memberships (units/rights.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.admin.filters import RelatedFieldListFilter
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import models
from django.forms import BaseInlineFormSet, ModelChoiceField
from django.http import HttpRequest

from units.history_page import HistoryPage
from units.models import Account, Unit
from units.rights import rights_of

# Models that belong to no unit and hold nothing of one.
SHARED_MODELS = frozenset({"auth.Group", "auth.Permission", "contenttypes.ContentType"})

NO_DATE = "不是日期；请写成 2025-03-01、2025.3.1 或 2025年3月1日。"

_paths: dict[type[models.Model], str] = {Unit: "pk"}


def declare_unit_path(model: type[models.Model], path: str) -> None:
    """States how a model's rows lead to their unit, as a lookup: "unit", "edition__scheme__unit".

    Each step is a relation to one row.

    Needed only for a model that has no field `unit` and no UnitAdmin of its own.
    """
    _paths[model] = path


def unit_path_of(model: type[models.Model]) -> str | None:
    """The lookup from a model's rows to their unit; None for what belongs to no unit.

    Raises ImproperlyConfigured for a model whose path nobody stated: a wall may not have a hole.
    """
    if model in _paths:
        return _paths[model]
    if model._meta.label in SHARED_MODELS:
        return None
    try:
        model._meta.get_field("unit")
    except FieldDoesNotExist:
        raise ImproperlyConfigured(
            f"{model._meta.label} has no field `unit`: state its path with units.access.declare_unit_path"
        ) from None
    return "unit"


def account_of(request: HttpRequest) -> Account:
    """Who asks, on a page that lets in only those who are logged in."""
    assert isinstance(request.user, Account)
    return request.user


def units_of(account: Account | AnonymousUser, *permissions: str) -> models.QuerySet[Unit]:
    """The units in which an account has any role; with permissions (`app.action_model`), those in which it has
    one of them. All for an operator.
    """
    rights = rights_of(account)
    if rights.is_operator:
        return Unit.objects.all()
    return Unit.objects.filter(pk__in=rights.units_with(permissions) if permissions else list(rights.roles))


def permission_on(model: type[models.Model], action: str) -> str:
    """The name of the permission to do something with rows of the model: `ledger.change_event`."""
    return f"{model._meta.app_label}.{get_permission_codename(action, model._meta)}"


def within_units(
    rows: models.QuerySet[Any], account: Account | AnonymousUser, *permissions: str
) -> models.QuerySet[Any]:
    """Those rows that belong to units in which the account has one of the permissions; all for an operator.

    Without permissions: in which it may view rows of this model. All where the model belongs to no unit.
    """
    path = unit_path_of(rows.model)
    rights = rights_of(account)
    if path is None or rights.is_operator:
        return rows
    asked = permissions or (permission_on(rows.model, "view"), permission_on(rows.model, "change"))
    return rows.filter(**{f"{path}__in": rights.units_with(asked)})


def unit_key_of(row: models.Model) -> int | None:
    """The key of the unit that a row belongs to; None for what belongs to none."""
    path = unit_path_of(type(row))
    if path is None:
        return None
    if path == "pk":
        return int(row.pk)
    *way, last = path.split("__")
    holder: Any = row
    for step in way:
        holder = getattr(holder, step, None)
    key: int | None = getattr(holder, f"{last}_id", None)
    return key


class UnitRelatedFilter(RelatedFieldListFilter):
    """A filter by a related record that offers those of the account's units alone."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: admin.ModelAdmin) -> Any:
        own = within_units(field.related_model._default_manager.all(), request.user)
        ordering = self.field_admin_ordering(field, request, model_admin)
        return field.get_choices(
            include_blank=False, ordering=ordering, limit_choices_to={"pk__in": own.values("pk")}
        )


class UnitChoices:
    """Limits the choices of foreign keys and many-to-many fields to units in which the account may write.

    Mixed into admins and inlines, before Django's class. What is not offered is not accepted either.
    """

    model: type[models.Model]

    def get_field_queryset(
        self, db: str | None, db_field: models.Field, request: HttpRequest
    ) -> models.QuerySet[Any]:
        related = db_field.remote_field.model  # type: ignore[union-attr]
        queryset = super().get_field_queryset(db, db_field, request)  # type: ignore[misc]
        if queryset is None:
            queryset = related._default_manager.using(db)
        writes = (permission_on(self.model, "add"), permission_on(self.model, "change"))
        return within_units(queryset, request.user, *writes)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Django's; a new row's unit is chosen already where the account may add rows in one alone."""
        field = super().formfield_for_foreignkey(db_field, request, **options)  # type: ignore[misc]
        if field is not None and db_field.remote_field.model is Unit and not db_field.null:
            rights = rights_of(request.user)
            own = [] if rights.is_operator else list(rights.units_with([permission_on(self.model, "add")]))
            field.initial = own[0] if len(own) == 1 else field.initial
        return field

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Django's; what is no date is answered with how one is written."""
        if type(db_field) is models.DateField:
            options.setdefault("error_messages", {"invalid": NO_DATE})
        return super().formfield_for_dbfield(db_field, request, **options)  # type: ignore[misc]


class WalledKeys:
    """A formset whose rows are named by keys of its own rows alone.

    Django's takes the key of any row there is and only then finds it is none of the formset's: the answer would
    tell whether a foreign row exists.
    """

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)  # type: ignore[misc]
        key = form.fields.get(self._pk_field.name)  # type: ignore[attr-defined]
        if isinstance(key, ModelChoiceField):
            own = [row.pk for row in self.get_queryset()]  # type: ignore[attr-defined]
            key.queryset = key.queryset.filter(pk__in=own)  # type: ignore[union-attr]


def walled_keys(formset: type[Any]) -> type[Any]:
    """The formset class with walled keys."""
    return type(formset.__name__, (WalledKeys, formset), {})


class UnitInline(UnitChoices):
    """What an inline asks about permissions is answered by the unit of the page's row."""

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return walled_keys(super().get_formset(request, obj, **kwargs))  # type: ignore[misc]

    def _may(self, request: HttpRequest, parent: models.Model | None, *actions: str) -> bool:
        rights = rights_of(request.user)
        names = [permission_on(self.model, action) for action in actions]
        if parent is None or parent.pk is None:
            return any(rights.may_somewhere(name) for name in names)
        return any(rights.may(name, unit_key_of(parent)) for name in names)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj, "view", "change")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj, "change")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj, "delete")


class NamedFormSet(BaseInlineFormSet):
    """Django's, with the name of the box that deletes a row said on it."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget.attrs["aria-label"] = str(form.fields["DELETE"].label)


class UnitTabularInline(UnitInline, admin.TabularInline):
    """A table of dependent rows within a unit's page."""

    formset: type[BaseInlineFormSet] = NamedFormSet

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Django's, with its name said on the field: the head of a column is no label to a screen reader."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and field.widget is not None:
            inner: Any = getattr(field.widget, "widget", field.widget)
            inner.attrs.setdefault("aria-label", str(field.label))
        return field


class UnitStackedInline(UnitInline, admin.StackedInline):
    """Dependent rows, one under the other, within a unit's page."""


class UnitAdmin(HistoryPage, UnitChoices, admin.ModelAdmin):
    """An admin page of rows that belong to a unit; nothing of another unit is shown, offered or accepted.

    unit_path: the lookup from a row to its unit. action_permissions: what an action that names a permission of
    its own (`@admin.action(permissions=["withdraw"])`) asks for in the unit of each row: {"withdraw":
    "ledger.change_event"}. Without an entry it is that of the name: `ledger.withdraw_event`.
    """

    unit_path = "unit"
    action_permissions: Mapping[str, str] = {}
    # What a list without a row says beside the ways to add one.
    when_empty = ""
    # The address by which a row is best begun, by name, where that is not the form of a new row.
    starts_at = ""
    # Counts beside each choice of a filter would be a count of the whole list each.
    show_facets = admin.ShowFacets.NEVER

    def __init__(self, model: type[models.Model], admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        declare_unit_path(model, self.unit_path)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return within_units(super().get_queryset(request), request.user)

    def get_list_display(self, request: HttpRequest) -> Any:
        """Django's, without the unit where the account sees rows of one alone."""
        columns = super().get_list_display(request)
        rights = rights_of(request.user)
        seen = rights.units_with([permission_on(self.model, action) for action in ("view", "change")])
        if rights.is_operator or len(set(seen)) > 1:
            return columns
        return [column for column in columns if column != "unit"]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [self._walled(entry) for entry in super().get_list_filter(request)]

    def _walled(self, entry: Any) -> Any:
        """The entry of `list_filter`, with the walled filter where it is the plain name of a relation."""
        if not isinstance(entry, str) or "__" in entry:
            return entry
        try:
            field = self.model._meta.get_field(entry)
        except FieldDoesNotExist:
            return entry
        return (entry, UnitRelatedFilter) if field.is_relation else entry

    def may(self, request: HttpRequest, permission: str, row: models.Model | None = None) -> bool:
        """Whether the account has the permission (`app.action_model`) in the unit of the row.

        Without a row: in any unit, which is enough to offer a page and never to change a row.
        """
        rights = rights_of(request.user)
        if row is None or row.pk is None:
            return rights.may_somewhere(permission)
        return rights.may(permission, unit_key_of(row))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may(request, permission_on(self.model, "add"))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        names = (permission_on(self.model, action) for action in ("view", "change"))
        return any(self.may(request, name, obj) for name in names)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, permission_on(self.model, "change"), obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, permission_on(self.model, "delete"), obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Django's, each of which gets those rows alone in whose unit the account may do it."""
        actions = super().get_actions(request)
        return {name: (self._restricted(func), name, label) for name, (func, _, label) in actions.items()}  # type: ignore[misc]

    def _restricted(self, func: Callable[..., Any]) -> Callable[..., Any]:
        wanted = getattr(func, "allowed_permissions", None) or ["change"]
        asked = [self.action_permissions.get(name, permission_on(self.model, name)) for name in wanted]

        @wraps(func)
        def restricted(model_admin: Any, request: HttpRequest, rows: models.QuerySet[Any]) -> Any:
            return func(model_admin, request, within_units(rows, request.user, *asked))

        return restricted

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        return walled_keys(super().get_changelist_formset(request, **kwargs))

    def _get_list_editable_queryset(self, request: HttpRequest, prefix: str) -> models.QuerySet[Any]:
        """The rows that a list edits: those of units in which the account may change them."""
        rows = super()._get_list_editable_queryset(request, prefix)  # type: ignore[misc]
        return within_units(rows, request.user, permission_on(self.model, "change"))


def account_named(field: str, description: str) -> Callable[[models.Model], str]:
    """A column that only names the account in a field.

    The field itself would lead to the account's page, which is the administrator's alone.
    """

    @admin.display(description=description, ordering=field)
    def named(row: models.Model) -> str:
        return str(getattr(row, field) or "—")

    return named
