"""The import pages of the admin: preview, confirm, and nobody else's files."""

import datetime
import os
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from ledger.models import Ballot, Batch, Event, PendingImport
from units.models import Account, Person, Unit
from units.sealed import seal_bytes

GOOD = "event_no,date,item,subject\nE1,2025-05-05,B102,1001\n"
BAD = "event_no,date,item,subject\nE1,2025-05-05,B999,1001\n"
PAGE = "/admin/ledger/event/import/"
CONFIRM = "/admin/ledger/event/process_import/"
MAY_IMPORT = ("add_event", "view_event", "add_person", "view_person")
pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(bureau_people: dict[str, Person], bureau: Unit, account_in: Callable[..., Account]) -> Client:
    return logged_in(account_in("clerk", bureau, permissions=MAY_IMPORT))


def logged_in(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def upload(client: Client, unit: Unit, text: str, page: str = PAGE) -> str:
    file = SimpleUploadedFile("events.csv", text.encode())
    response = client.post(page, {"unit": unit.pk, "file": file})
    assert response.status_code == 200
    return response.content.decode()


def token_in(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_a_preview_shows_faults_by_row_and_column_and_changes_nothing(clerk: Client, bureau: Unit) -> None:
    page = upload(clerk, bureau, BAD)
    assert '<td class="number">2</td><td>事项</td><td>没有计分项“B999”' in page
    assert "确认导入" not in page
    assert not Event.objects.exists()


def test_a_preview_shows_what_would_change_and_changes_nothing(clerk: Client, bureau: Unit) -> None:
    page = upload(clerk, bureau, GOOD)
    assert (
        "新增</td><td>事件 E1（2025年5月5日）：陈一（1001） B102 无故不参加集中学习" in page
        and "确认导入" in page
    )
    assert not Event.objects.exists()


def test_confirming_imports_in_the_accounts_name(clerk: Client, bureau: Unit) -> None:
    token = token_in(upload(clerk, bureau, GOOD))
    response = clerk.post(CONFIRM, {"token": token}, follow=True)
    assert "已导入“events.csv”：新增 1" in response.content.decode()
    assert Event.objects.current().get().event_no == "E1"
    made_by = Batch.objects.get().made_by
    assert made_by is not None and made_by.username == "clerk"


def test_a_day_to_come_is_shown_by_row_with_what_was_probably_meant_and_confirmed_by_itself(
    clerk: Client, bureau: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: datetime.date(2026, 5, 4))
    page = upload(clerk, bureau, GOOD.replace("2025-05-05", "2062-03-01"))
    assert '<td class="number">2</td><td>日期</td><td>2062年3月1日还没有到（今天是2026年5月4日）' in page
    assert "是不是2026年3月1日？" in page
    sent = {"token": token_in(page)}
    again = clerk.post(CONFIRM, sent).content.decode()
    assert "确实无误的，勾选" in again and not Event.objects.exists()
    said = clerk.post(CONFIRM, {"token": token_in(again), "is_right": "on"}, follow=True).content.decode()
    assert "已导入“events.csv”：新增 1" in said


def test_a_day_far_from_those_of_the_other_rows_is_shown(clerk: Client, bureau: Unit) -> None:
    rows = "".join(f"E{n},2025-05-0{n},B102,1001\n" for n in range(1, 9))
    page = upload(clerk, bureau, f"event_no,date,item,subject\n{rows}E9,2024-05-09,B102,1001\n")
    assert '<td class="number">10</td><td>日期</td><td>2024年5月9日与本表其他各行相差较远' in page
    assert "是不是2025年5月9日？" in page


def test_a_day_near_the_turn_of_the_year_is_not_asked_about(clerk: Client, bureau: Unit) -> None:
    rows = "".join(f"E{n},2025-05-0{n},B102,1001\n" for n in range(1, 9))
    page = upload(clerk, bureau, f"event_no,date,item,subject\n{rows}E9,2024-12-20,B102,1001\n")
    assert "确认导入" in page and "请核对以下日期" not in page


def test_an_odd_day_that_is_on_record_is_not_asked_about_again(clerk: Client, bureau: Unit) -> None:
    odd = GOOD.replace("2025-05-05", "2062-03-01")
    clerk.post(CONFIRM, {"token": token_in(upload(clerk, bureau, odd)), "is_right": "on"})
    assert "请核对以下日期" not in upload(clerk, bureau, odd)


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("ballot", "期间,部分,评议人,对象,分数\n2062,democratic,R1,1001,90\n", "2062年还没有开始"),
        ("metric", "指标,期间,对象,数值\nnotes,2062,1001,9000\n", "2062年还没有开始"),
    ],
)
def test_ballots_and_figures_of_a_period_to_come_are_shown(
    kind: str,
    text: str,
    said: str,
    bureau_people: dict[str, Person],
    bureau: Unit,
    account_in: Callable[..., Account],
) -> None:
    browser = logged_in(account_in("clerk", bureau, permissions=(f"add_{kind}", f"view_{kind}")))
    page = upload(browser, bureau, text, f"/admin/ledger/{kind}/import/")
    assert said in page and "以上日期确实无误" in page


