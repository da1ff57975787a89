"""Keys of two columns, by which PostgreSQL holds that a row and what it names are of the same unit.

For every relation between two models that both have a unit of their own: (unit, relation) → (unit, id). Django
declares no such key, and SQLite takes one only where the whole table is made anew, so that it stands on PostgreSQL
alone, beside Django's own key of one column. Made after migrations where it is not there yet.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.checks import Error, register
from django.core.exceptions import FieldDoesNotExist
from django.core.management.base import CommandError
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connections, models, transaction

from jobs.refusal import Refusal


class RowsOfTwoUnits(Refusal, CommandError):
    """The record already holds rows that name what belongs to another unit; `migrate` says so and ends."""


@dataclass(frozen=True, slots=True)
class Key:
    """(unit_id, column) of a table names (unit_id, id) of the target."""

    table: str
    column: str
    target: str

    @property
    def name(self) -> str:
        return f"{self.table}_{self.column}_same_unit"

    @property
    def unique(self) -> str:
        """What the target needs to be named by two columns."""
        return f"{self.target}_id_of_unit"


def _unit_of(model: Any) -> Any:
    """The model's own column to the unit, which the database holds; None where it has none."""
    try:
        field = model._meta.get_field("unit")
    except FieldDoesNotExist:
        return None
    return field if getattr(field, "db_constraint", False) else None


def composite_keys() -> Iterator[Key]:
    """Every key that a PostgreSQL of the product must have."""
    for model in apps.get_models():
        if _unit_of(model) is None:
            continue
        for field in model._meta.concrete_fields:
            if not isinstance(field, models.ForeignKey) or not getattr(field, "db_constraint", True):
                continue
            unit = _unit_of(field.related_model)
            if unit is not None and not unit.null:
                yield Key(model._meta.db_table, str(field.column), field.related_model._meta.db_table)


def missing_keys(using: str = DEFAULT_DB_ALIAS) -> list[Key]:
    """Declared keys that the database lacks though it has their tables. None on SQLite."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return []
    present, tables = _constraints(connection), set(connection.introspection.table_names())
    return [key for key in composite_keys() if key.name not in present and {key.table, key.target} <= tables]


def _constraints(connection: Any) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE connamespace = current_schema()::regnamespace"
        )
        return {name for (name,) in cursor.fetchall()}


def install_keys(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Makes the keys that are not there. Connected to post_migrate. Raises RowsOfTwoUnits."""
    for key in missing_keys(using):
        try:
            _make(key, using)
        except IntegrityError as error:
            raise RowsOfTwoUnits(
                f"表 {key.table} 中有记录的 {key.column} 指向了其他单位的 {key.target}，数据库无法加上同单位约束。"
                f"请先查明并更正这些记录，再运行 manage.py migrate。数据库的说明：{error}"
            ) from error


def _make(key: Key, using: str) -> None:
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        if key.unique not in _constraints(connection):
            cursor.execute(
                f'ALTER TABLE "{key.target}" ADD CONSTRAINT "{key.unique}" UNIQUE ("unit_id", "id")'
            )
        cursor.execute(
            f'ALTER TABLE "{key.table}" ADD CONSTRAINT "{key.name}" FOREIGN KEY ("unit_id", "{key.column}")'
            f' REFERENCES "{key.target}" ("unit_id", "id") DEFERRABLE INITIALLY DEFERRED'
        )


@register("database")
def check_keys(databases: Sequence[str] | None = None, **_: Any) -> list[Error]:
    """`manage.py check --database default` names the keys that are missing."""
    return [
        Error(
            f"数据库缺少同单位约束 {key.name}（表 {key.table}）。",
            hint="请运行 manage.py migrate --skip-checks，约束会随之重建。",
            id="units.E005",
        )
        for using in databases or ()
        for key in missing_keys(using)
    ]
