"""A matrix becomes a blind vote, which is voted in by keyboard, closed, and shows its result."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.chromium import Visitor, audit_themes

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-2")]


def test_a_vote_is_cast_by_keyboard_closed_and_told(
    visit: Callable[..., Visitor],
) -> None:
    visitor = visit(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    page = visitor.sign_in()
    visitor.go("/batch/matrix")
    page.get_by_label("Prompt", exact=True).fill("a {colour} kite")
    page.get_by_label("Values").fill("colour = red | blue")
    page.get_by_label("Seeds").fill("1, 2")
    page.get_by_label("Make this a blind vote").check()
    page.get_by_label("Question").fill("Which kite flies best?")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name=re.compile("^Generate all")).click()
    expect(page.get_by_role("heading", name="Which kite flies best?")).to_be_visible()
    # The clips come into the open page as they are made.
    expect(page.locator("video")).to_have_count(4)
    assert audit_themes(page) == []
    # The first press shows the row.
    page.keyboard.press("j")
    expect(page.locator("#row-1")).to_be_focused()
    page.keyboard.press("2")
    expect(page.get_by_text("1 of 2 voted")).to_be_visible()
    expect(page.locator("#row-2")).to_be_focused()
    expect(page.locator("#vote-1-B")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("0")
    expect(page.get_by_text("2 of 2 voted")).to_be_visible()
    page.keyboard.press("k")
    page.keyboard.press("1")
    expect(page.locator("#vote-1-A")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#vote-1-B")).to_have_attribute("aria-pressed", "false")
    assert "Seed" not in page.locator("main").inner_text()
    page.get_by_role("button", name="Close the vote").click()
    page.get_by_role("button", name="Close and show the result").click()
    expect(page.get_by_role("heading", name="Result")).to_be_visible()
    expect(page.locator(".is-best")).to_contain_text("1 vote")
    expect(page.locator("#clip-1-A")).to_contain_text("Seed")
    assert audit_themes(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
