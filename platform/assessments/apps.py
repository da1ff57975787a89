from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = "考核结果"

    def ready(self) -> None:
        from assessments.safeguards import declare_safeguards

        declare_safeguards()
