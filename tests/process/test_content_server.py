"""What does a real server send, and what can readers who do not read do to it?"""

import hashlib
import socket
import time
from contextlib import ExitStack, closing

import pytest

from tests.patience import wait_until
from tests.web_fixtures import CLIP, SLOTS, STALL_SECONDS, Site
from tests.web_process import FLOOR, ask

READERS = 60

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("web")]


def play(site: Site) -> tuple[bytes, int]:
    """All bytes as a player gets them, by open ranges on one connection, and the requests made."""
    data, asked = b"", 0
    with closing(site.web.connect()) as player:
        while len(data) < len(CLIP):
            status, headers, piece = ask(player, site.url, site.cookie, Range=f"bytes={len(data)}-")
            last = len(data) + len(piece) - 1
            assert (status, headers["content-range"]) == (
                206,
                f"bytes {len(data)}-{last}/{len(CLIP)}",
            )
            data, asked = data + piece, asked + 1
    return data, asked


def test_bytes_arrive_as_they_are_stored(site: Site) -> None:
    with closing(site.web.connect()) as reader:
        status, headers, data = ask(reader, site.url, site.cookie)
        assert (status, len(data)) == (200, len(CLIP))
        assert headers["etag"] == f'"{hashlib.sha256(data).hexdigest()}"'
        assert hashlib.sha256(data).digest() == hashlib.sha256(CLIP).digest()
        for first, last in ((0, 1), (5, 999_999), (5_999_999, 5_999_999), (1, 4_000_000)):
            status, _, data = ask(reader, site.url, site.cookie, Range=f"bytes={first}-{last}")
            assert (status, data == CLIP[first : last + 1]) == (206, True)
        status, headers, data = ask(reader, site.url, site.cookie, method="HEAD")
        assert (status, headers["content-length"], data) == (200, str(len(CLIP)), b"")
        assert ask(reader, site.url, site.cookie, Range="bytes=6000000-")[0] == 416
    assert play(site)[0] == CLIP


def test_players_who_pause_hold_no_page_and_no_other_player(site: Site) -> None:
    with ExitStack() as stack:
        for _ in range(READERS):
            stack.enter_context(site.web.open(site.url, site.cookie, Range="bytes=0-"))
        started = time.monotonic()
        for _ in range(10):
            assert site.web.get(FLOOR, site.cookie)[0] == 200
        assert play(site)[0] == CLIP
        assert site.web.get(site.url, site.cookie)[2] == CLIP
        # Without the cap on open ranges, not one of these requests is answered.
        assert time.monotonic() - started < 5


def test_downloads_that_stall_leave_threads_for_the_pages_and_end(site: Site) -> None:
    with ExitStack() as stack:
        stalled = [
            stack.enter_context(site.web.open(site.url, site.cookie)) for _ in range(READERS)
        ]
        heads = [sock.recv(400).decode() for sock in stalled]
        refused = [head for head in heads if head.startswith("HTTP/1.1 503")]
        assert len(refused) >= READERS - SLOTS
        assert all("Retry-After: 5" in head for head in refused)
        assert any(head.startswith("HTTP/1.1 200") for head in heads)
        started = time.monotonic()
        for _ in range(10):
            assert site.web.get(FLOOR, site.cookie)[0] == 200
        assert play(site)[0] == CLIP
        # Without slots, each of these waits until 16 of the 60 have lost theirs.
        assert time.monotonic() - started < STALL_SECONDS
        # Nobody went away, yet the slots come back.
        wait_until(lambda: site.web.get(site.url, site.cookie)[2] == CLIP)


def test_readers_who_leave_give_their_slot_back(site: Site) -> None:
    for _ in range(3 * SLOTS):
        with site.web.open(site.url, site.cookie) as sock:
            assert sock.recv(100)
    wait_until(lambda: site.web.get(site.url, site.cookie)[2] == CLIP)


def test_connections_that_say_nothing_hold_no_thread(site: Site) -> None:
    with ExitStack() as stack:
        for _ in range(READERS):
            stack.enter_context(socket.create_connection(("127.0.0.1", site.web.port)))
        started = time.monotonic()
        assert site.web.get(FLOOR, site.cookie)[0] == 200
        assert time.monotonic() - started < 4


def test_readers_who_may_ask_again_hold_no_thread(site: Site) -> None:
    with ExitStack() as stack:
        started = time.monotonic()
        for _ in range(READERS):
            reader = stack.enter_context(closing(site.web.connect()))
            for _ in range(2):
                assert ask(reader, FLOOR, site.cookie)[0] == 200
        # A thread that stayed until the connection ends would stay for five seconds.
        assert time.monotonic() - started < 15
