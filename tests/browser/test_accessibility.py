"""Every page can be used by everybody: both themes, laptop and phone, by axe and by keyboard."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import Visitor, audit_themes
from tests.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-1")]
Visit = Callable[..., Visitor]
LAPTOP, PHONE = {"width": 1440, "height": 900}, {"width": 360, "height": 740}
OPEN = [
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/signup/",
    "/join/nothing",
    "/password/nothing",
]
INSIDE = [
    "/",
    "/batch",
    "/?q=nothing+like+it",
    "/?status=failed",
    "/cleanup",
    "/cleanup/safe",
    "/cleanup/trash",
    "/unsure",
    "/team",
    "/team/permissions",
    "/providers",
    "/providers/new",
    "/providers/engine",
    "/providers/engine/models/new",
    "/providers/engine/import",
    "/settings",
    "/settings/budgets",
    "/settings/chat",
    "/notices/settings",
    "/settings/queues",
    "/usage",
    "/characters",
    "/account",
    "/tokens",
    "/accounts/password/change/",
    "/no/such/page",
]


@pytest.fixture
def full(stack: Stack) -> Stack:
    """A gallery with clips of all kinds."""
    if not (stack.data / "archive/seed").exists():
        stack.manage("seed", "--jobs", "60")
        for limit in ("0", "50"):
            scope = f"--scope=role:{'member' if limit == '0' else 'admin'}"
            stack.manage("budget", "set", scope, "--amount", limit, "--per", "month", "--hard")
    return stack


def _one_of_each(page: Page) -> Iterator[str]:
    """The pages of a completed clip and of a failed one."""
    for status in ("completed", "failed"):
        page.goto(page.url.split("?")[0] + f"?status={status}")
        yield page.get_by_role("article").first.get_by_role("link").first.get_attribute("href")


# In parts, so that a slow machine isn't taken for one that hangs.
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("viewport", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_axe_finds_nothing_on_any_page_in_either_theme(
    visit: Visit, full: Stack, viewport: dict[str, int], part: int
) -> None:
    visitor = visit(viewport=viewport, reduced_motion="reduce")
    for path in OPEN[part::PARTS]:
        assert audit_themes(visitor.go(path)) == []
    page = visitor.sign_in()
    details = list(_one_of_each(page)) if part == 0 else []
    for path in [*INSIDE[part::PARTS], *details]:
        visitor.go(path)
        assert audit_themes(page) == []
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= viewport["width"], f"{path} is {wide} px wide"
        assert _faults_of_folds(page) == [], path


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
    assert len(sizes) <= 40
    assert sum(sizes.values()) <= 1_000_000
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
