"""A command gets a PostgreSQL of its own, which is gone afterwards however the command ends."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

SERVER = Path("/usr/lib/postgresql/15/bin/initdb")
SCRIPT = Path(__file__).resolve().parents[2] / "setup" / "postgres.py"
with_server = pytest.mark.skipif(not SERVER.exists(), reason="PostgreSQL 15 is not installed on this machine")


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder for temporary files that the server's own user can enter."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def run_with_postgres(place: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "TMPDIR": str(place)}
    return subprocess.run([sys.executable, SCRIPT, *command], env=environment, capture_output=True, text=True)


@with_server
def test_the_command_finds_a_server_that_is_gone_afterwards(place: Path) -> None:
    ask = (
        "import os, psycopg; print(psycopg.connect(os.environ['DATABASE_URL']).info.server_version // 10000)"
    )
    answer = run_with_postgres(place, sys.executable, "-c", ask)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "15\n", "")
    assert list(place.iterdir()) == []


@with_server
def test_a_failing_command_keeps_its_exit_code_and_leaves_nothing(place: Path) -> None:
    assert run_with_postgres(place, "sh", "-c", "exit 7").returncode == 7
    assert list(place.iterdir()) == []


@with_server
def test_a_terminated_command_leaves_no_server(place: Path) -> None:
    answer = run_with_postgres(place, "sh", "-c", "kill -TERM $PPID; sleep 1")
    assert answer.returncode == 128 + 15
    assert list(place.iterdir()) == []


def test_a_machine_without_the_server_is_told_what_to_run(
    setup_module: Callable[[str], ModuleType],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    postgres = setup_module("postgres")
    monkeypatch.setattr(postgres, "PROGRAMS", tmp_path / "none")
    monkeypatch.setattr(postgres.debian, "ensure", lambda names: None)
    monkeypatch.setattr(postgres.signal, "signal", lambda number, handler: None)
    assert postgres.main(["true"]) == 1
    assert "postgresql-15" in capsys.readouterr().err


def test_what_a_failing_server_said_is_shown(
    setup_module: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    postgres = setup_module("postgres")
    monkeypatch.setattr(postgres.os, "geteuid", lambda: os.getuid() or 1000)
    with pytest.raises(postgres.ClusterFailed, match="disk is full"):
        postgres.run_as_owner(["sh", "-c", "echo disk is full; exit 1"], tmp_path)
