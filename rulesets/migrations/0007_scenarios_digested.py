from typing import Any

from django.db import migrations

from rulesets.engine.canonical import digest_of
from rulesets.models.scenarios import rows_in


def digest_scenarios(apps: Any, schema_editor: Any) -> None:
    """Writes the digests of the scenarios that are there, those of frozen editions too."""
    # On SQLite the triggers that keep frozen editions are away while migrations run.
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    scenarios = apps.get_model("rulesets", "Scenario").objects
    if on_postgresql:
        schema_editor.execute("ALTER TABLE rulesets_scenario DISABLE TRIGGER USER")
    for scenario in scenarios.iterator(chunk_size=1):
        documents = {"inputs": scenario.inputs, "expected": scenario.expected}
        scenario.content, scenario.size = digest_of(documents), rows_in(scenario.inputs)
        scenario.save(update_fields=["content", "size"])
    if on_postgresql:
        schema_editor.execute("ALTER TABLE rulesets_scenario ENABLE TRIGGER USER")


class Migration(migrations.Migration):
    dependencies = [("rulesets", "0006_scenario_verdicts")]

    operations = [migrations.RunPython(digest_scenarios, migrations.RunPython.noop)]
