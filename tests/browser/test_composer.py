"""Takes, many at once, and the reference image as it will be sent, in a real browser."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.chromium import Visitor, audit_themes
from tests.patience import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-2")]
Visit = Callable[..., Visitor]
LAPTOP, PHONE = {"width": 1440, "height": 900}, {"width": 360, "height": 740}
TABLE = 'size;prompt;takes\n640x360;"A heron; at dawn";2\n1x1;A wrong size;\n'


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A wide picture: orange on the left, teal on the right."""
    image = Image.new("RGB", (800, 400), "teal")
    image.paste("orange", (0, 0, 400, 400))
    image.save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def _choose(page: Page, name: str, value: str) -> None:
    """Choose, and wait until the server's answer is in place."""
    with page.expect_response(re.compile("/composer/options")):
        page.get_by_role("combobox", name=name).select_option(value)
    expect(page.locator(".htmx-request, .htmx-settling")).to_have_count(0)


def _field(page: Page) -> Locator:
    """The file field; its label becomes the file's name."""
    return page.locator("#composer input[type=file]")


def _shot(page: Page) -> Locator:
    return page.locator("[data-shot]")


def _seen(page: Page) -> Image.Image:
    """The preview as the screen shows it, without its rounded corners."""
    image = Image.open(io.BytesIO(_shot(page).screenshot())).convert("RGB")
    return image.crop((4, 4, image.width - 4, image.height - 4))


def _is(image: Image.Image, x: float, y: float, colour: tuple[int, int, int]) -> bool:
    seen = image.getpixel((round(x * (image.width - 1)), round(y * (image.height - 1))))
    return all(abs(one - other) < 30 for one, other in zip(seen, colour, strict=True))


ORANGE, TEAL, BLACK = (255, 165, 0), (0, 128, 128), (0, 0, 0)


def test_a_double_click_makes_the_takes_once_and_they_lead_to_each_other(visit: Visit) -> None:
    page = visit().sign_in()
    page.get_by_role("textbox", name="Prompt").fill("Four ways to see a heron")
    _choose(page, "Size", "640x360")
    _choose(page, "Takes", "4")
    expect(page.locator("#quote")).to_have_text("Free, made on this machine")
    page.get_by_role("button", name="Generate").dblclick()
    cards = page.get_by_role("article", name="Four ways to see a heron")
    expect(cards).to_have_count(4)
    expect(page.get_by_text("4 clips are queued.")).to_be_visible()
    for number in range(4):
        expect(cards.nth(number)).to_contain_text(f"Take {number + 1} of 4")
    page.wait_for_timeout(500)
    # Loaded again, the takes are one card, which opens.
    page.reload()
    expect(cards).to_have_count(1)
    expect(page.get_by_role("combobox", name="Takes")).to_have_value("1")
    cards.get_by_role("link", name="Show the 4 clips of this stack").click()
    expect(cards).to_have_count(4)
    cards.nth(1).get_by_role("link").first.click()
    page.get_by_role("link", name=re.compile("^Take 3")).click()
    expect(page.get_by_role("main")).to_contain_text("3 of 4")
    page.goto(page.url.split("/videos")[0])
    _choose(page, "Takes", "1")


def test_two_choices_in_quick_succession_both_hold(visit: Visit) -> None:
    page = visit().sign_in()
    urls: list[str] = []

    def delay_first(route: Any) -> None:
        urls.append(route.request.url)
        if len(urls) == 1:
            page.wait_for_timeout(700)
        route.continue_()

    page.route(re.compile("/composer/options"), delay_first)
    page.evaluate(
        """() => {
            const choose = (name, value) => {
                const select = document.querySelector(`#composer [name=${name}]`);
                select.value = value;
                select.dispatchEvent(new Event("change", {bubbles: true}));
            };
            choose("takes", "5");
            setTimeout(() => choose("size", "360x640"), 200);
        }"""
    )
    # Playwright's own wait lets the requests through.
    wait_until(lambda: page.wait_for_timeout(50) or len(urls) > 1)
    page.wait_for_timeout(500)
    assert len(urls) == 2 and "takes=5" in urls[1] and "size=360x640" in urls[1]
    expect(page.get_by_role("combobox", name="Takes")).to_have_value("5")
    expect(page.get_by_role("combobox", name="Size")).to_have_value("360x640")


