"""A stack opens under the row of its card, stays open while the wall changes, and closes."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_live_wall import HALF_MINUTE, shell
from tests.chromium import Visitor, audit_themes
from tests.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-2")]
Visit = Callable[..., Visitor]
MANY = """
made = Stack.objects.create()
for number in range(5):
    copy(f"lighthouse {number}", 2000 + number, stack=made, is_cover=number == 4)
long = Stack.objects.create()
for number in range(60):
    copy(f"meadow {number}", 2100 + number, stack=long, is_cover=number == 59)
"""
APPROVE = 'decide(row.maker, named("lighthouse 1"), "approved")'
SPLIT = """
from videos.review.stacks import split_off
split_off(row.maker, named("lighthouse 2"))
"""
TRASH = """
from videos.jobs.deletion.trash import trash
trash(row.maker, VideoJob.objects.filter(prompt__startswith="lighthouse"))
"""


@pytest.fixture(scope="module")
def seeded(stack: Stack) -> Stack:
    stack.manage("seed", "--jobs", "10")
    shell(stack, "from videos.models import Stack\n" + MANY)
    return stack


def count_of(page: Page, name: str) -> Locator:
    card = page.locator("#grid > .card").filter(has_text=name)
    return card.get_by_role("link", name="of this stack")


def row_of(page: Page) -> Locator:
    return page.get_by_role("region", name="in this stack")


def test_a_stack_opens_in_place_and_closes_by_key_and_button(seeded: Stack, visit: Visit) -> None:
    visitor = visit()
    page = visitor.sign_in()
    address = page.url
    count, row = count_of(page, "lighthouse 4"), row_of(page)
    expect(count).to_have_attribute("aria-expanded", "false")
    count.focus()
    page.keyboard.press("Enter")
    expect(row.get_by_role("heading", name="4 more clips in this stack")).to_be_visible()
    expect(row.get_by_role("article")).to_have_count(4)
    expect(count).to_have_attribute("aria-expanded", "true")
    expect(count).to_be_focused()
    assert page.url == address
    assert audit_themes(page) == []
    # It begins below the card, before the first card of the next row.
    card = page.locator("#grid > .card").filter(has_text="lighthouse 4").bounding_box()
    place = row.bounding_box()
    assert card and place and place["y"] >= card["y"] + card["height"]
    page.keyboard.press("ArrowDown")
    expect(row.get_by_role("article").filter(has=page.locator(":focus"))).to_have_count(1)
    page.keyboard.press("Escape")
    expect(row).to_have_count(0)
    expect(count).to_be_focused()
    page.keyboard.press("Space")
    expect(row).to_be_visible()
    page.keyboard.press("Space")
    expect(row).to_have_count(0)
    count.click()
    row.get_by_role("button", name="Close the stack").click()
    expect(row).to_have_count(0)
    expect(count).to_be_focused()


def test_many_takes_are_a_page_away_and_a_click_with_ctrl_opens_a_tab(
    seeded: Stack, visit: Visit
) -> None:
    visitor = visit()
    page = visitor.sign_in()
    count_of(page, "lighthouse 4").click()
    count_of(page, "meadow 59").click()
    row = row_of(page)
    expect(row.get_by_role("heading", name="59 more clips in this stack")).to_be_visible()
    expect(row.get_by_role("article")).to_have_count(24)
    expect(row.get_by_text("The newest 24 are shown.")).to_be_visible()
    row.get_by_role("link", name="Show all 60 clips").click()
    page.wait_for_url(re.compile(r"\?stack=\d+$"))
    page.go_back()
    # On the way back it is open again.
    expect(row.get_by_role("article")).to_have_count(24)
    with visitor.context.expect_page() as opened:
        count_of(page, "meadow 59").click(modifiers=["ControlOrMeta"])
    expect(opened.value).to_have_url(re.compile(r"\?stack=\d+$"))
    expect(row).to_be_visible()


def test_what_is_selected_in_the_row_stays_selected_and_can_be_decided(
    seeded: Stack, visit: Visit
) -> None:
    visitor = visit()
    page = visitor.sign_in()
    count_of(page, "lighthouse 4").click()
    take = row_of(page).get_by_role("article", name="lighthouse 0")
    take.hover()
    take.get_by_role("checkbox", name="Select").check()
    expect(page.get_by_label("Whole stacks")).to_be_hidden()
    count_of(page, "lighthouse 4").click()
    expect(row_of(page)).to_have_count(0)
    expect(page.get_by_text("1 selected, 1 not shown")).to_be_visible()
    count_of(page, "lighthouse 4").click()
    expect(take.get_by_role("checkbox", name="Select")).to_be_checked()
    page.keyboard.press("3")
    expect(take).to_contain_text("Rejected")


def test_the_open_row_follows_what_others_do(seeded: Stack, visit: Visit) -> None:
    visitor = visit()
    page = visitor.sign_in()
    page.clock.install()
    visitor.go("/")
    wall, row = page.locator("#grid > .card"), row_of(page)
    count_of(page, "lighthouse 4").click()
    expect(row.get_by_role("article")).to_have_count(4)
    row.get_by_role("article", name="lighthouse 3").get_by_role("link").first.focus()
    # Another take stands for the stack: it goes up to the wall, and the old cover comes down.
    shell(seeded, APPROVE)
    page.clock.run_for(HALF_MINUTE)
    expect(wall.filter(has_text="lighthouse 1")).to_have_count(1)
    expect(row.get_by_role("article", name="lighthouse 4")).to_be_visible()
    expect(row.get_by_role("article")).to_have_count(4)
    expect(row.get_by_role("article", name="lighthouse 3").locator(":focus")).to_have_count(1)
    expect(count_of(page, "lighthouse 1")).to_have_attribute("aria-expanded", "true")
    shell(seeded, SPLIT)
    page.clock.run_for(HALF_MINUTE)
    expect(row.get_by_role("heading", name="3 more clips in this stack")).to_be_visible()
    expect(row.get_by_role("article")).to_have_count(3)
    # The clip that was split off belongs to the wall, where a reload puts it.
    expect(page.get_by_role("link", name="1 new clip")).to_be_visible()
    shell(seeded, TRASH)
    page.clock.run_for(HALF_MINUTE)
    expect(row).to_have_count(0)
    expect(wall.filter(has_text=re.compile(r"lighthouse \d"))).to_have_count(0)


def test_the_count_of_a_narrow_card_is_not_covered_by_its_buttons(
    seeded: Stack, visit: Visit
) -> None:
    visitor = visit()
    page = visitor.sign_in()
    card = page.locator("#grid > .card").filter(has_text="meadow 59")
    card.evaluate("card => (card.className = card.className.replace(/r-\\d+-\\d+/, 'r-9-16'))")
    card.hover()
    # A click waits until nothing lies over the link.
    count_of(page, "meadow 59").click()
    expect(row_of(page)).to_be_visible()


def test_on_a_phone_the_row_fits(seeded: Stack, visit: Visit) -> None:
    visitor = visit(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    page = visitor.sign_in()
    count_of(page, "meadow 59").click()
    expect(row_of(page).get_by_role("article")).to_have_count(24)
    assert audit_themes(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
