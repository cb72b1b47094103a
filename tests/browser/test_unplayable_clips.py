"""A clip in a codec that the browser lacks says so, and can be downloaded."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.chromium import Visitor, audit
from tests.patience import wait_until
from tests.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-1")]
Visit = Callable[..., Visitor]


def clip(path: Path, codec: str, *, sound: bool = False) -> bytes:
    """Half a second, encoded with `codec`, the tables at the end of the file."""
    with av.open(str(path), "w") as out:
        stream: Any = out.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        if codec == "libx265":
            stream.codec_context.codec_tag = "hvc1"
        audio: Any = out.add_stream("aac", rate=44100) if sound else None
        for number in range(5):
            pixels = np.full((180, 320, 3), number * 40, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        out.mux(stream.encode())
        if audio:
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 22050), np.float32), "fltp", "mono")
            frame.sample_rate = 44100
            out.mux([*audio.encode(frame), *audio.encode()])
    return path.read_bytes()


@pytest.fixture
def page_of_a_clip(visit: Visit) -> Callable[[bytes | int], Page]:
    """The page of a finished clip whose content is these bytes, or this HTTP error."""

    def open_page(content: bytes | int) -> Page:
        visitor = visit()
        page = visitor.sign_in()
        page.get_by_role("textbox", name="Prompt").fill("A paper boat")
        page.get_by_role("button", name="Generate").click()
        card = page.get_by_role("article", name="A paper boat").first
        expect(card).to_contain_text("Completed")
        expect(card.locator("img")).to_be_visible()

        def answer(route: Any) -> None:
            if isinstance(content, int):
                route.fulfill(status=content)
            else:
                route.fulfill(body=content, content_type="video/mp4")

        page.route(re.compile(r"/content\b"), answer)
        card.get_by_role("link").first.click()
        return page

    return open_page


@pytest.mark.parametrize(
    ("codec", "name", "sound"),
    [("libx265", "HEVC (H.265)", False), ("mpeg4", "MPEG-4 Part 2", True)],
    ids=["HEVC, silent", "MPEG-4 Part 2, with sound"],
)
def test_a_codec_that_the_browser_lacks_is_named_and_the_download_offered(
    page_of_a_clip: Any, tmp_path: Path, codec: str, name: str, sound: bool
) -> None:
    page = page_of_a_clip(clip(tmp_path / "clip.mp4", codec, sound=sound))
    alert = page.get_by_role("alert").filter(has_text="can't play this clip")
    expect(alert).to_contain_text(name)
    expect(alert.get_by_role("link", name="Download the clip")).to_have_attribute(
        "href", re.compile("download=1")
    )
    assert audit(page) == []


def test_a_clip_that_plays_says_nothing(page_of_a_clip: Any, tmp_path: Path) -> None:
    page = page_of_a_clip(clip(tmp_path / "clip.mp4", "libx264"))
    wait_until(lambda: page.locator("video").evaluate("video => video.readyState") >= 1)
    expect(page.locator("#player-trouble")).to_be_empty()


def test_a_clip_that_cannot_be_loaded_is_not_blamed_on_the_browser(page_of_a_clip: Any) -> None:
    page = page_of_a_clip(503)
    expect(page.get_by_role("alert").filter(has_text="couldn't be loaded")).to_be_visible()


@pytest.mark.parametrize("may_download", [True, False])
def test_a_client_reads_on_the_share_page_that_the_browser_lacks_the_codec(
    visit: Visit, stack: Stack, tmp_path: Path, may_download: bool
) -> None:
    stack.manage("seed", "--jobs", "1")
    member = visit()
    team = member.sign_in()
    member.go("/?status=completed")
    team.get_by_role("article").get_by_role("link").first.click()
    team.get_by_role("button", name="Share").click()
    team.get_by_role("checkbox", name="Download").set_checked(may_download)
    team.get_by_role("button", name="Create link").click()
    address = team.get_by_role("textbox", name="Link").input_value()
    page = visit(viewport={"width": 390, "height": 844}).page
    content = clip(tmp_path / "clip.mp4", "libx265")
    page.route(
        re.compile(r"variant=video|/content$"),
        lambda route: route.fulfill(body=content, content_type="video/mp4"),
    )
    page.goto(address)
    alert = page.get_by_role("alert").filter(has_text="can't play this clip")
    expect(alert).to_be_visible()
    expect(alert.get_by_role("link", name="Download the clip")).to_have_count(int(may_download))
    assert audit(page) == []
