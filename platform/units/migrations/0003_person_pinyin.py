from typing import Any

from django.db import migrations, models

from units.pinyin import search_key


def spell_names(apps: Any, schema_editor: Any) -> None:
    people = apps.get_model("units", "Person").objects
    spelt = [person for person in people.only("pk", "name").iterator()]
    for person in spelt:
        person.pinyin = search_key(person.name)
    people.bulk_update(spelt, ["pinyin"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("units", "0002_unit_code")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="pinyin",
            field=models.CharField(blank=True, editable=False, max_length=255, verbose_name="姓名拼音"),
        ),
        migrations.RunPython(spell_names, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["unit", "pinyin"], name="person_by_pinyin"),
        ),
    ]
