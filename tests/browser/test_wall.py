"""The wall goes on as one scrolls, and tells of what others do without moving anything."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.chromium import Visitor, audit_themes
from tests.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-1")]
Visit = Callable[..., Visitor]
# A decision and a clip of somebody else, while the page is open.
MEANWHILE = """
from videos.models import Member, VideoJob
from videos.review.decisions import decide
newest = VideoJob.objects.order_by("-pk").first()
decide(Member.objects.get(username="mira"), VideoJob.objects.filter(pk=newest.pk), "approved")
newest.pk, newest.public_id, newest.prompt = None, "video_" + "e" * 32, "a late arrival"
newest.verdict, newest.remote_id, newest.submission_key = "", "late", "late"
newest.save()
"""


@pytest.fixture(scope="module")
def many(stack: Stack) -> Stack:
    stack.manage("seed", "--jobs", "40")
    return stack


def test_the_wall_goes_on_and_says_what_is_new(many: Stack, visit: Visit) -> None:
    visitor = visit()
    page = visitor.sign_in()
    # Some of the seeded clips are takes of one: each is to be counted.
    visitor.go("/?stacks=off")
    cards = page.get_by_role("article")
    expect(cards).to_have_count(24)
    assert audit_themes(page) == []
    page.get_by_role("navigation", name="Pages").scroll_into_view_if_needed()
    expect(cards).to_have_count(40)
    # From a clip far down, back leads to its place.
    last = cards.nth(39).get_by_role("link").first
    name = last.inner_text()
    last.click()
    page.wait_for_url(re.compile("/videos/"))
    page.go_back()
    expect(page.get_by_role("article").filter(has_text=name).first).to_be_in_viewport()

    visitor.go("/")
    first = page.get_by_role("article").first
    box = first.bounding_box()
    many.manage("shell", "-c", MEANWHILE)
    pill = page.get_by_role("button", name=re.compile("new clip"))
    expect(pill).to_be_visible()
    expect(first).to_contain_text("Approved")
    assert first.bounding_box() == box
    pill.click()
    expect(page.get_by_role("article").first).to_contain_text("a late arrival")
    expect(pill).to_have_count(0)


# Variant, width as `srcset` says, width of the file.
CHOSEN = """async () => {
    const shown = [...document.querySelectorAll(".card.r-16-9 .frame img[srcset]")]
        .filter(image => image.complete && image.currentSrc).slice(0, 3);
    return Promise.all(shown.map(async (image) => {
        const url = new URL(image.currentSrc);
        const address = url.pathname + url.search;
        const offered = image.srcset.split(", ").find(each => each.startsWith(address));
        const file = await createImageBitmap(await (await fetch(url)).blob());
        return [url.searchParams.get("variant"), parseInt(offered.split(" ")[1]), file.width];
    }));
}"""


def test_phones_and_laptops_load_the_small_poster(many: Stack, visit: Visit) -> None:
    visit().sign_in()
    phone, laptop = {"width": 390, "height": 844}, {"width": 1366, "height": 850}
    screens = [
        (phone, 1, "small"),
        (phone, 3, "small"),
        (laptop, 1, "small"),
        (laptop, 2, "thumbnail"),
    ]
    for viewport, scale, variant in screens:
        visitor = visit(viewport=viewport, device_scale_factor=scale)
        page = visitor.sign_in()
        visitor.go("/?stacks=off")
        page.wait_for_load_state("networkidle")
        chosen = page.evaluate(CHOSEN)
        assert {each[0] for each in chosen} == {variant}, (viewport, scale, chosen)
        assert all(offered == width for _, offered, width in chosen), chosen


FLAG = """
from videos.models import Finding, VideoJob
done = VideoJob.objects.filter(status="completed", archived_at__isnull=False)
clip = done.filter(size="1280x720").order_by("-pk")[3]
Finding.objects.get_or_create(job=clip, kind="black", defaults={"at_seconds": 1})
VideoJob.objects.filter(pk=clip.pk).update(version=clip.version + 1)
print(clip.public_id)
"""


def test_clips_are_tagged_collected_sorted_and_found_again(many: Stack, visit: Visit) -> None:
    visitor = visit(reduced_motion="reduce")
    page = visitor.sign_in()
    visitor.go("/?stacks=off&status=completed")
    cards = page.get_by_role("article")
    for _ in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    first, second = (cards.nth(at).get_by_role("link").first.inner_text() for at in range(2))
    approved = page.get_by_role("article").filter(has_text="Approved").count()
    sheet = page.locator("#organise")
    page.get_by_role("button", name="Organise").click()
    sheet.get_by_label("Tags").fill("fog, night")
    sheet.get_by_role("button", name="Add", exact=True).first.click()
    expect(page.get_by_role("status").get_by_text("2 clips")).to_be_visible()
    for at in range(2):
        cards.nth(at).hover()
        cards.nth(at).get_by_role("checkbox", name="Select").check()
    page.get_by_role("button", name="Organise").click()
    sheet.get_by_label("Name of a new collection").fill("Best")
    sheet.get_by_role("button", name="Add", exact=True).last.click()
    expect(page.get_by_role("status").get_by_text("“Best”")).to_be_visible()

    # What was chosen in the sheet goes to no other button, and Enter presses the button beside it.
    cards.nth(3).hover()
    cards.nth(3).get_by_role("checkbox", name="Select").check()
    page.get_by_role("button", name="Organise").click()
    sheet.get_by_label("Collection", exact=True).select_option(label="Best")
    sheet.get_by_label("Tags").fill("dusk")
    sheet.get_by_label("Tags").press("Enter")
    expect(page.get_by_role("status").get_by_text("Tagged 1 clip.")).to_be_visible()
    expect(page.get_by_role("article").filter(has_text="Approved")).to_have_count(approved)
    cards.nth(3).hover()
    cards.nth(3).get_by_role("checkbox", name="Select").check()
    page.get_by_role("button", name="Organise").click()
    sheet.get_by_label("Collection", exact=True).select_option(label="Best")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Share").click()
    page.wait_for_url("**/shares/new")
    expect(page.get_by_text("1 clip", exact=True)).to_be_visible()

    # Sorted by keyboard, decided, walked through and come back to.
    visitor.go("/collections/best")
    names = cards.get_by_role("heading")
    order = names.all_inner_texts()
    assert sorted(order) == sorted([first, second])
    page.get_by_role("button", name="Move later").first.press("Enter")
    page.wait_for_url(re.compile("#clip-"))
    expect(names.first).to_have_text(order[1])
    # Dragged back to where it was.
    cards.nth(1).drag_to(cards.first, target_position={"x": 4, "y": 40})
    expect(names.first).to_have_text(order[0])
    page.reload()
    expect(names).to_have_text(order)
    page.keyboard.press("j")
    page.keyboard.press("2")
    expect(cards.filter(has_text="Needs changes")).to_have_count(1)
    assert audit_themes(page) == []
    cards.first.get_by_role("link").first.press("Enter")
    page.wait_for_url(re.compile("/videos/"))
    here = page.url
    page.keyboard.press("j")
    page.wait_for_url(lambda url: url != here)
    expect(page.get_by_role("link", name="Next")).to_have_count(0)
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile("/collections/best#clip-"))

    # Found by the tag, and kept as a view.
    visitor.go("/")
    page.get_by_role("searchbox", name="Search").fill("fog night")
    expect(cards).to_have_count(2)
    page.reload()
    page.get_by_role("button", name="Views").click()
    page.get_by_role("textbox", name="Name").fill("Foggy")
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_text("Saved the view “Foggy”.")).to_be_visible()
    visitor.go("/")
    page.get_by_role("button", name="Views").click()
    page.get_by_role("link", name="Foggy").click()
    expect(cards).to_have_count(2)


def test_a_card_offers_its_clip_and_the_selection_is_handed_over(many: Stack, visit: Visit) -> None:
    flagged = many.manage("shell", "-c", FLAG).split()[-1]
    visitor = visit(reduced_motion="reduce")
    page = visitor.sign_in()
    visitor.go("/?quality=findings")
    card = page.get_by_role("article")
    expect(card).to_contain_text("Black")
    # Over the word stands the frame that it means; elsewhere the pointer's place chooses one.
    card.hover()
    word = card.get_by_text("Black").bounding_box()
    assert word
    page.mouse.move(word["x"] + 4, word["y"] + 4)
    expect(card.locator(".chip-code")).to_have_text("00:01.0")
    card.hover()
    with page.expect_download() as download:
        card.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.endswith((".mp4", ".webm"))
    card.get_by_role("button", name="Actions").click()
    menu = page.locator("#card-menu")
    expect(menu.get_by_role("button", name="Share")).to_be_visible()
    assert audit_themes(page) == []
    page.keyboard.press("Escape")
    card.get_by_role("checkbox", name="Select").check()
    for button, ending in (("Download", ".zip"), ("CSV", ".csv"), ("OTIO", ".otio")):
        page.get_by_role("button", name="More", exact=True).click()
        with page.expect_download() as download:
            page.locator("#handover").get_by_role("button", name=button).click()
        assert download.value.suggested_filename.endswith(ending)
        page.keyboard.press("Escape")
        card.get_by_role("checkbox", name="Select").check()
    card.get_by_role("link").first.click()
    page.wait_for_url(re.compile(flagged))
    page.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_text("Dismissed by Mira Lindqvist")).to_be_visible()


def test_the_biggest_screens_are_used_and_no_row_is_stretched(many: Stack, visit: Visit) -> None:
    width, height = 3840, 2160
    visitor = visit(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page = visitor.sign_in()
    visitor.go("/?stacks=off")
    # More came by itself, since the end of the first page is in sight.
    expect(page.get_by_role("article").nth(39)).to_be_attached()
    heights = page.locator(".card .frame").evaluate_all(
        "frames => frames.map(frame => frame.getBoundingClientRect().height)"
    )
    assert min(heights) >= height / 14, "as small as on a laptop"
    assert max(heights) <= 2 * min(heights)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert audit_themes(page) == []
    page.locator("article:has(img) .card-name a").first.click()
    page.wait_for_url(re.compile("/videos/"))
    video = page.locator("#status video").bounding_box()
    assert video and video["height"] >= height / 2
    # With the player's buttons and the neighbours below it, and the decision beside it.
    for part in (page.locator(".player-bar"), page.locator("#strip"), page.locator("#decision")):
        expect(part).to_be_in_viewport(ratio=1)


def test_without_javascript_the_wall_is_paged_and_filtered(many: Stack, visit: Visit) -> None:
    visitor = visit(java_script_enabled=False)
    page = visitor.sign_in()
    visitor.go("/?stacks=off")
    newest = page.get_by_role("article").first.inner_text()
    page.get_by_role("link", name="Older").click()
    expect(page.get_by_role("article").first).not_to_have_text(newest)
    page.get_by_role("link", name="Newer").first.click()
    page.get_by_role("radio", name="Approved").check()
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(re.compile("decision=approved"))
