"""The manner that all of the product's commands share."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.migrations.executor import MigrationExecutor

from jobs.refusal import Refusal
from tabular import TableRefused


def migrate_where_needed() -> None:
    """Brings the database to the software's state: a fresh data folder is set up by its first command."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)


class ProductCommand(BaseCommand):
    """A command of the product: `work` does it all or refuses.

    Exit code 0 when it did its work, 1 when the input was refused (nothing was changed then; one error a line
    on standard error), 2 for wrong usage.
    """

    requires_migrations_checks = False
    # The checks of the site run with `manage.py check`, not before each import.
    requires_system_checks: list[str] = []
    # A command that only reads (prints) must not hold the database against everybody who writes.
    only_reads = False

    def work(self, **options: Any) -> None:
        """Does the command's work. Raises Refusal or TableRefused when the input can't be taken."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        migrate_where_needed()
        try:
            with nullcontext() if self.only_reads else transaction.atomic():
                self.work(**options)
        except (Refusal, TableRefused) as refused:
            for message in str(refused).splitlines():
                self.stderr.write(message, style_func=str)
            sys.exit(1)


@contextmanager
def progress(description: str, total: int) -> Iterator[Any]:
    """Gives a function `advance(count=1)` that moves a bar on a terminal and does nothing in a pipe."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(description, total=total)
        yield lambda count=1: bar.advance(task, count)
