"""The demo stops where a command refuses, and does not print the same forms twice."""

import socket
import sys
from collections.abc import Callable
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
    return module


@pytest.fixture
def commands(demo: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The product's commands that the demo runs, in their order; none is really run."""
    given: list[list[str]] = []

    def run(words: list[str]) -> None:
        given.append(words[1:])
        if words[1] == "print_reports":
            demo.FORMS.mkdir(exist_ok=True)

    monkeypatch.setattr("django.core.management.execute_from_command_line", run)
    return given


def test_the_main_job_runs_the_public_commands_in_order(demo: ModuleType, commands: list[list[str]]) -> None:
    demo.reckon(demo.BUREAU)
    assert [words[0] for words in commands] == [
        "load_scheme",
        "import_people",
        "demo_unit",
        "import_events",
        "import_ballots",
        "import_metrics",
        "assess",
    ]


def test_a_unit_without_ballots_imports_none(demo: ModuleType, commands: list[list[str]]) -> None:
    demo.reckon(next(unit for unit in demo.UNITS if unit.scheme == "community"))
    assert "import_ballots" not in [words[0] for words in commands]


def test_accounts_are_made_at_the_bureau_alone(demo: ModuleType, commands: list[list[str]]) -> None:
    for unit in demo.UNITS:
        demo.reckon(unit)
    assert [words[1] for words in commands if "--passwords" in words] == ["demo-bureau"]


def test_the_demo_stops_where_a_command_refuses(demo: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[str] = []

    def refuse_people(words: list[str]) -> None:
        names.append(words[1])
        if words[1] == "import_people":
            sys.exit(1)

    monkeypatch.setattr("django.core.management.execute_from_command_line", refuse_people)
    with pytest.raises(demo.DemoFailed, match="导入人员"):
        demo.reckon(demo.BUREAU)
    assert names == ["load_scheme", "import_people"]


def test_forms_of_the_same_result_are_not_printed_again(demo: ModuleType, commands: list[list[str]]) -> None:
    demo.BUREAU.result.write_text("{}")
    demo.print_forms()
    demo.print_forms()
    assert [words[0] for words in commands] == ["print_reports"]


def test_forms_are_printed_again_after_another_result(demo: ModuleType, commands: list[list[str]]) -> None:
    demo.BUREAU.result.write_text("{}")
    demo.print_forms()
    demo.BUREAU.result.write_text('{"subjects": []}')
    demo.print_forms()
    assert [words[0] for words in commands] == ["print_reports", "print_reports"]


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


def test_every_unit_has_its_spreadsheets(demo: ModuleType) -> None:
    files = {unit.scheme: {path.stem for path in unit.spreadsheets.glob("*.xlsx")} for unit in demo.UNITS}
    assert files == {
        "bureau": {"people", "events", "ballots", "metrics"},
        "district": {"people", "events"},
        "township": {"people", "events", "ballots", "metrics"},
        "street": {"people", "events", "ballots"},
        "community": {"people", "events", "metrics"},
    }
