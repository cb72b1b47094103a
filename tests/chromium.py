"""A real browser. Without Chromium these tests say so; under CI that is a failure."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.patience import PATIENCE
from tests.stack import Stack, running_stack

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATH = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
PASSWORD = "correct-horse-battery"
expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless."""
    if PATH is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium found: install the package chromium")
        pytest.skip("no Chromium found: install the package chromium")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's event loop stays in this thread, so that Django would take every later test
        # on this worker for asynchronous code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=PATH, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The product, freshly installed for each file; its engine forgets clips after 20 seconds."""
    data: Path = tmp_path_factory.mktemp("stack")
    # A create that was cut off is looked for after five seconds, not 45.
    with running_stack(data, ENGINE_EXPIRES_SECONDS="20", SUBMIT_GRACE_SECONDS="5") as stack:
        yield stack


def audit(page: Page) -> list[str]:
    """What axe finds wrong with the page as it stands, by the rules of WCAG 2.2 AA."""
    return _violations(
        page, ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    )


def audit_themes(page: Page) -> list[str]:
    """`audit` in the light theme, and the colours of the dark one: nothing else differs."""
    page.emulate_media(color_scheme="light")
    found = audit(page)
    page.emulate_media(color_scheme="dark")
    return found + _violations(page, ["color-contrast"])


def _violations(page: Page, rules: list[str]) -> list[str]:
    """`rules` are names or tags of axe."""
    found = Axe().run(page, options={"runOnly": rules}).response["violations"]
    return [f"{page.url} {each['id']}: {each['nodes'][0]['html']}" for each in found]


class Visitor:
    """One person's browser window, and everything that went wrong in it."""

    def __init__(self, context: BrowserContext, stack: Stack) -> None:
        self.context, self.stack = context, stack
        self.page: Page = context.new_page()
        self.troubles: list[str] = []
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("dialog", lambda dialog: self.troubles.append(dialog.message))
        self.page.on("console", self._note)

    def _note(self, message: Any) -> None:
        if message.type == "error" and "the server responded with a status of" not in message.text:
            self.troubles.append(message.text)

    def go(self, path: str) -> Page:
        """Open a page of the product."""
        self.page.goto(self.stack.url + path)
        return self.page

    def sign_in(self, username: str = "mira") -> Page:
        """Through the login page; through the welcome page on the very first visit."""
        page = self.go("/")
        if "/welcome" in page.url:
            assert audit(page) == []
            page.get_by_label("Name", exact=True).fill("Mira Lindqvist")
        elif "/login" not in page.url:
            return page
        page.get_by_label("Username").first.fill(username)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.locator("main button[type=submit]").last.click()
        page.wait_for_url(self.stack.url + "/")
        return page


@pytest.fixture
def visit(chromium: Browser, stack: Stack) -> Iterator[Callable[..., Visitor]]:
    """Opens a window; at the end no window may have seen a script error or a CSP violation."""
    visitors: list[Visitor] = []

    def open_window(**how: Any) -> Visitor:
        how = {"viewport": {"width": 1440, "height": 900}, "locale": "en-GB"} | how
        visitors.append(Visitor(chromium.new_context(**how), stack))
        return visitors[-1]

    yield open_window
    for visitor in visitors:
        visitor.context.close()
    troubles = [trouble for visitor in visitors for trouble in visitor.troubles]
    assert troubles == [], "\n".join(troubles)
