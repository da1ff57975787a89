from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "ledger"
    verbose_name = "事项台账"

    def ready(self) -> None:
        from ledger.safeguards import declare_safeguards

        declare_safeguards()
