"""Two to four clips are compared: they play, pause, step and loop as one."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import Visitor, audit_themes
from tests.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-2")]
ALL = "() => [...document.querySelectorAll('video')]"
SETTLED = f"{ALL}.every(v => !v.seeking && v.readyState >= 2)"


def times(page: Page) -> list[float]:
    """Where each clip is, read at one moment."""
    current_times: list[float] = page.evaluate(f"{ALL}.map(v => v.currentTime)")
    return current_times


def settled(page: Page) -> float:
    """The one place where all clips are, once they stand still."""
    page.wait_for_function(SETTLED)
    first, second = times(page)
    assert first == pytest.approx(second, abs=0.0001)
    return first


def test_two_clips_play_pause_step_and_loop_as_one(
    visit: Callable[..., Visitor], stack: Stack
) -> None:
    visitor = visit()
    page = visitor.sign_in()
    # Of the same two clips.
    for _ in range(2):
        stack.manage("seed", "--jobs", "2")
    visitor.go("/")
    boxes: Any = page.get_by_role("checkbox", name="Select")
    for place in range(2):
        boxes.nth(place).check()
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url("**/compare?**")
    page.wait_for_function(f"() => {ALL}.every(v => v.readyState >= 3)")

    page.get_by_role("button", name="Play").click()
    page.wait_for_function(f"() => {ALL}.every(v => v.currentTime > 0.8)")
    first, second = times(page)
    assert abs(first - second) < 0.5
    page.get_by_role("button", name="Pause").click()
    at = settled(page)
    page.get_by_role("button", name="Next frame").click()
    assert 0 < settled(page) - at < 2 / 24

    # From shortly before the end back to the beginning.
    page.get_by_role("slider", name="Position").fill("3.75")
    assert settled(page) == pytest.approx(3.75, abs=0.05)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(f"() => {ALL}.every(v => v.currentTime > 0.1 && v.currentTime < 2)")
    page.get_by_role("button", name="Pause").click()
    settled(page)

    page.get_by_label("Sound").select_option("B")
    assert page.evaluate(f"{ALL}.map(v => v.muted)") == [True, False]
    page.get_by_text("Wipe", exact=True).click()
    expect(page.get_by_role("slider", name="Wipe between A and B")).to_be_visible()
    assert audit_themes(page) == []
    page.get_by_text("Difference", exact=True).click()
    blend = f"{ALL[6:]}.map(v => getComputedStyle(v.closest('.compare-frame')).mixBlendMode)"
    assert "difference" in page.evaluate(blend)
    middle = "v => { const box = v.getBoundingClientRect(); return box.left + box.width / 2; }"
    places = page.evaluate(f"{ALL[6:]}.map({middle})")
    assert places[0] == pytest.approx(places[1], abs=1), "one over the other"
    page.get_by_text("Side by side", exact=True).click()
    page.set_viewport_size({"width": 360, "height": 780})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    widths = page.evaluate(f"{ALL[6:]}.map(v => v.getBoundingClientRect().right)")
    assert max(widths) <= 360
    assert audit_themes(page) == []

    page.get_by_role("button", name="Reject").first.click()
    expect(page.get_by_role("status").get_by_text("Rejected.")).to_be_visible()
    expect(page.get_by_role("button", name="Reject").first).to_have_attribute(
        "aria-pressed", "true"
    )
    page.get_by_role("button", name="Flicker").click()
    expect(page.get_by_text("Rejected. Reason: Flicker")).to_be_visible()
    assert audit_themes(page) == []
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone.")).to_be_visible()
    page.wait_for_url("**/compare?**")
    expect(page.get_by_role("button", name="Reject").first).to_have_attribute(
        "aria-pressed", "false"
    )

    # Four, in two rows, all of them in sight on the biggest screens too.
    visitor.go("/")
    for place in range(4):
        boxes.nth(place).check()
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Compare").click()
    page.wait_for_function(
        f"() => {ALL[6:]}.length === 4 && {ALL[6:]}.every(v => v.readyState >= 3)"
    )
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(f"() => {ALL[6:]}.every(v => v.currentTime > 0.3)")
    page.get_by_role("button", name="Pause").click()
    page.wait_for_function(SETTLED)
    assert max(times(page)) - min(times(page)) < 0.0001
    for width, height in ((1440, 900), (3840, 2160)):
        page.set_viewport_size({"width": width, "height": height})
        seen = page.evaluate(f"{ALL[6:]}.map(v => v.getBoundingClientRect().toJSON())")
        assert max(box["bottom"] for box in seen) <= height, (width, seen)
        assert min(box["height"] for box in seen) >= height / 4, (width, seen)
    page.get_by_role("button", name="Approve").last.click()
    expect(page.get_by_role("button", name="Approve").last).to_have_attribute(
        "aria-pressed", "true"
    )


def test_three_clips_stand_side_by_side_and_are_judged_there(
    visit: Callable[..., Visitor], stack: Stack
) -> None:
    visitor = visit(reduced_motion="reduce")
    page = visitor.sign_in()
    stack.manage("seed", "--jobs", "6")
    visitor.go("/")
    boxes: Any = page.get_by_role("checkbox", name="Select")
    for place in range(3):
        boxes.nth(place).check()
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url("**/compare?**")
    page.wait_for_function(
        f"() => {ALL[6:]}.length === 3 && {ALL[6:]}.every(v => v.readyState >= 2)"
    )
    # Laid over each other, only two can be seen.
    expect(page.get_by_text("Wipe", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Next frame").click()
    page.wait_for_function(SETTLED)
    assert len({round(at, 4) for at in times(page)}) == 1
    assert audit_themes(page) == []
    page.get_by_role("button", name="Approve").nth(2).click()
    expect(page.get_by_role("status").get_by_text("Approved.")).to_be_visible()
    for size in ({"width": 1440, "height": 900}, {"width": 360, "height": 780}):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
