"""The composer is one line while nobody writes, and opens without moving what is pressed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-2")]
Visit = Callable[..., Visitor]
SIZES = [(1440, 900), (1024, 768), (360, 740)]
ONE_LINE, EDGE = 64, 1


def _height(page: Page) -> float:
    box = page.locator("#composer").bounding_box()
    assert box is not None
    return box["height"]


def test_it_is_one_line_at_rest_and_whole_when_it_is_open(visit: Visit) -> None:
    visitor = visit()
    page = visitor.sign_in()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        visitor.go("/")
        prompt = page.get_by_role("textbox", name="Prompt")
        expect(prompt).to_be_visible()
        assert _height(page) <= ONE_LINE, (width, height)
        prompt.focus()
        for name in ("Model", "Size", "Seconds", "Takes"):
            expect(page.get_by_role("combobox", name=name)).to_be_visible()
        assert _height(page) > ONE_LINE, (width, height)
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(overflow) <= EDGE, (width, height)
        prompt.blur()
        assert _height(page) <= ONE_LINE, (width, height)


def test_a_choice_is_where_it_was_while_it_is_made(visit: Visit) -> None:
    visitor = visit(viewport={"width": 1024, "height": 768})
    page = visitor.sign_in()
    visitor.go("/")
    size = page.get_by_role("combobox", name="Size")
    before = size.bounding_box()
    size.focus()
    assert size.bounding_box() == before
    size.select_option("640x360")
    expect(size).to_have_value("640x360")
    page.get_by_role("textbox", name="Prompt").focus()
    opened = _height(page)
    size.focus()
    assert _height(page) == opened, "it stays open until the focus leaves it"


def test_after_a_remix_the_focus_is_on_the_new_clip(visit: Visit) -> None:
    visitor = visit()
    page = visitor.sign_in()
    visitor.go("/")
    page.get_by_role("combobox", name="Size").select_option("640x360")
    page.get_by_role("textbox", name="Prompt").fill("a kite above a long beach")
    page.get_by_role("textbox", name="Prompt").press("Control+Enter")
    page.get_by_role("link", name="a kite above a long beach").first.click()
    source = page.url
    page.get_by_role("button", name="Remix").click()
    page.wait_for_url(lambda url: "#status" in url and source not in url)
    clip = page.get_by_role("region", name="Clip", exact=True)
    expect(clip).to_be_focused()
    expect(clip).to_be_in_viewport()
    expect(page.locator("#status video")).to_be_visible()
    expect(clip).to_be_focused()
