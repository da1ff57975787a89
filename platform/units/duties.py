"""The three duties 三员分立: that nobody holds two of them where the installation asks for that."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import Error, register
from django.core.exceptions import ValidationError
from django.db import connections
from django.db.models import Q, QuerySet

from units.models import Account, Membership
from units.roles import DUTIES


def memberships_of_holder(account: Account) -> QuerySet[Membership]:
    """The memberships of the account and of every other account of the same person."""
    same = Q(account=account)
    if account.person_id is not None:
        same |= Q(account__person=account.person_id)
    return Membership.objects.filter(same)


def check_duties(account: Account, role: str, changed: Any = None) -> None:
    """Raises ValidationError where the role would give a person two of the three duties, or a duty and business.

    changed: the key of the membership that takes on the role, None for a new one. Asks nothing of installations
    that don't separate duties, nor of plain staff, who only read what is their own.
    """
    if not settings.GONGGUO_SEPARATE_DUTIES or role == Membership.Role.STAFF:
        return
    others = memberships_of_holder(account).exclude(pk=changed).exclude(role=Membership.Role.STAFF)
    held = set(others.values_list("role", flat=True))
    if role in DUTIES and held - {role}:
        raise ValidationError(
            {
                "role": "三员分立：系统、安全、审计管理员须由不同的人担任，且不兼任业务角色。请先取消其原有角色。"
            }
        )
    if role not in DUTIES and held & DUTIES:
        raise ValidationError({"role": "三员分立：系统、安全、审计管理员不能兼任业务角色。"})


def holders_of_several_duties() -> list[str]:
    """User names of accounts whose person holds two of the three duties; what the system check names."""
    held: dict[tuple[str, int], set[str]] = {}
    names: dict[tuple[str, int], set[str]] = {}
    for membership in Membership.objects.filter(role__in=DUTIES).select_related("account"):
        account = membership.account
        key = ("person", account.person_id) if account.person_id else ("account", account.pk)
        held.setdefault(key, set()).add(membership.role)
        names.setdefault(key, set()).add(account.username)
    return sorted(name for key, roles in held.items() if len(roles) > 1 for name in names[key])


@register("database")
def check_holders(databases: Sequence[str] | None = None, **_: Any) -> list[Error]:
    """`manage.py check --database default` names who holds several duties where they are to be separate.

    Their accounts may have been given them before the installation asked for it.
    """
    if not settings.GONGGUO_SEPARATE_DUTIES or not databases:
        return []
    if Membership._meta.db_table not in connections[databases[0]].introspection.table_names():
        return []
    holders = holders_of_several_duties()
    return (
        [
            Error(
                f"三员分立：账号 {'、'.join(holders)} 的持有人兼任了系统、安全、审计管理员中的几种。",
                hint="请在“账号”页面取消其中多余的角色，三员须由三个人分别担任。",
                id="units.E002",
            )
        ]
        if holders
        else []
    )
