"""How the tests of the wall walk over the site: who walks, where to, what is forged, and what was written."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction
from django.test import Client
from django.urls import reverse

from tests.portal.addresses import Address, admin_name, every_address
from tests.portal.estate import a_row_of, unit_admins, walled_models
from units.access import UnitAdmin
from units.models import Account, Membership, Unit

# Models on the admin site that hold nothing of a unit: the operator's alone.
OPERATORS = {"jobs.Job", "admin_interface.Theme"}
# Leaving would end the walk; these act on the session and name no row.
NOT_WALKED = {"admin:logout", "portal:logout", "portal:login", "admin:login"}

OWN, THEIRS, UPPER = "本处", "隐秘", "上级"
ROLES = list(Membership.Role.values)
EVERYTHING = "everything"
UPPER_AUDITOR = "upper_auditor"
# Who walks alone: each role of the own unit, and the auditor of the unit above.
ALONE = (*ROLES, UPPER_AUDITOR)


@dataclass(frozen=True)
class Estate:
    """Two units, neither of which has to do with the other, and one above the first."""

    own: Unit
    theirs: Unit
    upper: Unit


def account_of(walker: str, estate: Estate) -> Account:
    """An account that has the walker's role, or all at once (EVERYTHING), in the own unit."""
    if walker == UPPER_AUDITOR:
        return account_with(walker, (estate.upper, Membership.Role.AUDITOR))
    held = ROLES if walker == EVERYTHING else [walker]
    return account_with(walker, *((estate.own, role) for role in held))


def account_with(name: str, *memberships: tuple[Unit, str]) -> Account:
    account = Account.objects.create(username=name, last_name="查阅人", unit=memberships[0][0])
    Membership.objects.bulk_create(
        Membership(account=account, unit=unit, role=role) for unit, role in memberships
    )
    return account


def signed_in(account: Account) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(account)
    return client


def walked() -> Iterator[Address]:
    for address in every_address():
        model = address.model
        if address.name not in NOT_WALKED and (model is None or model._meta.label not in OPERATORS):
            yield address


def lists() -> Iterator[tuple[UnitAdmin, str]]:
    """The admin pages that have a list, with its address."""
    names = {address.name for address in every_address()}
    for page in unit_admins():
        name = f"{admin_name(page.model)}_changelist"
        if name in names:
            yield page, reverse(name)


def forged(unit: Unit) -> dict[str, Any]:
    """Fields by which a form could be made to name a row of the unit, each with the key of one."""
    values: dict[str, Any] = {"code": unit.code, "post": "yes", "save": "1", "_save": "1", "confirmed": "1"}
    for model, _ in walled_models():
        row = a_row_of(model, unit)
        if row is not None:
            values[str(model._meta.model_name)] = row.pk
            for field in model._meta.get_fields():
                related = getattr(field, "related_model", None)
                if (
                    isinstance(field, models.ForeignKey)
                    and related
                    and getattr(row, field.attname) is not None
                ):
                    values.setdefault(field.name, getattr(row, field.attname))
    return values


@contextmanager
def undone() -> Iterator[None]:
    """What is written within is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


WRITING = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM|INSERT OR IGNORE INTO)\s+"(\w+)"', re.IGNORECASE)


class Writes:
    """Which tables are written while it watches; what asks for no write is seen without reading all rows again."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if (found := WRITING.match(sql)) is not None:
            self.tables.add(found[1])
        return execute(sql, params, many, context)


@contextmanager
def writes() -> Iterator[Writes]:
    """Watches which tables are written."""
    watch = Writes()
    with connection.execute_wrapper(watch):
        yield watch


def tables_of_units() -> dict[str, type[models.Model]]:
    """The tables whose rows belong to a unit, each with its model."""
    return {model._meta.db_table: model for model, _ in walled_models()}
