"""New clips stand where a reload would show them, and every page of the wall leads on and back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import Visitor, audit
from tests.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-1")]
Visit = Callable[..., Visitor]
A_DAY_AGO = """
from datetime import timedelta
from django.db.models import F
from videos.models import VideoJob
VideoJob.objects.update(created_at=F("created_at") - timedelta(days=1))
"""
LATE = """
from videos.models import VideoJob
job = VideoJob.objects.order_by("-pk").first()
job.pk, job.public_id, job.prompt = None, "video_" + "e" * 32, "a late arrival"
job.verdict, job.remote_id, job.submission_key = "", "late", "late"
job.save()
"""
# What stands on the wall, in order, with the width of each card.
LAYOUT = """() => [...document.querySelectorAll("#grid > :is(.day, .card)")].map(each =>
    each.matches(".day") ? each.textContent.trim()
        : [each.id, Math.round(each.getBoundingClientRect().width)])"""


def generate(page: Page, prompt: str) -> None:
    page.get_by_role("textbox", name="Prompt").fill(prompt)
    page.get_by_role("button", name="Generate", exact=True).click()
    expect(page.get_by_role("article", name=prompt)).to_be_visible()


def test_a_new_clip_stands_under_its_day_as_after_a_reload(stack: Stack, visit: Visit) -> None:
    visitor = visit()
    page = visitor.sign_in()
    headings = page.locator(".day:visible")
    expect(headings).to_have_count(0)
    for prompt in ("a heron at dawn", "a kite over the harbour"):
        generate(page, prompt)
        expect(headings).to_have_text(["Today"])
    seen = page.evaluate(LAYOUT)
    visitor.go("/")
    assert page.evaluate(LAYOUT) == seen
    # There is no heading for today yet.
    stack.manage("shell", "-c", A_DAY_AGO)
    visitor.go("/")
    expect(headings).to_have_text(["Yesterday"])
    generate(page, "a fox in the snow")
    expect(headings).to_have_text(["Yesterday – Today"])
    seen = page.evaluate(LAYOUT)
    visitor.go("/")
    assert page.evaluate(LAYOUT) == seen
    assert len(seen) == 4 and page.get_by_role("article").first.inner_text().count("fox")


@pytest.fixture(scope="module")
def many(stack: Stack) -> Stack:
    stack.manage("seed", "--jobs", "60")
    return stack


def test_a_page_far_down_leads_up_and_says_what_is_new(many: Stack, visit: Visit) -> None:
    visitor = visit()
    page = visitor.sign_in()
    visitor.go("/?stacks=off")
    first = page.get_by_role("article").first
    newest = first.inner_text()
    visitor.go("/" + str(page.locator("[rel=next]").get_attribute("href")))
    up = page.get_by_role("navigation", name="Newer clips")
    expect(up.get_by_role("link", name="Newer")).to_be_in_viewport()
    assert audit(page) == []
    many.manage("shell", "-c", LATE)
    pill = page.get_by_role("link", name=re.compile("new clip"))
    pill.click()
    expect(first).to_contain_text("a late arrival")
    expect(page.get_by_role("article").nth(1)).to_contain_text(newest.split("\n")[0])


def test_after_thirty_clips_the_way_back_leads_to_the_last(many: Stack, visit: Visit) -> None:
    page = visit().sign_in()
    page.goto(f"{many.url}/?stacks=off")
    page.get_by_role("article").first.get_by_role("link").first.click()
    page.wait_for_url(re.compile("/videos/"))
    for _ in range(30):
        here = page.url
        page.keyboard.press("j")
        page.wait_for_url(lambda url, here=here: url != here)
    clip = re.search("video_[0-9a-f]{32}", page.url)
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile("#clip-"))
    assert clip
    expect(page.locator(f"#card-{clip[0]}")).to_be_in_viewport(ratio=0.9)


def test_a_selection_outlives_pages_clips_and_reloads(many: Stack, visit: Visit) -> None:
    visitor = visit()
    page = visitor.sign_in()
    visitor.go("/?stacks=off&status=completed")
    selected = page.locator("[data-selected-count]")
    for key in ("j", "x", "j", "j", "X"):
        page.keyboard.press(key)
    expect(selected).to_have_text("3 selected")
    older = str(page.locator("[rel=next]").get_attribute("href"))
    visitor.go("/" + older)
    expect(selected).to_have_text("3 selected, 3 not shown")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.reload()
    expect(selected).to_have_text("4 selected, 3 not shown")
    # Into a clip, and back.
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/videos/"))
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile("#clip-"))
    expect(selected).to_have_text("4 selected, 3 not shown")
    # As the end of the wall comes into sight, its cards are among those selected.
    visitor.go("/?stacks=off&status=completed")
    expect(selected).to_have_text("4 selected, 1 not shown")
    page.locator("#pager").scroll_into_view_if_needed()
    expect(selected).to_have_text("4 selected")
    visitor.go("/" + older)
    expect(selected).to_have_text("4 selected, 3 not shown")
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_role("status").get_by_text("4 clips")).to_be_visible()
    expect(selected).to_be_hidden()
    page.reload()
    expect(selected).to_be_hidden()
    # Other filters are another list.
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(selected).to_have_text("1 selected")
    page.get_by_text("Approved", exact=True).first.click()
    page.wait_for_url(re.compile("decision=approved"))
    expect(selected).to_be_hidden()


def test_the_end_of_the_page_can_be_reached(many: Stack, visit: Visit) -> None:
    many.manage("seed", "--jobs", "100")
    visitor = visit()
    page = visitor.sign_in()
    visitor.go("/?stacks=off")
    cards, pager = page.get_by_role("article"), page.locator("#pager")
    for count in (48, 72, 96, 120):
        pager.scroll_into_view_if_needed()
        expect(cards).to_have_count(count)
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Keyboard")).to_be_in_viewport()
    expect(cards).to_have_count(120)
    pager.get_by_role("link", name="Older").click()
    expect(cards).to_have_count(144)
