"""Every change of what may change is kept: who, when, from where, what it was and what it became, and why.

Kept by django-simple-history, in a table beside each model's own. Events, ballots, figures, decisions, publications
and the roster need none: their rows never change, each is succeeded by another that tells who and why.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record

LONGEST_REASON = 500
CREATED, CHANGED = "+", "~"
ROWS_A_STATEMENT = 500

_reason: ContextVar[str] = ContextVar("reason of changes", default="")


@contextmanager
def because(reason: str) -> Iterator[None]:
    """Gives every change that is kept within the reason, cut to LONGEST_REASON; a row's own reason goes before."""
    token = _reason.set(reason.strip()[:LONGEST_REASON])
    try:
        yield
    finally:
        _reason.reset(token)


class Past(models.Model):
    """What every row of a history tells beside the fields: of which unit, and from which address it was changed."""

    of_unit = models.ForeignKey(
        "units.Unit",
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="+",
        verbose_name="单位",
    )
    address = models.GenericIPAddressField("来自", null=True)

    class Meta:
        abstract = True


class KeptHistory(HistoricalRecords):
    """django-simple-history's records, which leave out a save of nothing but fields that aren't kept."""

    def post_save(self, instance: Any, created: bool, using: str | None = None, **kwargs: Any) -> None:
        written = set(kwargs.get("update_fields") or ())
        if not written or written - set(self.excluded_fields):
            super().post_save(instance, created, using=using, **kwargs)


def kept_history(*left_out: str) -> KeptHistory:
    """The field `history` of a model whose rows may change; left_out: fields that aren't kept."""
    return KeptHistory(
        bases=[Past],
        excluded_fields=list(left_out),
        history_change_reason_field=models.CharField("理由", max_length=LONGEST_REASON, null=True),
    )


class HistoricQuerySet(models.QuerySet[Any]):
    """Keeps the history of changes that go past `save`: many rows at once."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        rows = super().bulk_create(list(objs), *args, **options)
        keep(rows, CREATED)
        return rows

    def update(self, **values: Any) -> int:
        # bulk_update comes this way too.
        keys = list(self.order_by().values_list("pk", flat=True))
        changed = super().update(**values)
        for start in range(0, len(keys), ROWS_A_STATEMENT):
            rows = self.model._base_manager.filter(pk__in=keys[start : start + ROWS_A_STATEMENT])
            keep(rows.select_related(*_way_of(self.model)), CHANGED)
        return changed

    update.alters_data = True  # type: ignore[attr-defined]


def keep(rows: Iterable[Any], kind: str) -> None:
    """Writes the history of rows as they now are, in few statements."""
    now, past = timezone.now(), []
    model: Any = None
    for row in rows:
        model = type(row).history.model
        values = {field.attname: getattr(row, field.attname) for field in model.tracked_fields}
        entry = model(history_date=now, history_type=kind, history_user=_account(), **values)
        entry.history_change_reason = getattr(row, "_change_reason", None)
        _tell(entry, row)
        past.append(entry)
    if past:
        model.objects.bulk_create(past, batch_size=ROWS_A_STATEMENT)


@receiver(pre_create_historical_record, dispatch_uid="units.history")
def tell_unit_and_address(instance: Any, history_instance: Any, **_: Any) -> None:
    """Adds what the row of a single save can't know by itself."""
    _tell(history_instance, instance)


def _way_of(model: Any) -> list[str]:
    """The relations from a model's rows to the record that has the unit, to be read along."""
    from units.access import unit_path_of

    way = (unit_path_of(model) or "").rpartition("__")[0]
    return [way] if way else []


def _tell(entry: Any, row: Any) -> None:
    request = _request()
    entry.history_change_reason = entry.history_change_reason or _reason.get() or None
    entry.of_unit_id = _unit_of(row, request)
    entry.address = request.META.get("REMOTE_ADDR") or None if request is not None else None


def _unit_of(row: Any, request: HttpRequest | None) -> int | None:
    """The key of the row's unit; asked once a request for all rows that hang on the same record."""
    from units.access import unit_key_of

    way = _way_of(type(row))
    if request is None or not way:
        return unit_key_of(row)
    known: dict[tuple[Any, Any], int | None] = request.__dict__.setdefault("_units_of_rows", {})
    holder = way[0].split("__")[0]
    key = (type(row), getattr(row, f"{holder}_id"))
    if key not in known:
        known[key] = unit_key_of(row)
    return known[key]


def _request() -> HttpRequest | None:
    request: HttpRequest | None = getattr(HistoricalRecords.context, "request", None)
    return request


def _account() -> Any:
    user = getattr(_request(), "user", None)
    return user if user is not None and user.is_authenticated else None
