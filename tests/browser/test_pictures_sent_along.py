"""First and last frame and several references, chosen in a browser, arrive at the provider."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import Visitor, audit_themes
from tests.gallery_fixtures import picture
from tests.patience import wait_until
from tests.stack import Stack
from tests.upstream.control import Upstream, running_upstream
from tests.upstream.fixtures import KEY

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-2")]
Visit = Callable[..., Visitor]
ADD = """
from django.utils import timezone
from videos.models import Origin, Provider
provider = Provider(
    name="Router", slug="router", base_url="{url}", dialect="openrouter", origin=Origin.ADMIN,
    proved_at=timezone.now(), due_at=timezone.now(),
)
provider.key = "{key}"
provider.save()
"""


@pytest.fixture(scope="module")
def router(stack: Stack) -> Iterator[Upstream]:
    """A server with OpenRouter's API, added to the product."""
    with running_upstream() as upstream:
        upstream.settings(face="openrouter", key=KEY)
        stack.manage("shell", "-c", ADD.format(url=upstream.base_url, key=KEY))
        yield upstream


@pytest.fixture
def page(router: Upstream, visit: Visit) -> Page:
    """The composer with a model of the router chosen, and two pictures in the library."""
    visitor = visit(reduced_motion="reduce")
    page = visitor.sign_in()
    for name in ("Start", "End"):
        visitor.go("/pictures")
        if not page.get_by_role("listitem").filter(has_text=name).count():
            upload(page, name)
    offered = page.locator("#composer select[name=model] option", has_text="veo-3.1-fast")
    wait_until(
        lambda: visitor.go("/").locator("#composer select[name=model]").count() and offered.count()
    )
    page.get_by_role("combobox", name="Model").select_option(offered.get_attribute("value"))
    expect(page.locator("select[name=last_picture]")).to_be_attached()
    page.locator("#composer-advanced summary").click()
    return page


def upload(page: Page, name: str) -> None:
    sent: Any = {"name": f"{name}.png", "mimeType": "image/png", "buffer": picture((1280, 720))}
    page.get_by_label("Picture", exact=True).set_input_files(sent)
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_role("button", name="Add picture").click()
    expect(page.get_by_role("listitem").filter(has_text=name)).to_be_visible()


def generate(page: Page, router: Upstream) -> dict[str, Any]:
    """What the provider was sent."""
    before = router.creates
    page.get_by_role("textbox", name="Prompt", exact=True).fill("a slow dolly in")
    page.get_by_role("button", name="Generate").click()
    wait_until(lambda: router.creates > before)
    sent = [each for each in router.requests() if each["method"] == "POST"]
    fields: dict[str, Any] = sent[-1]["fields"]
    return fields


def choose(page: Page, label: str, name: str) -> None:
    page.get_by_role("combobox", name=f"{label}, from the library").select_option(label=name)


def test_first_and_last_frame_are_chosen_and_sent(page: Page, router: Upstream) -> None:
    choose(page, "First frame", "Start")
    choose(page, "Last frame", "End")
    assert audit_themes(page) == []
    frames = generate(page, router)["frame_images"]
    assert [each["frame_type"] for each in frames] == ["first_frame", "last_frame"]


def test_several_references_are_chosen_and_sent(page: Page, router: Upstream) -> None:
    choose(page, "Reference 1", "Start")
    choose(page, "Reference 2", "End")
    fields = generate(page, router)
    assert len(fields["input_references"]) == 2 and "frame_images" not in fields


def test_frames_and_references_together_are_refused_and_nothing_is_lost(
    page: Page, router: Upstream
) -> None:
    before = router.creates
    choose(page, "First frame", "Start")
    choose(page, "Reference 1", "End")
    page.get_by_role("textbox", name="Prompt", exact=True).fill("both")
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_text("not both")).to_be_visible()
    first = page.get_by_role("combobox", name="First frame, from the library")
    expect(first.locator("option:checked")).to_have_text("Start")
    assert router.creates == before
