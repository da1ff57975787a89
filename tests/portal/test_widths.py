"""Every kind of page on a phone: none is wider than the screen, a wide table moves within its own frame."""

import logging
from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.browsing import IN_A_BROWSER, PHONE, excess_width, launched
from tests.portal.addresses import Address, filled
from tests.portal.estate import furnish
from tests.portal.walking import OWN, ROLES, account_with, signed_in, walked
from units.models import Unit

pytestmark = IN_A_BROWSER
# Pages that are alike for every model: one of them stands for all.
ALIKE = {"add": "ledger_event", "delete": "units_appointment", "history": "rulesets_edition"}


def is_looked_at(address: Address) -> bool:
    """Whether no other address stands for this one."""
    action = address.name.rpartition("_")[2]
    is_alike = address.is_standard and action in ALIKE
    return not is_alike or address.name == f"admin:{ALIKE[action]}_{action}"


@pytest.fixture
def client_of_all(transactional_db: None, caplog: pytest.LogCaptureFixture) -> Client:
    """An account that has every role of 本处, in which there is a row of every kind."""
    caplog.set_level(logging.ERROR, "django.request")
    unit = furnish("benchu", OWN)
    return signed_in(account_with("everything", *((unit, role) for role in ROLES)))


@pytest.fixture
def pages(client_of_all: Client) -> list[str]:
    """The addresses of the pages that the account may open."""
    unit = Unit.objects.get(code="benchu")
    answers = {
        place: client_of_all.get(place)
        for place in (filled(one, unit) for one in walked() if is_looked_at(one))
    }
    return [
        place
        for place, answer in answers.items()
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
    ]


@pytest.fixture
def browser(pages: list[str], live_server: LiveServer) -> Iterator[Browser]:
    with launched() as opened:
        yield opened


def test_no_kind_of_page_is_wider_than_a_phone(
    browser: Browser, live_server: LiveServer, pages: list[str], client_of_all: Client
) -> None:
    page = browser.new_page(viewport=PHONE, locale="zh-CN", base_url=live_server.url)
    session = client_of_all.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    wide = {}
    for place in pages:
        page.goto(place)
        if (excess := excess_width(page)) > 0:
            wide[place] = excess
    assert len(pages) > 60
    assert wide == {}
