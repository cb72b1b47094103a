"""What the tests in a real browser share: its path, a window, and what axe finds in it."""

import os
import shutil
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.patience import PATIENCE
from tests.stack import Stack

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATH = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
PASSWORD = "correct-horse-battery"
expect.set_options(timeout=PATIENCE * 1000)


def audit(page: Page) -> list[str]:
    """What axe finds wrong with the page as it stands, by the rules of WCAG 2.2 AA."""
    return _violations(
        page, ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    )


def audit_themes(page: Page) -> list[str]:
    """`audit` in the light theme, and the colours of the dark one: nothing else differs."""
    page.emulate_media(color_scheme="light")
    violations = audit(page)
    page.emulate_media(color_scheme="dark")
    return violations + _violations(page, ["color-contrast"])


def _violations(page: Page, rules: list[str]) -> list[str]:
    """`rules` are names or tags of axe."""
    violations = Axe().run(page, options={"runOnly": rules}).response["violations"]
    return [f"{page.url} {each['id']}: {each['nodes'][0]['html']}" for each in violations]


class Visitor:
    """One person's browser window, and everything that went wrong in it."""

    def __init__(self, context: BrowserContext, stack: Stack) -> None:
        self.context, self.stack = context, stack
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE * 1000)
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
