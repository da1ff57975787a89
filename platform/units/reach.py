"""How far the database lets what runs now reach: the units whose rows it shows and takes, on PostgreSQL.

The second wall behind units/access.py. Nothing is within reach until somebody says so: the middleware below for a
request, manage.py for the operator's commands (the worker and migrations among them), and, within a request, the
few places that say `everywhere` with their reason. The policies of units/row_security.py hold it. On SQLite nothing
does: there the first wall stands alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)

# The database's own variable: keys of units, separated by commas; "*": all units; empty: none.
VARIABLE = "gongguo.units"
EVERYWHERE, NOWHERE = "*", ""

_reach: ContextVar[str] = ContextVar("units within reach", default=NOWHERE)


@contextmanager
def everywhere(why: str) -> Iterator[None]:
    """All units are within reach. why: for who reads the code; nobody is asked to believe it without."""
    assert why
    with _reaching(EVERYWHERE):
        yield


@contextmanager
def within(units: Iterable[int]) -> Iterator[None]:
    """The units of these keys are within reach and no other, also where more was before."""
    with _reaching(",".join(str(int(unit)) for unit in sorted(set(units)))):
        yield


@contextmanager
def _reaching(value: str) -> Iterator[None]:
    token = _reach.set(value)
    try:
        _tell_open_connection()
        yield
    finally:
        _reach.reset(token)
        _tell_open_connection()


def _tell_open_connection() -> None:
    """Tells this thread's connection, where there is one; one that is opened later is told when it is."""
    # Before the settings are read, as in manage.py, there is none.
    if not settings.configured:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor == "postgresql" and connection.connection is not None:
        _tell(connection)


def _tell(connection: Any) -> None:
    """Sets the variable for the session: what a rollback takes back to was set before in the same manner.

    Past Django's own cursors, so that it is none of a page's queries. A connection that can't be told is closed: it
    would keep what was within reach before. One whose transaction has failed goes back by itself, with its rollback.
    """
    try:
        with connection.wrap_database_errors:
            connection.connection.execute("SELECT set_config(%s, %s, false)", [VARIABLE, _reach.get()])
    except DatabaseError:
        if connection.in_atomic_block:
            connection.needs_rollback = True
        else:
            logger.warning("the connection could not be told which units are within reach", exc_info=True)
            connection.close()


@receiver(connection_created, dispatch_uid="units.reach")
def tell_new_connection(connection: Any, **_: Any) -> None:
    """A new connection, and one that a pool hands out again, knows what is within reach before its first statement."""
    if connection.alias == DEFAULT_DB_ALIAS and connection.vendor == "postgresql":
        _tell(connection)


class Reach:
    """Puts within a request's reach the units that its account has to do with; afterwards none is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if connections[DEFAULT_DB_ALIAS].vendor != "postgresql":
            return self.get_response(request)
        with _reaching(reach_of(request.user)):
            return self.get_response(request)


def reach_of(account: Any) -> str:
    """The units in which the account has a role, by itself or from above, and its own; all for an operator.

    Reads memberships and units, which are legible before anything is within reach.
    """
    from units.rights import rights_of

    rights = rights_of(account)
    if rights.is_operator:
        return EVERYWHERE
    units = set(rights.roles)
    if account.is_active and account.unit_id is not None:
        # The person is of the same unit: a key of two columns holds that.
        units.add(account.unit_id)
    elif account.is_active and account.person_id is not None:
        with everywhere("of which unit the account's own person is, nothing else tells"):
            units.add(account.person.unit_id)
    return ",".join(str(unit) for unit in sorted(units))
