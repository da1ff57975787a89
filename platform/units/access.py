"""Who may see and touch which unit's rows: the wall that every admin page of the product stands behind.

What an account may do is said by Django's permissions, where it may do so by its memberships in units.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.admin.filters import RelatedFieldListFilter
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import models
from django.http import HttpRequest

from units.models import Account, Unit

# Models that belong to no unit and hold nothing of one.
SHARED_MODELS = frozenset({"auth.Group", "auth.Permission", "contenttypes.ContentType"})

_paths: dict[type[models.Model], str] = {Unit: "pk", Account: "memberships__unit"}


def declare_unit_path(model: type[models.Model], path: str) -> None:
    """States how a model's rows lead to their unit, as a lookup: "unit", "edition__scheme__unit".

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


def units_of(account: Account | AnonymousUser) -> models.QuerySet[Unit]:
    """The units in which an account may see anything: those of its memberships; all for a superuser."""
    if not account.is_active or isinstance(account, AnonymousUser):
        return Unit.objects.none()
    if account.is_superuser:
        return Unit.objects.all()
    return Unit.objects.filter(pk__in=account.memberships.values("unit"))


def within_units(rows: models.QuerySet[Any], account: Account | AnonymousUser) -> models.QuerySet[Any]:
    """Those rows that belong to the account's units; all where the model belongs to no unit."""
    path = unit_path_of(rows.model)
    if path is None or (account.is_active and account.is_superuser):
        return rows
    # A subquery: a path over many rows gives no doubles, and the result can still be deleted.
    own = rows.model._base_manager.filter(**{f"{path}__in": units_of(account)})
    return rows.filter(pk__in=own.values("pk"))


class UnitRelatedFilter(RelatedFieldListFilter):
    """A filter by a related record that offers those of the account's units alone."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: admin.ModelAdmin) -> Any:
        own = within_units(field.related_model._default_manager.all(), request.user)
        ordering = self.field_admin_ordering(field, request, model_admin)
        return field.get_choices(
            include_blank=False, ordering=ordering, limit_choices_to={"pk__in": own.values("pk")}
        )


class UnitChoices:
    """Limits the choices of foreign keys and many-to-many fields to the account's units.

    Mixed into admins and inlines, before Django's class. What is not offered is not accepted either.
    """

    def get_field_queryset(
        self, db: str | None, db_field: models.Field, request: HttpRequest
    ) -> models.QuerySet[Any]:
        related = db_field.remote_field.model  # type: ignore[union-attr]
        queryset = super().get_field_queryset(db, db_field, request)  # type: ignore[misc]
        if queryset is None:
            queryset = related._default_manager.using(db)
        return within_units(queryset, request.user)


def account_named(field: str, description: str) -> Callable[[models.Model], str]:
    """A column that only names the account in a field.

    The field itself would lead to the account's page, which is the administrator's alone.
    """

    @admin.display(description=description, ordering=field)
    def named(row: models.Model) -> str:
        return str(getattr(row, field) or "—")

    return named


class UnitTabularInline(UnitChoices, admin.TabularInline):
    """A table of dependent rows within a unit's page."""


class UnitStackedInline(UnitChoices, admin.StackedInline):
    """Dependent rows, one under the other, within a unit's page."""


class UnitAdmin(UnitChoices, admin.ModelAdmin):
    """An admin page of rows that belong to a unit; nothing of another unit is shown, offered or accepted.

    unit_path: the lookup from a row to its unit.
    """

    unit_path = "unit"

    def __init__(self, model: type[models.Model], admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        declare_unit_path(model, self.unit_path)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return within_units(super().get_queryset(request), request.user)

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

    def is_within(self, request: HttpRequest, row: models.Model | None) -> bool:
        """Whether a row belongs to the account's units; True where no row is asked about."""
        if row is None or row.pk is None:
            return True
        return within_units(self.model._base_manager.filter(pk=row.pk), request.user).exists()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and self.is_within(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self.is_within(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self.is_within(request, obj)
