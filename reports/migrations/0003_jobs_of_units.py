from typing import Any

from django.db import migrations


def tell_units(apps: Any, schema_editor: Any) -> None:
    """Tells the jobs of orders that are there whose they are."""
    for order in apps.get_model("reports", "PrintOrder").objects.select_related("job"):
        order.job.of_unit_id = order.unit_id
        order.job.save(update_fields=["of_unit"])


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_formats"), ("jobs", "0002_of_unit")]

    operations = [migrations.RunPython(tell_units, migrations.RunPython.noop)]
