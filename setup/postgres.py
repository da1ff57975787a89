"""Runs a command on a PostgreSQL of its own: `postgres.py COMMAND…`, with DATABASE_URL set for it.

The cluster lives in a temporary folder, listens on loopback at a free port with a random password, and is
stopped and removed when the command ends, however it ends. Standard library only.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import debian

SERVER = "postgresql-15"
PROGRAMS = Path("/usr/lib/postgresql/15/bin")
OWNER = "postgres"
# By whom the command signs in: no superuser, for whom row-level security would not hold.
ROLE = "gongguo"
# A throw-away cluster: nothing in it must outlive a power cut.
FAST = "fsync=off\nsynchronous_commit=off\nfull_page_writes=off\nunix_socket_directories=''\n"


class ClusterFailed(Exception):
    """The server could not be made or started; the message says what it said."""


def run_as_owner(command: Sequence[str | Path], folder: Path, told: str = "") -> None:
    """Runs a program of PostgreSQL, which refuses to be root, as its own user. Raises ClusterFailed.

    told: what it reads from its standard input.
    """
    owner = OWNER if os.geteuid() == 0 else None
    # The server keeps open what it inherits: files, not a pipe that would never end.
    with (folder / "said.log").open("a+") as said, tempfile.TemporaryFile("w+") as read:
        read.write(told)
        read.seek(0)
        answer = subprocess.run(
            command,
            cwd=folder,
            stdin=read,
            stdout=said,
            stderr=said,
            user=owner,
            group=owner,
            extra_groups=[] if owner else None,
        )
        if answer.returncode != 0:
            said.seek(0)
            raise ClusterFailed(f"PostgreSQL 没有启动：\n{said.read()[-2000:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def cluster() -> Iterator[str]:
    """Gives the address of a running server's empty database; stops the server by its own id afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="gongguo-postgres-"))
    data, password, port = folder / "data", secrets.token_urlsafe(24), free_port()
    password_file = folder / "password"
    password_file.touch(mode=0o600)
    password_file.write_text(password, "ascii")
    if os.geteuid() == 0:
        for path in (folder, password_file):
            shutil.chown(path, OWNER, OWNER)
    initdb: list[str | Path] = [
        PROGRAMS / "initdb",
        f"--pgdata={data}",
        f"--username={OWNER}",
        "--auth=scram-sha-256",
    ]
    initdb += [f"--pwfile={password_file}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    pg_ctl: list[str | Path] = [PROGRAMS / "pg_ctl", f"--pgdata={data}", "--wait"]
    try:
        run_as_owner(initdb, folder)
        with (data / "postgresql.conf").open("a", encoding="ascii") as settings:
            settings.write(f"{FAST}listen_addresses='127.0.0.1'\nport={port}\n")
        made = f"CREATE ROLE {ROLE} LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS PASSWORD '{password}'"
        made += f"\nCREATE DATABASE {ROLE} OWNER {ROLE}\n"
        run_as_owner([PROGRAMS / "postgres", "--single", "-D", data, OWNER], folder, made)
        run_as_owner([*pg_ctl, f"--log={folder / 'server.log'}", "start"], folder)
        yield f"postgres://{ROLE}:{password}@127.0.0.1:{port}/{ROLE}"
    finally:
        if (data / "postmaster.pid").exists():
            run_as_owner([*pg_ctl, "--mode=immediate", "stop"], folder)
        shutil.rmtree(folder)


def stop_on_signal(number: int, frame: FrameType | None) -> None:
    """A signal ends the command as an exception, so that the server is stopped on the way out."""
    sys.exit(128 + number)


def main(command: Sequence[str]) -> int:
    signal.signal(signal.SIGTERM, stop_on_signal)
    signal.signal(signal.SIGHUP, stop_on_signal)
    try:
        if not PROGRAMS.is_dir():
            debian.ensure([SERVER])
        if not PROGRAMS.is_dir():
            raise ClusterFailed(f"缺少 PostgreSQL 15，请以 root 执行：{debian.install_line([SERVER])}")
        with cluster() as address:
            return subprocess.run(
                command, env={**os.environ, "DATABASE_URL": address}, check=False
            ).returncode
    except (ClusterFailed, debian.InstallationFailed) as failed:
        sys.stderr.write(f"{failed}\n")
        return 1


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit("usage: postgres.py COMMAND…")
    sys.exit(main(sys.argv[1:]))
