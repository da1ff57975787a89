"""The virtual environment is made once and made again only when something changed."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def install(
    setup_module: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> ModuleType:
    """The installer in a place of its own, with two small locks."""
    module = setup_module("install")
    (tmp_path / "requirements").mkdir()
    for name in ("build.txt", "base.txt", "dev.txt"):
        (tmp_path / "requirements" / name).write_text(f"# {name}\n")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "ENVIRONMENT", tmp_path / ".venv")
    monkeypatch.setattr(module, "INTERPRETER", tmp_path / ".venv" / "bin" / "python")
    return module


def make_stamped(install: ModuleType, purpose: str) -> None:
    install.INTERPRETER.parent.mkdir(parents=True)
    install.INTERPRETER.symlink_to(sys.executable)
    install.stamp_of(purpose).write_text(install.fingerprint(purpose))


def test_an_environment_made_from_these_locks_is_fresh(install: ModuleType) -> None:
    make_stamped(install, "product")
    assert install.is_fresh("product")


def test_a_changed_lock_asks_for_a_new_installation(install: ModuleType) -> None:
    make_stamped(install, "product")
    (install.ROOT / "requirements" / "base.txt").write_text("# changed\n")
    assert not install.is_fresh("product")


def test_an_environment_without_test_packages_is_not_fresh_for_tests(install: ModuleType) -> None:
    make_stamped(install, "product")
    assert not install.is_fresh("test")


def test_an_environment_whose_interpreter_went_is_made_anew(install: ModuleType) -> None:
    make_stamped(install, "product")
    install.INTERPRETER.unlink()
    install.INTERPRETER.symlink_to("/nowhere/python3.11")
    assert not install.is_fresh("product")
    assert not install.runs()


def test_a_failing_pip_fails_the_set_up(install: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install.subprocess, "run", lambda command: subprocess.CompletedProcess(command, 1))
    with pytest.raises(install.SetupFailed, match="没有装上"):
        install.install_lock("base.txt")


def test_another_python_is_refused_in_a_sentence(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "python3.9"
    other.write_text("#!/bin/sh\nexit 1\n")
    other.chmod(0o755)
    answer = subprocess.run(
        ["sh", root / "setup" / "setup.sh", "product"],
        env={"PATH": "/usr/bin:/bin", "PYTHON": str(other)},
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 1
    assert "Python 3.11" in answer.stderr and answer.stdout == ""
