"""What waits for a person is decided in a real browser: by keyboard, on a phone, without script."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.chromium import Visitor, audit, audit_themes
from tests.patience import wait_until
from tests.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-2")]
Visit = Callable[..., Visitor]
Ask = Callable[[], str]
FORGET = """
from videos.models import VideoJob
VideoJob.objects.filter(status="unsure").delete()
"""
ASK = """
from django.utils import timezone
from videos.models import Member, Provider, VideoJob
for prompt in ("a lighthouse in fog", "a kite over the harbour"):
    VideoJob.objects.create(
        maker=Member.objects.get(username="mira"), provider=Provider.objects.first(),
        prompt=prompt, model="sketch-1", size="1280x720", seconds="4", status="unsure",
        attention="Nobody knows. Choose what to do.", submit_started_at=timezone.now(),
    )
"""


@pytest.fixture
def ask(stack: Stack) -> Iterator[Ask]:
    """Makes two clips that wait for mira, once she has signed in; forgets them for the others."""
    yield lambda: stack.manage("shell", "-c", ASK)
    stack.manage("shell", "-c", FORGET)


def test_the_bell_leads_to_choices_that_the_keyboard_makes(visit: Visit, ask: Ask) -> None:
    visitor = visit()
    page = visitor.sign_in()
    ask()
    # The number of notices is cached for a few seconds.
    bell = page.get_by_role("button", name="Notices: 1")
    wait_until(lambda: page.wait_for_timeout(1000) or (visitor.go("/") and bell.is_visible()))
    bell.press("Enter")
    page.get_by_role("link", name="Decide").press("Enter")
    page.wait_for_url(re.compile("/unsure$"))
    assert audit(page) == []
    links = page.get_by_role("button", name="Link this id")
    expect(links).to_have_count(2)
    page.get_by_label("The provider's id").first.press("Enter")
    expect(page.get_by_text("Paste the provider's ID of the job.")).to_have_count(1)
    assert audit(page) == []
    page.get_by_role("button", name="Give up", exact=True).first.press("Enter")
    expect(page.get_by_role("status").get_by_text("Given up.")).to_be_visible()
    expect(links).to_have_count(1)
    expect(page.locator("#unsure")).to_be_focused()
    expect(page.get_by_role("link", name="Decisions 1")).to_be_visible()
    page.get_by_role("button", name="Give up", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="Nothing to decide")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Decisions"))).to_have_count(0)
    assert audit(page) == []


def test_on_a_phone_it_fits_and_axe_finds_nothing(visit: Visit, ask: Ask) -> None:
    visitor = visit(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    page = visitor.sign_in()
    ask()
    visitor.go("/unsure")
    expect(page.get_by_role("button", name="Send again", exact=True)).to_have_count(2)
    assert audit_themes(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_without_javascript_a_decision_is_made_as_well(visit: Visit, ask: Ask) -> None:
    visitor = visit(java_script_enabled=False)
    page = visitor.sign_in()
    ask()
    visitor.go("/unsure")
    page.get_by_role("button", name="Give up", exact=True).first.click()
    expect(page.get_by_text("Given up.")).to_be_visible()
    expect(page.get_by_role("button", name="Give up", exact=True)).to_have_count(1)
