"""From a frame, a note or a saved prompt to the next take."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import Visitor, audit_themes
from tests.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-2")]
Visit = Callable[..., Visitor]
# Seeded clips are of models that nobody offers; these are of the engine's, which costs something.
ADOPT = """
from videos.models import CatalogueModel, VideoJob
catalogue_model = CatalogueModel.objects.filter(enabled=True).first()
CatalogueModel.objects.filter(enabled=True).update(price_per_second={"*": "0.05"})
VideoJob.objects.update(
    provider=catalogue_model.provider, model=catalogue_model.model,
    size=catalogue_model.sizes[0], seconds=catalogue_model.seconds[0],
)
"""


@pytest.fixture(scope="module")
def seeded(stack: Stack) -> Stack:
    stack.manage("seed", "--jobs", "3")
    stack.manage("shell", "-c", ADOPT)
    return stack


@pytest.fixture
def maker(seeded: Stack, visit: Visit) -> Visitor:
    """Somebody on the page of a finished clip."""
    visitor = visit(reduced_motion="reduce")
    page = visitor.sign_in()
    page.locator("article:has(img) .card-name a").first.click()
    page.wait_for_url(re.compile("/videos/"))
    return visitor


def generate(page: Page) -> None:
    # The form is there before the cards are.
    expect(page.get_by_role("article").first).to_be_visible()
    expect(page.locator(".htmx-request, .htmx-settling")).to_have_count(0)
    before = page.get_by_role("article").count()
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_role("article")).to_have_count(before + 1)


def test_the_frame_on_screen_starts_the_next_clip(maker: Visitor) -> None:
    page = maker.page
    expect(page.locator("[data-player]")).to_be_visible()
    expect(page.get_by_label("Time of the frame")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".timecode [data-now]")).to_have_text("0:02.0")
    page.get_by_role("button", name="Use this frame").click()
    page.wait_for_url(re.compile(r"reuse=video_\w+&frame=2\.0"))
    box = page.get_by_role("checkbox", name="Frame at 0:02.0")
    expect(box).to_be_checked()
    # The picture is there, not only its frame.
    expect(page.locator(".composer-kept img")).to_have_js_property("naturalWidth", 640)
    assert audit_themes(page) == []
    generate(page)
    expect(box).to_have_count(0)


def test_the_last_frame_goes_on_where_the_clip_ends(maker: Visitor) -> None:
    page = maker.page
    page.get_by_role("button", name="Continue from last frame").click()
    expect(page.get_by_role("checkbox", name="Last frame")).to_be_checked()
    generate(page)


def test_a_comment_leads_to_a_new_take_and_approving_that_resolves_it(maker: Visitor) -> None:
    page, clip = maker.page, maker.page.url
    page.get_by_role("textbox", name="Comment", exact=True).fill("Slower here")
    page.get_by_role("textbox", name="From").fill("1.5")
    page.get_by_role("button", name="Post comment").click()
    page.get_by_role("link", name="Make a new take").click()
    expect(page.locator(".composer-source")).to_contain_text("Slower here")
    expect(page.get_by_role("checkbox", name="Frame at 0:01.5")).to_be_checked()
    expect(page.locator("#quote")).to_contain_text("$0.20")
    assert audit_themes(page) == []
    generate(page)
    take = page.get_by_role("article").first
    expect(take).to_contain_text("Completed")
    take.locator(".card-name a").click()
    expect(page.locator(".answers")).to_contain_text("Slower here")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("status").get_by_text("Approved.")).to_be_visible()
    page.goto(clip)
    expect(page.get_by_text("1 resolved thread")).to_be_visible()
    tree = page.get_by_role("region", name="Lineage")
    expect(tree).to_contain_text("New take for a comment")
    expect(tree.locator("[aria-current]")).to_contain_text("This clip")
    assert audit_themes(page) == []
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_role("status").get_by_text("Rejected.")).to_be_visible()
    # What was made from this clip; above it may be what it was made from itself.
    tree.locator("li:has(> .is-here) > ul a").first.click()
    expect(page.get_by_text("Made from a clip that was rejected")).to_be_visible()


def test_without_javascript_frames_and_comments_lead_to_the_composer(
    seeded: Stack, visit: Visit
) -> None:
    visitor = visit(java_script_enabled=False)
    page = visitor.sign_in()
    page.locator("article:has(img) .card-name a").first.click()
    page.get_by_label("Time of the frame").fill("0:01")
    page.get_by_role("button", name="Use this frame").click()
    expect(page.get_by_role("checkbox", name="Frame at 0:01.0")).to_be_checked()
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_text("Queued.")).to_be_visible()


def test_a_saved_prompt_is_inserted_with_its_variables_and_settings(
    seeded: Stack, visit: Visit
) -> None:
    visitor = visit(reduced_motion="reduce")
    page = visitor.sign_in()
    box = page.get_by_role("textbox", name="Prompt", exact=True)
    box.fill("a {thing} in the rain")
    page.get_by_role("link", name="Insert a saved prompt").click()
    page.get_by_role("button", name="Save what is in the composer").click()
    expect(page.get_by_role("textbox", name="Prompt")).to_have_value("a {thing} in the rain")
    assert audit_themes(page) == []
    page.get_by_role("textbox", name="Name").fill("Rain")
    page.get_by_role("combobox", name="Seconds").select_option("8")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved the prompt.")).to_be_visible()
    assert audit_themes(page) == []

    visitor.go("/")
    box.fill("Noir. ")
    page.get_by_role("link", name="Insert a saved prompt").click()
    find = page.get_by_role("searchbox", name="Find a prompt")
    expect(find).to_be_focused()
    find.fill("nothing like it")
    expect(page.get_by_role("button", name="Rain")).to_be_hidden()
    find.fill("rain")
    assert audit_themes(page) == []
    page.get_by_role("button", name="Rain").click()
    page.get_by_label("thing").fill("tram")
    page.get_by_label("thing").press("Enter")
    expect(box).to_have_value("Noir. a tram in the rain")
    expect(page.get_by_role("combobox", name="Seconds")).to_have_value("8")
    expect(box).to_be_focused()

    visitor.go("/prompts")
    page.get_by_role("button", name="Delete Rain").click()
    expect(page.get_by_role("heading", name="No saved prompts yet")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Rain")).to_be_visible()


def test_without_javascript_a_saved_prompt_is_used_from_its_page(
    seeded: Stack, visit: Visit
) -> None:
    visitor = visit(java_script_enabled=False)
    page = visitor.sign_in()
    page.get_by_role("link", name="Insert a saved prompt").click()
    page.get_by_role("link", name="New prompt").click()
    page.get_by_role("textbox", name="Name").fill("Plain")
    page.get_by_role("textbox", name="Prompt").fill("a {bird} at dusk")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("listitem").filter(has_text="Plain").get_by_role("link", name="Use").click()
    page.get_by_label("bird").fill("heron")
    page.get_by_role("button", name="Use").click()
    box = page.get_by_role("textbox", name="Prompt", exact=True)
    expect(box).to_have_value("a heron at dusk")


def test_a_frame_is_kept_and_chosen_for_the_next_clip(maker: Visitor) -> None:
    page = maker.page
    page.get_by_role("button", name="Keep this frame").click()
    page.wait_for_url(re.compile(r"/pictures/\d+"))
    expect(page.locator(".picture-detail img")).to_have_js_property("complete", True)
    page.get_by_role("textbox", name="Name").fill("Harbour")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", name="Harbour")).to_be_visible()
    assert audit_themes(page) == []
    page.get_by_role("link", name="Start a clip with it").click()
    first = page.get_by_role("combobox", name="First frame, from the library")
    expect(first.locator("option:checked")).to_have_text("Harbour")
    page.get_by_role("textbox", name="Prompt", exact=True).fill("From the library")
    generate(page)
    maker.go("/pictures")
    expect(page.get_by_role("listitem").filter(has_text="Harbour")).to_contain_text("1 clip")
    assert audit_themes(page) == []


def test_a_matrix_is_filled_in_seen_and_made_at_once(seeded: Stack, visit: Visit) -> None:
    visitor = visit(reduced_motion="reduce")
    page = visitor.sign_in()
    visitor.go("/batch")
    page.get_by_role("link", name="As a matrix").click()
    page.get_by_role("textbox", name="Prompt").fill("a {bird} at {time}")
    page.get_by_role("button", name="Preview").click()
    values = page.get_by_role("textbox", name="Values")
    expect(values).to_have_value("bird = \ntime = ")
    values.fill("bird = heron | owl\ntime = dawn | dusk")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("row")).to_have_count(5)
    expect(page.locator(".batch-go output")).to_contain_text("$0.80")
    assert audit_themes(page) == []
    page.get_by_role("button", name="Generate all 4").click()
    expect(page.get_by_role("article", name="a owl at dusk")).to_have_count(1)
    expect(page.get_by_role("article")).to_have_count(4)
