"""The keyboard's place on the page: polls leave it alone, and deletions lead on from it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-2")]
Visit = Callable[..., Visitor]
NAMES = ["A heron one", "A heron two", "A heron three"]


def _generate(page: Page, *prompts: str) -> None:
    for prompt in prompts:
        page.get_by_role("textbox", name="Prompt").fill(prompt)
        page.get_by_role("combobox", name="Size").select_option("640x360")
        page.get_by_role("textbox", name="Prompt").press("Control+Enter")
        expect(page.get_by_role("article", name=prompt)).to_be_visible()


def test_polls_take_neither_the_focus_nor_the_scroll_position(visit: Visit) -> None:
    page = visit(viewport={"width": 360, "height": 560}).sign_in()
    _generate(page, "Polled in the gallery")
    card = page.get_by_role("article", name="Polled in the gallery")
    link = card.locator(".card-name a")
    link.focus()
    page.evaluate("scrollTo(0, 120)")
    top = page.evaluate("scrollY")
    expect(card).to_contain_text("Completed")
    expect(link).to_be_focused()
    assert page.evaluate("scrollY") == top

    _generate(page, "Polled on its page")
    page.get_by_role("link", name="Polled on its page").first.click()
    reuse = page.get_by_role("link", name="Reuse").or_(page.get_by_role("button", name="Reuse"))
    reuse.focus()
    title = page.get_by_role("heading", name="Polled on its page")
    before = title.bounding_box()
    expect(page.locator("#status video")).to_be_visible()
    # The buttons have changed: there is a download now. What grew above moved nothing on screen.
    expect(page.locator("#side").get_by_role("link", name="Download")).to_be_visible()
    expect(reuse).to_be_focused()
    after = title.bounding_box()
    assert before and after and abs(before["y"] - after["y"]) <= 1


def test_a_deletion_leads_to_the_next_clip_and_undo_is_the_next_stop(visit: Visit) -> None:
    visitor = visit()
    page = visitor.sign_in()
    _generate(page, *NAMES)
    visitor.go("/?q=heron")
    page.get_by_role("article", name=NAMES[1]).locator(".card-name a").click()
    page.get_by_role("button", name="Delete").first.click()
    page.wait_for_url(re.compile(r"/\?q=heron#clip-"))
    following = page.get_by_role("article", name=NAMES[0]).locator(".card-name a")
    expect(following).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(following).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("article", name=NAMES[1]).locator(".card-name a")).to_be_focused()
