"""The pages in a browser as those use them who don't see them well or have no mouse: axe-core, keyboard, width."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from assessments.models import Run
from ledger.models import Event
from units.models import Account, Membership, Person

CHROMIUM = Path("/usr/bin/chromium")
PASSWORD = "a-long-password"
ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
]
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
GRAVE = ("serious", "critical")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed: `make test` installs it"),
]


@pytest.fixture
def pages(transactional_db: None, run: Run) -> list[str]:
    """The main pages of the portal and of the admin."""
    of_period = [
        reverse(f"portal:{name}", args=["bureau", "2025"]) for name in ("results", "review", "roster")
    ]
    lists = [f"admin:{name}_changelist" for name in ("units_person", "ledger_event", "rulesets_edition")]
    return [
        reverse("portal:home"),
        *of_period,
        reverse("portal:subject", args=["bureau", "2025", "1002"]),
        reverse("admin:index"),
        *(reverse(name) for name in lists),
        reverse("admin:units_person_change", args=[Person.objects.values_list("pk", flat=True)[0]]),
        reverse("admin:ledger_event_change", args=[Event.objects.values_list("pk", flat=True)[0]]),
        reverse("admin:ledger_event_import"),
        reverse("admin:rulesets_edition_change", args=[run.edition_id]),
        reverse("admin:rulesets_edition_from_workbook", args=[run.edition_id]),
        reverse("admin:rulesets_scheme_start"),
        reverse("admin:rulesets_scheme_from_library", args=["street"]),
        reverse(
            "admin:rulesets_component_items", args=[run.edition.components.values_list("pk", flat=True)[0]]
        ),
    ]


@pytest.fixture
def administrator(pages: list[str], run: Run) -> Account:
    account = Account.objects.create_user("manager", password=PASSWORD)
    Membership.objects.create(account=account, unit=run.unit, role=Membership.Role.SCHEME_ADMIN)
    return account


@pytest.fixture
def browser(administrator: Account, live_server: LiveServer) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield opened
        opened.close()


def signed_in(browser: Browser, live_server: LiveServer, viewport: dict[str, int]) -> Page:
    page = browser.new_context(viewport=viewport).new_page()
    page.goto(live_server.url)
    page.get_by_label("用户名").fill("manager")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    return page


def test_axe_finds_no_serious_fault(browser: Browser, live_server: LiveServer, pages: list[str]) -> None:
    page = signed_in(browser, live_server, DESK)
    found = {}
    for address in pages:
        page.goto(live_server.url + address)
        faults = [
            (fault["id"], fault["nodes"][0]["html"][:160], len(fault["nodes"]))
            for fault in Axe().run(page).response["violations"]
            if fault["impact"] in GRAVE
        ]
        if faults:
            found[address] = faults
    assert found == {}, json.dumps(found, ensure_ascii=False, indent=1)


def test_no_main_page_is_wider_than_a_phone(
    browser: Browser, live_server: LiveServer, pages: list[str]
) -> None:
    page = signed_in(browser, live_server, PHONE)
    wide = []
    for address in pages:
        page.goto(live_server.url + address)
        if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            wide.append(address)
    assert wide == []


def test_a_decision_is_recorded_by_the_keyboard_alone(browser: Browser, live_server: LiveServer) -> None:
    page = signed_in(browser, live_server, DESK)
    page.goto(live_server.url + reverse("portal:review", args=["bureau", "2025"]))
    page.get_by_label("选择李二（1002）").focus()
    page.keyboard.press("Space")
    page.get_by_label("审定等次").focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("集体研究")
    page.keyboard.press("Tab")
    page.keyboard.type("纪要1号")
    page.keyboard.press("Enter")
    page.get_by_text("已登记1个考核对象的审定").wait_for(timeout=10_000)


def test_a_bar_that_stays_covers_no_box_that_the_keyboard_reaches(
    browser: Browser, live_server: LiveServer
) -> None:
    page = signed_in(browser, live_server, DESK)
    page.goto(live_server.url + reverse("portal:roster", args=["bureau", "2025"]))
    boxes = page.get_by_role("checkbox")
    for place in range(boxes.count()):
        boxes.nth(place).focus()
        bar, box = page.locator(".decide").bounding_box(), boxes.nth(place).bounding_box()
        assert bar is not None
        assert box is not None
        assert box["y"] + box["height"] <= bar["y"] or box["y"] >= bar["y"] + bar["height"]
