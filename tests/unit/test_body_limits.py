"""What strangers may send is limited when their headers arrive, not after their body."""

import errno
import tempfile
from collections.abc import Callable, Iterator
from typing import BinaryIO

import pytest
from django.conf import settings
from waitress.adjustments import Adjustments

from videos import body_limits
from videos.body_limits import MAX_BODY_BYTES, MAX_LARGE_BODIES, SMALL_BODY_BYTES, LimitedParser

CREDENTIALS = [
    f"Cookie: theme=dark; {settings.SESSION_COOKIE_NAME}=abc",
    "Cookie: __Host-sessionid=abc",
    "Authorization: Bearer dly_x",
    "api-key: dly_x",
]
STRANGERS = ["Accept: */*", f"Cookie: {settings.CSRF_COOKIE_NAME}=abc", "Authorization:"]


@pytest.fixture(autouse=True)
def _no_other_bodies() -> Iterator[None]:
    LimitedParser.large_bodies.clear()
    yield
    LimitedParser.large_bodies.clear()


def _receive(header: str, length: int | None, body: bytes = b"") -> LimitedParser:
    """A parser that has received the headers and `body`; no length means chunks."""
    adjustments = Adjustments(max_request_body_size=MAX_BODY_BYTES)
    parser = LimitedParser(adjustments)
    size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    parser.received(f"POST /videos HTTP/1.1\r\nHost: x\r\n{header}\r\n{size}\r\n\r\n".encode())
    for place in range(0, len(body), 8192):
        if not parser.completed:
            parser.received(body[place : place + 8192])
    return parser


def _chunks(size: int) -> bytes:
    return b"".join(b"1000\r\n" + b"x" * 4096 + b"\r\n" for _ in range(size // 4096))


@pytest.mark.parametrize("header", STRANGERS)
@pytest.mark.parametrize("length", [SMALL_BODY_BYTES, 20_000_000, MAX_BODY_BYTES - 1, 10**15])
def test_a_large_body_of_a_stranger_is_refused_at_its_headers(header: str, length: int) -> None:
    parser = _receive(header, length)
    assert parser.completed
    assert parser.error.code == 413


@pytest.mark.parametrize("header", STRANGERS)
def test_a_strangers_chunks_are_refused_at_the_small_limit(header: str) -> None:
    parser = _receive(header, None, _chunks(2 * SMALL_BODY_BYTES))
    assert parser.error.code == 413
    assert parser.body_bytes_received < SMALL_BODY_BYTES + 8192


@pytest.mark.parametrize("header", STRANGERS)
def test_a_strangers_form_is_received(header: str) -> None:
    parser = _receive(header, 5, b"a=b&c")
    assert parser.completed
    assert parser.error is None


@pytest.mark.parametrize("header", CREDENTIALS)
@pytest.mark.parametrize("length", [None, SMALL_BODY_BYTES, MAX_BODY_BYTES - 1])
def test_a_large_body_with_credentials_is_received(header: str, length: int | None) -> None:
    parser = _receive(header, length, b"1000\r\n" if length is None else b"x" * 4096)
    assert parser.error is None
    assert not parser.completed


def test_the_limit_for_members_still_holds() -> None:
    assert _receive(CREDENTIALS[0], MAX_BODY_BYTES).error.code == 413
    chunks = _receive(CREDENTIALS[0], None, _chunks(4 * SMALL_BODY_BYTES))
    assert chunks.error is None


def _full(*_: object) -> BinaryIO:
    return open("/dev/full", "w+b")


def _no_folder(*_: object) -> BinaryIO:
    raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")


@pytest.mark.parametrize("length", [1_000_000, None])
@pytest.mark.parametrize("file", [_full, _no_folder])
def test_a_body_that_does_not_fit_on_the_disk_is_answered_in_words(
    monkeypatch: pytest.MonkeyPatch, length: int | None, file: Callable[..., BinaryIO]
) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", file)
    body = _chunks(1_000_000) if length is None else b"x" * length
    parser = _receive(CREDENTIALS[0], length, body)
    assert parser.completed
    assert (parser.error.code, "disk is full" in parser.error.body) == (503, True)
    parser.close()


def test_large_bodies_are_limited_in_number() -> None:
    held = [_receive(CREDENTIALS[0], 1_000_000) for _ in range(MAX_LARGE_BODIES - 1)]
    held.append(_receive(CREDENTIALS[2], None))
    for length in (1_000_000, None):
        refused = _receive(CREDENTIALS[0], length)
        assert refused.completed
        assert refused.error.code == 503
    assert _receive(CREDENTIALS[0], 1000).error is None, "small bodies pass"
    del held[0]
    assert _receive(CREDENTIALS[0], 1_000_000).error is None, "an ended request makes room"


def test_the_session_cookie_is_recognised() -> None:
    assert settings.SESSION_COOKIE_NAME.endswith(body_limits.SESSION_COOKIE)
