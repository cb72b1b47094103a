"""What a sender without manners can do to the real server: endless, huge, shredded forms."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client

from tests.patience import PATIENCE
from tests.web_fixtures import THREADS, Site
from tests.web_process import FLOOR, ask
from videos.body_limits import SMALL_BODY_BYTES
from videos.models import VideoJob

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("web")]
TOKEN = "t" * 32
BOUNDARY = "xyz"
PART = '--xyz\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'


@pytest.fixture
def cookie(client: Client, team: SimpleNamespace) -> str:
    """Of somebody who may generate."""
    client.force_login(team.owner)
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


def _head(site: Site, length: int | None, path: str = "/videos") -> bytes:
    """A signed-in composer's POST; no length means chunks."""
    size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        f"Cookie: {site.cookie}; {settings.CSRF_COOKIE_NAME}={TOKEN}",
        f"X-CSRFToken: {TOKEN}",
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}",
        size,
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def _connect(site: Site) -> socket.socket:
    return socket.create_connection(("127.0.0.1", site.web.port), timeout=PATIENCE)


def _status(sock: socket.socket) -> int:
    """Of the answer; 0 where the server only closed the connection."""
    try:
        first = sock.recv(4096).split(b"\r\n")[0]
    except ConnectionError:
        return 0
    return int(first.split()[1]) if first else 0


def _send_until_refused(sock: socket.socket, pieces: Iterator[bytes], limit: int) -> int:
    """How many bytes the server let itself be sent, `limit` at most."""
    sent = 0
    for piece in pieces:
        if sent >= limit:
            break
        try:
            sock.sendall(piece)
        except OSError:
            break
        sent += len(piece)
    return sent


def test_a_form_of_ten_thousand_parts_is_refused(site: Site) -> None:
    fields = "".join(PART.format(f"f{number}", "x") for number in range(10_000))
    body = f"{fields}--xyz--\r\n".encode()
    with closing(_connect(site)) as sock:
        sock.sendall(_head(site, len(body)) + body)
        assert _status(sock) == 400
    assert VideoJob.objects.count() == 1


def test_a_form_of_five_gigabytes_is_refused_before_it_is_sent(site: Site) -> None:
    with closing(_connect(site)) as sock:
        sock.sendall(_head(site, 5 * 1024**3) + PART.format("prompt", "a boat").encode())
        assert _status(sock) == 413


def test_a_form_whose_field_never_ends_is_cut_off(site: Site) -> None:
    piece = b"10000\r\n" + b"x" * 65536 + b"\r\n"

    def pieces() -> Iterator[bytes]:
        begin = b'--xyz\r\nContent-Disposition: form-data; name="prompt"\r\n\r\n'
        yield f"{len(begin):x}\r\n".encode() + begin + b"\r\n"
        while True:
            yield piece

    with closing(_connect(site)) as sock:
        sock.sendall(_head(site, None))
        sent = _send_until_refused(sock, pieces(), limit=200 * 1024 * 1024)
        assert sent < 100 * 1024 * 1024
    assert site.web.get(FLOOR, site.cookie)[0] == 200
    assert VideoJob.objects.count() == 1


def _half_a_form(site: Site) -> bytes:
    return _head(site, 1000) + b"--xyz\r\n"


def _half_a_strangers_form(site: Site) -> bytes:
    return _half_a_form(site).replace(site.cookie.encode(), b"nobody=1")


def _half_a_call(site: Site) -> bytes:
    return _half_a_form(site).replace(b"POST /videos", b"POST /v1/videos")


def _half_a_head(site: Site) -> bytes:
    return b"GET / HTTP/1.1\r\nHost: loc"


@pytest.mark.parametrize("half", [_half_a_form, _half_a_strangers_form, _half_a_call, _half_a_head])
def test_senders_who_stop_half_way_hold_no_thread(
    site: Site, half: Callable[[Site], bytes]
) -> None:
    with ExitStack() as stack:
        for _ in range(2 * THREADS):
            stack.enter_context(closing(_connect(site))).sendall(half(site))
        assert site.web.get(FLOOR, site.cookie)[0] == 200
    assert VideoJob.objects.count() == 1


def test_bodies_that_drip_hold_no_thread_and_a_slow_one_arrives(site: Site) -> None:
    body = "".join((PART.format(name, value) for name, value in _composer().items()))
    data = f"{body}--xyz--\r\n".encode()
    with ExitStack() as stack:
        drips = [stack.enter_context(closing(_connect(site))) for _ in range(2 * THREADS)]
        slow = stack.enter_context(closing(_connect(site)))
        for sender in (*drips, slow):
            sender.sendall(_head(site, len(data)))
        for place in range(8):
            for drip in drips:
                drip.sendall(b"-")
            slow.sendall(data[place * 40 : place * 40 + 40])
            assert site.web.get(FLOOR, site.cookie)[0] == 200
        slow.sendall(data[320:])
        assert _status(slow) == 303
    assert VideoJob.objects.count() == 2


@pytest.mark.parametrize(
    "header",
    [
        f"Cookie: {settings.SESSION_COOKIE_NAME}={'a' * 32}",
        f"Authorization: Bearer dly_{'x' * 43}",
        "api-key: anything",
    ],
)
def test_made_up_cookies_and_tokens_take_no_place_of_large_uploads(site: Site, header: str) -> None:
    head = (
        f"POST /videos HTTP/1.1\r\nHost: localhost\r\n{header}\r\nContent-Length: 20000000\r\n\r\n"
    )
    large = _composer() | {"unused": "x" * (2 * SMALL_BODY_BYTES)}
    body = "".join(PART.format(name, value) for name, value in large.items())
    data = f"{body}--xyz--\r\n".encode()
    with ExitStack() as stack:
        strangers = [stack.enter_context(closing(_connect(site))) for _ in range(60)]
        for stranger in strangers:
            stranger.sendall(head.encode())
        members = [stack.enter_context(closing(_connect(site))) for _ in range(4)]
        for member in members:
            member.sendall(_head(site, len(data)) + data)
        assert [_status(member) for member in members] == [303] * 4
        assert {_status(stranger) for stranger in strangers} == {401}


def test_a_connection_that_is_used_again_after_a_pause_is_no_slow_sender(site: Site) -> None:
    with closing(site.web.connect()) as reader:
        for _ in range(2):
            assert ask(reader, FLOOR, site.cookie)[0] == 200
            time.sleep(2)


def _composer() -> dict[str, str]:
    right = {"prompt": "a slow boat " * 40, "model": "sketch-1", "size": "1280x720"}
    return right | {"seconds": "4", "key": "one-slow-key-0123456789"}
