"""How does a clip look that only the provider has yet?"""

import gc
import http.client
from collections.abc import Callable
from contextlib import ExitStack, closing
from types import SimpleNamespace

import pytest
from django.conf import settings

from tests.content import unarchived_job
from tests.gallery_fixtures import client_of
from tests.patience import wait_until
from tests.upstream.control import Upstream
from tests.web_fixtures import CLIP, THREADS, Site
from tests.web_process import FLOOR, ask
from videos.models import Provider, VideoJob

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("web")]


@pytest.fixture
def unarchived(upstream: Upstream, site: Site, make_job: Callable[..., VideoJob]) -> Site:
    """The site, and the address of a clip that is at the provider alone."""
    job = unarchived_job(upstream, make_job, CLIP)
    return Site(site.web, site.cookie, f"/videos/{job.public_id}/content")


def asked_upstream(upstream: Upstream) -> list[str | None]:
    return [entry["headers"].get("range") for entry in upstream.requests("content")]


def test_it_plays_by_pieces_that_end(unarchived: Site, upstream: Upstream) -> None:
    data = b""
    with closing(unarchived.web.connect()) as player:
        while len(data) < len(CLIP):
            status, headers, piece = ask(
                player, unarchived.url, unarchived.cookie, Range=f"bytes={len(data)}-"
            )
            last = len(data) + len(piece) - 1
            assert status == 206
            assert headers["content-range"] == f"bytes {len(data)}-{last}/{len(CLIP)}"
            assert headers["content-length"] == str(len(piece))
            data += piece
        assert data == CLIP
        assert all(
            range_header and not range_header.endswith("-")
            for range_header in asked_upstream(upstream)
        )
        status, _, piece = ask(player, unarchived.url, unarchived.cookie, Range="bytes=0-1")
        assert (status, piece) == (206, CLIP[:2])
        assert asked_upstream(upstream)[-1] == "bytes=0-1"


@pytest.mark.parametrize(
    ("head", "kind", "ending"),
    [
        (b"\0\0\0\x18ftypisom", "video/mp4", ".mp4"),
        (b"\x1a\x45\xdf\xa3\x42\x82\x84webm", "video/webm", ".webm"),
        (b"\0\0\0\x14ftypqt  ", "video/quicktime", ".mov"),
        (b"\x07 unknown", "video/mp4", ".mp4"),
    ],
)
def test_it_is_a_clip_whatever_the_provider_says(
    unarchived: Site, upstream: Upstream, head: bytes, kind: str, ending: str
) -> None:
    upstream.script(
        "content",
        status=200,
        body=head + b"<script>alert(1)</script>",
        headers={"Content-Type": "text/html", "Set-Cookie": "a=b"},
    )
    status, headers, body = unarchived.web.get(unarchived.url + "?download=1", unarchived.cookie)
    assert (status, body) == (200, head + b"<script>alert(1)</script>")
    assert headers["content-type"] == kind
    assert headers["content-disposition"].endswith(f'{ending}"')
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]
    assert headers["content-disposition"].startswith("attachment; filename=")
    assert headers["cache-control"] == "private, no-store"
    assert "set-cookie" not in headers


def test_a_page_in_place_of_the_clip_is_not_passed_on(unarchived: Site, upstream: Upstream) -> None:
    html = {"Content-Type": "application/x-shockwave-flash"}
    upstream.script("content", status=200, body=b"<script>alert(1)</script>", headers=html)
    status, headers, body = unarchived.web.get(unarchived.url, unarchived.cookie)
    assert status == 502 and headers["content-type"].startswith("text/plain")
    assert b"script" not in body


def test_a_provider_without_ranges_sends_the_whole(unarchived: Site, upstream: Upstream) -> None:
    upstream.script("content", status=200, body=CLIP, headers={"Content-Type": "video/mp4"})
    status, headers, body = unarchived.web.get(unarchived.url, unarchived.cookie, Range="bytes=0-")
    assert (status, body == CLIP) == (200, True)
    assert "content-range" not in headers


