"""A client without an account opens a share link on a phone, watches, comments and approves."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.chromium import Visitor, audit_themes
from tests.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-2")]
Visit = Callable[..., Visitor]


def test_a_client_on_a_phone_watches_comments_and_approves(visit: Visit, stack: Stack) -> None:
    member = visit()
    team = member.sign_in()
    stack.manage("seed", "--jobs", "2")
    member.go("/")
    team.get_by_role("article").get_by_role("link").first.click()
    team.get_by_role("button", name="Share").click()
    team.get_by_role("button", name="Create link").click()
    address = team.get_by_role("textbox", name="Link").input_value()

    phone = visit(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page = phone.page
    page.goto(address)
    expect(page.get_by_text("Shared by Mira Lindqvist")).to_be_visible()
    assert audit_themes(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    video = page.locator("video")
    video.evaluate("async v => { v.muted = true; await v.play(); v.pause(); v.currentTime = 2.3 }")
    expect(page.get_by_label("Time in the clip")).to_have_value("0:02.3")
    page.get_by_role("textbox", name="Comment").fill("Let the boat stay longer")
    page.get_by_role("textbox", name="Your name").fill("Ana Reyes")
    page.get_by_role("button", name="Post comment").click()
    expect(page.get_by_text("Let the boat stay longer")).to_be_visible()
    # Nothing was reloaded, and the moment leads back.
    video.evaluate("v => { v.currentTime = 0 }")
    page.get_by_role("link", name="0:02.3").click()
    page.wait_for_function("() => document.querySelector('video').currentTime === 2.3")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved", exact=True)).to_be_visible()
    undo = page.get_by_role("button", name="Undo")
    undo.click()
    expect(page.get_by_text("Approved", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Approve").click()
    expect(undo).to_be_visible()
    # Enter in a field posts the comment, and takes no decision back.
    page.get_by_role("textbox", name="Comment").fill("And louder")
    page.get_by_label("Time in the clip").press("Enter")
    expect(page.get_by_text("And louder")).to_be_visible()
    expect(undo).to_be_visible()
    assert audit_themes(page) == []

    said = "from videos.models import *; d = Decision.objects.latest('pk'); "
    said += "c = Comment.objects.earliest('pk'); "
    said += "print(d.guest, d.verdict, d.job.verdict, c.guest, c.start, sep='|')"
    assert stack.manage("shell", "-v", "0", "-c", said).strip() == (
        "Ana Reyes|approved|approved|Ana Reyes|2.300"
    )
    member.go("/shares")
    expect(team.get_by_text(re.compile(r"^\s*1 view"))).to_be_visible()
    assert audit_themes(team) == []

    # Without JavaScript, too.
    plain = visit(java_script_enabled=False)
    plain.page.goto(address)
    plain.page.get_by_role("textbox", name="Comment").fill("Lovely light")
    plain.page.get_by_role("textbox", name="Your name").fill("Bo")
    plain.page.get_by_role("button", name="Post comment").click()
    expect(plain.page.get_by_text("Lovely light")).to_be_visible()

    # What is revoked closes at once.
    team.get_by_role("button", name="Revoke", exact=True).click()
    team.get_by_role("button", name="Revoke link").click()
    expect(team.get_by_role("status").get_by_text("The link no longer works.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="This link was closed")).to_be_visible()
