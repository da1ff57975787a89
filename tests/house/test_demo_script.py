"""The demo stops where a command refuses, and does not print the same forms twice."""

import socket
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def demo(
    setup_module: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> ModuleType:
    """The demo's script with a data folder of its own."""
    module = setup_module("demo")
    monkeypatch.setattr(module, "DEMO", tmp_path)
    monkeypatch.setattr(module, "FORMS", tmp_path / "forms")
    monkeypatch.setattr(module, "RESULT", tmp_path / "result.json")
    return module


@pytest.fixture
def commands(demo: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the product's commands that the demo runs, in their order; none is really run."""
    names: list[str] = []

    def run(command: Sequence[str], **options: object) -> subprocess.CompletedProcess[str]:
        names.append(command[2])
        if command[2] == "print_reports":
            demo.FORMS.mkdir(exist_ok=True)
        return subprocess.CompletedProcess(list(command), 0)

    monkeypatch.setattr(demo.subprocess, "run", run)
    return names


def test_the_main_job_runs_the_public_commands_in_order(demo: ModuleType, commands: list[str]) -> None:
    demo.reckon()
    assert [name for name in commands if name != "demo_unit"] == [
        "load_scheme",
        "import_people",
        "import_events",
        "import_ballots",
        "import_metrics",
        "assess",
    ]


def test_the_demo_stops_where_a_command_refuses(demo: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[str] = []

    def refuse_people(command: Sequence[str], **options: object) -> subprocess.CompletedProcess[str]:
        names.append(command[2])
        return subprocess.CompletedProcess(list(command), int(command[2] == "import_people"))

    monkeypatch.setattr(demo.subprocess, "run", refuse_people)
    with pytest.raises(demo.DemoFailed, match="导入人员"):
        demo.reckon()
    assert names == ["load_scheme", "import_people"]


def test_forms_of_the_same_result_are_not_printed_again(demo: ModuleType, commands: list[str]) -> None:
    demo.RESULT.write_text("{}")
    demo.print_forms()
    demo.print_forms()
    assert commands == ["print_reports"]


def test_forms_are_printed_again_after_another_result(demo: ModuleType, commands: list[str]) -> None:
    demo.RESULT.write_text("{}")
    demo.print_forms()
    demo.RESULT.write_text('{"subjects": []}')
    demo.print_forms()
    assert commands == ["print_reports", "print_reports"]


@pytest.mark.parametrize("port", ["0", "65536", "web", "-1", ""])
def test_what_is_no_port_is_refused(demo: ModuleType, monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(demo.DemoFailed, match="不是端口号"):
        demo.port_to_serve()


def test_a_port_in_use_is_told_before_any_work(demo: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setenv("PORT", str(other.getsockname()[1]))
        with pytest.raises(demo.DemoFailed, match="不能使用"):
            demo.port_to_serve()


def test_the_spreadsheets_that_the_demo_reads_are_there(demo: ModuleType) -> None:
    names: set[str] = {path.name for path in Path(demo.SPREADSHEETS).glob("*.xlsx")}
    assert names == {"people.xlsx", "events.xlsx", "ballots.xlsx", "metrics.xlsx"}
