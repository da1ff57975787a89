"""Roster entries from a spreadsheet: previewed, all rows or none, recorded, undone as a whole."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assessments.publication import publish_run
from assessments.reckoning import reckon
from ledger.closing import close_period
from ledger.errors import UndoRefused
from ledger.imports.exclusions import import_exclusions
from ledger.imports.report import ImportReport
from ledger.models import Exclusion, ImportRecord
from ledger.roster import roster_of
from ledger.undoing import undo_import
from rulesets.engine.period import Period
from tests.ledger.test_import_pages import token_in
from units.models import Account, Membership, Person, Unit

HEADER = "期间,对象,姓名,处理,情形,说明,起算日\n"
LEAVE = "2025,1002,李二,不参加考核,长期病假,病休,2025-03-01\n"
PROBATION = '2025,1003,,"参加考核，不定等次",试用期,,\n'
PAGE = "/admin/ledger/exclusion/"
YEAR = Period.parse("2025")
pytestmark = pytest.mark.django_db


@pytest.fixture
def brought(imported: Callable[..., ImportReport]) -> Callable[..., ImportReport]:
    """Imports lines of roster entries into 某局."""

    def run(*lines: str, dry_run: bool = False) -> ImportReport:
        return imported(import_exclusions, HEADER + "".join(lines), dry_run=dry_run)

    return run


@pytest.fixture
def recorder(client: Client, bureau: Unit, bureau_people: dict[str, Person]) -> Client:
    account = Account.objects.create(username="recorder", unit=bureau)
    Membership.objects.create(account=account, unit=bureau, role=Membership.Role.RECORDER)
    client.force_login(account)
    return client


def standing(unit: Unit) -> dict[str, str]:
    """How the people whom the file names take part now."""
    return {
        row.no: row.standing
        for row in roster_of(unit, YEAR, "person", YEAR.end)
        if row.no in LEAVE + PROBATION
    }


def test_a_file_is_entered_once(brought: Callable[..., ImportReport], bureau: Unit) -> None:
    assert brought(LEAVE, PROBATION).new == 2
    first, second = Exclusion.objects.order_by("pk")
    assert (first.kind, first.ground, first.reason) == ("excluded", "sick_leave", "病休")
    assert (str(first.since), str(second.since)) == ("2025-03-01", "2025-01-01")
    again = brought(LEAVE, PROBATION)
    assert (again.unchanged, again.changes_anything) == (2, False)
    assert Exclusion.objects.count() == 2 and ImportRecord.objects.filter(kind="roster").count() == 1


def test_a_dry_run_says_what_would_be_new_and_changed_and_enters_nothing(
    brought: Callable[..., ImportReport],
) -> None:
    brought(LEAVE)
    other = LEAVE.replace("长期病假,病休", "退休,")
    report = brought(other, PROBATION, dry_run=True)
    assert report.lines == [
        "新增 王三（1003） 2025年：参加考核，不定等次（试用期，自2025年1月1日起）",
        "变更 李二（1002） 2025年：不参加考核 → 不参加考核（退休，自2025年3月1日起）",
    ]
    assert Exclusion.objects.get().ground == "sick_leave"
    assert brought(other, PROBATION).digest == report.digest


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2025,9999,,不参加考核,退休,,", "第 3 行，列“对象”：“9999”既不是本单位的工号，也不是部门编码"),
        ("2025,1003,李三,不参加考核,退休,,", "第 3 行，列“姓名”：编号 1003 是“王三”，不是“李三”"),
        ("2025,1003,,出差,退休,,", "第 3 行，列“处理”：没有处理“出差”；允许"),
        ("2025,1003,,不参加考核,其他,,", "第 3 行，列“对象”：请写明理由"),
        ("2025,1003,,恢复参加考核,其他,返岗,", "第 3 行，列“对象”：王三（1003）本来就参加"),
        ("2025,1002,,不参加考核,退休,,", "第 3 行，列“对象”：与第 2 行重复"),
        ("2025,1005,,不参加考核,退休,,", "第 3 行，列“对象”：“1005”在2025年期末已不在任"),
        ("2018,1003,,不参加考核,退休,,", "第 3 行，列“对象”：“1003”不在2018年的名册里"),
        ("2025,K01,,不参加考核,其他,撤并,", "第 3 行，列“对象”：“K01”是部门，本单位的考核办法不考核这类对象"),
        ("明年,1003,,不参加考核,退休,,", "第 3 行，列“期间”：“明年”不是期间"),
    ],
)
def test_one_wrong_row_refuses_the_file(refused: Callable[..., str], row: str, said: str) -> None:
    assert said in refused(import_exclusions, f"{HEADER}{LEAVE}{row}\n")
    assert not Exclusion.objects.exists()


def test_a_closed_period_is_refused(refused: Callable[..., str], bureau: Unit) -> None:
    close_period(bureau, "2025")
    assert "已封账" in refused(import_exclusions, HEADER + LEAVE)


def test_a_clerk_previews_confirms_and_undoes(recorder: Client, bureau: Unit) -> None:
    file = SimpleUploadedFile("调整.csv", (HEADER + LEAVE + PROBATION).encode())
    page = recorder.post(f"{PAGE}import/", {"unit": bureau.pk, "file": file}).content.decode()
    assert "<strong>2</strong>新增" in page and not Exclusion.objects.exists()
    answer = recorder.post(f"{PAGE}process_import/", {"token": token_in(page)}, follow=True)
    assert "已导入“调整.csv”" in answer.content.decode() and "请重新核算" in answer.content.decode()
    assert standing(bureau) == {"1002": "不参加考核", "1003": "参加考核，不定等次"}
    undo = f"/admin/ledger/importrecord/{ImportRecord.objects.get(kind='roster').pk}/undo/"
    assert "已撤销" in recorder.post(undo, {"reason": "选错了文件"}, follow=True).content.decode()
    assert standing(bureau) == {"1002": "参加考核", "1003": "参加考核"}
    assert "撤销导入 调整.csv：选错了文件" in {entry.reason for entry in Exclusion.objects.current()}


def test_undoing_brings_back_what_stood_before(brought: Callable[..., ImportReport], bureau: Unit) -> None:
    brought(LEAVE)
    brought(LEAVE.replace("不参加考核,长期病假", '"参加考核，不定等次",借调外单位'))
    undo_import(ImportRecord.objects.filter(kind="roster").latest("pk"), "弄错了")
    entry = Exclusion.objects.current().get()
    assert (entry.kind, entry.ground, entry.reason, str(entry.since)) == (
        *("excluded", "sick_leave", "病休"),
        "2025-03-01",
    )


def test_what_was_changed_since_closed_or_published_stays(
    brought: Callable[..., ImportReport], bureau: Unit
) -> None:
    brought(LEAVE)
    record = ImportRecord.objects.get(kind="roster")
    brought(LEAVE.replace("病休", "住院"))
    with pytest.raises(UndoRefused, match="之后又有更改，不能整批撤销：李二"):
        undo_import(record, "弄错了")
    newest = ImportRecord.objects.filter(kind="roster").latest("pk")
    publish_run(reckon(bureau, "2025"), "年度公布", None)
    with pytest.raises(UndoRefused, match="已在导入之后的"):
        undo_import(newest, "弄错了")
    close_period(bureau, "2025")
    with pytest.raises(UndoRefused):
        undo_import(newest, "弄错了")
    assert Exclusion.objects.current().get().reason == "住院"
