"""Ordering long work, stopping it, taking it up again."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from jobs.models import FREE, Job
from jobs.registry import kind_of


def submit(
    kind: str, key: str, params: dict[str, Any], total: int = 0, account: Any = None, unit: Any = None
) -> Job:
    """The job that does this work; the unfinished one of the same kind and key where there is one.

    params: plain data for the work. total: how many steps it has. unit: whose work it is; the key says it too.
    Raises KindUnknown.
    """
    kind_of(kind)
    unfinished = Job.objects.unfinished().filter(kind=kind, key=key)
    standing = unfinished.first()
    if standing is not None:
        return standing
    try:
        with transaction.atomic():
            return Job.objects.create(
                kind=kind, key=key, params=params, total=total, made_by=account, of_unit=unit
            )
    except IntegrityError:
        # Somebody else ordered the same in this very moment.
        return unfinished.get()


def stop(job: Job) -> None:
    """Stops a job: at once while it waits, else at its next step. What is done already is kept."""
    waiting = Job.objects.filter(pk=job.pk, state=Job.State.WAITING)
    if not waiting.update(state=Job.State.STOPPED, ended_at=timezone.now(), **FREE):
        Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(stop_requested=True)
    job.refresh_from_db()


def resume(job: Job) -> None:
    """Lets a stopped or failed job go on where it was; nothing happens to another one."""
    ended = Job.objects.filter(pk=job.pk, state__in=[Job.State.STOPPED, Job.State.FAILED])
    try:
        with transaction.atomic():
            ended.update(
                state=Job.State.WAITING,
                attempts=0,
                stop_requested=False,
                error="",
                ended_at=None,
                heartbeat_at=None,
                **FREE,
            )
    except IntegrityError:
        # The same work was ordered anew meanwhile: that order does it.
        pass
    job.refresh_from_db()
