"""Makes or refreshes `.venv` from the locks: `install.py product` or `install.py test`.

Standard library only, run by a Python 3.11 from outside the environment. Does nothing when nothing changed.
"""

import hashlib
import subprocess
import sys
import time
import venv
from pathlib import Path

import check
import debian
import fonts

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = ROOT / ".venv"
INTERPRETER = ENVIRONMENT / "bin" / "python"
LOCKS = {"product": "base.txt", "test": "dev.txt"}
PACKAGES = {"product": ["packages.txt"], "test": ["packages.txt", "packages-test.txt"]}
PIP_INSTALL = ("-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input", "--require-hashes")


class SetupFailed(Exception):
    """The environment could not be made; the message says why and what to do."""


def packages_for(purpose: str) -> list[str]:
    """The Debian packages that a purpose needs, with those that Debian's own Python lacks."""
    wanted = debian.packages_in(*(ROOT / "setup" / name for name in PACKAGES[purpose]))
    if sys.base_prefix == "/usr":
        wanted += [
            need.package for need in check.NEEDS if need.package.startswith("python3") and not need.is_met()
        ]
    return wanted


def fingerprint(purpose: str) -> str:
    """What the environment was made from: the locks, the interpreter, the place."""
    digest = hashlib.sha256(f"{sys.version} {sys.base_prefix} {ENVIRONMENT}".encode())
    for name in ("build.txt", LOCKS[purpose]):
        digest.update((ROOT / "requirements" / name).read_bytes())
    return digest.hexdigest()


def stamp_of(purpose: str) -> Path:
    return ENVIRONMENT / f"made-for-{purpose}"


def is_fresh(purpose: str) -> bool:
    """Whether the environment runs and was made from the present locks."""
    stamp = stamp_of(purpose)
    return INTERPRETER.exists() and stamp.is_file() and stamp.read_text("ascii") == fingerprint(purpose)


def runs() -> bool:
    """Whether the environment has a working interpreter of this version, with pip, at this place."""
    question = "import sys, pip; print(sys.version, sys.prefix)"
    try:
        answer = subprocess.run([INTERPRETER, "-c", question], capture_output=True, text=True)
    except OSError:
        return False
    return answer.stdout.strip() == f"{sys.version} {ENVIRONMENT}"


def install_lock(name: str, *options: str) -> None:
    """Installs what a lock names, hashes checked. Raises SetupFailed; pip has said why by then."""
    lock = ROOT / "requirements" / name
    if subprocess.run([INTERPRETER, *PIP_INSTALL, *options, "--requirement", lock]).returncode != 0:
        raise SetupFailed("Python 软件包没有装上，原因见上；请检查网络后重新执行同一命令。")


def make_environment(purpose: str) -> None:
    """Makes the environment where it isn't there, and installs the locks of a purpose."""
    if not runs():
        sys.stdout.write(f"正在建立虚拟环境：{ENVIRONMENT}\n")
        sys.stdout.flush()
        venv.create(ENVIRONMENT, clear=True, symlinks=True, with_pip=True)
    sys.stdout.write("正在安装 Python 软件包……\n")
    sys.stdout.flush()
    install_lock("build.txt")
    # durable_rules comes as source only: it is built with the locked setuptools, not with whatever is newest.
    install_lock(LOCKS[purpose], "--no-build-isolation")
    # The test lock holds the product's, pin for pin.
    for made in {"product", purpose}:
        stamp_of(made).write_text(fingerprint(made), "ascii")


def main(purpose: str) -> int:
    began = time.monotonic()
    try:
        debian.ensure(packages_for(purpose))
        missing = check.unmet()
        for need in missing:
            sys.stderr.write(need.sentence() + "\n")
        if missing:
            return 1
        fonts.ensure()
        if not is_fresh(purpose):
            make_environment(purpose)
            sys.stdout.write(f"环境已就绪，用时 {time.monotonic() - began:.0f} 秒。\n")
    except (SetupFailed, debian.InstallationFailed) as failed:
        sys.stderr.write(f"{failed}\n")
        return 1
    return 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # whatever the locale is
    if sys.argv[1:] not in (["product"], ["test"]):
        sys.exit("usage: install.py product|test")
    sys.exit(main(sys.argv[1]))
