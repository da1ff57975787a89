"""The commands `load_scheme`, `lint_scheme`, `export_scheme`, `pack_schema`."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from jsonschema import Draft202012Validator

from ledger.imports.metrics import import_metrics
from rulesets.models import Edition, Scheme
from rulesets.packs import read_pack
from rulesets.snapshots import digest_of
from units.models import Appointment, Department, Person, Unit

FIXTURES = Path(__file__).parents[2] / "fixtures/schemes"


@pytest.fixture
def pack_file(tmp_path: Path, small: str) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(small, encoding="utf-8")
    return path


def said_by(command: str, *args: object, **options: object) -> str:
    out = io.StringIO()
    call_command(command, *(str(arg) for arg in args), stdout=out, **options)
    return out.getvalue()


def refusal_by(command: str, *args: object, **options: object) -> str:
    err = io.StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command(command, *(str(arg) for arg in args), stderr=err, **options)
    assert stopped.value.code == 1
    return err.getvalue()


def test_loading_makes_the_unit_where_it_is_not_there(db: None, pack_file: Path) -> None:
    said_by("load_scheme", pack_file, unit="new")
    assert Scheme.objects.get(unit__code="new").code == "small"


@pytest.mark.parametrize("code", ["", "../x", "a b", "a/b", ".x"])
def test_a_unit_can_only_be_called_what_stands_in_an_address(db: None, pack_file: Path, code: str) -> None:
    assert "不能使用" in refusal_by("load_scheme", pack_file, unit=code)
    assert not Unit.objects.exists()


def test_loading_gives_a_draft(db: None, pack_file: Path) -> None:
    said_by("load_scheme", pack_file, unit="new")
    assert Edition.objects.get().status == Edition.Status.DRAFT


def test_loading_publishes_when_asked_to(db: None, pack_file: Path) -> None:
    said_by("load_scheme", pack_file, unit="new", publish=True)
    assert Edition.objects.get().status == Edition.Status.PUBLISHED


def test_a_draft_that_was_loaded_before_is_published_when_asked_to(db: None, pack_file: Path) -> None:
    said_by("load_scheme", pack_file, unit="new")
    said_by("load_scheme", pack_file, unit="new", publish=True)
    assert Edition.objects.get().status == Edition.Status.PUBLISHED


def test_loading_the_same_pack_again_says_so_and_changes_nothing(db: None, pack_file: Path) -> None:
    said_by("load_scheme", pack_file, unit="new", publish=True)
    assert "没有改动" in said_by("load_scheme", pack_file, unit="new", publish=True)
    assert Edition.objects.count() == 1


def test_one_bad_pack_among_several_loads_none(db: None, pack_file: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("format: 1\n", encoding="utf-8")
    assert "bad.yaml" in refusal_by("load_scheme", pack_file, bad, unit="new")
    assert not Unit.objects.filter(code="new").exists()


def test_each_fault_of_a_pack_is_one_line(db: None, tmp_path: Path, small: str) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(small.replace("floor: 0", "floor: 25").replace("level: municipal", "level: x"), "utf-8")
    assert len(refusal_by("load_scheme", bad, unit="new").splitlines()) == 2


def test_a_unit_must_be_named(pack_file: Path) -> None:
    with pytest.raises(CommandError, match="--unit"):
        call_command("load_scheme", str(pack_file))


def test_lint_counts_errors_and_warnings(bureau: Unit) -> None:
    said = said_by("lint_scheme", "bureau", "bureau")
    assert "提醒 规则 B101：含有假定" in said
    assert "错误 0 处" in said


def test_lint_shows_an_error(draft: Edition) -> None:
    draft.rules.filter(code="A2").update(params={})
    assert "错误 规则 A2 第1档" in said_by("lint_scheme", "office", "small")


def test_lint_names_the_schemes_there_are(draft: Edition) -> None:
    assert "已有的办法：small" in refusal_by("lint_scheme", "office", "other")


def test_lint_names_the_units_there_are(draft: Edition) -> None:
    assert "已有的单位：office" in refusal_by("lint_scheme", "nowhere", "small")


def test_the_exported_file_reads_back_to_the_same_digest(bureau: Unit, tmp_path: Path) -> None:
    said_by("export_scheme", "bureau", "bureau", tmp_path / "out.yaml")
    assert digest_of(read_pack(tmp_path / "out.yaml")) == digest_of(read_pack(FIXTURES / "bureau.yaml"))


def test_the_exported_workbook_is_loaded_as_the_same_scheme(bureau: Unit, tmp_path: Path) -> None:
    said_by("export_scheme", "bureau", "bureau", out=str(tmp_path / "out.xlsx"))
    assert "没有改动" in said_by("load_scheme", tmp_path / "out.xlsx", unit="bureau")


def test_a_faulty_workbook_is_refused_by_sheet_row_and_column(
    db: None, tmp_path: Path, draft: Edition
) -> None:
    draft.rules.filter(code="A2").update(params={})
    said_by("export_scheme", "office", "small", tmp_path / "out.xlsx")
    said = refusal_by("load_scheme", tmp_path / "out.xlsx", unit="office")
    assert "out.xlsx：工作表“档次”，第 4 行，列“情形”：" in said


def test_no_workbook_is_written_in_an_old_format(draft: Edition, tmp_path: Path) -> None:
    assert "请写成 .xlsx 或 .yaml" in refusal_by(
        "export_scheme", "office", "small", out=str(tmp_path / "out.xls")
    )


def test_an_export_into_a_folder_that_is_not_there_is_refused(draft: Edition, tmp_path: Path) -> None:
    assert "无法写入" in refusal_by("export_scheme", "office", "small", tmp_path / "no" / "out.yaml")


def test_the_checked_in_json_schema_is_that_of_the_families() -> None:
    kept = json.loads((FIXTURES / "pack.schema.json").read_text("utf-8"))
    assert kept == json.loads(said_by("pack_schema")), (
        "run `manage.py pack_schema > fixtures/schemes/pack.schema.json`"
    )
    Draft202012Validator.check_schema(kept)


def test_lint_names_the_figures_that_nobody_records(bureau_people: dict[str, Person]) -> None:
    rows = "指标,期间,对象,数值\nnotes,2025,1001,12000\n"
    import_metrics(Unit.objects.get(code="bureau"), io.BytesIO(rows.encode()), filename="metrics.csv")
    said = said_by("lint_scheme", "bureau", "bureau")
    assert "提醒 规则 B104：所用的指标“reflections”在本单位还没有任何记录" in said
    assert "指标“notes”" not in said


def test_lint_names_a_group_in_which_nobody_is(db: None, tmp_path: Path, small: str) -> None:
    pack = tmp_path / "small.yaml"
    pack.write_text(
        small.replace("{level: municipal, value: 2.5}", "{group: staff, level: municipal, value: 2.5}")
    )
    said_by("load_scheme", pack, unit="office")
    assert "目前没有任何在任人员" not in said_by("lint_scheme", "office", "small")
    unit = Unit.objects.get(code="office")
    department = Department.objects.create(unit=unit, code="K1", name="科")
    person = Person.objects.create(unit=unit, no="1", name="甲")
    Appointment.objects.create(unit=unit, person=person, department=department, group="", start="2020-01-01")
    assert "规则 A1：所用的分组“干部”目前没有任何在任人员" in said_by("lint_scheme", "office", "small")
