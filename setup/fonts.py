"""Fangsong and Kai, which no Debian package brings by itself: taken out of TeX Live's Chinese package.

GB/T 9704-2012 sets text in Fangsong. Debian's only free simplified one is FandolFang in texlive-lang-chinese; of
that package only the two fonts are wanted, not the twenty-one packages of TeX that it depends on. Its archive
(49 MB) is fetched, which needs no root, and read. Standard library only.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

PACKAGE = "texlive-lang-chinese"
FACES = ("FandolFang-Regular.otf", "FandolKai-Regular.otf")
TOOLS = ("apt-get", "dpkg-deb", "fc-cache")


def folder() -> Path:
    """Where fontconfig looks for fonts that are not the distribution's: of the machine for root, else of the user."""
    if os.geteuid() == 0:
        return Path("/usr/local/share/fonts/gongguo")
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "fonts" / "gongguo"


def are_there(target: Path) -> bool:
    return all((target / face).is_file() for face in FACES)


def fetch(into: Path) -> Path:
    """The package's archive, fetched into a folder. Raises CalledProcessError."""
    subprocess.run(
        ["apt-get", "download", "-qq", PACKAGE],
        cwd=into,
        check=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )
    return next(into.glob("*.deb"))


def unpack(archive: Path, target: Path) -> None:
    """Takes the faces out of the archive. Raises TarError, or KeyError when a face is not in it."""
    target.mkdir(parents=True, exist_ok=True)
    wanted = set(FACES)
    with (
        subprocess.Popen(["dpkg-deb", "--fsys-tarfile", archive], stdout=subprocess.PIPE) as reading,
        tarfile.open(fileobj=reading.stdout, mode="r|") as members,
    ):
        for member in members:
            name = Path(member.name).name
            content = members.extractfile(member) if name in wanted else None
            if content is not None:
                part = target / f"{name}.part"
                part.write_bytes(content.read())
                part.replace(target / name)
                wanted.discard(name)
    if wanted:
        raise KeyError(*wanted)


def ensure(target: Path | None = None, fetched: Callable[[Path], Path] = fetch) -> bool:
    """Brings the faces in where they are missing; whether they are there now.

    Without them papers print in Song: setting up goes on, and the sentence says so.
    """
    target = target or folder()
    if are_there(target):
        return True
    sys.stdout.write("正在取仿宋、楷体字库……\n")
    sys.stdout.flush()
    lacking = [tool for tool in TOOLS if shutil.which(tool) is None]
    try:
        if not lacking:
            with tempfile.TemporaryDirectory() as scratch:
                Path(scratch).chmod(0o755)  # apt fetches as a user of its own
                unpack(fetched(Path(scratch)), target)
            subprocess.run(["fc-cache", target], check=True)
    except (subprocess.CalledProcessError, tarfile.TarError, KeyError, OSError, StopIteration):
        lacking.append(PACKAGE)
    if lacking:
        sys.stderr.write(
            f"没有取到仿宋、楷体字库（缺 {'、'.join(lacking)}），表册正文将以宋体印出；"
            "可将仿宋、楷体字库文件复制到 " + str(target) + " 后执行 fc-cache。\n"
        )
    return not lacking


if __name__ == "__main__":
    ensure()
