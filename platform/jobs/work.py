"""Doing the work of a job: taking it by a lease, keeping the lease, giving it back."""

import contextlib
import logging
import os
import socket
import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, models
from django.utils import timezone

from jobs.models import FREE, Job
from jobs.refusal import Refusal
from jobs.registry import kind_of

logger = logging.getLogger(__name__)

# A job that has brought down its worker so often is not begun again by itself.
MOST_ATTEMPTS = 3
CRASHED = "执行中多次意外中断，可能是内存或磁盘空间不足。请检查后点“继续”，会从中断处接着做。"
FAULT = "程序出错，没有做完，已做的部分保留。请联系系统管理员查看日志，处理后点“继续”。"


class JobStopped(Exception):
    """Somebody asked for the job to stop, or the worker itself is to end."""


class LeaseLost(Exception):
    """Another worker holds the job by now, because this one was not heard of for too long: it must give up."""


class Task:
    """A job in the hands of this worker."""

    def __init__(self, job: Job, lease: str) -> None:
        self.job = job
        self.lease = lease
        self.must_yield = threading.Event()

    @property
    def params(self) -> dict[str, Any]:
        return dict(self.job.params)

    @property
    def _held(self) -> models.QuerySet[Job]:
        return Job.objects.filter(pk=self.job.pk, lease=self.lease, state=Job.State.RUNNING)

    def progress(self, done: int, total: int) -> None:
        """Notes how far the work is, and goes on only while it may.

        Within the transaction of a step's own rows: a worker that has lost its lease then writes nothing. Raises
        LeaseLost, or JobStopped where the job is to stop.
        """
        if not self._held.update(done=done, total=total, **_renewed()):
            raise LeaseLost
        self.job.done, self.job.total = done, total
        self.check()

    def check(self) -> None:
        """Raises JobStopped where the job is to stop, LeaseLost where it is no longer this worker's."""
        if self.must_yield.is_set():
            raise JobStopped
        stop_requested = self._held.values_list("stop_requested", flat=True).first()
        if stop_requested is None:
            raise LeaseLost
        if stop_requested:
            raise JobStopped

    def renew(self) -> bool:
        """Keeps the lease; False where it is lost."""
        return bool(self._held.update(**_renewed()))

    def end(self, **columns: Any) -> None:
        """Writes how the job ended, unless it is no longer this worker's."""
        self._held.update(**columns, **FREE)


def _renewed() -> dict[str, Any]:
    now = timezone.now()
    return {"heartbeat_at": now, "lease_until": now + timedelta(seconds=settings.JOB_LEASE_SECONDS)}


def _failed(error: str) -> dict[str, Any]:
    return {"state": Job.State.FAILED, "error": error, "ended_at": timezone.now()}


def take() -> Task | None:
    """The next job, now held by this worker; None where there is nothing to do.

    One conditional UPDATE decides between workers, on SQLite as on PostgreSQL.
    """
    for job in Job.objects.to_take_up():
        lease = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:12]}"
        found = Job.objects.to_take_up().filter(pk=job.pk).order_by()
        if job.attempts >= MOST_ATTEMPTS:
            found.update(**_failed(CRASHED), **FREE)
            continue
        taken = found.update(
            state=Job.State.RUNNING,
            lease=lease,
            attempts=job.attempts + 1,
            started_at=job.started_at or timezone.now(),
            **_renewed(),
        )
        if taken:
            job.refresh_from_db()
            return Task(job, lease)
    return None


def perform(task: Task) -> None:
    """Does the work of a job and writes how it ended. Never raises what the work raised."""
    with _heartbeat(task):
        try:
            result = kind_of(task.job.kind).work(task)
        except JobStopped:
            _give_back(task)
        except LeaseLost:
            logger.warning("job %s: the lease was lost, another worker goes on", task.job.pk)
        except Refusal as refusal:
            task.end(**_failed("\n".join(refusal.messages)))
        except Exception:
            # Whatever a kind of work raises, the worker goes on with the next job.
            logger.exception("job %s failed", task.job.pk)
            task.end(**_failed(FAULT))
        else:
            task.end(state=Job.State.DONE, result=result, ended_at=timezone.now())
    task.job.refresh_from_db()


def _give_back(task: Task) -> None:
    """Stopped by somebody: it stays stopped. Stopped because the worker ends: the next worker goes on."""
    if Job.objects.filter(pk=task.job.pk, stop_requested=True).exists():
        task.end(state=Job.State.STOPPED, stop_requested=False, ended_at=timezone.now())
    else:
        task.end(state=Job.State.WAITING, attempts=0)


@contextlib.contextmanager
def _heartbeat(task: Task) -> Iterator[None]:
    """Renews the lease from a thread of its own, so that a step may take longer than a lease."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(settings.JOB_LEASE_SECONDS / 4):
            try:
                if not task.renew():
                    return
            except DatabaseError:
                logger.warning("job %s: the lease could not be renewed", task.job.pk, exc_info=True)
        connection.close()

    # Within a transaction no other connection sees the job as it is.
    thread = threading.Thread(target=beat, name=f"job-{task.job.pk}", daemon=True)
    if not connection.in_atomic_block:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        if thread.ident is not None:
            thread.join()