def test_a_list_is_previewed_corrected_and_generated_in_one_press(visit: Visit) -> None:
    visitor = visit()
    page = visitor.sign_in()
    page.get_by_role("link", name="Many at once…").click()
    page.get_by_role("textbox", name="Prompts").fill(TABLE)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("alert")).to_contain_text("1 of 2 lines have a problem")
    expect(page.get_by_role("row", name=re.compile("A wrong size"))).to_contain_text(
        "doesn't offer 1x1"
    )
    expect(page.get_by_role("button", name=re.compile("^Generate"))).to_have_count(0)
    page.get_by_role("link", name="line 3").click()
    assert page.url.endswith("#line-3")

    page.get_by_role("textbox", name="Prompts").fill(TABLE.replace("1x1", "640x360"))
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Generate all 3").dblclick()
    page.wait_for_url(re.compile(r"/\?batch=[0-9a-f]+$"))
    expect(page.get_by_text("3 clips are queued.")).to_be_visible()
    expect(page.get_by_role("article", name="A heron; at dawn")).to_have_count(2)
    expect(page.get_by_role("article", name="A wrong size")).to_have_count(1)


def test_another_model_changes_the_sizes_of_the_list_and_leaves_its_text(visit: Visit) -> None:
    page = visit().sign_in()
    page.get_by_role("link", name="Many at once…").click()
    page.get_by_role("textbox", name="Prompts").fill("kept as it is")
    models = page.get_by_role("combobox", name="Model").locator("option")
    other = models.nth(1).get_attribute("value") or ""
    with page.expect_response(re.compile(r"/batch\?")):
        page.get_by_role("combobox", name="Model").select_option(other)
    expect(page.get_by_role("combobox", name="Model")).to_have_value(other)
    expect(page.get_by_role("textbox", name="Prompts")).to_have_value("kept as it is")
    expect(page.locator(".wordmark")).to_have_count(1)


def test_the_reference_is_shown_as_it_will_be_sent_and_follows_size_and_fit(
    visit: Visit, photo: Path
) -> None:
    page = visit().sign_in()
    page.get_by_role("textbox", name="Prompt").fill("From a picture")
    _choose(page, "Size", "640x360")
    expect(_shot(page)).to_be_hidden()
    expect(page.get_by_role("combobox", name="Fit")).to_be_hidden()
    _field(page).set_input_files(photo)
    expect(page.get_by_role("img", name=re.compile("640 by 360, cropped to fill"))).to_be_visible()
    _has_ratio(page, 640 / 360)
    seen = _seen(page)
    assert _is(seen, 0, 0, ORANGE) and _is(seen, 1, 1, TEAL) and _is(seen, 0.4, 0.5, ORANGE)

    page.get_by_role("combobox", name="Fit").select_option("pad")
    seen = _seen(page)
    assert _is(seen, 0.2, 0, BLACK) and _is(seen, 0.2, 1, BLACK)
    assert _is(seen, 0, 0.5, ORANGE) and _is(seen, 1, 0.5, TEAL)

    _choose(page, "Size", "720x1280")
    expect(page.get_by_role("img", name=re.compile("720 by 1280, padded"))).to_be_visible()
    _has_ratio(page, 720 / 1280)
    seen = _seen(page)
    assert _is(seen, 0.2, 0.3, BLACK) and _is(seen, 0.2, 0.5, ORANGE)
    page.get_by_role("combobox", name="Fit").select_option("crop")
    seen = _seen(page)
    assert _is(seen, 0.2, 0, ORANGE) and _is(seen, 0.8, 1, TEAL)

    page.get_by_role("button", name="Remove the reference image").click()
    expect(_shot(page)).to_be_hidden()
    assert _field(page).evaluate("field => field.files.length") == 0


