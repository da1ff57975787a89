"""The look of the admin pages: the product's own, in the database as django-admin-interface has it."""

from typing import Any

from django.apps import apps

INK = "#1F2A44"
RED = "#9B1B1F"
PAPER = "#F6F4EF"
LOOK: dict[str, Any] = {
    "title": "功过",
    "title_color": "#FFFFFF",
    "logo_visible": False,
    "env_visible_in_header": False,
    "env_visible_in_favicon": False,
    "language_chooser_active": False,
    "css_header_background_color": RED,
    "css_header_text_color": "#F3DADA",
    "css_header_link_color": "#FFFFFF",
    "css_header_link_hover_color": "#F3DADA",
    "css_module_background_color": INK,
    "css_module_background_selected_color": PAPER,
    "css_module_text_color": "#FFFFFF",
    "css_module_link_color": "#FFFFFF",
    "css_module_link_selected_color": "#FFFFFF",
    "css_module_link_hover_color": "#E7E3D8",
    "css_module_rounded_corners": False,
    "css_generic_link_color": "#22487A",
    "css_generic_link_hover_color": RED,
    "css_generic_link_active_color": RED,
    "css_save_button_background_color": RED,
    "css_save_button_background_hover_color": "#7D1418",
    "css_save_button_text_color": "#FFFFFF",
    # The home page tells what to do next; a log of clicks beside it does not.
    "recent_actions_visible": False,
}


def install_theme(**_: Any) -> None:
    """Makes the product's theme where the database has none, and leaves a unit's own choice alone.

    Connected to post_migrate of admin_interface, which ships a theme of its own, named Django, as the active one.
    """
    from admin_interface.models import Theme

    theme, is_new = Theme.objects.get_or_create(name="功过", defaults=LOOK | {"active": True})
    if is_new:
        Theme.objects.exclude(pk=theme.pk).delete()


def name_in_chinese() -> None:
    """Gives django-admin-interface's own pages Chinese names; its catalogue has none."""
    from admin_interface.models import Theme

    apps.get_app_config("admin_interface").verbose_name = "界面"
    Theme._meta.verbose_name = Theme._meta.verbose_name_plural = "主题"
