"""The house itself: rooms, locks, and what may not stand in a tracked file."""

import ast
import gettext
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOMS = ("tabular", "jobs", "units", "ledger", "assessments", "portal", "rulesets", "reports")


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    root = Path(__file__).resolve().parents[2]
    names = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True).stdout
    return [root / name for name in names.decode().split("\0") if name and (root / name).is_file()]


def pins(lock: Path) -> dict[str, str]:
    """Package → version of a lock."""
    return dict(
        re.findall(r"^([A-Za-z0-9._-]+(?:\[[a-z,]+\])?)==(\S+)", lock.read_text("utf-8"), re.MULTILINE)
    )


def test_platform_is_a_source_root_and_no_package(root: Path) -> None:
    # `platform` is a module of the standard library: a package of that name on the path would hide it, and
    # whatever asks for platform.system() would break. So the folder only holds packages.
    assert not (root / "platform" / "__init__.py").exists()
    import platform

    assert platform.system() == "Linux"


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_its_tests(root: Path, room: str) -> None:
    assert list((root / "tests" / room).rglob("test_*.py")) != []


def test_no_tracked_file_names_a_package_registry(tracked: list[Path]) -> None:
    # Written in pieces, so that this file doesn't hold what it looks for.
    hosts = [
        "py" + "pi." + "org",
        "python" + "hosted." + "org",
        "deb." + "debian." + "org",
        "tuna." + "tsinghua",
    ]
    options = ["--index" + "-url", "--extra-index" + "-url", "--find" + "-links", "--trusted" + "-host"]
    found = [
        f"{file.name}: {word}"
        for file in tracked
        for word in hosts + options
        if word.encode() in file.read_bytes()
    ]
    assert found == []


@pytest.mark.parametrize("name", ["base.txt", "dev.txt", "build.txt"])
def test_every_locked_package_has_hashes_and_no_address(root: Path, name: str) -> None:
    text = (root / "requirements" / name).read_text("utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert entries != []
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text


def test_the_test_lock_holds_the_product_lock_pin_for_pin(root: Path) -> None:
    product = pins(root / "requirements" / "base.txt")
    test = pins(root / "requirements" / "dev.txt")
    assert {name: test.get(name) for name in product} == product


@pytest.mark.parametrize("name", ["base", "dev", "build"])
def test_every_wanted_package_is_locked(root: Path, name: str) -> None:
    wanted = re.findall(
        r"^([A-Za-z][\w.-]*)", (root / "requirements" / f"{name}.in").read_text("utf-8"), re.MULTILINE
    )
    locked = {re.sub(r"\[.*", "", package) for package in pins(root / "requirements" / f"{name}.txt")}
    assert {re.sub(r"[-_.]+", "-", package).lower() for package in wanted} <= locked


def test_every_dependency_has_its_reason_in_the_architecture(root: Path) -> None:
    text = (root / "docs" / "ARCHITECTURE.md").read_text("utf-8")
    for name in ("base.in", "dev.in"):
        wanted = re.findall(
            r"^([A-Za-z][\w.-]*)", (root / "requirements" / name).read_text("utf-8"), re.MULTILINE
        )
        assert [package for package in wanted if f"`{package}`" not in text] == []


def test_the_licence_is_stated_and_enclosed(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"] == "Apache-2.0"
    assert "Apache License" in (root / "LICENSE").read_text("utf-8")


@pytest.mark.parametrize("name", ["README.md", "docs/README.zh-CN.md"])
def test_the_make_commands_of_a_readme_exist(root: Path, name: str) -> None:
    makefile = (root / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    used = set(re.findall(r"\bmake ([a-z-]+)\b", (root / name).read_text("utf-8")))
    assert {"demo", "test"} <= used <= targets


@pytest.mark.parametrize("name", ["README.md", "docs/README.zh-CN.md"])
def test_the_product_commands_of_a_readme_exist(root: Path, name: str) -> None:
    used = set(re.findall(r"manage\.py ([a-z_]+)", (root / name).read_text("utf-8")))
    assert used != set() and used <= set(get_commands())


@pytest.mark.parametrize("name", ["README.md", "docs/README.zh-CN.md", "docs/ARCHITECTURE.md"])
def test_what_a_document_links_to_is_there(root: Path, name: str) -> None:
    document = root / name
    targets = re.findall(r"\]\(([^)#:]+)\)", document.read_text("utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_our_words_for_django_are_compiled_as_they_are_written(root: Path, domain: str) -> None:
    folder = root / "platform/config/locale/zh_Hans/LC_MESSAGES"
    entry = re.compile(r'^msgid (".*")\n(?:msgid_plural .*\n)?msgstr(?:\[0\])? (".*")$', re.MULTILINE)
    written = {
        ast.literal_eval(key): ast.literal_eval(words)
        for key, words in entry.findall((folder / f"{domain}.po").read_text("utf-8"))
        if key != '""'
    }
    with (folder / f"{domain}.mo").open("rb") as stream:
        compiled: dict[str | tuple[str, int], str] = gettext.GNUTranslations(stream)._catalog  # type: ignore[attr-defined]
    assert written
    assert {
        key if isinstance(key, str) else key[0]: words for key, words in compiled.items() if key
    } == written, f"compile it: msgfmt -o {domain}.mo {domain}.po"
