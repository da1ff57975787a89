from typing import Any

from django.db import migrations

from assessments.decision_orders import KIND


def tell_units(apps: Any, schema_editor: Any) -> None:
    """Tells the jobs that recorded decisions whose they are."""
    units = dict(apps.get_model("assessments", "Run").objects.values_list("pk", "unit"))
    for job in apps.get_model("jobs", "Job").objects.filter(kind=KIND):
        job.of_unit_id = units.get(job.params["run"])
        job.save(update_fields=["of_unit"])


class Migration(migrations.Migration):
    dependencies = [("assessments", "0004_lines_listed"), ("jobs", "0002_of_unit")]

    operations = [migrations.RunPython(tell_units, migrations.RunPython.noop)]
