"""User names, which are unique over the whole site: given so that trying one tells nothing of another unit.

What a unit's administrators give gets the unit's code behind an @ (`zhangsan@bureau`), and only that unit's accounts
may bear it: a name that is taken is taken in the own unit. Whoever runs the site may give names without it.
"""

from typing import Any

from django.core.exceptions import ValidationError

from units.models import Account, Unit

SEPARATOR = "@"
HELP = "只写名字部分，如 zhangsan，可用字母、数字、汉字和 . + - _；保存时自动加上“@单位代码”，登录时写全。"


def user_name(typed: str, unit: Unit | None, by_operator: bool) -> str:
    """The name that an account of the unit gets for what was typed. Raises ValidationError for another's ending."""
    ending = f"{SEPARATOR}{unit.code}" if unit is not None else ""
    name = typed.removesuffix(ending)
    if SEPARATOR in name or not name:
        what = f"系统会自动加上“{ending}”。" if ending else "它只用于单位的账号。"
        raise ValidationError({"username": f"用户名里不要写“{SEPARATOR}”和它后面的部分，{what}"})
    return typed if by_operator else f"{name}{ending}"


class UserNameForm:
    """Mixed into forms of accounts: gives new and changed names their ending. is_operator: who fills it in."""

    is_operator = False

    def clean(self) -> dict[str, Any]:
        form: Any = self
        cleaned: dict[str, Any] = super().clean() or {}  # type: ignore[misc]
        unit = cleaned.get("unit", form.instance.unit)
        typed = cleaned.get("username")
        if typed and "username" in form.changed_data and (unit is not None or self.is_operator):
            cleaned["username"] = user_name(typed, unit, self.is_operator)
            others = Account.objects.filter(unit=unit).exclude(pk=form.instance.pk)
            if others.filter(username__iexact=cleaned["username"]).exists():
                raise ValidationError({"username": "本单位已有这个用户名，请另取一个。"})
        return cleaned
