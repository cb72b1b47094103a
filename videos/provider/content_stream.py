"""How is content downloaded completely and within time limits?"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from types import TracebackType
from typing import Self, TypeVar

import requests

from videos.frames.inspection import HEAD, Container, sniff
from videos.provider import errors
from videos.provider.errors import BadAnswer, NoAnswer
from videos.provider.response import Body, Origin, transport_error
from videos.provider.transport import TRANSPORT_ERRORS, Exchange, Timeouts, Transport
from videos.provider.unpacking import ENOUGH, Undecodable, take
from videos.wire.text import gettext_noop

FIRST_CHUNK = 16 * 1024
LAST_CHUNK = 256 * 1024
MEDIA_TYPES = {container.media_type: container for container in Container}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Source:
    """Where content comes from. `home` is the (scheme, host, port) that may see the key. The job at
    `job_url` may contain the content's address, or the content itself."""

    url: str
    job_url: str
    home: tuple[str, str, int]
    origin: Origin
    headers: dict[str, str] = field(repr=False)
    timeouts: Timeouts
    allow_private: bool
    max_bytes: int
    # True once we were redirected to another host.
    elsewhere: bool = False


class ContentStream:
    """Content being downloaded. Iterate over it once. Closing it closes the connection.

    It is an iterator and not a generator, because the `finally` of a generator that was never
    started doesn't run. It closes itself at the end and on any error.

    `status` is 200 or 206. `container` is detected from the first bytes, else what the server
    claims, else MP4. `length` is the number of bytes, None if unknown.
    """

    def __init__(
        self, download: "Download", pieces: Iterator[bytes], length: int | None = None
    ) -> None:
        """`pieces` is the download after decoding."""
        download.check_size(length or 0)
        self.status = download.response.status_code
        self.content_range: str | None = download.response.headers.get("Content-Range")
        self.length = length
        head = download.translate(lambda: take(pieces, ENOUGH))
        if sniff(head) == Container.MATROSKA:
            # Whether it is WebM stands a little later.
            head += download.translate(lambda: take(pieces, HEAD // 8))
        self.container = _container(download, head)
        self._download, self._pieces = download, chain([head], pieces)
        self._received = 0
        self._closed = self._ended = False

    def __repr__(self) -> str:
        return f"<ContentStream {self.status} {self.container} {self.length}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        """The next chunk, as soon as there is any data: at most 16 kB at first, 256 kB later.

        Raises NoAnswer if the data stops, is too slow or ends early; BadAnswer if it exceeds the
        limit or can't be decoded; ValueError after `close`, which must not look like the end.
        """
        if self._ended:
            raise StopIteration
        if self._closed:
            raise ValueError("the stream is closed")
        try:
            chunk = self._download.translate(lambda: next(filter(None, self._pieces), b""))
            self._received += len(chunk)
            self._download.check_size(self._received)
        except BaseException:
            self.close()
            raise
        if not chunk:
            self._ended = True
            self.close()
            raise StopIteration
        return chunk

    def close(self) -> None:
        """Close the connection. May be called more than once."""
        if not self._closed:
            self._closed = True
            self._download.close()


class Download:
    """The raw body of one answer, with our own errors for every failure."""

    def __init__(
        self, response: requests.Response, transport: Transport, exchange: Exchange, source: Source
    ) -> None:
        self.response, self.source = response, source
        self._transport, self._exchange = transport, exchange
        self._body = Body(response)
        self.length = self._body.length
        self._size = FIRST_CHUNK
        self._window = _Window(source.timeouts)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        chunk = self.translate(self._read)
        # Base64 is a third longer than what it stands for, and more where JSON escapes it.
        self.check_size(self._body.received // 2)
        if chunk and self._window.too_slow():
            slow = NoAnswer(
                gettext_noop("%(host)s sends too slowly.", host=self._host), code=errors.TOO_SLOW
            )
            raise blame_elsewhere(slow, elsewhere=self.source.elsewhere)
        if not chunk:
            raise StopIteration
        return chunk

    @property
    def _host(self) -> str:
        return self.source.origin.host

    def _read(self) -> bytes:
        started = time.monotonic()
        chunk = self._body.read(self._size)
        # Only waiting for the server counts: it isn't at fault if a viewer pauses.
        self._window.add(len(chunk), time.monotonic() - started)
        self._size = min(2 * self._size, LAST_CHUNK)
        return chunk

    @property
    def claimed_type(self) -> str:
        """The bare media type in the header."""
        return self.response.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    def translate(self, read: Callable[[], T]) -> T:
        """Call `read`, translating the errors of the libraries below into ours."""
        failure: errors.ProviderError
        try:
            return read()
        except Undecodable as error:
            failure = BadAnswer(
                gettext_noop(
                    "%(host)s sent content that can't be unpacked: %(reason)s.",
                    host=self._host,
                    reason=str(error),
                )
            )
        except TRANSPORT_ERRORS as error:
            failure = transport_error(error, self._exchange, self.source.origin)
        raise blame_elsewhere(failure, elsewhere=self.source.elsewhere)

    def check_size(self, count: int) -> None:
        """Raise BadAnswer if the size exceeds the limit."""
        if count > self.source.max_bytes:
            limit = f"{self.source.max_bytes:,}"
            message = gettext_noop(
                "%(host)s sent more than the %(limit)s bytes allowed.", host=self._host, limit=limit
            )
            raise BadAnswer(message, code=errors.TOO_LARGE)

    def close(self) -> None:
        self.response.close()
        self._transport.close()


class _Window:
    """The average speed over a window of waiting time, checked whenever the window is full."""

    def __init__(self, timeouts: Timeouts) -> None:
        self._limits = timeouts
        self._bytes, self._seconds = 0, 0.0

    def add(self, count: int, seconds: float) -> None:
        self._bytes += count
        self._seconds += seconds

    def too_slow(self) -> bool:
        if self._seconds < self._limits.window:
            return False
        slow = self._bytes / self._seconds < self._limits.min_speed
        self._bytes, self._seconds = 0, 0.0
        return slow


def blame_elsewhere(error: errors.ProviderError, *, elsewhere: bool) -> errors.ProviderError:
    """Adjust an error of another host, for which the provider must not be paused. An expired link,
    for example, says nothing about a key that its host never saw."""
    if not elsewhere or isinstance(error, errors.NotFound | errors.Refused):
        return error
    return BadAnswer(error.message, status=error.status, code=error.code)


def _container(download: Download, head: bytes) -> Container:
    if download.response.status_code == 200 and (container := sniff(head)) is not None:
        return container
    return MEDIA_TYPES.get(download.claimed_type, Container.MP4)