def _has_ratio(page: Page, ratio: float) -> None:
    box = _shot(page).bounding_box()
    assert box is not None and abs(box["width"] / box["height"] - ratio) < 0.01


def test_what_is_sent_is_what_was_shown(visit: Visit, photo: Path) -> None:
    page = visit().sign_in()
    page.get_by_role("textbox", name="Prompt").fill("Two bars and a picture")
    _choose(page, "Size", "360x640")
    _field(page).set_input_files(photo)
    page.get_by_role("combobox", name="Fit").select_option("pad")
    shown = _seen(page)
    page.get_by_role("button", name="Generate").click()
    page.get_by_role("article", name="Two bars and a picture").get_by_role("link").first.click()
    picture = page.get_by_role("img", name="The image that the clip starts from")
    expect(picture).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Padded with black")
    page.wait_for_function("() => document.querySelector('.reference').naturalWidth")
    sent = Image.open(io.BytesIO(picture.screenshot())).convert("RGB")
    for x, y in ((0.2, 0.1), (0.8, 0.9), (0.2, 0.5), (0.8, 0.5)):
        assert _is(sent, x, y, shown.getpixel(_at(shown, x, y)))


def _at(image: Image.Image, x: float, y: float) -> tuple[int, int]:
    return round(x * (image.width - 1)), round(y * (image.height - 1))


