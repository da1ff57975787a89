"""The set-up takes Fangsong and Kai out of a Debian package's archive."""

import importlib
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def fonts_setup(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "setup")
    return importlib.import_module("fonts")


def archive_with(folder: Path, *names: str) -> Path:
    """A Debian archive that holds files of these names deep in its tree."""
    tree = folder / "tree"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN/control").write_text(
        "Package: faces\nVersion: 1\nArchitecture: all\nMaintainer: a <a@b.c>\nDescription: faces\n"
    )
    (tree / "usr/share/faces").mkdir(parents=True)
    for name in names:
        (tree / "usr/share/faces" / name).write_text(f"shapes of {name}")
    subprocess.run(["dpkg-deb", "--build", tree, folder / "faces.deb"], check=True, capture_output=True)
    return folder / "faces.deb"


def test_the_two_faces_come_out_of_the_archive(fonts_setup: ModuleType, tmp_path: Path) -> None:
    archive = archive_with(tmp_path, *fonts_setup.FACES, "FandolHei-Regular.otf")
    assert fonts_setup.ensure(tmp_path / "out", lambda scratch: archive)
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(fonts_setup.FACES)
    assert (tmp_path / "out/FandolFang-Regular.otf").read_text() == "shapes of FandolFang-Regular.otf"


def test_faces_that_are_there_are_not_fetched_again(fonts_setup: ModuleType, tmp_path: Path) -> None:
    for face in fonts_setup.FACES:
        (tmp_path / face).write_text("")

    def must_not_fetch(scratch: Path) -> Path:
        raise AssertionError("fetched")

    assert fonts_setup.ensure(tmp_path, must_not_fetch)


def test_without_the_faces_the_set_up_goes_on_and_says_so(
    fonts_setup: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = archive_with(tmp_path, fonts_setup.FACES[0])
    assert not fonts_setup.ensure(tmp_path / "out", lambda scratch: archive)
    assert "正文将以宋体印出" in capsys.readouterr().err


def test_a_network_that_fails_is_told(
    fonts_setup: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(scratch: Path) -> Path:
        raise subprocess.CalledProcessError(100, "apt-get")

    assert not fonts_setup.ensure(tmp_path, fails)
    assert "texlive-lang-chinese" in capsys.readouterr().err
