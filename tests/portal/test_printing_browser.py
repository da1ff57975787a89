"""Printing in a real browser: ordered, watched, stopped, gone on with, fetched; refused to those without the right."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest
from django.db import connection, connections
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader
from pytest_django.live_server_helper import LiveServer

from assessments.models import Run
from jobs.work import perform, take
from tests.browsing import (
    DESK,
    IN_A_BROWSER,
    PASSWORD,
    PHONE,
    TURN,
    excess_width,
    grave_faults,
    launched,
    signed_in,
)
from units.models import Account, Membership, Person
from units.reach import everywhere

pytestmark = IN_A_BROWSER
PRINTS = reverse("portal:prints", args=["bureau", "2025"])


@pytest.fixture
def worker(transactional_db: None) -> Callable[[], None]:
    """Does the waiting jobs in a thread of its own, between the browser's requests; on SQLite over the tests' one
    connection.
    """
    shared = connections["default"] if connection.vendor == "sqlite" else None

    def work() -> None:
        if shared is not None:
            connections["default"] = shared
        # What is within reach is said in each thread anew.
        with TURN, everywhere("the worker's jobs are of all units"):
            while (task := take()) is not None:
                perform(task)
        if shared is None:
            connection.close()

    def run() -> None:
        thread = Thread(target=work)
        thread.start()
        thread.join()

    return run


@pytest.fixture
def chen(transactional_db: None, run: Run) -> Person:
    """1001, with a member of the committee and a colleague without duties who can sign in."""
    member = Account.objects.create_user("committee", password=PASSWORD)
    Membership.objects.create(account=member, unit=run.unit, role=Membership.Role.COMMITTEE)
    colleague = run.unit.people.get(no="1002")
    Account.objects.create_user("colleague", password=PASSWORD, person=colleague)
    return run.unit.people.get(no="1001")


@pytest.fixture
def browser(chen: Person, worker: Callable[[], None]) -> Iterator[Browser]:
    with launched() as opened:
        yield opened


def assert_accessible(page: Page) -> None:
    """Axe finds nothing grave, and the page is no wider than its window."""
    assert grave_faults(page) == []
    assert excess_width(page) <= 0


def test_papers_are_ordered_for_a_person_watched_stopped_and_fetched(
    browser: Browser, live_server: LiveServer, chen: Person, worker: Callable[[], None]
) -> None:
    page = signed_in(browser, live_server.url, "committee", DESK)
    page.goto(live_server.url + reverse("admin:units_person_change", args=[chen.pk]))
    page.get_by_role("link", name="打印表册").click()
    expect(page.get_by_label("只打印这些编号")).to_have_value("1001")
    assert_accessible(page)
    page.get_by_label("积分台账").check()
    page.get_by_role("button", name="开始打印").click()
    expect(page.get_by_text("排队中")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="停止打印").click()
    go_on = page.get_by_role("button", name="从停下的地方继续")
    expect(go_on).to_be_visible()
    assert_accessible(page)
    go_on.click()
    expect(page.get_by_text("排队中")).to_be_visible()
    worker()
    # The page asks by itself how far it is.
    download = page.get_by_role("link", name="下载")
    expect(download).to_be_visible()
    assert_accessible(page)
    with page.expect_download() as fetched:
        download.click()
    paper = PdfReader(BytesIO(Path(fetched.value.path()).read_bytes()))
    assert "陈一" in paper.pages[0].extract_text()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert_accessible(page)
    order = page.url
    page.goto(live_server.url + PRINTS)
    assert_accessible(page)
    assert_refused(browser, live_server, order)


def assert_refused(browser: Browser, live_server: LiveServer, order: str) -> None:
    """Who has no right to print finds neither the page, nor the order, nor its file."""
    page = signed_in(browser, live_server.url, "colleague", DESK)
    for address in (live_server.url + PRINTS, order, f"{order}progress/", f"{order}file/"):
        answer = page.goto(address)
        assert answer is not None and answer.status == 404, address
    page.goto(live_server.url)
    expect(page.get_by_role("button", name="退出")).to_be_visible()
    expect(page.get_by_role("link", name="打印表册")).to_have_count(0)
