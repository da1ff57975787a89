"""Debian packages: which are missing, and how they come in. Standard library only."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

SILENT = {"DEBIAN_FRONTEND": "noninteractive", "DEBCONF_NONINTERACTIVE_SEEN": "true"}
INSTALL = ("apt-get", "install", "-qq", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300")
LAST_LINES = 15


class InstallationFailed(Exception):
    """apt-get could not do its work; the message says what it said and what to do."""


def packages_in(*files: Path) -> list[str]:
    """The names in package lists: one a line, `#` begins a comment."""
    lines = [
        line.partition("#")[0].strip() for file in files for line in file.read_text("utf-8").splitlines()
    ]
    return [line for line in lines if line]


def missing_packages(wanted: Sequence[str]) -> list[str]:
    """Those of the wanted packages that dpkg doesn't hold as installed; none where there is no dpkg."""
    if shutil.which("dpkg-query") is None:
        return []
    command = ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n", *wanted]
    answer = subprocess.run(command, capture_output=True, text=True).stdout
    installed = {line.split()[0] for line in answer.splitlines() if line.endswith(" installed")}
    return [name for name in wanted if name not in installed]


def install_line(names: Sequence[str]) -> str:
    """The line that a person runs as root."""
    return f"apt-get update && apt-get install -y --no-install-recommends {' '.join(names)}"


def can_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(names: Sequence[str]) -> None:
    """Installs packages without a question; fetches the lists only when those on the machine don't do.

    Raises InstallationFailed with the end of what apt-get said.
    """
    if _run([*INSTALL, *names]).returncode == 0:
        return
    update = _run(["apt-get", "update", "-qq"])
    answer = _run([*INSTALL, *names])
    if answer.returncode != 0:
        said = (update.stdout if update.returncode else "") + answer.stdout
        raise InstallationFailed(
            f"系统软件包没有装上，请查明原因后重试，或自行执行：{install_line(names)}\n{_end_of(said)}"
        )


def ensure(wanted: Sequence[str]) -> None:
    """Brings in what is missing as root; else says what is missing and the line to run."""
    missing = missing_packages(wanted)
    if not missing:
        return
    if can_install():
        sys.stdout.write(f"正在安装系统软件包：{' '.join(missing)}\n")
        sys.stdout.flush()
        install(missing)
    else:
        sys.stdout.write(
            f"没有安装的系统软件包：{' '.join(missing)}\n请以 root 执行：{install_line(missing)}\n"
        )


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, **SILENT},
    )


def _end_of(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-LAST_LINES:])
