"""Clips are found again: by project, words in any script, tags, views and batches. One that is at
risk is archived at a press."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import PASSWORD, Visitor, audit_themes
from tests.patience import wait_until
from tests.stack import Stack, running_stack

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-1")]
Visit = Callable[..., Visitor]
# A second member, a clip whose prompt has no spaces, and two that were made from one list.
PREPARE = f"""
from videos.models import Comment, Member, VideoJob
ana = Member.objects.get(username="ana")
ana.set_password({PASSWORD!r})
ana.save()
first, second = VideoJob.objects.filter(status="completed", stack=None).order_by("-pk")[:2]
VideoJob.objects.filter(pk__in=[first.pk, second.pk]).update(batch="b" * 32)
first.refresh_from_db()
first.prompt = "日落时的灯塔 🦊"
first.save()
Comment.objects.create(job=second, maker=ana, text="zephyr in the sails", submission_key="z" * 32)
"""
MARKED = "() => [...(CSS.highlights.get('found') ?? [])].map(range => range.toString())"

CENSUS = """
from django.utils import timezone
from videos.models import Member, Provider, VideoJob
maker, provider = Member.objects.first(), Provider.objects.first()
VideoJob.objects.bulk_create(
    VideoJob(
        maker=maker, provider=provider, model="sketch-1", prompt=f"census {n}", size="640x360",
        seconds="4", status="failed", submission_key=f"census{n}", finished_at=timezone.now(),
    )
    for n in range(1005)
)
"""

COLLECT = """
from videos.models import Member, VideoJob
from videos.review.collections import add_to_collection, create_collection
mira = Member.objects.get(username="mira")
theirs = VideoJob.objects.filter(maker__username="ana", status="completed").order_by("pk")[:1]
add_to_collection(mira, create_collection(mira, "Anas"), VideoJob.objects.filter(pk__in=theirs))
"""
# The engine's clip is no longer archived, and nothing fetches it by itself.
AT_RISK = """
from videos.models import Asset, VideoJob
job = VideoJob.objects.filter(provider__slug="engine").latest("pk")
Asset.objects.filter(job=job).delete()
VideoJob.objects.filter(pk=job.pk).update(archived_at=None, due_at=None)
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The product; its engine keeps clips for an hour."""
    with running_stack(tmp_path_factory.mktemp("stack"), ENGINE_EXPIRES_SECONDS="3600") as stack:
        yield stack


@pytest.fixture(scope="module")
def seeded(stack: Stack) -> Stack:
    stack.manage("seed", "--jobs", "30")
    stack.manage("shell", "-c", PREPARE)
    return stack


def find(page: Page, words: str, count: int | None = None) -> None:
    """Type into the search box, and wait for as many cards."""
    page.get_by_role("searchbox", name="Search").fill(words)
    page.wait_for_url(re.compile(r"[?&]q="))
    if count is not None:
        expect(page.get_by_role("article")).to_have_count(count)


def test_a_project_is_chosen_in_the_composer_remembered_and_filtered_by(
    seeded: Stack, visit: Visit
) -> None:
    visitor = visit(reduced_motion="reduce")
    page = visitor.sign_in()
    visitor.go("/projects")
    page.get_by_role("textbox", name="Name of the project").fill("Northern lights")
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_role("link", name="Northern lights")).to_be_visible()

    visitor.go("/")
    prompt = page.get_by_role("textbox", name="Prompt")
    prompt.fill("Green curtains over a fjord")
    project = page.locator("#composer").get_by_role("combobox", name="Project")
    project.select_option(label="Northern lights")
    page.get_by_role("combobox", name="Size").select_option("640x360")
    page.get_by_role("button", name="Generate").click()
    card = page.get_by_role("article", name="Green curtains over a fjord")
    expect(card).to_be_visible()
    visitor.go("/")
    expect(project.locator("option:checked")).to_have_text("Northern lights")
    page.locator("#filter-project").select_option(label="Northern lights")
    expect(page.get_by_role("article")).to_have_count(1)
    card.get_by_role("link").first.click()
    expect(page.locator("#clip-project option:checked")).to_have_text("Northern lights")


def test_words_of_any_script_are_found_marked_tagged_and_kept_as_a_view(
    seeded: Stack, visit: Visit
) -> None:
    visitor = visit(reduced_motion="reduce")
    page = visitor.sign_in()
    cards = page.get_by_role("article")
    find(page, "LIGHTH")
    expect(cards.first).to_contain_text("lighthouse")
    page.wait_for_function(f"() => ({MARKED})().length")
    assert {word.lower() for word in page.evaluate(MARKED)} == {"lighth"}
    for words in ("灯塔", "🦊"):
        find(page, words, 1)
        page.wait_for_function(f"words => ({MARKED})().includes(words)", arg=words)
    # What the card doesn't show, it names.
    find(page, "zephyr", 1)
    expect(cards.first).to_contain_text("In a comment")

    cards.first.get_by_role("link").first.click()
    tags = page.get_by_role("combobox", name="Add tags")
    # Enter adds a tag, also where there are some that have a button.
    for name in ("Golden hour", "goat"):
        tags.fill(name)
        tags.press("Enter")
        expect(page.get_by_role("link", name=name)).to_be_visible()
    # Of the tags of the team, those are offered that begin with the letters.
    tags.press_sequentially("gol")
    offered = page.locator("#clip-tag-options option")
    expect(offered).to_have_count(1)
    expect(offered).to_have_attribute("value", "Golden hour")
    tags.fill("")
    page.get_by_role("button", name="Remove the tag goat").click()
    expect(page.get_by_role("link", name="goat")).to_have_count(0)

    visitor.go("/")
    page.get_by_role("button", name="Filters").click()
    page.locator("#filter-tag").press_sequentially("golden")
    expect(page.locator("#tags option")).to_have_attribute("value", "Golden hour")
    page.locator("#filter-tag").fill("Golden hour")
    expect(cards).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/\?tag=Golden"))
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Views").click()
    page.get_by_role("textbox", name="Name").fill("At dusk")
    page.get_by_role("checkbox", name="Show it to the whole team").check()
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_text("Saved the view “At dusk”.")).to_be_visible()
    assert audit_themes(page) == []

    # Someone else opens the view, and can't delete it.
    their = visit().sign_in("ana")
    their.get_by_role("button", name="Views").click()
    their.get_by_role("link", name="At dusk").click()
    expect(their.get_by_role("article")).to_have_count(1)
    expect(their.get_by_role("button", name="Delete the view At dusk")).to_have_count(0)


def test_clips_that_were_made_at_once_are_found_again_as_one(seeded: Stack, visit: Visit) -> None:
    page = visit().sign_in()
    find(page, "灯塔", 1)
    cards = page.get_by_role("article")
    cards.first.get_by_role("link").first.click()
    page.get_by_role("link", name="Show all clips that were made at once").click()
    expect(page.get_by_role("heading", name="Batch")).to_be_visible()
    expect(cards).to_have_count(2)


def test_a_member_who_is_renamed_has_the_new_name_on_open_pages(
    seeded: Stack, visit: Visit
) -> None:
    page = visit().sign_in()
    theirs = page.locator(".card-maker", has_text="Ana Reyes").first
    expect(theirs).to_be_visible()
    count = page.locator(".card-maker", has_text="Ana Reyes").count()
    seeded.manage("shell", "-v", "0", "-c", COLLECT)
    clip, collection = (visit().sign_in() for _window in range(2))
    collection.goto(f"{seeded.url}/collections/anas")
    expect(collection.locator(".card-maker", has_text="Ana Reyes")).to_have_count(1)
    clip.locator(".card", has_text="Ana Reyes").first.get_by_role("link").first.click()
    made_by = clip.locator("dt", has_text="Made by").locator("+ dd")
    expect(made_by).to_have_text("Ana Reyes")
    other = visit()
    account = other.sign_in("ana")
    other.go("/account")
    account.get_by_role("textbox", name="Name", exact=True).fill("Ana Lopez")
    account.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".card-maker", has_text="Ana Lopez")).to_have_count(count)
    expect(theirs).to_have_count(0)
    expect(made_by).to_have_text("Ana Lopez")
    expect(collection.locator(".card-maker")).to_have_text("Ana Lopez")


def test_a_clip_at_risk_is_archived_at_a_press(seeded: Stack, visit: Visit) -> None:
    visitor = visit(reduced_motion="reduce")
    page = visitor.sign_in()
    clip = page.get_by_role("article", name="Green curtains over a fjord")
    expect(clip.locator("img")).to_be_visible()
    seeded.manage("shell", "-c", AT_RISK)
    visitor.go("/cleanup")
    row = page.get_by_role("listitem").filter(has_text="Green curtains over a fjord")
    expect(row).to_contain_text("expires in")
    assert audit_themes(page) == []
    row.get_by_role("checkbox", name="Select").check()
    page.get_by_role("button", name="Archive now").click()
    expect(page.get_by_text("Archiving 1 clip now.")).to_be_visible()
    wait_until(lambda: visitor.go("/cleanup") and row.count() == 0)
    visitor.go("/")
    clip.get_by_role("link").first.click()
    where = page.get_by_role("region", name="Where the clip is stored")
    expect(where).to_contain_text("Archived")
    # A rule says first what it would do.
    visitor.go("/settings")
    page.locator("[name=reject_days]").fill("30")
    page.get_by_role("button", name="Save rules").click()
    expect(page.get_by_role("heading", name="Turn on these rules?")).to_be_visible()


def test_more_than_a_thousand_clips_are_counted_no_further(seeded: Stack, visit: Visit) -> None:
    seeded.manage("shell", "-c", CENSUS)
    visitor = visit(reduced_motion="reduce")
    page = visitor.sign_in()
    find(page, "census")
    expect(page.get_by_text("1,000+ clips", exact=True)).to_be_visible()
