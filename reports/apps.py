from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "表册打印"

    def ready(self) -> None:
        from reports.orders import register_work
        from reports.safeguards import declare_safeguards

        declare_safeguards()
        register_work()
