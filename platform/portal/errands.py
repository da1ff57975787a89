"""What the first page offers to whom it has no unit's results to show: who sets the system up or keeps its accounts."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from units.models import Account, Unit
from units.rights import rights_of

# Label, the permission that it needs in some unit, the page.
ERRANDS = (
    ("新建单位", "units.add_unit", "admin:units_unit_add"),
    ("单位", "units.view_unit", "admin:units_unit_changelist"),
    ("账号", "units.view_account", "admin:units_account_changelist"),
    ("授权", "units.view_membership", "admin:units_membership_changelist"),
    ("操作记录", "units.view_audit", "admin:audit"),
)

NO_UNIT_YET = (
    "系统里还没有单位。先新建单位，再建立账号，并授权给各单位的办法管理员、登记员等；以后的事由他们登录办理。"
)
KEEPS_HOUSE = "您管理单位、账号或操作记录，不经办考核业务。要办的事在这里："
NOT_LINKED = (
    "您的账号还没有与本人关联，看不到本人的考核结果。请本单位管理账号的同志打开您的账号，在“本人”一栏选定您。"
)
NOTHING = "您的账号还没有加入任何单位，也没有与本人关联。请联系系统管理员办理。"


@dataclass(frozen=True, slots=True)
class Errands:
    """A sentence on what the account is there for, and label and address of what it may do."""

    said: str
    tasks: Sequence[tuple[str, str]]


def errands_for(account: Account) -> Errands:
    """What an account may do that oversees no unit and has no results of its own."""
    rights = rights_of(account)
    tasks = [
        (label, reverse(page))
        for label, permission, page in ERRANDS
        if rights.is_operator or rights.may_somewhere(permission)
    ]
    if rights.is_operator and not Unit.objects.exists():
        return Errands(NO_UNIT_YET, tasks)
    if tasks:
        return Errands(KEEPS_HOUSE, tasks)
    return Errands(NOT_LINKED if rights.roles else NOTHING, ())
