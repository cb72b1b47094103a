"""Clips are judged from the keyboard, commented on at a moment, and watched frame by frame."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import Visitor, audit_themes
from tests.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-2")]
Visit = Callable[..., Visitor]
MEASURE = """
from videos.models import Asset
Asset.objects.filter(kind="video").update(frame_rate=24, seconds=4)
"""
FORGET = """
from videos.models import Comment, Decision, Favourite, VideoJob
for model in (Comment, Decision, Favourite):
    model.objects.all().delete()
VideoJob.objects.update(verdict="")
"""


@pytest.fixture(scope="module")
def seeded(stack: Stack) -> Stack:
    stack.manage("seed", "--jobs", "3")
    stack.manage("shell", "-c", MEASURE)
    return stack


@pytest.fixture
def reviewer(seeded: Stack, visit: Visit) -> Iterator[Visitor]:
    """Somebody on the gallery page, with three clips to review."""
    visitor = visit(reduced_motion="reduce")
    visitor.sign_in()
    yield visitor
    seeded.manage("shell", "-c", FORGET)


def open_first(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/videos/"))


def test_three_clips_are_judged_without_the_mouse(reviewer: Visitor) -> None:
    page = reviewer.page
    open_first(page)
    first = page.url
    expect(page.get_by_role("button", name="Approve")).to_be_visible()
    page.keyboard.press("1")
    page.wait_for_url(lambda url: url.partition("?")[0] != first.partition("?")[0])
    expect(page.get_by_role("status").get_by_text("Approved.")).to_be_visible()
    second = page.url
    page.keyboard.press("3")
    page.wait_for_url(lambda url: url != second)
    page.keyboard.press("2")
    expect(page.get_by_text("That was the last clip in this list.")).to_be_visible()
    expect(page.get_by_role("button", name="Needs changes")).to_have_attribute(
        "aria-pressed", "true"
    )
    # The message with it goes away while axe looks at the page.
    page.get_by_role("button", name="Undo").last.press("Enter")
    expect(page.get_by_text("Undone.")).to_be_visible()
    assert audit_themes(page) == []
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile("/#clip-"))
    cards = page.get_by_role("article")
    expect(cards.nth(0)).to_contain_text("Approved")
    expect(cards.nth(1)).to_contain_text("Rejected")
    expect(cards.nth(2)).not_to_contain_text("Needs changes")


def test_in_the_gallery_a_key_decides_the_focused_card_or_the_selection(reviewer: Visitor) -> None:
    page = reviewer.page
    cards = page.get_by_role("article")
    page.keyboard.press("j")
    page.keyboard.press("1")
    expect(cards.nth(0)).to_contain_text("Approved")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    for _ in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    page.keyboard.press("3")
    expect(cards.nth(1)).to_contain_text("Rejected")
    expect(cards.nth(2)).to_contain_text("Rejected")
    expect(cards.nth(0)).to_contain_text("Approved")
    expect(page.locator(".pick input:checked")).to_have_count(0)
    # The reason is chosen from the message, and the focus is back on the card.
    page.keyboard.press("r")
    expect(page.get_by_role("button", name="Wrong subject")).to_be_focused()
    assert audit_themes(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Rejected 2 clips. Reason: Motion looks wrong")).to_be_visible()
    expect(cards.nth(2).get_by_role("link").first).to_be_focused()
    cards.nth(0).hover()
    heart = cards.nth(0).get_by_role("button", name="Favourite")
    heart.click()
    expect(heart).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Undo").last.press("Enter")
    expect(page.get_by_text("Undone for 2 clips.")).to_be_visible()


def test_a_comment_is_written_at_a_frame_and_leads_back_to_it(reviewer: Visitor) -> None:
    page = reviewer.page
    open_first(page)
    video = page.locator("#status video")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.wait_for_function("() => document.querySelector('#status video').readyState >= 2")
    assert video.evaluate("video => [video.controls, video.muted, video.loop]") == [
        False,
        True,
        True,
    ]
    for _ in range(3):
        page.keyboard.press(".")
    page.wait_for_function("() => !document.querySelector('#status video').seeking")
    # In the middle of the fourth frame of 24 a second.
    assert abs(video.evaluate("video => video.currentTime") - 3.5 / 24) < 0.001
    page.keyboard.press("c")
    field = page.get_by_role("textbox", name="Comment", exact=True)
    expect(field).to_be_focused()
    field.press_sequentially("Slower here @mi")
    expect(page.get_by_role("option", name="Mira Lindqvist")).to_be_visible()
    page.keyboard.press("Enter")
    expect(field).to_have_value("Slower here @mira ")
    page.get_by_role("button", name="Post comment").click()
    thread = page.locator(".thread")
    expect(thread).to_contain_text("Slower here @mira")
    expect(page.locator(".seek-mark")).to_have_count(1)
    expect(field).to_have_value("")
    video.evaluate("video => { video.currentTime = 2; }")
    thread.get_by_role("link", name="0:00.1").click()
    assert abs(video.evaluate("video => video.currentTime") - 3.5 / 24) < 0.01
    assert audit_themes(page) == []

    # A comment about a range plays it again and again, until another moment is wanted.
    page.get_by_role("textbox", name="From").fill("1.5")
    page.get_by_role("textbox", name="To").fill("2")
    field.fill("This turn")
    page.get_by_role("button", name="Post comment").click()
    page.get_by_role("link", name="0:01.5–0:02").click()
    seen = "() => document.querySelector('#status video')"
    page.wait_for_function(f"{seen}.currentTime > 1.8")
    page.wait_for_function(f"{seen}.currentTime < 1.7")
    assert not video.evaluate("video => video.paused")
    assert 1.4 < video.evaluate("video => video.currentTime") < 2.1
    thread.get_by_role("link", name="0:00.1").click()
    assert video.evaluate("video => video.paused")
    expect(page.locator("[data-range]")).to_be_hidden()


def test_on_a_phone_and_without_javascript_it_can_be_judged_as_well(
    reviewer: Visitor, visit: Visit
) -> None:
    url = reviewer.page.get_by_role("article").first.get_by_role("link").get_attribute("href")
    plain = visit(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page = plain.sign_in()
    plain.go(str(url))
    expect(page.locator("video[controls]")).to_be_visible()
    page.get_by_role("textbox", name="Comment", exact=True).fill("Too dark")
    page.get_by_role("textbox", name="From").fill("0:01.5")
    page.get_by_role("button", name="Post comment").click()
    expect(page.locator(".thread")).to_contain_text("Too dark")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("button", name="Approve")).to_have_attribute("aria-pressed", "true")
    phone = visit(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    phone.sign_in()
    phone.go(str(url))
    expect(phone.page.get_by_role("button", name="Play")).to_be_visible()
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 360
