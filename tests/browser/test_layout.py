"""The pages stand on the same lines, and a phone shows what a laptop shows."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import Visitor, audit_themes
from tests.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-2")]
Visit = Callable[..., Visitor]
LAPTOP, PHONE = {"width": 1440, "height": 900}, {"width": 360, "height": 740}
BELOW = ["/batch", "/providers/new", "/providers/engine", "/providers/engine/import"]
NARROW = ["/settings", "/account", "/accounts/password/change/"]
LINK = """
from videos.models import Member
from videos.team.password_links import _make
mira = Member.objects.get(username="mira")
print(_make(mira, mira))
"""


def _top(page: Page) -> float:
    """Where the title stands."""
    return float(page.locator("h1").evaluate("it => it.getBoundingClientRect().top"))


@pytest.mark.parametrize("viewport", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_the_way_back_stands_above_the_title_on_every_page(
    visit: Visit, viewport: dict[str, int]
) -> None:
    visitor = visit(viewport=viewport)
    page = visitor.sign_in()
    tops = set()
    for path in BELOW:
        visitor.go(path)
        left = "it => it.getBoundingClientRect().left"
        arrow = page.locator(".back .icon").evaluate(left)
        assert abs(arrow - page.locator("h1").evaluate(left)) <= 1, path
        tops.add(round(_top(page)))
    assert max(tops) - min(tops) <= 1


def test_the_titles_of_narrow_pages_stand_on_one_line(visit: Visit) -> None:
    visitor = visit()
    page = visitor.sign_in()
    tops = [_top(visitor.go(path)) for path in NARROW]
    assert max(tops) - min(tops) <= 1, page.url


def test_the_history_of_a_clip_is_read_in_whole_words_on_a_phone(visit: Visit) -> None:
    visitor = visit(viewport=PHONE)
    page = visitor.sign_in()
    visitor.go("/")
    page.get_by_role("textbox", name="Prompt").fill("a kite above a long beach")
    page.get_by_role("button", name="Generate").click()
    page.get_by_role("link", name="a kite above a long beach").first.click()
    why = page.locator("#history td", has_text="Submitted in the browser").first
    expect(why).to_be_visible()
    lines = "it => it.getBoundingClientRect().height / parseFloat(getComputedStyle(it).lineHeight)"
    assert why.evaluate(lines) < 1.5


def test_the_page_of_a_password_link_has_no_fault(visit: Visit, stack: Stack) -> None:
    visit().sign_in()
    link = stack.manage("shell", "-c", LINK).split()[-1]
    page = visit(viewport=PHONE, reduced_motion="reduce").go(urlsplit(link).path)
    expect(page.get_by_role("button", name="Save password")).to_be_visible()
    assert audit_themes(page) == []


def test_generate_stays_in_view_on_a_phone_however_much_the_composer_holds(visit: Visit) -> None:
    visitor = visit(viewport={"width": 360, "height": 560})
    page = visitor.sign_in()
    visitor.go("/")
    page.get_by_role("textbox", name="Prompt").fill("a long line of many words. " * 12)
    page.locator("#composer-advanced summary").click()
    expect(page.get_by_label("Seed")).to_be_visible()
    button = page.get_by_role("button", name="Generate").bounding_box()
    assert button is not None and button["y"] + button["height"] <= 560


@pytest.mark.parametrize("viewport", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_a_message_stands_above_the_composer_however_tall_it_is(
    visit: Visit, viewport: dict[str, int]
) -> None:
    visitor = visit(viewport=viewport)
    page = visitor.sign_in()
    visitor.go("/")
    prompt = page.get_by_role("textbox", name="Prompt")
    prompt.fill("a toast above the composer")
    prompt.press("Control+Enter")
    expect(page.get_by_text("Queued.")).to_be_visible()
    prompt.fill("a long line of many words. " * 12)
    message = page.locator(".toast").bounding_box()
    composer = page.locator("#composer").bounding_box()
    assert message and composer and message["y"] > 0
    assert message["y"] + message["height"] <= composer["y"]
