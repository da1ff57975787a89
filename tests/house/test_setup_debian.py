"""Debian packages come in without a question, and only what is missing."""

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def debian(setup_module: Callable[[str], ModuleType]) -> ModuleType:
    return setup_module("debian")


class Apt:
    """Stands in for dpkg-query and apt-get: keeps what was run and says what it was told to say."""

    def __init__(self, installed: Sequence[str] = (), failures: int = 0) -> None:
        self.installed = installed
        self.failures = failures
        self.runs: list[list[str]] = []
        self.options: list[dict[str, object]] = []

    def run(self, command: Sequence[str], **options: object) -> subprocess.CompletedProcess[str]:
        if command[0] == "dpkg-query":
            shown = "".join(f"{name} installed\n" for name in self.installed if name in command)
            return subprocess.CompletedProcess(list(command), 1, shown, "")
        self.runs.append(list(command))
        self.options.append(options)
        if command[1] == "install" and self.failures:
            self.failures -= 1
            return subprocess.CompletedProcess(list(command), 100, "E: Unable to locate package", "")
        return subprocess.CompletedProcess(list(command), 0, "", "")


@pytest.fixture
def use(debian: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Callable[[Apt, bool], Apt]:
    def with_apt(apt: Apt, is_root: bool) -> Apt:
        monkeypatch.setattr(debian.subprocess, "run", apt.run)
        monkeypatch.setattr(debian.shutil, "which", lambda name: f"/usr/bin/{name}")
        monkeypatch.setattr(debian.os, "geteuid", lambda: 0 if is_root else 1000)
        return apt

    return with_apt


def test_comments_and_empty_lines_of_a_list_are_passed_over(debian: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "packages.txt"
    file.write_text("# what for\n\ngcc   # builds\nfontconfig\n")
    assert debian.packages_in(file) == ["gcc", "fontconfig"]


def test_nothing_is_run_when_nothing_is_missing(debian: ModuleType, use: Callable[[Apt, bool], Apt]) -> None:
    apt = use(Apt(installed=["gcc"]), True)
    debian.ensure(["gcc"])
    assert apt.runs == []


def test_root_installs_only_what_is_missing_and_is_asked_nothing(
    debian: ModuleType, use: Callable[[Apt, bool], Apt]
) -> None:
    apt = use(Apt(installed=["gcc"]), True)
    debian.ensure(["gcc", "fontconfig"])
    (command,) = apt.runs
    assert command[-1] == "fontconfig" and "gcc" not in command and "-y" in command
    assert apt.options[0]["stdin"] == subprocess.DEVNULL
    assert apt.options[0]["env"]["DEBIAN_FRONTEND"] == "noninteractive"  # type: ignore[index]


def test_the_lists_are_fetched_only_when_those_at_hand_do_not_do(
    debian: ModuleType, use: Callable[[Apt, bool], Apt]
) -> None:
    apt = use(Apt(failures=1), True)
    debian.ensure(["gcc"])
    assert [command[1] for command in apt.runs] == ["install", "update", "install"]


def test_a_failing_installation_says_what_apt_said_and_what_to_run(
    debian: ModuleType, use: Callable[[Apt, bool], Apt]
) -> None:
    use(Apt(failures=2), True)
    with pytest.raises(debian.InstallationFailed, match="Unable to locate package") as failed:
        debian.ensure(["gcc"])
    assert debian.install_line(["gcc"]) in str(failed.value)


def test_who_is_not_root_gets_the_names_and_the_line(
    debian: ModuleType, use: Callable[[Apt, bool], Apt], capsys: pytest.CaptureFixture[str]
) -> None:
    apt = use(Apt(), False)
    debian.ensure(["gcc", "fontconfig"])
    assert apt.runs == []
    assert "apt-get install -y --no-install-recommends gcc fontconfig" in capsys.readouterr().out
