"""The commands of the ledger: what they print, how they end."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from ledger.chain import head_of
from ledger.models import Event
from units.models import Person, Unit

pytestmark = pytest.mark.django_db
EVENTS = "event_no,date,item,subject\nE1,2025-05-05,B102,1001\n"


@pytest.fixture
def events_file(tmp_path: Path) -> Path:
    path = tmp_path / "events.csv"
    path.write_text(EVENTS, encoding="utf-8")
    return path


def run(command: str, *arguments: Any, **options: Any) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command."""
    out, err = StringIO(), StringIO()
    try:
        call_command(command, *map(str, arguments), stdout=out, stderr=err, **options)
    except SystemExit as end:
        assert isinstance(end.code, int)
        return end.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_an_import_says_what_it_did(bureau_people: dict[str, Person], events_file: Path) -> None:
    assert run("import_events", "bureau", events_file) == (0, "新增 1，变更 0，未变 0，移除 0。\n", "")
    assert Event.objects.count() == 1


def test_a_dry_run_lists_changes_and_writes_nothing(
    bureau_people: dict[str, Person], events_file: Path
) -> None:
    code, out, _ = run("import_events", "bureau", events_file, dry_run=True)
    assert (code, out.splitlines()[0]) == (
        0,
        "新增 事件 E1（2025年5月5日）：陈一（1001） B102 无故不参加集中学习",
    )
    assert not Event.objects.exists()


def test_a_refused_file_ends_with_1_and_an_error_a_line(
    bureau_people: dict[str, Person], events_file: Path
) -> None:
    events_file.write_text(EVENTS + "E2,2025-05-05,X,1001\nE3,2025-05-05,B102,9\n", encoding="utf-8")
    code, out, err = run("import_events", "bureau", events_file)
    assert (code, out, len(err.splitlines())) == (1, "", 2)
    assert not Event.objects.exists()


def test_an_unknown_unit_is_refused_with_those_there_are(bureau: Unit, events_file: Path) -> None:
    code, _, err = run("import_events", "nowhere", events_file)
    assert (code, "没有编码为“nowhere”的单位" in err, "bureau" in err) == (1, True, True)


def test_a_missing_file_is_refused(bureau: Unit, tmp_path: Path) -> None:
    code, _, err = run("import_events", "bureau", tmp_path / "none.csv")
    assert (code, "不存在或无法读取" in err) == (1, True)


@pytest.mark.parametrize("command", ["import_people", "import_events", "import_ballots", "import_metrics"])
def test_an_empty_file_is_refused_by_every_import(command: str, bureau: Unit, tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_bytes(b"")
    code, _, err = run(command, "bureau", path)
    assert code == 1 and err


def test_a_whole_chain_prints_its_head(
    bureau: Unit, bureau_people: dict[str, Person], events_file: Path
) -> None:
    run("import_events", "bureau", events_file)
    code, out, _ = run("verify_ledger", "bureau")
    assert (code, head_of(bureau) in out, "共 1 批" in out) == (0, True, True)


def test_a_broken_chain_ends_with_1(
    bureau: Unit, bureau_people: dict[str, Person], events_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("import_events", "bureau", events_file)
    monkeypatch.setattr("ledger.chain.root_of", lambda leaves: "0" * 64)
    code, _, err = run("verify_ledger", "bureau")
    assert (code, "第 1 批（事项）的内容" in err) == (1, True)
