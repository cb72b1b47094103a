"""In which pieces do a provider's bytes reach the server?"""

from collections.abc import Iterator
from typing import Any, Self

import pytest
from django.test import RequestFactory

from dashboard.web import MEMORY_BYTES
from videos.archive import relay
from videos.models import VideoJob
from videos.provider.errors import NoAnswer
from videos.wire.text import Message

# Django looks after the connection to the database when a response is closed.
pytestmark = pytest.mark.django_db
SMALL = bytes(1000)


class Stream:
    """A provider that sends little at a time, and fails in the end if `error` says so."""

    status, length, content_range, container = 200, None, None, "mp4"

    def __init__(self, pieces: list[bytes], error: Exception | None = None) -> None:
        self.pieces, self.error, self.closed = pieces, error, False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True

    def __iter__(self) -> Iterator[bytes]:
        yield from self.pieces
        if self.error is not None:
            raise self.error


def chunks_of(stream: Any) -> Iterator[bytes]:
    request, job = RequestFactory().get("/"), VideoJob(prompt="a boat", public_id="video_1")
    response: Any = relay.relay(request, job, lambda _range: stream, download=False)
    yield from response.streaming_content
    response.close()


def test_the_first_bytes_are_sent_at_once_and_all_others_in_blocks() -> None:
    stream = Stream([b"first", *[SMALL] * 600])
    first, *blocks, rest = chunks_of(stream)
    assert first == b"first"
    # Smaller ones would collect in the server's memory until the viewer has the whole clip.
    assert blocks and all(len(block) >= relay.BLOCK >= MEMORY_BYTES for block in blocks)
    assert b"".join(blocks) + rest == SMALL * 600
    assert stream.closed


@pytest.mark.parametrize("pieces", [[], [b"all"]])
def test_a_short_clip_is_whole(pieces: list[bytes]) -> None:
    assert b"".join(chunks_of(Stream(pieces))) == b"".join(pieces)


def test_what_came_before_the_provider_stopped_is_sent() -> None:
    chunks = chunks_of(Stream([b"first", SMALL], NoAnswer(Message("it stopped", {}))))
    assert [next(chunks), next(chunks)] == [b"first", SMALL]
    with pytest.raises(ConnectionResetError):
        next(chunks)
