"""An open wall follows every card on it, and what others do to stacks and lists."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.chromium import Visitor
from tests.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-2")]
Visit = Callable[..., Visitor]
HALF_MINUTE = 30_000
START = """
from datetime import timedelta
from django.utils import timezone
from videos.models import Stack, VideoJob
from videos.review.decisions import decide
row = VideoJob.objects.filter(status="completed", stack=None).order_by("pk").first()
def copy(name, number, **values):
    row.pk, row.public_id, row.prompt = None, f"video_{number:032x}", name
    row.remote_id = row.submission_key = row.public_id
    row.expires_at = None
    for key, value in values.items():
        setattr(row, key, value)
    row.save()
    return row.pk
def named(name):
    return VideoJob.objects.filter(prompt=name)
"""
# 60 clips that the provider has queued, and whose next look is far away.
QUEUED = """
soon = timezone.now() + timedelta(days=1)
for number in range(60):
    copy(f"waiting {number:02}", 1000 + number, status="queued", finished_at=None, verdict="",
         archived_at=None, due_at=soon)
"""
# The first of them, which stands last on the wall.
FINISH = """
named("waiting 00").update(
    status="failed", finished_at=timezone.now(), due_at=None, version=9
)
"""
FINISH_ALL = """
VideoJob.objects.filter(prompt__startswith="waiting").update(
    status="failed", finished_at=timezone.now(), due_at=None, version=10
)
"""
TAKES = """
made = Stack.objects.create()
for number in range(3):
    copy(f"take {number}", 2000 + number, stack=made, is_cover=number == 2)
copy("another clip", 2010, stack=None, is_cover=True)
"""
APPROVE = 'decide(row.maker, named("take 0"), "approved")'
LATE = """
copy("finished later", 3000, status="queued", finished_at=None, archived_at=None, verdict="",
     due_at=timezone.now() + timedelta(days=1))
copy("finished first", 3001, status="completed", finished_at=timezone.now(), due_at=None)
"""
FINISH_LATE = """
named("finished later").update(status="completed", finished_at=timezone.now(), due_at=None)
"""
COLLECTION = """
from videos.models import Member
from videos.review.collections import add_to_collection, create_collection
keys = [copy(f"picked {number}", 4000 + number, stack=None, is_cover=True) for number in range(3)]
best = create_collection(Member.objects.get(username="mira"), "Best")
add_to_collection(best.maker, best, VideoJob.objects.filter(pk__in=keys))
"""
CHANGE_COLLECTION = """
from videos.jobs.deletion.trash import trash
decide(row.maker, named("picked 0"), "approved")
trash(row.maker, named("picked 1"))
"""


def shell(stack: Stack, script: str) -> None:
    stack.manage("shell", "-v", "0", "-c", START + script)


@pytest.fixture(scope="module")
def seeded(stack: Stack) -> Stack:
    stack.manage("seed", "--jobs", "10")
    return stack


def test_a_take_that_others_approve_takes_the_place_of_the_card_and_the_focus(
    seeded: Stack, visit: Visit
) -> None:
    shell(seeded, TAKES)
    visitor = visit()
    page = visitor.sign_in()
    page.clock.install()
    visitor.go("/")
    cards = page.get_by_role("article")
    expect(cards.nth(1)).to_contain_text("take 2")
    cards.nth(1).get_by_role("link").first.focus()
    count = cards.count()
    shell(seeded, APPROVE)
    page.clock.run_for(HALF_MINUTE)
    expect(cards.nth(1)).to_contain_text("take 0")
    expect(cards.nth(1)).to_contain_text("Approved")
    expect(cards).to_have_count(count)
    expect(cards.nth(1).get_by_role("link").first).to_be_focused()
    # It is the stack's card now, not a new clip, and not one that isn't selected any more.
    page.clock.run_for(HALF_MINUTE)
    expect(page.get_by_role("link", name=re.compile("new clip"))).to_have_count(0)
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)


def test_a_clip_that_comes_to_match_an_open_list_is_announced(seeded: Stack, visit: Visit) -> None:
    shell(seeded, LATE)
    visitor = visit()
    page = visitor.sign_in()
    page.clock.install()
    visitor.go("/?decision=to_review")
    expect(page.get_by_role("article").first).to_contain_text("finished first")
    shell(seeded, FINISH_LATE)
    page.clock.run_for(HALF_MINUTE)
    page.get_by_role("link", name="1 new clip").click()
    expect(page.get_by_role("article").nth(1)).to_contain_text("finished later")
    page.clock.run_for(HALF_MINUTE)
    expect(page.get_by_role("link", name=re.compile("new clip"))).to_have_count(0)


def test_a_collection_follows_its_clips_and_leaves_no_holes(seeded: Stack, visit: Visit) -> None:
    visitor = visit()
    page = visitor.sign_in()
    shell(seeded, COLLECTION)
    page.clock.install()
    visitor.go("/collections/best")
    cards = page.get_by_role("article")
    expect(cards).to_have_count(3)
    shell(seeded, CHANGE_COLLECTION)
    page.clock.run_for(HALF_MINUTE)
    expect(cards).to_have_count(2)
    expect(cards.filter(has_text="picked 0")).to_contain_text("Approved")
    expect(page.get_by_role("button", name="Move later")).to_have_count(2)


def test_every_unfinished_card_is_followed_and_nothing_is_asked_after_the_last(
    seeded: Stack, visit: Visit
) -> None:
    shell(seeded, QUEUED)
    visitor = visit()
    page = visitor.sign_in()
    page.clock.install()
    visitor.go("/?stacks=off")
    cards = page.get_by_role("article")
    for number in (24, 48):
        expect(cards).to_have_count(number)
        page.get_by_role("navigation", name="Pages").last.scroll_into_view_if_needed()
    last = cards.filter(has_text="waiting 00")
    last.scroll_into_view_if_needed()
    expect(last).to_contain_text("Queued")
    shell(seeded, FINISH)
    page.clock.run_for(3000)
    expect(last).to_contain_text("Failed")
    # The others are followed as the places of these get free.
    shell(seeded, FINISH_ALL)
    waiting = cards.filter(has_text="waiting")
    for _ in range(4):
        page.clock.run_for(3000)
        page.wait_for_load_state("networkidle")
    expect(waiting.filter(has_text="Queued")).to_have_count(0)
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    page.clock.run_for(10_000)
    assert [url for url in urls if "/poll" in url] == []
