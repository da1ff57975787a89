"""`print_reports`: from a stored run to files."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import call_command

from assessments.models import Run
from assessments.reckoning import reckon
from ledger.chain import head_of
from ledger.imports.events import import_events
from reports.forms.annual import annual_form
from reports.forms.record import source_of
from reports.forms.source import selected
from tests.reports.papers import text_of
from units.models import Person, Unit

EVENTS = """事件号,日期,事项,对象,级别,情形
E1,2025-03-03,B601,1001,municipal,
E2,2025-04-07,B401,1001,,late
E3,2025-05-06,V1,1002,,
"""


@pytest.fixture
def run(bureau: Unit, bureau_people: dict[str, Person]) -> Run:
    """某局's year with three events, reckoned."""
    import_events(bureau, BytesIO(EVENTS.encode()), filename="events.csv")
    return reckon(bureau, "2025")


def printed(out: Path, *arguments: str) -> list[str]:
    call_command("print_reports", "bureau", "2025", "--form", "annual", "--out", str(out), *arguments)
    return sorted(path.name for path in out.iterdir())


def test_everyone_assessed_gets_a_form(run: Run, tmp_path: Path) -> None:
    assert printed(tmp_path) == [
        "公务员年度考核登记表_1001_陈一.pdf",
        "公务员年度考核登记表_1002_李二.pdf",
        "公务员年度考核登记表_1003_王三.pdf",
        "公务员年度考核登记表_1004_赵四.pdf",
    ]


def test_one_subject_alone_is_printed_with_the_chain_and_the_digest(run: Run, tmp_path: Path) -> None:
    (name,) = printed(tmp_path, "--subject", "1001")
    text = text_of((tmp_path / name).read_bytes())
    assert f"核验码：{run.digest}" in text
    assert f"台账链码：{head_of(run.unit)}" in text
    assert "3月3日E1获表彰和荣誉市厅级四（六）1+5+5" in text


def test_the_form_follows_the_stored_result(run: Run) -> None:
    source = source_of(run)
    form = annual_form(source, selected(source, ["1002"])[0])
    stored = next(subject for subject in run.result["subjects"] if subject["no"] == "1002")
    assert (form.band_name, stored["band_name"]) == ("基本称职", "基本称职(基本合格)")
    assert any(note.startswith("一票否决：玩忽职守") for note in form.notes)


def test_the_post_since_is_that_of_the_main_appointment(run: Run) -> None:
    assert str(source_of(run).particulars("1003").since) == "2025-07-01"


def test_a_form_that_there_is_not_is_refused_with_those_that_there_are(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_of:
        call_command("print_reports", "bureau", "2025", "--form", "diploma", "--out", str(tmp_path))
    assert exit_of.value.code == 1
    assert "现有：annual（年度考核登记表）" in capsys.readouterr().err


def test_an_unknown_subject_is_refused(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_of:
        call_command(
            "print_reports", "bureau", "2025", "--form", "annual", "--subject", "9999", "--out", str(tmp_path)
        )
    assert exit_of.value.code == 1
    assert "9999" in capsys.readouterr().err


@pytest.mark.django_db(transaction=True)
def test_a_folder_that_cannot_be_written_ends_with_exit_code_1(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemExit) as exit_of:
        call_command("print_reports", "bureau", "2025", "--form", "annual", "--out", str(tmp_path / "file"))
    assert exit_of.value.code == 1
    assert "不能写入文件夹" in capsys.readouterr().err
