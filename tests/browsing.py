"""Debian's Chromium for tests of pages: how it is launched, how somebody signs in, what axe finds grave, pictures."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

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
# With this variable naming a folder, pictures of the pages are kept there to be looked at.
KEPT_IN = "GONGGUO_SCREENS"
# The marks of a module of such tests.
IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed: `make test` installs it"),
]


@contextmanager
def launched() -> Iterator[Browser]:
    """Chromium. What is in the database is made before: no database work is possible while it is driven."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


def signed_in(browser: Browser, address: str, username: str, viewport: dict[str, int]) -> Page:
    """A page of a browser of its own on which the account has signed in."""
    page = browser.new_context(viewport=viewport, locale="zh-CN").new_page()  # type: ignore[arg-type]
    page.set_default_timeout(20_000)
    page.goto(address)
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    return page


def grave_faults(page: Page) -> list[tuple[str, str, int]]:
    """What axe finds of weight on the page: the rule, the first element, how many."""
    return [
        (fault["id"], fault["nodes"][0]["html"][:160], len(fault["nodes"]))
        for fault in Axe().run(page).response["violations"]
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


def picture_of(page: Page, address: str, folder: Path) -> Path:
    """Takes a picture of what the screen shows, named by the address and the width of the screen."""
    folder = Path(os.environ.get(KEPT_IN) or folder)
    folder.mkdir(parents=True, exist_ok=True)
    assert page.viewport_size is not None
    name = re.sub(r"\W+", "-", address).strip("-") or "home"
    path = folder / f"{name}-{page.viewport_size['width']}.png"
    page.screenshot(path=path)
    return path
