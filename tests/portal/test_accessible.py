"""The pages in a browser as those use them who don't see them well or have no mouse: axe-core, keyboard, width."""

import json
from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from assessments.models import Run
from ledger.models import Event
from tests.browsing import DESK, IN_A_BROWSER, PASSWORD, PHONE, grave_faults, launched, signed_in
from units.models import Account, Membership, Person

pytestmark = IN_A_BROWSER


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
    with launched() as opened:
        yield opened


def test_axe_finds_no_serious_fault(browser: Browser, live_server: LiveServer, pages: list[str]) -> None:
    page = signed_in(browser, live_server.url, "manager", DESK)
    found = {}
    for address in pages:
        page.goto(live_server.url + address)
        if faults := grave_faults(page):
            found[address] = faults
    assert found == {}, json.dumps(found, ensure_ascii=False, indent=1)


def test_no_main_page_is_wider_than_a_phone(
    browser: Browser, live_server: LiveServer, pages: list[str]
) -> None:
    page = signed_in(browser, live_server.url, "manager", PHONE)
    wide = []
    for address in pages:
        page.goto(live_server.url + address)
        if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            wide.append(address)
    assert wide == []


def test_a_decision_is_recorded_by_the_keyboard_alone(browser: Browser, live_server: LiveServer) -> None:
    page = signed_in(browser, live_server.url, "manager", DESK)
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
    page = signed_in(browser, live_server.url, "manager", DESK)
    page.goto(live_server.url + reverse("portal:roster", args=["bureau", "2025"]))
    boxes = page.get_by_role("checkbox")
    for place in range(boxes.count()):
        boxes.nth(place).focus()
        bar, box = page.locator(".decide").bounding_box(), boxes.nth(place).bounding_box()
        assert bar is not None
        assert box is not None
        assert box["y"] + box["height"] <= bar["y"] or box["y"] >= bar["y"] + bar["height"]
