from django.apps import AppConfig


class RulesetsConfig(AppConfig):
    name = "rulesets"
    verbose_name = "考核办法"

    def ready(self) -> None:
        from rulesets.frozen_triggers import declare_frozen_triggers
        from rulesets.scenarios.orders import register_work

        declare_frozen_triggers()
        register_work()
