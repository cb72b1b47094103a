"""Fifty clips are judged by keys alone; one is rated, watched closely and talked about."""

import re
from collections import Counter
from collections.abc import Callable
from itertools import cycle, islice

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import Visitor, audit_themes
from tests.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-1")]
Visit = Callable[..., Visitor]
COUNT = 50
# All are finished and to review, and their length and rate are known.
READY = """
from videos.models import Asset, VideoJob
VideoJob.objects.exclude(status="completed").delete()
Asset.objects.filter(kind="video").update(frame_rate=24, seconds=4, has_audio=True)
done = VideoJob.objects.order_by("-pk")
VideoJob.objects.exclude(pk__in=done.values("pk")[:50]).delete()
print(VideoJob.objects.count())
"""
VERDICTS = {"1": "approved", "2": "needs_changes", "3": "rejected"}
# Three of four are decided; `0` leaves one to review and goes on, as `n` does.
KEYS = list(islice(cycle("1230n"), COUNT))


@pytest.fixture(scope="module")
def fifty(stack: Stack) -> Stack:
    # Some of those that are seeded have failed.
    stack.manage("seed", "--jobs", "62")
    assert stack.manage("shell", "-v", "0", "-c", READY).split()[-1] == str(COUNT)
    return stack


def test_fifty_new_clips_are_judged_from_the_keyboard_alone(fifty: Stack, visit: Visit) -> None:
    visitor = visit(reduced_motion="reduce")
    page = visitor.sign_in()
    visitor.go("/?stacks=off&decision=to_review")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/videos/"))
    for number, key in enumerate(KEYS, start=1):
        here = page.url.partition("?")[0]
        expect(page.get_by_role("button", name="Approve")).to_be_visible()
        page.keyboard.press(key)
        if number < COUNT:
            # Its scripts have run; the clip itself may still be on its way.
            page.wait_for_url(
                lambda url, here=here: url.partition("?")[0] != here,
                wait_until="domcontentloaded",
            )
    counts = Counter(VERDICTS.get(key, "to_review") for key in KEYS)
    for verdict, count in counts.items():
        visitor.go(f"/?stacks=off&decision={verdict}")
        expect(page.locator("#results .count")).to_have_text(f"{count} clips")


def ready(page: Page) -> None:
    """The player has its picture."""
    page.wait_for_function("() => document.querySelector('#status video').readyState >= 2")


def test_a_clip_is_rated_and_its_decisions_keep_their_notes(fifty: Stack, visit: Visit) -> None:
    visitor = visit(reduced_motion="reduce")
    page = visitor.sign_in()
    visitor.go("/?stacks=off")
    page.get_by_role("article").nth(3).get_by_role("link").first.click()
    name = page.get_by_role("heading", level=1).inner_text()
    mine = page.get_by_role("group", name="Your rating")
    mine.get_by_role("button", name="4 stars").click()
    expect(mine.get_by_role("button", name="4 stars")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".stars-average")).to_contain_text("4.0 (1)")
    page.get_by_text("Add a reason or a note").click()
    page.get_by_role("textbox", name="Note").fill("The boat sinks too early")
    page.get_by_role("button", name="Needs changes").click()
    expect(page.locator(".decided")).to_contain_text("The boat sinks too early")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator(".decided")).to_contain_text("Approved")
    page.get_by_text("Earlier decisions").click()
    expect(page.locator(".decisions")).to_contain_text("The boat sinks too early")
    assert audit_themes(page) == []
    visitor.go("/?stacks=off&sort=rating")
    expect(page.get_by_role("article").first).to_contain_text(name)

    # Keys are letters again for whoever has turned them off.
    visitor.go("/account")
    keys = page.get_by_role("checkbox", name=re.compile("shortcuts"))
    keys.uncheck()
    page.get_by_role("button", name="Save", exact=True).click()
    visitor.go("/?stacks=off")
    page.keyboard.press("j")
    first = page.get_by_role("article").first
    expect(first.get_by_role("link").first).not_to_be_focused()
    # A full stop steps through a card's frames, where keys are shortcuts.
    first.get_by_role("link").first.focus()
    page.keyboard.press(".")
    expect(first.locator(".strip")).to_have_count(0)
    visitor.go("/account")
    keys.check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(keys).to_be_checked()
    visitor.go("/?stacks=off")
    first.get_by_role("link").first.focus()
    page.keyboard.press(".")
    expect(first.locator(".strip")).to_have_count(1)


