from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "门户"

    def ready(self) -> None:
        from portal.theme import install_theme, name_in_chinese

        name_in_chinese()
        post_migrate.connect(
            install_theme, sender=apps.get_app_config("admin_interface"), dispatch_uid="portal.theme"
        )
