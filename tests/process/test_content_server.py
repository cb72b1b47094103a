"""What does a real server send, and what can readers who do not read do to it?"""

import hashlib
import socket
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.patience import wait_until
from tests.web_fixtures import CLIP, THREADS, Site
from tests.web_process import FLOOR, ask

READERS = 60

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("web")]


def play(site: Site) -> tuple[bytes, int]:
    """All bytes as a player gets them, by open ranges on one connection, and the requests made."""
    data, request_count = b"", 0
    with closing(site.web.connect()) as player:
        while len(data) < len(CLIP):
            status, headers, piece = ask(player, site.url, site.cookie, Range=f"bytes={len(data)}-")
            last = len(data) + len(piece) - 1
            assert (status, headers["content-range"]) == (
                206,
                f"bytes {len(data)}-{last}/{len(CLIP)}",
            )
            data, request_count = data + piece, request_count + 1
    return data, request_count


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


def started(site: Site, stack: ExitStack, **headers: str) -> list[socket.socket]:
    """READERS that have got the head of their answer, and read no further."""
    readers = [
        stack.enter_context(site.web.open(site.url, site.cookie, **headers)) for _ in range(READERS)
    ]
    # There are fewer threads than readers: each answer was begun, so no reader keeps a thread.
    assert {reader.recv(12) for reader in readers} == {
        b"HTTP/1.1 206" if headers else b"HTTP/1.1 200"
    }
    return readers


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-"}, {"Range": "bytes=0-5999999"}])
def test_readers_who_stop_reading_hold_no_thread(site: Site, headers: dict[str, str]) -> None:
    assert READERS > THREADS
    with ExitStack() as stack:
        started(site, stack, **headers)
        assert site.web.get(FLOOR, site.cookie)[0] == 200
        assert play(site)[0] == CLIP
        assert site.web.get(site.url, site.cookie)[2] == CLIP


def test_stalled_readers_and_half_sent_bodies_together_hold_no_thread(site: Site) -> None:
    with ExitStack() as stack:
        for _ in range(READERS):
            sender = stack.enter_context(socket.create_connection(("127.0.0.1", site.web.port)))
            sender.sendall(
                b"POST /videos HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx"
            )
        started(site, stack)
        assert site.web.get(FLOOR, site.cookie)[0] == 200
        assert play(site)[0] == CLIP


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="reads /proc")
def test_a_reader_who_takes_nothing_loses_the_connection(site: Site) -> None:
    calm = descriptors(site)
    with ExitStack() as stack:
        started(site, stack)
        assert descriptors(site) >= calm + READERS
        wait_until(lambda: descriptors(site) < calm + READERS // 2)


def descriptors(site: Site) -> int:
    """How many files and connections the server's processes have open."""
    parent = site.web.process.pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in children)


def test_readers_who_leave_cost_nothing(site: Site) -> None:
    for _ in range(3 * THREADS):
        with site.web.open(site.url, site.cookie) as sock:
            assert sock.recv(100)
    assert site.web.get(site.url, site.cookie)[2] == CLIP


def test_connections_that_say_nothing_hold_no_thread(site: Site) -> None:
    with ExitStack() as stack:
        for _ in range(READERS):
            stack.enter_context(socket.create_connection(("127.0.0.1", site.web.port)))
        assert site.web.get(FLOOR, site.cookie)[0] == 200


def test_readers_who_may_ask_again_hold_no_thread(site: Site) -> None:
    with ExitStack() as stack:
        for _ in range(READERS):
            reader = stack.enter_context(closing(site.web.connect()))
            for _ in range(2):
                assert ask(reader, FLOOR, site.cookie)[0] == 200
