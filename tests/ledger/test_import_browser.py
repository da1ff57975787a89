"""A recorder in a browser: a refused workbook comes back marked, is mended, confirmed, and undone as a whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browsing import DESK, IN_A_BROWSER, PASSWORD, grave_faults, launched, signed_in
from units.models import Account, Membership, Person, Unit

pytestmark = IN_A_BROWSER


@pytest.fixture
def page(
    transactional_db: None, bureau: Unit, bureau_people: dict[str, Person], live_server: LiveServer
) -> Iterator[Page]:
    """The browser of a recorder of 某局 who has signed in."""
    account = Account.objects.create_user("recorder", password=PASSWORD, unit=bureau)
    Membership.objects.create(account=account, unit=bureau, role=Membership.Role.RECORDER)
    with launched() as browser:
        yield signed_in(browser, live_server.url, "recorder", DESK)


def show(page: Page, file: Path) -> None:
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="预览").click()


def test_a_refused_workbook_is_mended_by_its_marks_confirmed_and_undone(page: Page, tmp_path: Path) -> None:
    workbook = Workbook()
    workbook.active.append(["某局考核事项登记表"])
    for row in (
        ["事件号", "日期", "事项", "对象"],
        ["E1", "2025.5.5", "B102", "1001"],
        ["E2", "五月", "B102", "陈一"],
    ):
        workbook.active.append(row)
    workbook.save(tmp_path / "事项.xlsx")
    page.goto("/admin/ledger/event/import/")
    show(page, tmp_path / "事项.xlsx")
    expect(page.get_by_role("cell", name="“五月”不是日期")).to_be_visible()
    assert not grave_faults(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载标注好的表格").click()
    download.value.save_as(tmp_path / "标注.xlsx")
    marked = load_workbook(tmp_path / "标注.xlsx")
    cells = {
        cell.coordinate: cell for row in marked.worksheets[0] for cell in row if cell.comment is not None
    }
    assert set(cells) == {"B4", "D4"} and "1001" in cells["D4"].comment.text
    cells["B4"].value, cells["D4"].value = "2025-05-06", "1002"
    marked.save(tmp_path / "事项（改正）.xlsx")
    show(page, tmp_path / "事项（改正）.xlsx")
    expect(page.get_by_role("cell", name="事件 E2（2025年5月6日）：李二（1002） B102")).to_be_visible()
    assert not grave_faults(page)
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("已导入“事项（改正）.xlsx”：新增 2")).to_be_visible()
    page.goto("/admin/ledger/importrecord/")
    page.get_by_role("link", name="事项（改正）.xlsx").click()
    page.get_by_role("link", name="撤销这次导入").click()
    page.get_by_label("撤销理由").fill("选错了年度")
    assert not grave_faults(page)
    page.get_by_role("button", name="撤销这次导入").click()
    expect(page.get_by_text("这次导入，原记录保留")).to_be_visible()


def test_an_event_is_entered_by_the_keyboard_from_lists(page: Page) -> None:
    page.goto("/admin/ledger/event/enter/")
    assert not grave_faults(page)
    page.get_by_label("事件号").fill("H1")
    page.get_by_label("日期").fill("2025-05-05")
    page.locator("input[name=parts-0-subject]").fill("1001 陈一")
    page.locator("input[name=parts-0-item]").fill("B102")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已登记：事件 H1")).to_be_visible()
