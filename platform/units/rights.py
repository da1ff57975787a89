"""What one account may do, unit by unit: its memberships, read once and kept with the account object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from units.models import Account, Membership, Unit
from units.roles import REACHING_DOWN, gives, gives_in_app

NOBODY: frozenset[str] = frozenset()
KEPT = "_rights"


@dataclass(frozen=True, slots=True)
class Rights:
    """What an account may do.

    is_operator: everything, everywhere (a superuser). roles: by the key of a unit, those that the account has
    there, by a membership of it or, for roles that reach down, of a unit above it.
    """

    is_operator: bool
    roles: Mapping[int, frozenset[str]]

    def may(self, permission: str, unit: Unit | int | None) -> bool:
        """Whether the account has the permission (`app.action_model`) in the unit, given as such or by key.

        What belongs to no unit (None) is the operator's.
        """
        if self.is_operator:
            return True
        key = unit.pk if isinstance(unit, Unit) else unit
        return any(gives(role, permission) for role in self.roles_in(key))

    def may_somewhere(self, permission: str) -> bool:
        """Whether the account has the permission in any unit."""
        return self.is_operator or any(self.may(permission, unit) for unit in self.roles)

    def roles_in(self, unit_key: int | None) -> frozenset[str]:
        return NOBODY if unit_key is None else self.roles.get(unit_key, NOBODY)

    def units_with(self, permissions: Iterable[str]) -> list[int]:
        """The keys of the units in which the account has one of the permissions by a role; not for operators."""
        wanted = tuple(permissions)
        return [unit for unit in self.roles if any(self.may(permission, unit) for permission in wanted)]

    def works_in_admin(self) -> bool:
        """Whether any role gives the account something to do or read in the admin."""
        return self.is_operator or any(
            gives_in_app(role, app) for role in self._all_roles() for app in ("units", "ledger")
        )

    def works_in_app(self, app_label: str) -> bool:
        """Whether any role gives the account something on records of the app."""
        return self.is_operator or any(gives_in_app(role, app_label) for role in self._all_roles())

    def _all_roles(self) -> frozenset[str]:
        return NOBODY.union(*self.roles.values())


def rights_of(account: Account | AnonymousUser) -> Rights:
    """What the account may do; nothing for who is not signed in or whose account is closed.

    Read from the database once for an account object, which lives as long as a request.
    """
    if isinstance(account, AnonymousUser) or not account.is_active:
        return Rights(False, {})
    if account.is_superuser:
        return Rights(True, {})
    # By getattr and setattr: a request's user is a wrapper that passes these on and has a __dict__ of its own.
    kept: Rights | None = getattr(account, KEPT, None)
    if kept is None:
        kept = Rights(False, _roles_of(account))
        setattr(account, KEPT, kept)
    return kept


def _roles_of(account: Account) -> dict[int, frozenset[str]]:
    roles: dict[int, frozenset[str]] = {}
    for unit, role in Membership.objects.filter(account=account).values_list("unit_id", "role"):
        roles[unit] = roles.get(unit, NOBODY) | {role}
    reaching = {unit: held & REACHING_DOWN for unit, held in roles.items() if held & REACHING_DOWN}
    if not reaching:
        return roles
    for unit, parent in _units_below(set(reaching)):
        reaching[unit] = reaching.get(unit, NOBODY) | reaching[parent]
        roles[unit] = roles.get(unit, NOBODY) | reaching[unit]
    return roles


def _units_below(uppermost: set[int]) -> list[tuple[int, int]]:
    """The units below those of the given keys, each with the key of the one above it, level by level."""
    children: dict[int, list[int]] = {}
    for unit, parent in Unit.objects.filter(parent__isnull=False).values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(unit)
    found: list[tuple[int, int]] = []
    level, seen = sorted(uppermost), set()
    while level:
        pairs = [(child, parent) for parent in level for child in children.get(parent, ())]
        pairs = [pair for pair in pairs if pair not in seen]
        seen.update(pairs)
        found.extend(pairs)
        level = [child for child, _ in pairs]
    return found
