"""The pages in a real browser: from the entrance to a line's reason and the printed form."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect
from pypdf import PdfReader
from pytest_django.live_server_helper import LiveServer

from assessments.models import Run
from tests.browsing import DESK, IN_A_BROWSER, PASSWORD, PHONE, excess_width, launched, sign_in, signed_in
from units.models import Account, Membership

pytestmark = IN_A_BROWSER


@pytest.fixture
def served_run(transactional_db: None, run: Run) -> Run:
    """The year of 某局, committed so that the server sees it, and a member of its committee who can sign in."""
    account = Account.objects.create_user("committee", password=PASSWORD)
    Membership.objects.create(account=account, unit=run.unit, role=Membership.Role.COMMITTEE)
    return run


@pytest.fixture
def browser(served_run: Run, live_server: LiveServer) -> Iterator[Browser]:
    """Chromium. Asks for the data first: no database work is possible while a browser is driven."""
    with launched() as opened:
        yield opened


def test_from_the_entrance_to_the_reason_of_a_line_and_the_form(
    browser: Browser, live_server: LiveServer
) -> None:
    page = signed_in(browser, live_server.url, "committee", DESK)
    page.get_by_role("link", name="查看结果").click()
    page.get_by_role("link", name="李二").click()
    expect(page.get_by_role("heading", name="为什么是 89 分")).to_be_visible()
    clause = page.get_by_text("市委〔2025〕3号")
    expect(clause).to_be_hidden()
    page.locator("summary", has_text="E2").click()
    expect(clause).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载考核登记表").click()
    form = PdfReader(BytesIO(Path(download.value.path()).read_bytes()))
    assert "李二" in form.pages[0].extract_text()


def test_a_wrong_password_is_told_beside_the_fields(browser: Browser, live_server: LiveServer) -> None:
    page = browser.new_page()
    page.goto(live_server.url)
    page.get_by_label("用户名").fill("committee")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码不正确")


def test_no_page_is_wider_than_a_phone(browser: Browser, live_server: LiveServer) -> None:
    page = signed_in(browser, live_server.url, "committee", PHONE)
    results = reverse("portal:results", args=["bureau", "2025"])
    for address in ("/", results, f"{results}1002/"):
        page.goto(live_server.url + address)
        assert excess_width(page) == 0, address


def test_the_keyboard_skips_to_the_text_and_opens_a_line(browser: Browser, live_server: LiveServer) -> None:
    page = signed_in(browser, live_server.url, "committee", DESK)
    page.goto(live_server.url + reverse("portal:subject", args=["bureau", "2025", "1002"]))
    page.keyboard.press("Tab")
    expect(page.get_by_text("跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("签到册3月")).to_be_visible()


def test_the_pages_need_no_script(browser: Browser, live_server: LiveServer) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url)
    sign_in(page, "committee")
    page.get_by_role("link", name="查看结果").click()
    people = page.locator("tbody tr")
    expect(people).to_have_count(4)
    page.get_by_label("姓名或编号").fill("1004")
    page.get_by_role("button", name="筛选").click()
    expect(people).to_have_count(1)
    expect(people).to_contain_text("1004")


def test_no_page_goes_against_the_content_policy(
    transactional_db: None, browser: Browser, live_server: LiveServer
) -> None:
    page = signed_in(browser, live_server.url, "committee", DESK)
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security" in said.text else None)
    lists = ("ledger/event/", "ledger/ballot/", "units/person/", "rulesets/edition/", "rulesets/rule/")
    for address in ("/", "/second-factor/", "/password/", "/admin/", *(f"/admin/{name}" for name in lists)):
        assert page.goto(live_server.url + address).status == 200  # type: ignore[union-attr]
    # The colours of the theme stand in the one style that the policy lets through.
    expect(page.locator("#header")).to_have_css("background-color", "rgb(155, 27, 31)")
    assert not refused


def test_what_a_page_has_refused_or_fails_at_fails_its_test(served_run: Run, live_server: LiveServer) -> None:
    with pytest.raises(pytest.fail.Exception) as failed, launched() as opened:
        page = opened.new_page()
        page.goto(live_server.url)
        with page.expect_console_message(lambda said: "Content Security Policy" in said.text):
            page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')")
        with page.expect_event("pageerror"):
            page.evaluate("console.error('wrong'); setTimeout(() => { throw new Error('broken'); })")
        page.goto(f"{live_server.url}/nowhere/")
    said = str(failed.value)
    assert "Content Security Policy" in said and "wrong" in said and "broken" in said
    # A page that is not there, and says so, is no fault.
    assert "404" not in said
