"""What Django asks about permissions, answered by roles alone: `account.has_perm("ledger.add_event", row)`."""

from typing import Any

from django.apps import apps
from django.contrib.auth.backends import ModelBackend
from django.db.models import Model

from units.models import Account
from units.rights import rights_of


class RoleBackend(ModelBackend):
    """Signs in by user name and password; permissions come from the roles in units and from nowhere else.

    Without a row the question is whether the account has the permission in any unit: enough to offer a page,
    never to show or change a row.
    """

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        from units.access import unit_key_of

        if not isinstance(user_obj, Account):
            return False
        if isinstance(obj, Model):
            return rights_of(user_obj).may(perm, unit_key_of(obj))
        return rights_of(user_obj).may_somewhere(perm)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return isinstance(user_obj, Account) and rights_of(user_obj).works_in_app(app_label)

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return {name for name in permission_names() if self.has_perm(user_obj, name, obj)}


def permission_names() -> list[str]:
    """The name of every permission that the models declare, `app.action_model`."""
    names = []
    for model in apps.get_models():
        app, name = model._meta.app_label, model._meta.model_name
        names += [f"{app}.{action}_{name}" for action in model._meta.default_permissions]
        names += [f"{app}.{codename}" for codename, _ in model._meta.permissions]
    return names