@pytest.mark.parametrize(
    ("name", "kind", "size", "message"),
    [
        ("notes.pdf", "application/pdf", 10, "“notes.pdf” isn't a PNG, JPEG, or WebP image."),
        ("huge.png", "image/png", 21 * 1024 * 1024, "larger than 20 MB"),
        ("empty.png", "image/png", 0, "The file is empty."),
        ("broken.png", "image/png", 10, "can't show this image"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_before_it_is_sent(
    visit: Visit, name: str, kind: str, size: int, message: str
) -> None:
    page = visit().sign_in()
    page.get_by_role("textbox", name="Prompt").fill("Kept")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else 0)
    # Made in the page: a file of 20 MB does not travel to the browser and back.
    _give(page, "drop", name, kind, size)
    expect(page.locator("#composer").get_by_role("alert").last).to_contain_text(message)
    expect(_shot(page)).to_be_hidden()
    assert _field(page).evaluate("field => field.files.length") == 0
    expect(page.get_by_role("textbox", name="Prompt")).to_have_value("Kept")
    assert sent == []


def _give(page: Page, how: str, name: str, kind: str, size: int, **more: Any) -> None:
    """Drop or paste a file of so many bytes on the composer's prompt; `data` replaces them."""
    page.evaluate(
        """({how, name, kind, size, data, text}) => {
            const transfer = new DataTransfer();
            const bytes = data ? Uint8Array.from(data) : new Uint8Array(size);
            transfer.items.add(new File([bytes], name, {type: kind}));
            if (text) transfer.setData("text/plain", text);
            const target = document.querySelector("#composer textarea");
            const shared = {bubbles: true, cancelable: true};
            target.dispatchEvent(how === "paste"
                ? new ClipboardEvent("paste", {...shared, clipboardData: transfer})
                : new DragEvent("drop", {...shared, dataTransfer: transfer}));
        }""",
        {"how": how, "name": name, "kind": kind, "size": size, "data": None, "text": ""} | more,
    )


@pytest.mark.parametrize("how", ["drop", "paste"])
def test_a_picture_may_be_dropped_or_pasted_on_the_composer(
    visit: Visit, photo: Path, how: str
) -> None:
    page = visit().sign_in()
    data = list(photo.read_bytes())
    _give(page, how, "shot.png", "image/png", 0, data=data, text="words" * (how == "paste"))
    if how == "paste":
        # With words beside it, as an office program copies, the words are meant.
        expect(_shot(page)).to_be_hidden()
        _give(page, how, "shot.png", "image/png", 0, data=data)
    expect(_shot(page)).to_be_visible()
    expect(page.get_by_text("shot.png")).to_be_visible()
    assert _field(page).evaluate("field => field.files.length") == 1


def test_a_picture_dropped_beside_the_composer_does_not_replace_the_page(visit: Visit) -> None:
    page = visit().sign_in()
    stopped = page.evaluate(
        """() => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File(["x"], "a.png", {type: "image/png"}));
            const event = new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer});
            return !document.querySelector("main").dispatchEvent(event);
        }"""
    )
    assert stopped and _field(page).evaluate("f => f.files.length") == 0


def test_the_picture_and_its_preview_survive_an_error_elsewhere(visit: Visit, photo: Path) -> None:
    page = visit().sign_in()
    _field(page).set_input_files(photo)
    expect(_shot(page)).to_be_visible()
    page.get_by_role("combobox", name="Fit").select_option("pad")
    page.get_by_role("textbox", name="Prompt").fill("x" * 32_001)
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_text("32,001")).to_be_visible()
    expect(_shot(page)).to_be_visible()
    expect(page.get_by_role("combobox", name="Fit")).to_have_value("pad")


def test_without_javascript_takes_fit_and_lists_still_work(visit: Visit, photo: Path) -> None:
    scripted = visit()
    scripted.sign_in()
    state = scripted.context.storage_state()
    page = visit(java_script_enabled=False, storage_state=state).go("/")
    page.get_by_role("textbox", name="Prompt").fill("Plain and padded")
    page.get_by_role("combobox", name="Takes").select_option("2")
    _field(page).set_input_files(photo)
    page.get_by_role("combobox", name="Fit").select_option("pad")
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_role("article", name="Plain and padded")).to_have_count(2)
    page.get_by_role("article", name="Plain and padded").first.get_by_role("link").first.click()
    expect(page.get_by_role("main")).to_contain_text("Padded with black")

    page.goto(scripted.stack.url + "/batch")
    page.get_by_role("textbox", name="Prompts").fill("Plain one\nPlain two")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name=re.compile("^Generate all")).click()
    expect(page.get_by_role("article", name="Plain one").first).to_be_visible()


@pytest.mark.parametrize("viewport", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_axe_finds_nothing_and_nothing_is_cut_off(
    visit: Visit, photo: Path, viewport: dict[str, int]
) -> None:
    visitor = visit(viewport=viewport, reduced_motion="reduce")
    page = visitor.sign_in()
    page.get_by_role("textbox", name="Prompt").fill("Everything open")
    _field(page).set_input_files(photo)
    for size, ratio in (("720x1280", 720 / 1280), ("640x360", 640 / 360)):
        _choose(page, "Size", size)
        expect(_shot(page)).to_be_visible()
        _has_ratio(page, ratio)
    _sound(page, viewport)
    _field(page).set_input_files({"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"x"})
    expect(page.get_by_text("“a.pdf” isn't a PNG")).to_be_visible()
    _sound(page, viewport)
    visitor.go("/batch")
    _sound(page, viewport)
    page.get_by_text("Table format").click()
    _sound(page, viewport)
    page.get_by_role("textbox", name="Prompts").fill("prompt;colour\na;b")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("alert")).to_be_visible()
    _sound(page, viewport)
    for text in (TABLE, "One\nTwo " + "long " * 60):
        page.get_by_role("textbox", name="Prompts").fill(text)
        page.get_by_role("button", name="Preview").click()
        expect(page.get_by_role("heading", name="Preview")).to_be_visible()
        _sound(page, viewport)


def _sound(page: Page, viewport: dict[str, int]) -> None:
    assert audit_themes(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= viewport["width"], json.dumps([page.url, wide])
