"""Many rows into one table, straight: a result of a large unit has a million lines, and no object is made of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

import polars as pl
from django.db import connections, models, router, transaction

BATCH = 5_000


def insert_frames(model: type[models.Model], frames: Iterable[pl.DataFrame]) -> None:
    """Inserts the rows of frames, in the form that the database keeps; their columns are fields of the model.

    All frames have the same columns. The form is texts, integers, None; numbers with decimals and dates as plain
    texts, JSON as its text. Nothing is checked but by the database itself. COPY on PostgreSQL, by way of a table
    in between where the rows have to pass a policy; executemany elsewhere; all of them or none.
    """
    connection = connections[router.db_for_write(model)]
    left = iter(frames)
    first = next(left, None)
    if first is None:
        return
    into = _into(model, first.columns, connection.ops.quote_name)
    # Without a transaction SQLite would make each row durable by itself.
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        pieces = (piece for frame in chain([first], left) for piece in frame.iter_slices(BATCH))
        if connection.vendor == "postgresql":
            with _copied(cursor, into, "(FORMAT csv)") as copy:
                for piece in pieces:
                    copy.write(_csv(piece))
        else:
            statement = f"INSERT INTO {into} VALUES ({', '.join(['%s'] * first.width)})"
            # Django looks into what it is given before it hands it on, and keeps it: not too many at a time.
            for piece in pieces:
                cursor.executemany(statement, piece.rows())


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Inserts rows, each with a value for each field of the model that is named; else as `insert_frames`, and with
    logical values besides.
    """
    if not rows:
        return
    connection = connections[router.db_for_write(model)]
    into = _into(model, names, connection.ops.quote_name)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with _copied(cursor, into) as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            statement = f"INSERT INTO {into} VALUES ({', '.join(['%s'] * len(names))})"
            for start in range(0, len(rows), BATCH):
                cursor.executemany(statement, rows[start : start + BATCH])


def _into(model: type[models.Model], names: Iterable[str], quote: Callable[[str], str]) -> str:
    columns = {field.name: str(field.column) for field in model._meta.concrete_fields}
    listed = ", ".join(quote(columns[name]) for name in names)
    return f"{quote(str(model._meta.db_table))} ({listed})"


@contextmanager
def _copied(cursor: Any, into: str, form: str = "") -> Iterator[Any]:
    """Gives a COPY into a table and columns, `"table" (columns)`, to write to.

    PostgreSQL has none into a table whose rows must pass a policy: they arrive in one in between.
    """
    table, _, columns = into.partition(" ")
    cursor.execute("SELECT row_security_active(%s)", [table])
    (is_walled,) = cursor.fetchone()
    if not is_walled:
        with cursor.copy(f"COPY {into} FROM STDIN {form}") as copy:
            yield copy
        return
    listed = columns.strip("()")
    cursor.execute(
        f"CREATE TEMPORARY TABLE arriving ON COMMIT DROP AS SELECT {listed} FROM {table} WITH NO DATA"
    )
    with cursor.copy(f"COPY arriving {columns} FROM STDIN {form}") as copy:
        yield copy
    cursor.execute(f"INSERT INTO {into} SELECT {listed} FROM arriving")
    cursor.execute("DROP TABLE arriving")


def _csv(frame: pl.DataFrame) -> str:
    """The rows as COPY reads them: every text in quotation marks, so that an empty one is not None."""
    return frame.write_csv(include_header=False, null_value="", quote_style="non_numeric")
