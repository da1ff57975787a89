import json
import zlib
from typing import Any

from django.db import migrations, models

from assessments.projection import details_of, summary_of, vetoes_in
from rulesets.engine.document import frames_from
from rulesets.engine.result import ResultInParts


def project_stored_runs(apps: Any, schema_editor: Any) -> None:
    """Fills the new columns of the runs that are there from their documents."""
    runs = apps.get_model("assessments", "Run").objects
    results = apps.get_model("assessments", "Result").objects
    for run in runs.select_related("inputs", "outcome", "decided").iterator(chunk_size=1):
        result = ResultInParts.of(_read(run.decided or run.outcome))
        run.head = dict(result.head)
        run.save(update_fields=["head"])
        vetoes = vetoes_in(result.subjects, frames_from(_read(run.inputs)).events)
        details = {subject["no"]: (subject, packed) for subject, packed in details_of(result, vetoes)}
        rows = list(results.filter(run=run))
        for row in rows:
            subject, row.details = details[row.no]
            row.summary = summary_of(subject)
        results.bulk_update(rows, ["summary", "details"], batch_size=100)


def _read(document: Any) -> Any:
    return json.loads(zlib.decompress(bytes(document.content)))


class Migration(migrations.Migration):
    dependencies = [("assessments", "0002_decisions")]

    operations = [
        migrations.AddField(
            model_name="run",
            name="head",
            field=models.JSONField(default=dict, editable=False, verbose_name="结果概要"),
        ),
        migrations.AddField(
            model_name="result",
            name="summary",
            field=models.JSONField(default=dict, editable=False, verbose_name="概要"),
        ),
        migrations.AddField(
            model_name="result",
            name="details",
            field=models.BinaryField(default=bytes, verbose_name="明细"),
        ),
        migrations.RunPython(project_stored_runs, migrations.RunPython.noop),
    ]
