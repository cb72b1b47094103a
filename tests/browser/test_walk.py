"""A new user's first hour, in a real browser, against everything as `make run` starts it."""

import os
import re
import signal
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.chromium import Visitor
from tests.patience import wait_until
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-1")]
Visit = Callable[..., Visitor]


def _card(page: Page, prompt: str) -> Locator:
    return page.get_by_role("article", name=prompt)


def _generate(page: Page, prompt: str, size: str = "640x360") -> Locator:
    page.get_by_role("textbox", name="Prompt").fill(prompt)
    page.get_by_role("combobox", name="Size").select_option(size)
    page.get_by_role("combobox", name="Seconds").select_option("4")
    page.get_by_role("button", name="Generate").click()
    # The newest, if this test has run before.
    card = _card(page, prompt).first
    expect(card).to_be_visible()
    return card


def _finished(card: Locator) -> None:
    expect(card).to_contain_text("Completed")
    expect(card.locator("img")).to_be_visible()


def test_from_the_first_visit_to_a_playing_clip_and_back_from_the_trash(visit: Visit) -> None:
    visitor = visit()
    page = visitor.sign_in()
    expect(page.get_by_text("No clips yet")).to_be_visible()
    tops = [step.bounding_box()["y"] for step in page.locator(".step").all()]
    assert len(tops) == 3 and len({*tops}) == 1, "the first steps stand side by side"
    failed: list[str] = []

    def fail_once(route: object, request: object) -> None:
        if failed:
            route.fallback()  # type: ignore[attr-defined]
        else:
            failed.append(request.url)  # type: ignore[attr-defined]
            route.fulfill(status=500, body="boom")  # type: ignore[attr-defined]

    page.route(re.compile("/poll"), fail_once)
    expect(page.get_by_role("search")).to_be_hidden()
    card = _generate(page, "A paper boat on a calm sea at dawn")
    expect(page.get_by_role("search")).to_be_visible()
    expect(card).to_contain_text("Queued")
    expect(page.get_by_role("textbox", name="Prompt")).to_have_value("")
    _finished(card)
    assert failed, "no poll was answered with 500"
    assert len(visitor.troubles) == 1 and "500" in visitor.troubles.pop()

    page.unroute(re.compile("/poll"))
    polls: list[str] = []
    page.on("request", lambda request: polls.append(request.url) if "/poll" in request.url else 0)
    page.wait_for_timeout(3000)
    assert polls == [], "nothing is pending, yet the page polls"

    card.get_by_role("link").first.click()
    video = page.locator("video")
    expect(video).to_be_visible()
    video.evaluate("async v => { v.muted = true; await v.play(); v.currentTime = 3 }")
    page.wait_for_function("() => document.querySelector('video').currentTime >= 3")
    assert video.evaluate("v => [v.videoWidth, v.videoHeight]") == [640, 360]
    expect(page.get_by_role("main")).to_contain_text("Archived")

    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Undo").click()
    page.goto(visitor.stack.url + "/")
    expect(card).to_be_visible()


def test_a_double_click_makes_one_clip(visit: Visit) -> None:
    page = visit().sign_in()
    page.get_by_role("textbox", name="Prompt").fill("One press, one clip")
    page.get_by_role("button", name="Generate").dblclick()
    expect(_card(page, "One press, one clip")).to_have_count(1)
    page.wait_for_timeout(500)
    page.reload()
    expect(_card(page, "One press, one clip")).to_have_count(1)


def test_what_is_wrong_is_said_in_place_and_nothing_typed_is_lost(visit: Visit) -> None:
    page = visit().sign_in()
    box = page.get_by_role("textbox", name="Prompt")
    box.evaluate("box => { box.removeAttribute('required'); box.removeAttribute('maxlength') }")
    box.fill("x" * 32_001)
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_text("32,001")).to_be_visible()
    assert len(box.input_value()) == 32_001


def test_the_gallery_is_searched_and_filtered_and_the_back_button_works(visit: Visit) -> None:
    page = visit().sign_in()
    _generate(page, "A lonely lighthouse")
    _generate(page, "A crowded market")
    search = page.get_by_role("search").get_by_role("searchbox", name="Search")
    search.fill("lighth")
    search.press("Enter")
    expect(_card(page, "A crowded market")).to_have_count(0)
    expect(_card(page, "A lonely lighthouse").first).to_be_visible()
    assert "q=lighth" in page.url
    page.go_back()
    expect(_card(page, "A crowded market").first).to_be_visible()


