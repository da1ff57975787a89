"""`run_worker`: does the work that waits, one job after the other, until it is told to end."""

import os
import signal
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections, connection

from jobs.command import migrate_where_needed
from jobs.work import Task, perform, take

PAUSE = 1.0


class Command(BaseCommand):
    help = "执行后台任务（打印等）；与网站服务一同运行，按 Ctrl+C 或收到 SIGTERM 后在下一步停下"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--until-empty", action="store_true", help="没有任务时即退出")
        parser.add_argument("--with-parent", action="store_true", help="启动它的程序退出时一同退出")

    def handle(self, *args: Any, until_empty: bool, with_parent: bool, **options: Any) -> None:
        migrate_where_needed()
        self.ends = threading.Event()
        self.task: Task | None = None
        parent = os.getppid() if with_parent else None
        before = {number: signal.signal(number, self._end) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            while not self.ends.is_set() and (parent is None or parent == os.getppid()):
                # Within a transaction of the caller's the connection is that transaction.
                if not connection.in_atomic_block:
                    close_old_connections()
                self.task = take()
                if self.task is not None:
                    perform(self.task)
                elif until_empty:
                    return
                else:
                    self.ends.wait(PAUSE)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _end(self, number: int, frame: FrameType | None) -> None:
        """Ends after the step that is being done; the job is given back for another worker to go on."""
        self.ends.set()
        if self.task is not None:
            self.task.must_yield.set()
