"""Many rows into one table, straight: a result of a large unit has a million lines, and no object is made of them."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from django.db import connections, models, router, transaction

BATCH = 10_000


def insert_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Inserts rows whose values stand in the order of the fields, in the form that the database keeps.

    That is texts, integers, None; numbers with decimals and dates as plain texts, JSON as its text. Nothing is
    checked but by the database itself. COPY on PostgreSQL, executemany elsewhere; all of them or none.
    """
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    table = quote(str(model._meta.db_table))
    by_name = {field.name: str(field.column) for field in model._meta.concrete_fields}
    columns = ", ".join(quote(by_name[name]) for name in fields)
    # Without a transaction SQLite would make each row durable by itself.
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(fields))
            # Django looks into what it is given before it hands it on: a million rows would all be held.
            left = iter(rows)
            while batch := list(islice(left, BATCH)):
                cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", batch)
