"""All clips that match are approved in the background, while a line tells how far; then undone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.chromium import Visitor, audit, audit_themes
from tests.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-2")]
APPROVED = "/?decision=approved"


@pytest.fixture(scope="module")
def many(stack: Stack) -> Stack:
    """More clips than are changed at once."""
    stack.manage("seed", "--jobs", "300")
    return stack


def test_all_that_match_are_approved_followed_and_undone(
    many: Stack, visit: Callable[..., Visitor]
) -> None:
    visitor = visit()
    page = visitor.sign_in()
    visitor.go("/?status=completed&decision=to_review")
    # The seed decides about some.
    count_text = page.locator("#results .count").inner_text()
    count = re.sub(r"\D", "", count_text)
    page.locator(".card").first.hover()
    page.get_by_role("checkbox", name="Select").first.check()
    page.get_by_role("button", name="All on this page").click()
    everything = page.get_by_role("checkbox", name=f"All {count} clips that match")
    everything.check()
    expect(page.get_by_text("All selected")).to_be_visible()
    # Leaving out one clip in sight means a selection by hand again.
    page.get_by_role("checkbox", name="Select").first.uncheck()
    expect(everything).not_to_be_checked()
    everything.check()
    assert audit_themes(page) == []

    page.locator(".decide-group").get_by_role("button", name="Approve").click()
    line = page.locator("body > .bulk-line")
    expect(line.get_by_role("link", name="Approve")).to_be_visible()
    # It goes on while the page is closed.
    page.goto("about:blank")
    visitor.go("/bulk")
    first = page.locator(".bulk-list > li").first
    expect(first).to_contain_text(f"{count} clips changed")
    assert audit(page) == []
    visitor.go(APPROVED)
    expect(page.locator(".card").first).to_be_visible()

    visitor.go("/bulk")
    first.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Undo: Approve")).to_be_visible()
    expect(first).to_contain_text(f"{count} clips changed")
    visitor.go("/?status=completed&decision=to_review")
    expect(page.locator("#results .count")).to_have_text(count_text)

    # A rejection offers its reasons once it has ended, however many clips it was.
    page.locator(".card").first.hover()
    page.get_by_role("checkbox", name="Select").first.check()
    page.get_by_role("button", name="All on this page").click()
    everything.check()
    page.locator(".decide-group").get_by_role("button", name="Reject").click()
    line.get_by_role("button", name="Flicker").click()
    expect(page.locator(".pick :checked, [data-elsewhere] > input")).to_have_count(0)
    expect(line.get_by_role("link", name="Reason for rejecting: Flicker")).to_be_visible()
    expect(line).to_contain_text(f"{count} clips changed")
    assert audit_themes(page) == []
    line.get_by_role("button", name="Undo").click()
    expect(line.get_by_role("link", name="Undo: Reject")).to_be_visible()
    expect(line).to_contain_text(f"{count} clips changed")


def test_it_works_without_javascript(many: Stack, visit: Callable[..., Visitor]) -> None:
    visit().sign_in()
    visitor = visit(java_script_enabled=False)
    page = visitor.sign_in()
    visitor.go("/?status=completed&decision=to_review")
    page.get_by_role("checkbox", name="All clips that match, on every page").check()
    page.locator(".decide-group").get_by_role("button", name="Reject").click()
    page.get_by_role("link", name="View bulk action").click()
    expect(page.get_by_role("heading", name="Reject")).to_be_visible()
    # Nothing polls here: the page is loaded again until the run has ended.
    while page.get_by_role("button", name="Undo").count() == 0:
        page.reload()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Undo: Reject")).to_be_visible()
