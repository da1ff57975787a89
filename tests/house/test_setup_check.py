"""What is missing on a machine is told in one sentence with its remedy."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def check(setup_module: Callable[[str], ModuleType]) -> ModuleType:
    return setup_module("check")


def sentences(check: ModuleType) -> list[str]:
    return [need.sentence() for need in check.unmet()]


def test_a_complete_machine_lacks_nothing(check: ModuleType) -> None:
    assert sentences(check) == []


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libpango-1.0.so.0", "libpango-1.0-0"),
        ("libpangoft2-1.0.so.0", "libpangoft2-1.0-0"),
        ("libharfbuzz-subset.so.0", "libharfbuzz-subset0"),
    ],
)
def test_a_missing_library_is_named_with_its_package(
    check: ModuleType, monkeypatch: pytest.MonkeyPatch, library: str, package: str
) -> None:
    load = check.ctypes.CDLL

    def without_library(name: str) -> object:
        if name == library:
            raise OSError(f"{name}: cannot open shared object file")
        return load(name)

    monkeypatch.setattr(check.ctypes, "CDLL", without_library)
    (sentence,) = sentences(check)
    assert sentence.startswith("缺少") and sentence.endswith(f"apt-get install {package}")


def test_a_missing_compiler_is_told_once(check: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    found = check.shutil.which
    monkeypatch.setattr(check.shutil, "which", lambda name: None if name == check.compiler() else found(name))
    (sentence,) = sentences(check)
    assert "编译器" in sentence and sentence.endswith("apt-get install gcc")


def test_a_compiler_without_c_headers_is_told(
    check: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bare = tmp_path / "cc"
    bare.write_text(f'#!/bin/sh\nexec {check.compiler()} -nostdinc "$@"\n')
    bare.chmod(0o755)
    monkeypatch.setattr(check, "compiler", lambda: str(bare))
    (sentence,) = sentences(check)
    assert sentence.endswith("apt-get install libc6-dev")


def test_missing_python_headers_are_told(
    check: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(check.sysconfig, "get_path", lambda name: str(tmp_path))
    (sentence,) = sentences(check)
    assert "Python.h" in sentence and sentence.endswith("apt-get install python3.11-dev")


def test_a_python_without_venv_is_told(check: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check.importlib.util, "find_spec", lambda name: None)
    (sentence,) = sentences(check)
    assert sentence.endswith("apt-get install python3.11-venv")


def test_missing_fonts_are_told_with_their_packages(
    check: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = subprocess.run

    def without_fonts(command: list[str], **options: object) -> object:
        if command[0] == "fc-list":
            return subprocess.CompletedProcess(command, 0, b"", b"")
        return run(command, **options)

    monkeypatch.setattr(check.subprocess, "run", without_fonts)
    wanted = [need.package for need in check.NEEDS if need.package.startswith("fonts-")]
    assert [sentence.split()[-1] for sentence in sentences(check)] == wanted != []


def test_without_fontconfig_its_tools_and_all_fonts_count_as_missing(
    check: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = check.shutil.which
    monkeypatch.setattr(check.shutil, "which", lambda name: None if name == "fc-list" else found(name))
    assert sentences(check)[0].endswith("apt-get install fontconfig")


def test_every_needed_package_stands_in_the_list_that_is_installed(
    check: ModuleType, setup_module: Callable[[str], ModuleType], root: Path
) -> None:
    listed = setup_module("debian").packages_in(root / "setup" / "packages.txt")
    asked = {need.package for need in check.NEEDS if not need.package.startswith("python3.11-")}
    assert asked <= set(listed)
