from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = "考核结果"

    def ready(self) -> None:
        from assessments.decision_orders import register_work
        from assessments.obstacles import published_since
        from assessments.safeguards import declare_safeguards
        from ledger.undoing import declare_obstacle

        declare_safeguards()
        declare_obstacle(published_since)
        register_work()
