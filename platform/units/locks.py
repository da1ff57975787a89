"""Accounts that are locked after failed attempts to sign in: until when, and unlocking them."""

import datetime

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.db.models import Max


def locked_until(username: str) -> datetime.datetime | None:
    """When the lock on a user name ends, whether or not there is such an account; None where it is not locked."""
    attempts = AccessAttempt.objects.filter(
        username=username, failures_since_start__gte=settings.AXES_FAILURE_LIMIT
    )
    last: datetime.datetime | None = attempts.aggregate(last=Max("attempt_time"))["last"]
    pause = get_cool_off()
    return last + pause if last is not None and pause is not None else None


def unlock(username: str) -> None:
    """Lets the user name be tried again at once."""
    reset(username=username)
