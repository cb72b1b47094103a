"""The lines that people take along: they are copied wherever the page is open, and they run."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from tests.chromium import Visitor
from tests.patience import PATIENCE
from tests.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-2")]
# A page on another machine has no clipboard for scripts unless it came by HTTPS. This one came
# from localhost, and is made the same here.
WITHOUT = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"
REFUSED = """Object.defineProperty(navigator, 'clipboard', {
  value: { writeText: () => Promise.reject(new DOMException('no', 'NotAllowedError')) },
})"""
NO_COMMAND = "document.execCommand = () => false"
PASTE = """document.addEventListener('copy', () => {
  window.taken = getSelection().toString() || document.activeElement.value
    ?.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd);
})"""


@pytest.fixture
def tokens(visit: Callable[..., Visitor]) -> Callable[..., Page]:
    """The page of tokens with a fresh one, after these scripts ran in it."""

    def open_page(*scripts: str) -> Page:
        visitor = visit()
        for script in (PASTE, *scripts):
            visitor.context.add_init_script(script)
        visitor.sign_in()
        page = visitor.go("/tokens")
        page.get_by_label("Name").fill("laptop")
        page.get_by_role("button", name=re.compile("token", re.I)).click()
        page.locator("#fresh-token").wait_for()
        return page

    return open_page


@pytest.mark.parametrize("script", [WITHOUT, REFUSED], ids=["no clipboard", "refused"])
def test_without_a_clipboard_the_token_and_the_lines_are_copied_all_the_same(
    tokens: Callable[..., Page], script: str
) -> None:
    page = tokens(script)
    token = page.locator("#fresh-token").input_value()
    button = page.locator("[data-copy=fresh-token]")
    button.click()
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("window.taken") == token
    # Who works by keyboard goes on where he was.
    assert button.evaluate("(each) => each === document.activeElement")
    page.locator("[data-copy=code-curl]").click()
    page.wait_for_function("() => window.taken.startsWith('curl')")
    assert page.evaluate("window.taken").strip() == page.locator("#code-curl").inner_text().strip()


def test_where_nothing_may_be_copied_the_text_is_selected_and_the_page_says_how(
    tokens: Callable[..., Page],
) -> None:
    page = tokens(WITHOUT, NO_COMMAND)
    for source in ("fresh-token", "code-curl"):
        page.locator(f"[data-copy={source}]").click()
        page.get_by_text("press Ctrl+C").wait_for()
        page.keyboard.press("Control+c")
        page.wait_for_function("() => window.taken")
        place = page.locator(f"#{source}")
        value = place.input_value() if source == "fresh-token" else place.inner_text()
        assert page.evaluate("window.taken").strip() == value.strip()
        assert page.get_by_text("press Ctrl+C").count() == 1
        page.evaluate("window.taken = ''")
    assert page.get_by_text("Copied.").count() == 0


# --- the JavaScript lines --------------------------------------------------------------------


@pytest.fixture
def lines(visit: Callable[..., Visitor]) -> str:
    """The very text of the page of tokens."""
    visitor = visit()
    visitor.sign_in()
    page = visitor.go("/tokens")
    page.get_by_text("JavaScript", exact=True).click()
    return page.locator("#code-javascript").inner_text()


@pytest.fixture
def token(stack: Stack, lines: str) -> str:
    """Of the member whose page that was."""
    return stack.manage("create_token", "mira").split()[-1]


# What Node has and a browser lacks: the environment, and a file system for the last line.
PAGE = """<!doctype html><title>lines</title>
<script type="importmap">{"imports": {"node:fs/promises": "/lines/fs.js"}}</script>
<script>globalThis.process = {env: {DAILIES_TOKEN: "%s"}};
addEventListener("unhandledrejection", (event) => { window.trouble = String(event.reason); });
addEventListener("error", (event) => { window.trouble = event.message; });</script>
<script type="module" src="/lines/text.js"></script>"""
FILES = """export const writeFile = async (name, data) => {
  window.written = [name, data.length, ...data.slice(4, 8)]; };"""


def test_the_javascript_lines_run_as_they_are_in_a_browser(
    stack: Stack, lines: str, token: str, visit: Callable[..., Visitor]
) -> None:
    page = visit().page

    def serve(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        body = {"": PAGE % token, "fs.js": FILES, "text.js": lines}[name]
        kind = "text/javascript" if name else "text/html"
        route.fulfill(body=body, content_type=f"{kind}; charset=utf-8")

    page.route("**/lines/*", serve)
    page.goto(f"{stack.url}/lines/")
    page.wait_for_function("() => window.written || window.trouble")
    assert page.evaluate("window.trouble") is None
    name, length, *box = page.evaluate("window.written")
    assert (name, bytes(box)) == ("boat.mp4", b"ftyp") and length > 1000


def test_the_javascript_lines_run_as_they_are_in_node(
    stack: Stack, lines: str, token: str, tmp_path: Path
) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node here; the lines run in Chromium in the test above")
    (tmp_path / "lines.mjs").write_text(lines)
    env = os.environ | {"DAILIES_TOKEN": token}
    done = subprocess.run(
        [node, "lines.mjs"], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "boat.mp4").read_bytes()[4:8] == b"ftyp"
