"""A worker killed in the middle of its order: another one goes on where it was."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

COMMAND = [sys.executable, "-m", "tests.reports.killed"]


@pytest.mark.slow
def test_an_order_goes_on_where_it_was_after_its_worker_was_killed(tmp_path: Path) -> None:
    environment = os.environ | {
        "PYTHONPATH": "platform:.",
        "GONGGUO_DATA": str(tmp_path),
        "GONGGUO_JOB_LEASE": "2",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'gongguo.sqlite3'}",
    }
    begun = subprocess.Popen([*COMMAND, "begin"], env=environment, stdout=subprocess.PIPE, text=True)
    assert begun.stdout is not None
    assert said(begun.stdout.readline()) == {"done": 2}
    os.kill(begun.pid, signal.SIGKILL)
    begun.wait()
    begun.stdout.close()
    printed = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("parts/*.pdf")}
    assert len(printed) >= 2

    ended = subprocess.run(
        [*COMMAND, "finish"], env=environment, capture_output=True, text=True, check=True, timeout=600
    )
    assert said(ended.stdout) == {"state": "done", "attempts": 2, "issued": 4}
    assert all(path.stat().st_mtime_ns == made for path, made in printed.items())
    assert len(list(tmp_path.rglob("parts/*.pdf"))) == 4
    assert len(list(tmp_path.glob("papers/*/*.pdf"))) == 1


def said(text: str) -> dict[str, Any]:
    fact: dict[str, Any] = json.loads(text)
    return fact