@pytest.mark.slow
def test_expired_clips_are_marked_and_deleted_in_one_action(visit: Visit) -> None:
    visitor = visit()
    page = visitor.sign_in()
    _finished(_generate(page, "Soon to expire"))
    row = page.get_by_role("main").get_by_text("Soon to expire")
    wait_until(lambda: visitor.go("/cleanup/safe") and row.count())
    expect(page.get_by_role("main")).to_contain_text("Safe here")
    page.get_by_role("button", name="Delete all").first.click()
    expect(page.get_by_role("main")).to_contain_text(re.compile("safe", re.I))
    page.get_by_role("button", name=re.compile("^Delete")).last.click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    visitor.go("/cleanup/trash")
    expect(page.get_by_role("main")).to_contain_text("Soon to expire")


def test_without_javascript_one_can_submit_watch_search_and_delete(visit: Visit) -> None:
    visit().sign_in()
    visitor = visit(java_script_enabled=False)
    page = visitor.sign_in()
    card = _generate(page, "No scripts at all")
    wait_until(lambda: visitor.go("/?q=scripts") and "Completed" in card.inner_text())
    card.get_by_role("link").first.click()
    page.wait_for_url("**/videos/*")
    # Completed, and in a moment archived as well.
    wait_until(lambda: page.reload() and page.locator("video").count())
    expect(page.locator("video")).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    visitor.go("/?q=scripts")
    expect(card).to_be_visible()


def test_an_invited_member_sees_the_teams_gallery_and_may_not_delete_anothers_clip(
    visit: Visit,
) -> None:
    admin = visit().sign_in()
    _generate(admin, "The admin's own clip")
    admin.get_by_role("link", name="Team").click()
    admin.get_by_label("Name", exact=True).fill("Ben Okafor")
    admin.get_by_role("radio", name=re.compile("^Member")).check()
    admin.get_by_role("button", name="Create link").click()
    link = admin.get_by_role("textbox", name="Invitation link").input_value()
    visitor = visit()
    visitor.page.goto(link)
    visitor.page.get_by_label("Username").fill("ben")
    visitor.page.get_by_label("Password", exact=True).fill("correct-horse-battery")
    visitor.page.locator("form .btn-cue").first.click()
    page = visitor.page
    card = _card(page, "The admin's own clip")
    expect(card).to_contain_text("Mira Lindqvist")
    card.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="The admin's own clip")).to_be_visible()
    expect(page.get_by_role("button", name="Delete")).to_have_count(0)


PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }} {% debug %}",
    "javascript:alert(1)//",
    "\u202egnp.exe <b>bold</b>",
    '\',\'"x":"y',
]


@pytest.mark.slow
def test_a_hostile_prompt_is_only_ever_text(visit: Visit) -> None:
    visitor = visit()
    page = visitor.sign_in()
    for payload in PAYLOADS:
        card = _generate(page, payload)
        card.get_by_role("link").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(payload)
        visitor.go("/")


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["manage.py mirror", "manage.py engine", "dashboard.web"])
def test_a_process_killed_at_any_time_loses_nothing(
    visit: Visit, stack: Stack, victim: str
) -> None:
    visitor = visit()
    page = visitor.sign_in()
    # How long a create may go on after its mirror has died.
    code = "from videos.models import Provider; Provider.objects.update(create_timeout_seconds=5)"
    stack.manage("shell", "-c", code)
    _generate(page, f"Survives the death of {victim}")
    killed = set(stack.children(victim))
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    # It is started again by itself.
    wait_until(lambda: set(stack.children(victim)) - killed)
    stack.wait_until_ready()
    visitor.go("/")
    visitor.troubles.clear()  # polls that met nobody while the process was down
    card = _card(page, f"Survives the death of {victim}")
    _finished(card)
    expect(card).to_have_count(1)


@pytest.mark.slow
def test_the_dozen_samples_fill_an_empty_search_less_gallery(visit: Visit, stack: Stack) -> None:
    page = visit().sign_in()
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    page.request.post(
        stack.url + "/samples",
        form={"csrfmiddlewaretoken": token},
        headers={"Referer": stack.url + "/"},
    )
    page.goto(stack.url + "/")
    assert page.get_by_role("article").count() >= 12