def test_a_file_is_confirmed_once(clerk: Client, bureau: Unit) -> None:
    token = token_in(upload(clerk, bureau, GOOD))
    clerk.post(CONFIRM, {"token": token})
    assert clerk.post(CONFIRM, {"token": token}).status_code == 403


def test_a_waiting_file_is_stored_sealed(clerk: Client, bureau: Unit) -> None:
    upload(clerk, bureau, GOOD)
    with PendingImport.objects.get().content.open() as stored:
        assert b"1001" not in stored.read()


def test_a_confirmed_file_is_removed(
    clerk: Client, bureau: Unit, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    token = token_in(upload(clerk, bureau, GOOD))
    stored = PendingImport.objects.get().content
    with django_capture_on_commit_callbacks(execute=True):
        clerk.post(CONFIRM, {"token": token})
    assert not PendingImport.objects.exists() and not stored.storage.exists(stored.name)


@pytest.mark.parametrize("other", [b"swapped", seal_bytes(GOOD.replace("1001", "1002").encode()), None])
def test_a_waiting_file_that_was_tampered_with_is_refused(
    clerk: Client, bureau: Unit, other: bytes | None
) -> None:
    token = token_in(upload(clerk, bureau, GOOD))
    stored = PendingImport.objects.get().content
    stored.storage.delete(stored.name)
    if other is not None:
        stored.storage.save(stored.name, ContentFile(other))
    page = clerk.post(CONFIRM, {"token": token}).content.decode()
    assert "已不在，或内容被改动过，没有导入；请重新选择文件并预览" in page
    assert not Event.objects.exists() and not PendingImport.objects.exists()


def test_a_confirm_that_would_do_something_else_than_was_shown_shows_a_new_preview(
    clerk: Client, bureau: Unit, events: Callable[..., Any], row: Callable[..., str]
) -> None:
    token = token_in(upload(clerk, bureau, GOOD))
    events(row(subject="1002"))
    page = clerk.post(CONFIRM, {"token": token}).content.decode()
    assert "结果已与预览不同，因此没有导入" in page and "变更</td><td>事件 E1" in page
    assert Event.objects.count() == 1
    clerk.post(CONFIRM, {"token": token_in(page)})
    assert Event.objects.count() == 2


def test_a_refused_file_comes_back_with_its_faulty_cells_marked(clerk: Client, bureau: Unit) -> None:
    link = re.search(r'href="([^"]+)">下载标注好的表格', upload(clerk, bureau, BAD))
    assert link is not None
    response = clerk.get(link[1])
    worksheet = load_workbook(BytesIO(b"".join(response))).worksheets[0]
    assert "没有计分项“B999”" in worksheet["C2"].comment.text
    assert worksheet["C2"].fill.fgColor.rgb == "00FFC7CE" and worksheet["B2"].comment is None


def test_a_marked_file_is_its_accounts_alone(
    clerk: Client, bureau: Unit, account_in: Callable[..., Account]
) -> None:
    upload(clerk, bureau, BAD)
    address = f"/admin/ledger/event/import/marked/{PendingImport.objects.get().token}/"
    colleague = logged_in(account_in("colleague", bureau, permissions=MAY_IMPORT))
    assert colleague.get(address).status_code == 403
    assert clerk.get(address.replace("event", "ballot")).status_code == 403


def test_a_file_with_faults_can_not_be_confirmed(clerk: Client, bureau: Unit) -> None:
    upload(clerk, bureau, BAD)
    token = str(PendingImport.objects.get().token)
    assert clerk.post(CONFIRM, {"token": token}).status_code == 403


def test_another_accounts_confirm_is_refused(
    clerk: Client, bureau: Unit, account_in: Callable[..., Account]
) -> None:
    token = token_in(upload(clerk, bureau, GOOD))
    colleague = logged_in(account_in("colleague", bureau, permissions=MAY_IMPORT))
    assert colleague.post(CONFIRM, {"token": token}).status_code == 403
    assert not Event.objects.exists()


def test_a_confirm_after_leaving_the_unit_is_refused(clerk: Client, bureau: Unit) -> None:
    token = token_in(upload(clerk, bureau, GOOD))
    Account.objects.get(username="clerk").memberships.all().delete()
    assert clerk.post(CONFIRM, {"token": token}, follow=True).status_code == 403
    assert not Event.objects.exists()


def test_a_confirm_on_another_page_is_refused(clerk: Client, bureau: Unit) -> None:
    token = token_in(upload(clerk, bureau, GOOD))
    assert clerk.post("/admin/units/person/process_import/", {"token": token}).status_code == 403


@pytest.mark.parametrize("token", ["", "not-a-token", "/etc/passwd"])
def test_a_token_that_is_none_is_refused(clerk: Client, token: str) -> None:
    assert clerk.post(CONFIRM, {"token": token}).status_code == 403


def test_a_foreign_unit_is_not_offered_and_not_taken(clerk: Client, other_unit: Unit) -> None:
    assert other_unit.name not in clerk.get(PAGE).content.decode()
    assert "确认导入" not in upload(clerk, other_unit, GOOD)


def test_an_account_without_the_permission_sees_no_import(
    bureau: Unit, account_in: Callable[..., Account]
) -> None:
    reader = logged_in(account_in("reader", bureau, permissions=("view_event",)))
    assert reader.get(PAGE).status_code == 403
    assert reader.post(CONFIRM, {"token": "x"}).status_code == 403
    assert "从表格导入" not in reader.get("/admin/ledger/event/").content.decode()


def test_a_file_that_changes_nothing_has_nothing_to_confirm(clerk: Client, bureau: Unit) -> None:
    clerk.post(CONFIRM, {"token": token_in(upload(clerk, bureau, GOOD))})
    page = upload(clerk, bureau, GOOD)
    assert "没有需要导入的内容" in page and "确认导入" not in page


def test_a_file_that_waited_for_a_day_is_forgotten(clerk: Client, bureau: Unit) -> None:
    upload(clerk, bureau, GOOD)
    PendingImport.objects.update(made_at=timezone.now() - datetime.timedelta(days=2))
    stale = PendingImport.objects.get().pk
    upload(clerk, bureau, GOOD.replace("E1", "E2"))
    assert not PendingImport.objects.filter(pk=stale).exists()


def test_an_old_file_without_a_row_is_removed_and_a_fresh_one_stays(clerk: Client, bureau: Unit) -> None:
    old, fresh = (default_storage.save(f"imports/{name}.sealed", ContentFile(b"x")) for name in "ab")
    before = (timezone.now() - datetime.timedelta(days=2)).timestamp()
    os.utime(default_storage.path(old), (before, before))
    upload(clerk, bureau, GOOD)
    assert not default_storage.exists(old) and default_storage.exists(fresh)


def test_people_come_in_by_the_same_pages(clerk: Client, bureau: Unit) -> None:
    text = "no,name,department,department_name,start\n0007,孙七,K03,第三科,2025-01-01\n"
    page = upload(clerk, bureau, text, "/admin/units/person/import/")
    clerk.post("/admin/units/person/process_import/", {"token": token_in(page)})
    assert Person.objects.filter(no="0007", unit=bureau).exists()


def test_an_event_page_shows_its_former_states(
    clerk: Client, bureau: Unit, events: Callable[..., Any], row: Callable[..., str]
) -> None:
    events(row())
    events(row(subject="1002"))
    event = Event.objects.current().get()
    page = clerk.get(f"/admin/ledger/event/{event.pk}/change/").content.decode()
    assert "第 1 批（事项）" in page and "已被取代" in page and "李二（1002）" in page


def test_an_event_page_calls_items_levels_and_attributes_by_their_names(
    clerk: Client, bureau: Unit, events: Callable[..., Any], row: Callable[..., str]
) -> None:
    events(row(event_no="E1", item="B401", form="late"))
    events(row(event_no="E2", item="B601", level="municipal"))
    late, honour = (Event.objects.current().get(event_no=number) for number in ("E1", "E2"))
    page = clerk.get(f"/admin/ledger/event/{late.pk}/change/").content.decode()
    assert "B401 迟到、早退" in page and "情形：迟" in page
    assert "市厅级" in clerk.get(f"/admin/ledger/event/{honour.pk}/change/").content.decode()


def test_the_list_of_events_shows_what_counts_now(
    clerk: Client, events: Callable[..., Any], row: Callable[..., str]
) -> None:
    events(row())
    events(row(subject="1002"))
    page = clerk.get("/admin/ledger/event/").content.decode()
    assert "李二（1002） B102" in page and "陈一（1001） B102" not in page


def test_a_batch_names_who_imported_it_and_does_not_lead_to_the_account(
    clerk: Client, bureau: Unit, account_in: Callable[..., Account]
) -> None:
    clerk.post(CONFIRM, {"token": token_in(upload(clerk, bureau, GOOD))})
    clerk.force_login(account_in("auditor", bureau, permissions=("view_batch",)))
    page = clerk.get(f"/admin/ledger/batch/{Batch.objects.get().pk}/change/").content.decode()
    assert "经办人" in page and "/admin/units/account/" not in page


def test_ballots_are_shown_without_their_raters(
    bureau: Unit, imported: Callable[..., Any], account_in: Callable[..., Account]
) -> None:
    from ledger.imports.ballots import import_ballots

    header = "period,round,part,rater_group,rater,rater_department,subject,score\n"
    imported(import_ballots, header + "2025,Y,democratic,,8801,K02,1001,97.5\n")
    ballot = Ballot.objects.get()
    auditor = logged_in(account_in("auditor", bureau, permissions=("view_ballot",)))
    for address in ("/admin/ledger/ballot/", f"/admin/ledger/ballot/{ballot.pk}/change/"):
        page = auditor.get(address).content.decode()
        assert "陈一（1001）" in page
        assert ballot.rater not in page and "K02" not in page
