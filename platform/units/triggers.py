"""Triggers by which the database itself holds what a column constraint can't say.

Django's table rebuild on SQLite drops triggers without a word, so they are made again after every migration,
and a system check looks for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.checks import Error, register
from django.db import DEFAULT_DB_ALIAS, connections


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger by name, with the statements that make it on each kind of database.

    `sqlite` is one CREATE TRIGGER statement; `postgresql` are statements that may be run again (CREATE OR
    REPLACE FUNCTION, then CREATE OR REPLACE TRIGGER, or CREATE CONSTRAINT TRIGGER after a DROP IF EXISTS).
    """

    name: str
    table: str
    sqlite: str
    postgresql: Sequence[str]


_triggers: dict[str, Trigger] = {}


def declare(*triggers: Trigger) -> None:
    """Adds triggers to those that every database of the product must have."""
    _triggers.update({trigger.name: trigger for trigger in triggers})


def install_triggers(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Makes every declared trigger whose table is there anew. Connected to post_migrate."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for trigger in _triggers.values():
            if trigger.table not in tables:
                continue
            if connection.vendor == "sqlite":
                cursor.execute(f'DROP TRIGGER IF EXISTS "{trigger.name}"')
                cursor.execute(trigger.sqlite)
            else:
                for statement in trigger.postgresql:
                    cursor.execute(statement)


def remove_triggers(using: str = DEFAULT_DB_ALIAS, plan: Sequence[Any] = (), **_: Any) -> None:
    """Takes the triggers away before migrations run on SQLite. Connected to pre_migrate.

    While Django rebuilds a table there it isn't there for a moment, and a trigger that names it stops the rebuild.
    """
    connection = connections[using]
    if connection.vendor == "sqlite" and plan:
        with connection.cursor() as cursor:
            for trigger in _triggers.values():
                cursor.execute(f'DROP TRIGGER IF EXISTS "{trigger.name}"')


def missing_triggers(using: str = DEFAULT_DB_ALIAS) -> list[Trigger]:
    """Declared triggers that the database lacks though it has their table."""
    connection = connections[using]
    catalogue = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(catalogue)
        present = {name for (name,) in cursor.fetchall()}
    tables = set(connection.introspection.table_names())
    return [t for t in _triggers.values() if t.name not in present and t.table in tables]


@register("database")
def check_triggers(databases: Sequence[str] | None = None, **_: Any) -> list[Error]:
    """`manage.py check --database default` names the triggers that are missing."""
    return [
        Error(
            f"数据库缺少触发器 {trigger.name}（表 {trigger.table}）。",
            hint="请运行 manage.py migrate --skip-checks，触发器会随之重建。",
            id="units.E001",
        )
        for using in databases or ()
        for trigger in missing_triggers(using)
    ]
