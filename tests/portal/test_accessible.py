"""The pages in a browser as those use them who don't see them well or have no mouse: axe-core, keyboard, width."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from assessments.models import Run
from ledger.models import Event
from rulesets.drafts import copy_as_draft
from rulesets.models import Edition, Rule
from tests.browsing import (
    DESK,
    IN_A_BROWSER,
    PASSWORD,
    PHONE,
    excess_width,
    grave_faults,
    launched,
    picture_of,
    signed_in,
    violations_on,
)
from units.models import Account, Membership, Person

# A picture of less than so many bytes shows an empty page.
LEAST_PICTURE = 5000
STEPS = ("check", "scenarios", "simulation", "publish", "compare", "from_workbook")

pytestmark = IN_A_BROWSER


@pytest.fixture
def draft(transactional_db: None, run: Run) -> Edition:
    """A draft beside the published edition, to be edited."""
    return copy_as_draft(run.edition)


@pytest.fixture
def pages(draft: Edition, run: Run) -> list[str]:
    """The main pages of the portal and of the admin, those of the editor and of printing among them."""
    of_period = [
        reverse(f"portal:{name}", args=["bureau", "2025"]) for name in ("results", "review", "roster")
    ]
    lists = [f"admin:{name}_changelist" for name in ("units_person", "ledger_event", "rulesets_edition")]
    return [
        reverse("portal:home"),
        *of_period,
        reverse("portal:subject", args=["bureau", "2025", "1002"]),
        reverse("portal:prints", args=["bureau", "2025"]),
        reverse("admin:index"),
        *(reverse(name) for name in lists),
        reverse("admin:units_person_change", args=[Person.objects.values_list("pk", flat=True)[0]]),
        reverse("admin:ledger_event_change", args=[Event.objects.values_list("pk", flat=True)[0]]),
        reverse("admin:ledger_event_import"),
        reverse("admin:rulesets_edition_change", args=[run.edition_id]),
        reverse("admin:rulesets_scheme_start"),
        reverse("admin:rulesets_scheme_from_library", args=["street"]),
        reverse("admin:rulesets_wording_page", args=[draft.pk, "annual"]),
        reverse("admin:rulesets_component_items", args=[draft.components.all()[0].pk]),
        reverse("admin:rulesets_edition_terms", args=[draft.pk]),
        *(reverse("admin:rulesets_rule_change", args=[rule.pk]) for rule in edited_rules(draft)),
        reverse("admin:rulesets_edition_change", args=[draft.pk]),
        *(reverse(f"admin:rulesets_edition_{step}", args=[draft.pk]) for step in STEPS),
    ]


def edited_rules(draft: Edition) -> list[Rule]:
    """A rule with tiers, and one whose condition is built of rows."""
    rules = draft.rules.exclude(tiers=None).order_by("pk")[:1]
    with_condition = [rule for rule in draft.rules.order_by("pk") if rule.condition][:1]
    return [*rules, *with_condition]


@pytest.fixture
def administrator(pages: list[str], run: Run) -> Account:
    account = Account.objects.create_user("manager", password=PASSWORD)
    Membership.objects.create(account=account, unit=run.unit, role=Membership.Role.SCHEME_ADMIN)
    return account


@pytest.fixture
def browser(administrator: Account, live_server: LiveServer) -> Iterator[Browser]:
    with launched() as opened:
        yield opened


def test_no_page_has_a_serious_fault_or_anything_that_its_policy_refuses(
    browser: Browser, live_server: LiveServer, pages: list[str], tmp_path: Path
) -> None:
    page = signed_in(browser, live_server.url, "manager", DESK)
    heard, refused = violations_on(page), []
    found = {}
    for address in pages:
        heard.clear()
        page.goto(live_server.url + address)
        assert picture_of(page, address, tmp_path).stat().st_size > LEAST_PICTURE, address
        # Before axe looks, which tries styles of its own.
        refused += heard
        if faults := grave_faults(page):
            found[address] = faults
    assert found == {}, json.dumps(found, ensure_ascii=False, indent=1)
    assert refused == []


def test_no_page_is_wider_than_a_phone(
    browser: Browser, live_server: LiveServer, pages: list[str], tmp_path: Path
) -> None:
    page = signed_in(browser, live_server.url, "manager", PHONE)
    refused = violations_on(page)
    wide = []
    for address in pages:
        page.goto(live_server.url + address)
        assert picture_of(page, address, tmp_path).stat().st_size > LEAST_PICTURE, address
        if excess_width(page) > 0:
            wide.append(address)
    assert wide == []
    assert refused == []


def test_the_menu_of_an_edition_is_whole_on_a_phone(
    browser: Browser, live_server: LiveServer, draft: Edition
) -> None:
    page = signed_in(browser, live_server.url, "manager", PHONE)
    page.goto(live_server.url + reverse("admin:rulesets_edition_change", args=[draft.pk]))
    page.get_by_text("更多", exact=True).click()
    last_link = page.get_by_role("link", name="办法文件的格式说明")
    expect(last_link).to_be_visible()
    menu, last = page.locator(".more ul").bounding_box(), last_link.bounding_box()
    assert menu is not None and last is not None
    assert menu["y"] + menu["height"] >= last["y"] + last["height"]
    assert last["x"] + last["width"] <= PHONE["width"]
    last_link.click(trial=True)


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
    expect(page.get_by_text("已登记1个考核对象的审定")).to_be_visible()


def test_a_bar_that_stays_covers_no_box_that_the_keyboard_reaches(
    browser: Browser, live_server: LiveServer
) -> None:
    page = signed_in(browser, live_server.url, "manager", DESK)
    page.goto(live_server.url + reverse("portal:roster", args=["bureau", "2025"]))
    boxes = page.get_by_role("checkbox")
    expect(boxes).not_to_have_count(0)
    for place in range(boxes.count()):
        boxes.nth(place).focus()
        bar, box = page.locator(".decide").bounding_box(), boxes.nth(place).bounding_box()
        assert bar is not None
        assert box is not None
        assert box["y"] + box["height"] <= bar["y"] or box["y"] >= bar["y"] + bar["height"]
