"""Every page can be used by everybody: both themes, laptop and phone, by axe and by keyboard.

The pages are those of `make screenshots`."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.chromium import Visitor, audit, audit_themes
from tests.screenshots.pages import FIRST, Place, open_place, places, prepare, sign_in
from tests.screenshots.sample import Names
from tests.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-1")]
Visit = Callable[..., Visitor]
LAPTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
# Their layout on a phone is another one, which is audited as well.
PHONE_TOO = ("gallery", "clip", "compare", "share-page", "cleanup", "batch", "usage")


@pytest.fixture(scope="module")
def names(chromium: Browser, stack: Stack) -> Names:
    """The first visit, which makes the first admin, and then something on every page."""
    context = chromium.new_context(locale="en-GB")
    Visitor(context, stack).sign_in()
    context.close()
    return prepare(stack)


@pytest.fixture
def full(names: Names, stack: Stack) -> Stack:
    """A gallery with clips of all kinds."""
    return stack


# In parts, so that a slow machine isn't taken for one that hangs.
PARTS = 6


@pytest.mark.parametrize("part", range(PARTS))
def test_axe_finds_nothing_on_any_page_in_either_theme_and_no_page_is_too_wide(
    visit: Visit, full: Stack, names: Names, part: int
) -> None:
    visitor = visit(viewport=LAPTOP, reduced_motion="reduce")
    # The first visit was audited then.
    audited = [place for place in places(names) if place.who != FIRST]
    faults = [fault for place in audited[part::PARTS] for fault in _faults(visitor, names, place)]
    assert faults == [], "\n".join(faults)


def _faults(visitor: Visitor, names: Names, place: Place) -> list[str]:
    page = visitor.page
    sign_in(visitor.context, visitor.stack, names, place.who)
    page.set_viewport_size(LAPTOP)
    open_place(page, visitor.stack, place)
    faults = audit_themes(page) + _faults_of_width(page)
    page.set_viewport_size(PHONE)
    faults += _faults_of_width(page)
    faults += audit(page) if place.name in PHONE_TOO else []
    return [f"{place.name}: {fault}" for fault in faults]


def _faults_of_width(page: Page) -> list[str]:
    wide, window = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    too_wide = [f"is {wide} px wide, not {window}"] if wide > window else []
    return too_wide + _faults_of_folds(page)


def _faults_of_folds(page: Page) -> list[str]:
    """What opens and closes on the page but has no sign of it, or is too wide once it is open."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll("summary")].flatMap((summary) => {
                const name = summary.textContent.trim(), fold = summary.parentElement;
                const arrow = getComputedStyle(summary, "::before").content !== "none";
                const marked = arrow || summary.matches(".btn, :has(> .icon)");
                const was = fold.open;
                fold.open = true;
                const isWide = document.documentElement.scrollWidth > innerWidth;
                fold.open = was;
                return [marked ? [] : name + " has no arrow", isWide ? name + " is too wide" : []];
            }).flat()"""
        )
    )


@pytest.mark.parametrize("scripts_are_late", [False, True])
def test_nothing_moves_while_the_gallery_loads(
    visit: Visit, full: Stack, scripts_are_late: bool
) -> None:
    visitor = visit(viewport=LAPTOP)
    page = visitor.sign_in()
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => "
        "window.shift += entry.value)).observe({type: 'layout-shift', buffered: true})"
    )
    if scripts_are_late:
        # The page is painted before they run, as on a busy machine.
        page.route("**/js/*.js", lambda route: (time.sleep(0.7), route.continue_()))
    visitor.go("/")
    page.wait_for_timeout(1500)
    assert page.evaluate("window.shift") < 0.02


def test_the_first_page_of_a_full_gallery_is_light(visit: Visit, full: Stack) -> None:
    visitor = visit()
    page = visitor.sign_in()
    sizes: dict[str, int] = {}
    page.on("requestfinished", lambda request: sizes.update({request.url: _size(request)}))
    visitor.go("/")
    page.wait_for_load_state("networkidle")
    assert len(sizes) <= 38
    assert sum(sizes.values()) <= 450_000
    assert not any(".mp4" in url or re.search(r"/content($|\?variant=video)", url) for url in sizes)


def _size(request: object) -> int:
    sizes = request.sizes()  # type: ignore[attr-defined]
    return int(sizes["responseBodySize"] + sizes["responseHeadersSize"])


def test_the_filters_are_one_line_on_a_laptop(visit: Visit, full: Stack) -> None:
    visitor = visit()
    page = visitor.sign_in()
    for width in (1024, 1200, 1366):
        page.set_viewport_size({"width": width, "height": 768})
        visitor.go("/")
        box = page.locator(".toolbar").bounding_box()
        assert box is not None and box["height"] <= 64, width


def test_the_gallery_is_used_by_keyboard_alone(visit: Visit, full: Stack) -> None:
    page = visit().sign_in()
    page.keyboard.press("n")
    expect(page.get_by_role("textbox", name="Prompt")).to_be_focused()
    page.keyboard.type("n is only a letter here")
    expect(page.get_by_role("textbox", name="Prompt")).to_have_value("n is only a letter here")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_visible()
    assert "/videos/video_" in page.url


def test_a_page_left_by_logout_does_not_come_back(visit: Visit, full: Stack) -> None:
    visitor = visit()
    page = visitor.sign_in()
    page.get_by_role("button", name=re.compile("^Account")).click()
    page.get_by_role("button", name=re.compile("log ?out|sign ?out", re.I)).click()
    page.wait_for_url(re.compile("login"))
    page.go_back()
    page.wait_for_timeout(500)
    assert page.get_by_role("article").count() == 0
