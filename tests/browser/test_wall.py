"""The wall goes on as one scrolls, and tells of what others do without moving anything."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.chromium import Visitor, audit_themes
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-1")]
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
