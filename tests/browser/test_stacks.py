"""Takes become one card; it opens, another take is approved, clips are split off and joined."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import Visitor, audit, audit_themes
from tests.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-2")]
Visit = Callable[..., Visitor]
STACK = re.compile("clips of this stack")


def generate(page: Page, prompt: str, takes: str) -> None:
    page.get_by_role("textbox", name="Prompt").fill(prompt)
    page.get_by_label("Takes").select_option(takes)
    page.get_by_role("button", name="Generate", exact=True).click()
    expect(page.get_by_role("article", name=prompt)).to_have_count(int(takes))


def select(page: Page, name: str) -> None:
    card = page.get_by_role("article", name=name).first
    card.hover()
    card.get_by_role("checkbox", name="Select").check()


def organise(page: Page, button: str) -> None:
    page.get_by_role("button", name="Organise").click()
    page.get_by_role("button", name=button).click()


def open_stack(page: Page) -> None:
    """The page of the only stack."""
    page.get_by_role("link", name=STACK).click()
    page.get_by_role("link", name=re.compile(r"Show all \d+ clips")).click()
    expect(page.get_by_role("heading", name="Stack", exact=True)).to_be_visible()


def test_takes_are_one_card_that_opens_splits_and_joins(visit: Visit) -> None:
    visitor = visit()
    page = visitor.sign_in()
    generate(page, "a heron at dawn", "3")
    generate(page, "a kite over the harbour", "1")
    heron = page.get_by_role("article", name="a heron at dawn")
    # All are shown until the page is loaded again; then there is one card.
    expect(heron.get_by_text("Completed")).to_have_count(3)
    visitor.go("/")
    expect(heron).to_have_count(1)
    expect(heron.get_by_text("Take 1 of 3")).to_be_visible()
    assert audit_themes(page) == []

    open_stack(page)
    expect(heron).to_have_count(3)
    assert audit(page) == []
    # Another take is approved: it becomes the cover.
    heron.filter(has_text="Take 3 of 3").get_by_role("link").first.click()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("status").get_by_text("Approved.")).to_be_visible()
    visitor.go("/")
    expect(heron.get_by_text("Take 3 of 3")).to_be_visible()

    # Split off by hand, and put back by Undo.
    open_stack(page)
    select(page, "a heron at dawn")
    organise(page, "Split off their stacks")
    expect(page.get_by_text("Split 1 clip off its stack.")).to_be_visible()
    expect(heron).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone.")).to_be_visible()
    expect(heron).to_have_count(3)

    # Joined with another clip, whole stack and all; the approved take stays the cover.
    visitor.go("/")
    expect(page.get_by_role("article")).to_have_count(2)
    select(page, "a heron at dawn")
    expect(page.get_by_label("Whole stacks")).to_be_visible()
    select(page, "a kite over the harbour")
    organise(page, "Join into one stack")
    expect(page.get_by_text("Joined the clips into one stack.")).to_be_visible()
    expect(page.get_by_role("article")).to_have_count(1)
    expect(page.get_by_role("link", name="Show the 4 clips of this stack")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("article")).to_have_count(2)


def test_the_keyboard_opens_a_stack_and_help_says_how(visit: Visit, stack: Stack) -> None:
    visitor = visit()
    page = visitor.sign_in()
    page.get_by_role("link", name=STACK).first.wait_for()
    stacks = page.get_by_role("article").filter(has=page.get_by_role("link", name=STACK))
    stacks.first.get_by_role("link").first.focus()
    page.keyboard.press("s")
    expect(page.get_by_role("heading", name="in this stack")).to_be_visible()
    page.keyboard.press("s")
    expect(page.get_by_role("heading", name="in this stack")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.get_by_text("Show the stack of the clip")).to_be_visible()


def test_without_javascript_a_stack_opens_splits_and_the_wall_is_sorted(visit: Visit) -> None:
    visitor = visit(java_script_enabled=False)
    page = visitor.sign_in()
    page.get_by_role("link", name=STACK).first.click()
    expect(page.get_by_role("heading", name="Stack")).to_be_visible()
    page.get_by_role("button", name="Display").click()
    page.get_by_label("Sort by").select_option("oldest")
    page.get_by_role("button", name="Compact").click()
    expect(page.locator("#grid.is-compact")).to_be_visible()
    page.get_by_role("article").first.get_by_role("link").first.click()
    page.get_by_role("button", name="Split off this clip").click()
    expect(page.get_by_text("Split 1 clip off its stack.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("In this stack")).to_be_visible()


def test_on_a_phone_stacks_and_the_compact_wall_fit(visit: Visit) -> None:
    visitor = visit(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    page = visitor.sign_in()
    page.get_by_role("button", name="Display").click()
    page.get_by_role("button", name="Compact").click()
    expect(page.locator("#grid.is-compact")).to_be_visible()
    assert audit_themes(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
