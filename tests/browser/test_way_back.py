"""Going back from a clip shows the wall as it was left, however far down it went on."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import Visitor
from tests.patience import wait_until
from tests.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-1")]
Visit = Callable[..., Visitor]
# A click of Playwright may scroll first.
OPEN = "id => document.querySelector(`#${id} .card-name a`).click()"


@pytest.fixture(scope="module")
def many(stack: Stack) -> Stack:
    stack.manage("seed", "--jobs", "110")
    return stack


def go_down(page: Page, pages: int) -> None:
    cards = page.get_by_role("article")
    for number in range(1, pages + 1):
        expect(cards).to_have_count(24 * number)
        if number < pages:
            page.get_by_role("navigation", name="Pages").last.scroll_into_view_if_needed()


def put(page: Page, card: str, top: int) -> float:
    """Scroll until the card is so far below the edge of the window; returns how far it is."""
    script = "([id, top]) => { const box = () => document.getElementById(id)"
    script += ".getBoundingClientRect(); scrollBy(0, box().top - top); return box().top }"
    return float(page.evaluate(script, [card, top]))


def place(page: Page, card: str) -> float | None:
    """How far the card is below the edge of the window; None while it is not there."""
    script = "id => document.getElementById(id)?.getBoundingClientRect().top"
    top = page.evaluate(script, card)
    return None if top is None else float(top)


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_a_card_is_where_it_was_on_whichever_page(
    many: Stack, visit: Visit, width: int, height: int
) -> None:
    visitor = visit(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page = visitor.sign_in()
    for pages, index, top in (
        (1, 12, 420),
        (2, 36, 420),
        (3, 60, 420),
        (3, 60, 30),
        (3, 71, 700),
        (3, 48, 10),
        (3, 23, 300),
    ):
        visitor.go("/?stacks=off")
        go_down(page, pages)
        card = page.get_by_role("article").nth(index)
        name = card.get_attribute("id") or ""
        before = put(page, name, top)
        page.evaluate(OPEN, name)
        page.wait_for_url(re.compile("/videos/"))
        page.go_back()
        page.wait_for_url(re.compile("#clip-"))
        what = (pages, index, top, before)
        wait_until(lambda: abs((place(page, name) or 9999) - before) <= 5)  # noqa: B023
        # It stays there, and the wheel is free.
        page.wait_for_load_state("networkidle")
        now = place(page, name)
        assert now is not None and abs(now - before) <= 5, what
        page.mouse.move(width / 2, height / 2)
        page.mouse.wheel(0, -120)
        wait_until(lambda: (place(page, name) or 0) > before + 50)  # noqa: B023


def test_where_somebody_scrolled_after_coming_back_a_reload_leaves_the_page(
    many: Stack, visit: Visit
) -> None:
    visitor = visit(reduced_motion="reduce")
    page = visitor.sign_in()
    visitor.go("/?stacks=off")
    go_down(page, 3)
    card = page.get_by_role("article").nth(60).get_attribute("id") or ""
    before = put(page, card, 300)
    page.evaluate(OPEN, card)
    page.wait_for_url(re.compile("/videos/"))
    page.go_back()
    wait_until(lambda: abs((place(page, card) or 9999) - before) <= 5)
    page.mouse.move(700, 500)
    page.mouse.wheel(0, 150)
    wait_until(lambda: abs((place(page, card) or 9999) - before + 150) <= 5)
    page.reload()
    wait_until(lambda: abs((place(page, card) or 9999) - before + 150) <= 5)
