"""How pages say values: dates as people write them, numbers without idle zeros, yes and no in words.

Django's admin says a decimal with all the places of its field and a tick as “True”, and has no setting for
either: its two functions are replaced where it asks for them.
"""

import datetime
from decimal import Decimal
from typing import Any

from django.contrib.admin import helpers, utils
from django.contrib.admin.templatetags import admin_list
from django.db import models
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

ICONS = {True: ("yes", "是"), False: ("no", "否"), None: ("unknown", "未填")}

_display_for_field = utils.display_for_field


def plain_value(value: Any) -> str:
    """A date, a time or a number in words; anything else as its text."""
    if isinstance(value, datetime.datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, datetime.date):
        return date_format(value)
    return number_format(value.normalize()) if isinstance(value, Decimal) else str(value)


def display_for_field(value: Any, field: Any, *args: Any, **options: Any) -> Any:
    """Django's, with a decimal said without the zeros that its column adds."""
    if isinstance(field, models.DecimalField) and isinstance(value, Decimal):
        return plain_value(value)
    return _display_for_field(value, field, *args, **options)


def boolean_icon(value: bool | None) -> SafeString:
    """Django's icon, which says in Chinese what it shows."""
    name, said = ICONS[value]
    return format_html('<img src="{}" alt="{}">', static(f"admin/img/icon-{name}.svg"), said)


def install() -> None:
    """Has the admin say values so."""
    for module in (utils, helpers, admin_list):
        module.display_for_field = display_for_field  # type: ignore[attr-defined]
    admin_list._boolean_icon = boolean_icon  # type: ignore[attr-defined]
