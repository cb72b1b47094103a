"""The bell learns of news while the page is open, and a notice that is followed is read."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.chromium import Visitor, audit_themes
from tests.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-2")]
Visit = Callable[..., Visitor]
TELL = """
from videos.models import *
from videos.models.tell import tell
job, me = VideoJob.objects.latest("pk"), Member.objects.get(username="{username}")
for number in range({count}):
    tell(NoticeKind.FAILED, [me.pk], f"{key}{{number}}", job=job)
"""


def test_the_bell_rings_while_the_page_is_open_and_is_quiet_once_read(
    visit: Visit, stack: Stack
) -> None:
    member = visit()
    page = member.sign_in()
    stack.manage("seed", "--jobs", "3")
    member.go("/account")
    username = stack.manage(
        "shell",
        "-v",
        "0",
        "-c",
        "from videos.models import *; print(Member.objects.first().username)",
    ).strip()
    bell = page.locator("#bell")
    expect(page).to_have_title(re.compile("^Your account"))
    stack.manage("shell", "-v", "0", "-c", TELL.format(username=username, count=2, key="a"))
    # Every page asks for it, and says so to screen readers.
    expect(bell).to_have_accessible_name(re.compile("Notices: 2"))
    expect(page).to_have_title(re.compile(r"^\(2\) Your account"))
    expect(page.locator("#bell-said")).to_have_text("2 unread notices")
    bell.click()
    expect(page.locator("#notices .notice-list li")).to_have_count(2)
    assert audit_themes(page) == []
    with page.expect_request(re.compile(r"/notices/\d+/read")):
        page.locator("#notices .notice-list a").first.click()
    page.wait_for_url(re.compile("/videos/"))
    member.go("/notices")
    expect(page.get_by_role("heading", name="Notices")).to_be_visible()
    expect(page.locator(".notice-line.is-unread")).to_have_count(1)
    expect(page).to_have_title(re.compile(r"^\(1\) Notices"))
    assert audit_themes(page) == []
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator(".notice-line.is-unread")).to_have_count(0)
    expect(page).to_have_title(re.compile("^Notices"))

    # Without JavaScript, too, and on a phone.
    stack.manage("shell", "-v", "0", "-c", TELL.format(username=username, count=1, key="b"))
    cookies = member.context.cookies()
    plain = visit(java_script_enabled=False, viewport={"width": 360, "height": 700})
    plain.context.add_cookies(cookies)
    plain.go("/notices")
    plain.page.get_by_role("button", name="Mark as read: ").click()
    expect(plain.page.locator(".notice-line.is-unread")).to_have_count(0)
    assert member.troubles == []
