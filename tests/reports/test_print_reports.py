"""`print_reports`: from a stored run to files."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import call_command
from openpyxl import load_workbook
from PIL import Image

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


def ordered(out: Path, form: str, *arguments: str) -> list[str]:
    call_command("print_reports", "bureau", "2025", "--form", form, "--out", str(out), *arguments)
    return sorted(path.name for path in out.iterdir())


@pytest.mark.parametrize(
    ("form", "names"),
    [
        ("notice", ["公示_某局_2025年.pdf"]),
        ("summary", ["考核结果汇总表_某局_2025年.pdf"]),
        ("filing", ["备案表_某局_2025年.pdf"]),
        ("roster", ["花名册_某局_2025年.pdf"]),
        (
            "appraisal",
            [
                "民主测评表_分管领导评分_某局_2025年.pdf",
                "民主测评表_班子综合评议_某局_2025年.pdf",
                "民主测评表_述职民主评议_某局_2025年.pdf",
            ],
        ),
    ],
)
def test_each_form_of_the_unit_is_printed(run: Run, tmp_path: Path, form: str, names: list[str]) -> None:
    assert ordered(tmp_path, form) == names
    assert "陈一" in text_of((tmp_path / names[0]).read_bytes())


def test_a_ledger_shows_what_the_event_was_based_on(run: Run, tmp_path: Path) -> None:
    (name,) = ordered(tmp_path, "ledger", "--subject", "1001")
    assert "3月3日E1获表彰和荣誉加分项市厅级四（六）1" in text_of((tmp_path / name).read_bytes())


def test_a_department_and_a_list_of_people_are_printed(run: Run, tmp_path: Path) -> None:
    names = ordered(tmp_path, "ledger", "--department", "K02", "--subject", "1001")
    assert names == ["积分台账_1001_陈一.pdf", "积分台账_1003_王三.pdf", "积分台账_1004_赵四.pdf"]


def test_the_ledgers_of_a_unit_are_had_as_one_booklet(run: Run, tmp_path: Path) -> None:
    (name,) = ordered(tmp_path, "ledger", "--booklet")
    text = text_of((tmp_path / name).read_bytes())
    assert text.count("2025年积分台账汇总") == 1
    assert all(f"姓名：{subject['name']}" in text for subject in run.result["subjects"])


def test_the_notice_is_had_as_pictures(run: Run, tmp_path: Path) -> None:
    (name,) = ordered(tmp_path, "notice", "--format", "png")
    with Image.open(tmp_path / name) as picture:
        assert picture.width == 1080
        assert picture.height < 2200


def test_the_summary_is_had_as_a_workbook(run: Run, tmp_path: Path) -> None:
    (name,) = ordered(tmp_path, "summary", "--format", "xlsx")
    sheet = load_workbook(tmp_path / name).active
    assert sheet is not None
    assert sheet.cell(1, 1).value == "某局2025年考核结果汇总表"
    assert [sheet.cell(2, column).value for column in (1, 2, 3)] == ["名次", "工号", "姓名"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--form", "annual", "--format", "xlsx"], "年度考核登记表没有 xlsx 格式，可用的有：pdf"),
        (["--form", "annual", "--size", "A3"], "年度考核登记表不印 A3 幅面"),
        (["--form", "notice", "--posted", "2026-01-05"], "开始日和结束日须一起写明"),
        (["--form", "notice", "--posted", "2026-01-05", "--until", "2026-01-01"], "早于开始日"),
        (["--form", "summary", "--format", "xlsx", "--booklet"], "只有 PDF 可以合订成一册"),
        (["--form", "monthly"], "不按月考核"),
        (["--form", "summary", "--department", "K09"], "没有代码为“K09”的部门"),
    ],
)
def test_what_cannot_be_had_is_refused_with_the_way_out(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    with pytest.raises(SystemExit) as exit_of:
        call_command("print_reports", "bureau", "2025", *arguments, "--out", str(tmp_path / "none"))
    assert exit_of.value.code == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "none").exists()
