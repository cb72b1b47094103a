"""Notifications of the browser: turned on by a press, shown once by hidden tabs, with a link."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import Visitor, audit_themes
from tests.patience import wait_until
from tests.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Visitor]
TELL = """
from videos.models import *
from videos.models.notify import notify
key = f"failed:{Notice.objects.count()}"
notify(NoticeKind.FAILED, [Member.objects.first().pk], key, job=VideoJob.objects.latest("pk"))
"""
# The system shows them where no test can look. Each one is noted in the page that made it.
NOTE = """
  window.shown = [];
  window.Notification = class extends window.Notification {
    constructor(title, options) { super(title, options); window.shown.push(this); }
  };
"""
HIDE = """hidden => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
MINUTE = 60_000


def notify(stack: Stack) -> None:
    """One more notice for the member."""
    stack.manage("shell", "-v", "0", "-c", TELL)


def open_tab(member: Visitor, path: str) -> Page:
    page = member.context.new_page()
    page.clock.install()
    page.add_init_script(NOTE)
    page.goto(member.stack.url + path)
    return page


def ask(page: Page) -> None:
    """Let a minute pass, after which a hidden tab asks."""
    with page.expect_response(re.compile("/notices/new")):
        page.clock.run_for(MINUTE + 1)


def titles(page: Page) -> list[str]:
    shown_titles: list[str] = page.evaluate("shown.map((each) => each.title)")
    return shown_titles


def test_notices_are_shown_once_by_hidden_tabs_and_lead_to_the_clip(
    visit: Visit, stack: Stack
) -> None:
    member = visit(permissions=["notifications"])
    member.sign_in()
    stack.manage("seed", "--jobs", "3")
    page = open_tab(member, "/notices/settings")
    section = page.get_by_role("region", name="Notifications of this browser")
    expect(section.get_by_role("status")).to_have_text("Off in this browser.")
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    page.evaluate(HIDE, True)
    page.clock.run_for(3 * MINUTE)
    assert not [url for url in urls if "/notices/new" in url], "nothing is asked unless it is on"
    page.evaluate(HIDE, False)

    section.get_by_role("button", name="Turn on").press("Enter")
    expect(section.get_by_role("status")).to_contain_text("On in this browser.")
    expect(section.get_by_role("button", name="Turn off")).to_be_focused()
    assert audit_themes(page) == []
    other = open_tab(member, "/notices")
    notify(stack)
    for tab in (page, other):
        tab.evaluate(HIDE, True)
        ask(tab)
    wait_until(lambda: titles(page) + titles(other))
    # Neither tab shows again what one of them has shown.
    for tab in (page, other):
        ask(tab)
    shown_titles = titles(page) + titles(other)
    assert len(shown_titles) == 1 and re.search("“.+” failed", shown_titles[0])
    other.close()
    before = len(titles(page))
    notify(stack)
    ask(page)
    wait_until(lambda: len(titles(page)) == before + 1)

    with page.expect_request(re.compile(r"/notices/\d+/read")):
        page.evaluate("shown.at(-1).dispatchEvent(new Event('click'))")
    page.wait_for_url(re.compile("/videos/"))
    page.goto(stack.url + "/notices/settings")
    section.get_by_role("button", name="Turn off").click()
    expect(section.get_by_role("status")).to_have_text("Off in this browser.")
    assert member.troubles == []


def test_a_browser_that_refuses_says_how_to_allow_them(visit: Visit) -> None:
    member = visit()
    member.sign_in()
    page = member.context.new_page()
    page.add_init_script(
        "Object.defineProperty(Notification, 'permission', { get: () => 'denied' })"
    )
    page.goto(member.stack.url + "/notices/settings")
    section = page.get_by_role("region", name="Notifications of this browser")
    expect(section.get_by_role("status")).to_contain_text("This browser blocks notifications")
    expect(section.get_by_role("button")).to_have_count(0)