def test_a_viewer_who_leaves_closes_the_connection_to_the_provider(
    unarchived: Site, upstream: Upstream
) -> None:
    for _ in range(2 * THREADS):
        with unarchived.web.open(unarchived.url, unarchived.cookie) as viewer:
            assert viewer.recv(20).startswith(b"HTTP/1.1 ")
    wait_until(lambda: upstream.open_connections == 0)
    assert unarchived.web.get(unarchived.url, unarchived.cookie)[2] == CLIP


def test_viewers_who_take_nothing_hold_no_thread_and_no_provider(
    unarchived: Site, upstream: Upstream
) -> None:
    with ExitStack() as stack:
        for _ in range(2 * THREADS):
            viewer = stack.enter_context(unarchived.web.open(unarchived.url, unarchived.cookie))
            assert viewer.recv(12) in (b"HTTP/1.1 200", b"HTTP/1.1 503")
        # What the viewers have not taken waits on the disk.
        wait_until(lambda: upstream.open_connections == 0)
        assert unarchived.web.get(unarchived.url, unarchived.cookie)[2] == CLIP


def test_a_clip_that_stops_half_way_looks_broken(unarchived: Site, upstream: Upstream) -> None:
    upstream.script("content", "truncate", keep=200_000)
    with pytest.raises(http.client.IncompleteRead) as broken:
        unarchived.web.get(unarchived.url, unarchived.cookie)
    assert broken.value.partial == CLIP[: len(broken.value.partial)]
    assert "Content stopped half-way" in unarchived.web.errors()
    assert unarchived.web.get(unarchived.url, unarchived.cookie)[2] == CLIP


def test_a_refusal_has_a_message(unarchived: Site, upstream: Upstream) -> None:
    upstream.script("content", status=404, json={"error": {"message": "No such <b>clip</b>"}})
    status, headers, body = unarchived.web.get(unarchived.url, unarchived.cookie)
    assert (status, headers["content-type"]) == (502, "text/plain; charset=utf-8")
    assert b"No such" in body


def test_a_range_beyond_the_end_is_416_also_before_the_clip_is_archived(
    unarchived: Site, upstream: Upstream
) -> None:
    upstream.script("content", status=416, json={"error": {"message": "too far"}})
    answer = unarchived.web.get(unarchived.url, unarchived.cookie, Range="bytes=999999999-")
    assert answer[0] == 416


def test_a_provider_that_hangs_leaves_threads_for_the_pages(
    unarchived: Site, upstream: Upstream
) -> None:
    upstream.script("content", "silence", times=None, seconds=5)
    with ExitStack() as stack:
        for _ in range(2 * THREADS):
            stack.enter_context(
                unarchived.web.open(unarchived.url, unarchived.cookie, Range="bytes=0-")
            )
        for _ in range(5):
            assert unarchived.web.get(FLOOR, unarchived.cookie)[0] == 200
        # The pages did not wait for the provider: it is still silent.
        assert upstream.open_connections > 0


def test_a_head_request_does_not_reach_the_provider(unarchived: Site, upstream: Upstream) -> None:
    status, headers, _ = unarchived.web.get(unarchived.url, unarchived.cookie, method="HEAD")
    assert (status, headers["content-type"]) == (200, "video/mp4")
    assert asked_upstream(upstream) == []


def test_a_provider_that_fails_again_and_again_does_not_use_up_the_threads(
    upstream: Upstream, provider: Provider, make_job: Callable[..., VideoJob], team: SimpleNamespace
) -> None:
    Provider.objects.update(base_url=upstream.base_url, dialect="openai")
    upstream.script("content", "reset", times=None)
    viewer, url = client_of(team.viewer), f"{make_job().get_absolute_url()}/content"
    # What an exception still holds is let go when the collector comes round, which may be never.
    gc.disable()
    try:
        statuses = {viewer.get(url).status_code for _ in range(settings.WEB_THREADS + 1)}
    finally:
        gc.enable()
    assert statuses == {502}
