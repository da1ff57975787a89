"""What each role may do: the one place that says it. Where it may do so is said by the membership's unit.

A right is a pattern of permission names as Django makes them, `app.action_model`; a leading minus takes away
again what patterns before it gave. A new model of a room is thereby known to the roles that work in that room.
"""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache

from django.conf import settings

from units.models import Membership

Role = Membership.Role

# Who may be what, and who failed to sign in, is not part of the business that everybody who oversees it reads.
PERSONAL = ("account", "membership")
READS = (
    *("units.view_*", "ledger.view_*", "rulesets.view_*", "assessments.view_*", "reports.view_*"),
    *(f"-units.view_{model}" for model in (*PERSONAL, "audit")),
)
KEEPS_PEOPLE = tuple(
    f"units.{action}_{model}"
    for action in ("add", "change", "delete")
    for model in ("person", "department", "appointment")
)
DOWNLOADS = tuple(f"{app}.download_*" for app in ("ledger", "rulesets", "assessments", "reports"))
GRANTS = tuple(f"units.{action}_membership" for action in ("view", "add", "change", "delete"))
KEEPS_ACCOUNTS = tuple(f"units.{action}_account" for action in ("view", "add", "change"))
# Who records doesn't say when the record of a period is closed, nor open it again: who answers for the result does.
CLOSES = tuple(f"ledger.{action}_periodclosing" for action in ("add", "change", "delete"))

# download_…: takes the whole result away as a document. view_audit: who signed in, failed to, and changed what.
RIGHTS: Mapping[str, Sequence[str]] = {
    Role.SCHEME_ADMIN: (
        *("units.*", "rulesets.*", "ledger.*", "assessments.*", "reports.*"),
        *("-units.add_unit", "-units.delete_unit", "-units.delete_account", "-units.view_audit"),
    ),
    Role.RECORDER: (
        *(*READS, *KEEPS_PEOPLE, "ledger.*", "assessments.add_run"),
        *(f"-{name}" for name in CLOSES),
    ),
    Role.COMMITTEE: (*READS, *CLOSES, "assessments.*", "reports.*"),
    Role.LEADER: (
        *(*READS, *DOWNLOADS),
        # Who publishes has the cases reckoned.
        *("rulesets.publish_edition", "rulesets.add_scenarioverdict", "reports.add_printorder"),
    ),
    Role.AUDITOR: (
        *READS,
        *(f"units.view_{model}" for model in PERSONAL),
        *DOWNLOADS,
        "units.view_audit",
    ),
    Role.STAFF: (),
    Role.SYSTEM_ADMIN: (*KEEPS_ACCOUNTS, "units.view_unit", "units.change_unit"),
    Role.SECURITY_ADMIN: ("units.view_account", "units.unlock_account", "units.view_unit", *GRANTS),
    Role.AUDIT_ADMIN: ("units.view_audit", "units.view_unit"),
}

# What a role loses where the three duties are given to three people.
LEFT_TO_DUTIES: Mapping[str, Sequence[str]] = {
    Role.SCHEME_ADMIN: (*KEEPS_ACCOUNTS, *GRANTS, "units.unlock_account"),
}

# The three duties 三员: none of them does business, and where the installation asks for it nobody has two.
DUTIES = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
# Roles that hold in the units below as well: these read and change nothing.
REACHING_DOWN = frozenset({Role.AUDITOR})


def gives(role: str, permission: str) -> bool:
    """Whether the role has the permission (`app.action_model`) in the unit of its membership."""
    left = settings.GONGGUO_SEPARATE_DUTIES and permission in LEFT_TO_DUTIES.get(role, ())
    return _listed(role, permission) and not left


@cache
def _listed(role: str, permission: str) -> bool:
    given = False
    for pattern in RIGHTS[role]:
        if fnmatchcase(permission, pattern.removeprefix("-")):
            given = not pattern.startswith("-")
    return given


@cache
def gives_in_app(role: str, app_label: str) -> bool:
    """Whether the role has any permission on records of the app."""
    patterns = (pattern for pattern in RIGHTS[role] if not pattern.startswith("-"))
    return any(fnmatchcase(app_label, pattern.split(".")[0]) for pattern in patterns)
