"""Keeps what today's version finds, for all versions to come: `python tests/replays/keep.py VERSION`.

Reads the five cases in by the public commands, in a data folder of its own, and writes a file a scheme to
`tests/replays/VERSION`: the frozen scheme, the inputs that were read, and the result. What was kept is never
written anew: a version that finds otherwise has changed a reckoning.
"""

import gzip
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SCHEMES = ("bureau", "community", "district", "street", "township")
FILES = ("people", "events", "ballots", "metrics")
PERIOD = "2025"


def kept(scheme: str) -> dict[str, Any]:
    """What is kept of the scheme's case, read in and reckoned now."""
    from django.core.management import call_command

    from assessments.results import latest_run
    from units.models import Unit

    call_command("load_scheme", str(ROOT / f"fixtures/schemes/{scheme}.yaml"), unit=scheme, publish=True)
    for name in FILES:
        path = ROOT / "tests/cases" / scheme / f"{name}.csv"
        if path.exists():
            call_command(f"import_{name}", scheme, str(path))
    call_command("assess", scheme, PERIOD)
    run = latest_run(Unit.objects.get(code=scheme), PERIOD)
    return {
        "period": run.period,
        "as_of": run.as_of.isoformat(),
        "snapshot": json.loads(run.edition.snapshot),
        "inputs": run.inputs.read(),
        "result": run.result,
    }


def main(version: str) -> None:
    """Writes the files of a version that has none yet."""
    folder = ROOT / "tests/replays" / version
    folder.mkdir()
    with tempfile.TemporaryDirectory() as data:
        os.environ |= {"GONGGUO_DATA": data, "DJANGO_SETTINGS_MODULE": "config.settings"}
        os.environ.pop("DATABASE_URL", None)
        sys.path[:0] = [str(ROOT), str(ROOT / "platform")]
        import django

        django.setup()
        for scheme in SCHEMES:
            text = json.dumps(kept(scheme), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            (folder / f"{scheme}.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: keep.py VERSION")
    main(sys.argv[1])
