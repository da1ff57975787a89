from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class UnitsConfig(AppConfig):
    name = "units"
    verbose_name = "单位与人员"

    def ready(self) -> None:
        from units import duties  # noqa: F401 — registers its check
        from units.composite_keys import install_keys
        from units.row_security import install_policies
        from units.safeguards import declare_safeguards
        from units.triggers import install_triggers, remove_triggers
        from units.values import install

        declare_safeguards()
        install()
        # Sent once an app; the statements can be run again, and the last app's call sees every table.
        pre_migrate.connect(remove_triggers, dispatch_uid="units.triggers")
        post_migrate.connect(install_triggers, dispatch_uid="units.triggers")
        post_migrate.connect(install_keys, dispatch_uid="units.composite_keys")
        post_migrate.connect(install_policies, dispatch_uid="units.row_security")
