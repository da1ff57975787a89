"""Debian's Chromium for tests of pages: how it is launched, how somebody signs in, what axe finds grave, pictures.

No page of a launched browser may have its content policy refuse anything, a script fail, or an error on its console.
"""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.servers.basehttp import ServerHandler
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    expect,
    sync_playwright,
)

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
PASSWORD = "a-long-password"
GRAVE = ("serious", "critical")
# How long a page is waited for, in milliseconds: long, since a machine that does much else at once is slow.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)
# Held by whoever works on the database while a browser is open: on SQLite all threads share the tests' connection.
TURN = threading.Lock()
# How the tests' server answers a request.
ANSWER = ServerHandler.run
# What pages of each launched browser said is wrong with them.
HEARD: WeakKeyDictionary[Browser, list[str]] = WeakKeyDictionary()
# With this variable naming a folder, pictures of the pages are kept there to be looked at.
KEPT_IN = "GONGGUO_SCREENS"
# The marks of a module of such tests.
IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed: `make test` installs it"),
]


@contextmanager
def launched() -> Iterator[Browser]:
    """Chromium. What is in the database is made before: no database work is possible while it is driven.

    At the end the test fails for what any page said was wrong with it.
    """
    with answered_in_turn(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=ARGUMENTS, timeout=2 * PATIENCE
        )
        heard = listen(browser)
        yield browser
        browser.close()
    if heard:
        pytest.fail("\n".join(heard))


@contextmanager
def answered_in_turn() -> Iterator[None]:
    """Has the tests' server answer one request after the other, and none that comes after the browser has gone.

    Two at once would be in one transaction where they share a connection, and a late one would write into tables
    that are being emptied for the next test.
    """
    gone = threading.Event()

    def answer(handler: ServerHandler, application: Any) -> None:
        with TURN:
            if not gone.is_set():
                ANSWER(handler, application)

    ServerHandler.run = answer  # type: ignore[method-assign]
    yield
    with TURN:
        gone.set()


def listen(browser: Browser) -> list[str]:
    """What pages of the browser's contexts say is wrong with them from now on; the list grows by itself."""
    heard = HEARD.setdefault(browser, [])

    def hear(message: ConsoleMessage) -> None:
        if is_fault(message.type, message.text, message.location.get("url", "")):
            heard.append(f"{message.page.url if message.page else ''}: {message.text}")

    open_context = browser.new_context

    def new_context(**options: Any) -> BrowserContext:
        # Without motion a place that is scrolled to is reached at once.
        context = open_context(**{"reduced_motion": "reduce"} | options)
        context.set_default_timeout(PATIENCE)
        context.on("console", hear)
        context.on("weberror", lambda error: heard.append(f"script: {error.error}"))
        return context

    browser.new_context = new_context  # type: ignore[method-assign]
    browser.new_page = lambda **options: new_context(**options).new_page()  # type: ignore[method-assign]
    return heard


def is_fault(kind: str, text: str, source: str) -> bool:
    """Whether what stands on the console is a fault of the page.

    A page that answers with a status of its own (what was typed is refused, nothing is there) is none; a script or
    a style that is missing is one.
    """
    if "Content Security Policy" in text:
        return True
    answered = text.startswith("Failed to load resource") and "/static/" not in source
    return kind == "error" and not answered


def signed_in(browser: Browser, address: str, username: str, viewport: dict[str, int]) -> Page:
    """A page of a browser of its own on which the account has signed in and sees where that leads.

    It takes paths below the address as well as whole addresses.
    """
    page = browser.new_context(viewport=viewport, locale="zh-CN", base_url=address).new_page()  # type: ignore[arg-type]
    page.goto("/")
    sign_in(page, username)
    return page


def sign_in(page: Page, username: str) -> None:
    """Signs in by the form that the page shows, and waits for the page behind it."""
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def expect_values(fields: Locator, *values: str) -> None:
    """Waits until the fields hold the values, in this order and no others."""
    expect(fields).to_have_count(len(values))
    for place, value in enumerate(values):
        expect(fields.nth(place)).to_have_value(value)


def excess_width(page: Page) -> int:
    """By how many pixels the page is wider than its window, which is waited for to have the width that was set."""
    assert page.viewport_size is not None
    width = page.viewport_size["width"]
    page.wait_for_function("width => window.innerWidth === width", arg=width)
    whole: int = page.evaluate("document.documentElement.scrollWidth")
    return whole - width


def found_by_axe(page: Page, context: str | None = None) -> list[Any]:
    """What axe finds on the page, or within what a selector chooses.

    It tries styles of its own, which the content policy refuses: that is not heard.
    """
    assert page.context.browser is not None
    heard = HEARD.get(page.context.browser, [])
    before = len(heard)
    violations: list[Any] = Axe().run(page, context=context).response["violations"]
    # What it gave rise to has arrived once the page answers something else.
    page.evaluate("0")
    del heard[before:]
    return violations


def grave_faults(page: Page) -> list[tuple[str, str, int]]:
    """What axe finds of weight on the page: the rule, the first element, how many."""
    return [
        (fault["id"], fault["nodes"][0]["html"][:160], len(fault["nodes"]))
        for fault in found_by_axe(page)
        if fault["impact"] in GRAVE
    ]


def violations_on(page: Page) -> list[str]:
    """What the page's content policy refuses from now on, as the browser says it; the list grows by itself."""
    found: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            found.append(f"{page.url}: {message.text}")

    page.on("console", hear)
    return found


def picture_of(page: Page, address: str, folder: Path, whole: bool = False) -> Path:
    """Takes a picture of what the screen shows, or of the whole page, named by the address and the screen's width."""
    folder = Path(os.environ.get(KEPT_IN) or folder)
    folder.mkdir(parents=True, exist_ok=True)
    assert page.viewport_size is not None
    name = re.sub(r"\W+", "-", address).strip("-") or "home"
    path = folder / f"{name}-{page.viewport_size['width']}.png"
    page.screenshot(path=path, full_page=whole)
    return path
