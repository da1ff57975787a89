"""Rules of passwords beyond Django's own: kinds of characters, none of the last ones, and when another is due."""

import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from units.models import Account

FEWEST_KINDS = 3


class SeveralKinds:
    """Refuses passwords of fewer than three kinds of characters."""

    def validate(self, password: str, user: Any = None) -> None:
        kinds = {
            "lower"
            if sign.islower()
            else "upper"
            if sign.isupper()
            else "digit"
            if sign.isdigit()
            else "other"
            for sign in password
        }
        if len(kinds) < FEWEST_KINDS:
            raise ValidationError(self.get_help_text())

    def get_help_text(self) -> str:
        return "密码应包含大写字母、小写字母、数字、其他符号中的至少三种。"


class NoneOfTheLast:
    """Refuses the passwords that the account had last, and remembers the new one by its hash."""

    def validate(self, password: str, user: Any = None) -> None:
        former = user.former_passwords if isinstance(user, Account) and user.pk else []
        if any(check_password(password, known) for known in former[: settings.PASSWORDS_REMEMBERED]):
            raise ValidationError(self.get_help_text())

    def get_help_text(self) -> str:
        return f"不能与最近 {settings.PASSWORDS_REMEMBERED} 次用过的密码相同。"

    def password_changed(self, password: str, user: Any = None) -> None:
        """Called by Django once a password is stored; whoever sets it for somebody else marks it as temporary."""
        if isinstance(user, Account):
            user.former_passwords = [user.password, *user.former_passwords][: settings.PASSWORDS_REMEMBERED]
            user.password_set_at = timezone.now()
            user.password_is_temporary = False
            values = ("former_passwords", "password_set_at", "password_is_temporary")
            Account.objects.filter(pk=user.pk).update(**{name: getattr(user, name) for name in values})


def mark_as_temporary(account: Account) -> None:
    """Has the account's owner choose another password at the next page."""
    account.password_is_temporary = True
    Account.objects.filter(pk=account.pk).update(password_is_temporary=True)


def password_is_due(account: Account) -> bool:
    """Whether the account has to choose another password before anything else."""
    if account.password_is_temporary:
        return True
    days = settings.PASSWORD_DAYS
    if not days or account.password_set_at is None:
        return False
    return timezone.now() - account.password_set_at > datetime.timedelta(days=days)
