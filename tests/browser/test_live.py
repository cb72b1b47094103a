"""What comes by itself: the comments of others, the neighbours of a clip, the frames under the
pointer. And what doesn't: nothing is asked while the tab is hidden."""

import itertools
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.chromium import Visitor
from tests.patience import wait_until
from tests.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-2")]
Visit = Callable[..., Visitor]
HIDE = """hidden => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
SAY = """
from videos.models import *
from videos.review.comments import add_comment
from videos.review.decisions import Author
other = Member.objects.create_user("otto-once", password="x" * 20, name="Otto", role="member")
clip = VideoJob.objects.get(public_id="{clip}")
add_comment(Author(member=other), clip, "The horizon jumps here.", key="1", start="1")
"""
MINUTE = 60_000
POLLS = re.compile("/news|/poll|/notices/bell|/said")


def test_what_others_do_comes_by_itself_and_a_hidden_tab_asks_nothing(
    visit: Visit, stack: Stack
) -> None:
    member = visit()
    page = member.sign_in()
    stack.manage("seed", "--jobs", "5")
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))

    member.go("/")
    card = page.locator("article.card:has([data-sheet])").first
    # The frames play under a pointer that rests, and no clip is loaded for it.
    card.locator("[data-sheet]").hover(force=True)  # The link of the card lies over it.
    strip = card.locator(".strip.is-on")
    expect(strip).to_be_attached()
    first = strip.evaluate("strip => strip.style.backgroundPositionX")
    wait_until(lambda: strip.evaluate("strip => strip.style.backgroundPositionX") != first)
    assert not [url for url in urls if url.endswith("/content")]

    # The page of a clip loads its neighbour's ahead.
    card.get_by_role("link").first.click()
    page.wait_for_url("**/videos/**")
    clip = page.url.partition("/videos/")[2].partition("?")[0]
    page.wait_for_event(
        "request", lambda request: "/content" in request.url and clip not in request.url
    )
    page.clock.install()
    page.reload()
    urls.clear()
    page.evaluate(HIDE, True)
    page.clock.run_for(3 * MINUTE)
    assert [url for url in urls if POLLS.search(url)] == []
    page.evaluate(HIDE, False)
    stack.manage("shell", "-v", "0", "-c", SAY.format(clip=clip))
    with page.expect_request(POLLS):
        page.clock.run_for(MINUTE)
    expect(page.get_by_text("The horizon jumps here.")).to_be_visible()
    assert member.troubles == []


def test_a_phone_shows_the_wall_in_the_order_of_time_without_holes(visit: Visit) -> None:
    member = visit(viewport={"width": 390, "height": 844})
    page = member.sign_in()
    boxes = page.locator("article.card").evaluate_all(
        "cards => cards.map(card => { const box = card.getBoundingClientRect();"
        " return [box.left, box.top, box.bottom] })"
    )
    assert len(boxes) >= 4
    for (_, top, bottom), (_, next_top, _) in itertools.pairwise(boxes):
        assert next_top > top and next_top - bottom < 120