def test_a_clip_is_watched_closely_and_sound_stays_as_it_was(fifty: Stack, visit: Visit) -> None:
    page = visit(reduced_motion="reduce").sign_in()
    page.get_by_role("article").first.get_by_role("link").first.click()
    video = page.locator("#status video")
    ready(page)
    sound = page.get_by_role("button", name="Sound")
    expect(sound).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("m")
    expect(sound).to_have_attribute("aria-pressed", "true")
    page.reload()
    ready(page)
    assert not video.evaluate("video => video.muted")
    page.keyboard.press("m")
    page.reload()
    ready(page)
    assert video.evaluate("video => video.muted")

    page.keyboard.press("<")
    expect(page.get_by_role("combobox", name="Speed")).to_have_value("0.5")
    assert video.evaluate("video => video.playbackRate") == 0.5
    page.keyboard.press("l")
    assert not video.evaluate("video => video.loop")
    for key, at in (("i", 1), ("o", 2.5)):
        video.evaluate("(video, at) => { video.currentTime = at }", at)
        page.wait_for_function("() => !document.querySelector('#status video').seeking")
        page.keyboard.press(key)
    for button in ("Set in point", "Set out point"):
        expect(page.get_by_role("button", name=button)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-range]")).to_be_visible()
    # The range is that of the comment to come, and where playing stops.
    expect(page.get_by_role("textbox", name="From")).to_have_value("0:01.0")
    expect(page.get_by_role("textbox", name="To")).to_have_value("0:02.5")
    page.keyboard.press(" ")
    page.wait_for_function("() => document.querySelector('#status video').paused")
    assert abs(video.evaluate("video => video.currentTime") - 2.5) < 0.01
    bar = page.locator("[data-seek-bar]")
    bar.hover()
    expect(page.locator("[data-preview-time]")).to_have_text("0:02.0")
    sheet = page.locator("[data-picture]").evaluate("it => it.style.backgroundImage")
    assert "spritesheet" in sheet
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement?.id === 'status'")


def test_comments_are_edited_answered_resolved_and_removed(fifty: Stack, visit: Visit) -> None:
    page = visit(reduced_motion="reduce").sign_in()
    page.get_by_role("article").nth(1).get_by_role("link").first.click()
    page.get_by_role("textbox", name="Comment", exact=True).fill("Slower hear")
    page.get_by_role("button", name="Post comment").click()
    thread = page.locator(".thread")
    thread.locator("summary", has_text="Edit").click()
    thread.get_by_role("textbox", name="Edit text").fill("Slower here")
    thread.get_by_role("button", name="Save").click()
    expect(thread.locator(".comment-text")).to_have_text("Slower here")
    expect(thread).to_contain_text("edited")
    thread.locator("summary", has_text="Reply").click()
    thread.get_by_role("textbox", name="Reply").fill("By a second?")
    thread.get_by_role("button", name="Post reply").click()
    expect(thread.locator(".replies")).to_contain_text("By a second?")
    thread.get_by_role("button", name="Resolve").click()
    folded = page.get_by_text("1 resolved thread")
    expect(thread).to_be_hidden()
    folded.click()
    expect(thread).to_contain_text("resolved by Mira Lindqvist")
    assert audit_themes(page) == []
    thread.get_by_role("button", name="Reopen").click()
    expect(folded).to_have_count(0)
    replies = thread.locator(".replies .comment")
    replies.get_by_role("button", name="Remove").click()
    expect(thread).not_to_contain_text("By a second?")
    expect(thread.locator(".comment-text")).to_have_text("Slower here")
