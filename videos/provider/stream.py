"""How do the bytes of an asset come in: at once, whole, from allowed places, and never for ever?"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin

import requests

from videos import wire
from videos.provider import errors
from videos.provider.addresses import check_url, origin
from videos.provider.answers import Answer, Body, Origin, read_answer, transport_error
from videos.provider.errors import BadAnswer, NoAnswer
from videos.provider.meaning import status_error
from videos.provider.session import TRANSPORT_ERRORS, Exchange, Timeouts, Transport

FIRST_CHUNK = 16 * 1024
LAST_CHUNK = 256 * 1024
MAX_HOPS = 3
RANGE = re.compile(r"bytes=(\d{1,19}-\d{0,19}|-\d{1,19})")
REDIRECTS = frozenset({301, 302, 303, 307, 308})
KEY_HEADERS = frozenset({"authorization", "api-key"})


@dataclass(frozen=True, slots=True)
class Source:
    """Where content comes from. `home` is the (scheme, host, port) that may see the key;
    `url_of_job` asks the job itself for a URL."""

    url: str
    home: tuple[str, str, int]
    origin: Origin
    headers: dict[str, str] = field(repr=False)
    timeouts: Timeouts
    allow_private: bool
    max_bytes: int
    url_of_job: Callable[[], str | None] = field(repr=False)
    # Another host was reached, to which the home has sent us.
    elsewhere: bool = False


class ContentStream:
    """Bytes on their way. Iterate it once; closing it closes the connection, whatever happened.

    An iterator rather than a generator: the `finally` of a generator that was never started does
    not run. It closes itself at its end and on any failure.

    `status` is 200 or 206, `content_type` the bare media type as the server claims it, `length`
    the bytes to come or None where the server does not say.
    """

    def __init__(
        self, response: requests.Response, transport: Transport, exchange: Exchange, source: Source
    ) -> None:
        self.status = response.status_code
        self.content_type = _media_type(response)
        self.content_range: str | None = response.headers.get("Content-Range")
        self._response, self._transport = response, transport
        self._exchange, self._source = exchange, source
        self._body = Body(response)
        self.length = self._body.length
        self._size = FIRST_CHUNK
        self._window = _Window(source.timeouts)
        self._closed = self._ended = False

    def __repr__(self) -> str:
        return f"<ContentStream {self.status} {self.content_type} {self.length}>"

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
        """The next chunk as soon as any of it is there: at most 16 kB at first, 256 kB later.

        NoAnswer where they stop, crawl or end early; BadAnswer where they exceed the limit;
        ValueError after `close`, which must not look like the end.
        """
        if self._ended:
            raise StopIteration
        if self._closed:
            raise ValueError("the stream is closed")
        try:
            chunk = self._checked(self._read())
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
            self._response.close()
            self._transport.close()

    def _read(self) -> bytes:
        failure: errors.ProviderError
        started = time.monotonic()
        try:
            chunk = self._body.read(self._size)
        except TRANSPORT_ERRORS as error:
            failure = transport_error(error, self._exchange, self._source.origin)
            failure = _told_by(failure, elsewhere=self._source.elsewhere)
        else:
            # Only waiting for the server counts: a viewer who pauses is not its fault.
            self._window.add(len(chunk), time.monotonic() - started)
            self._size = min(2 * self._size, LAST_CHUNK)
            return chunk
        raise failure

    def _checked(self, chunk: bytes) -> bytes:
        host = self._source.origin.host
        if self._body.received > self._source.max_bytes:
            raise _too_large(host, self._source.max_bytes)
        if chunk and self._window.too_slow():
            slow = NoAnswer(f"{host} sends too slowly.", code=errors.TOO_SLOW)
            raise _told_by(slow, elsewhere=self._source.elsewhere)
        return chunk


class _Window:
    """The average speed over a stretch of waiting, judged whenever the stretch is full."""

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


@dataclass(frozen=True, slots=True)
class _Step:
    """Where to look next, and whether who sent us there answered from a private address itself."""

    url: str
    near: bool = True


def open_content(source: Source, range_header: str | None) -> ContentStream:
    """The stream of an asset, through at most three redirects.

    A redirect is a 3xx, or JSON that names a URL instead of being the bytes, be it the job's where
    the content route has neither. The key goes to `home` alone. Without `allow_private`, nobody but
    a private address of its host leads to a private address, and only to that host.
    """
    if range_header is not None and RANGE.fullmatch(range_header):
        source = replace(source, headers=source.headers | {"Range": range_header})
    step = _Step(source.url)
    for _ in range(MAX_HOPS + 1):
        opened = _open(source, step)
        if isinstance(opened, ContentStream):
            return opened
        step = opened
    raise _refused_redirect(source.origin, "it redirects too often")


def _open(source: Source, step: _Step) -> ContentStream | _Step:
    """The stream behind one URL, or the next step."""
    parts = check_url(step.url)
    here, place = replace(source.origin, host=parts.netloc), origin(parts)
    exchange = Exchange(
        source.timeouts.first_byte,
        connect=source.timeouts.connect,
        allow_private=source.allow_private or (step.near and place[1] == source.home[1]),
    )
    transport = Transport()
    stream: ContentStream | None = None
    failure: errors.ProviderError
    try:
        headers = _headers_for(source, place)
        response = transport.send(exchange, "GET", step.url, headers=headers)
        if _holds_bytes(response):
            exchange.extend(source.timeouts.content, idle=source.timeouts.idle)
            away = replace(source, origin=here, elsewhere=place != source.home)
            stream = _stream(response, transport, exchange, away)
            return stream
        url = _next_url(response, exchange, source, step.url)
        return _Step(url, near=exchange.is_private)
    except TRANSPORT_ERRORS as error:
        failure = transport_error(error, exchange, here)
    finally:
        if stream is None:
            transport.close()
    led_astray = failure.code == errors.ADDRESS_REFUSED and step.url != source.url
    raise _told_by(failure, elsewhere=led_astray or place != source.home)


def _headers_for(source: Source, place: tuple[str, str, int]) -> dict[str, str]:
    """What is sent there: the key stays at home."""
    if place == source.home:
        return source.headers
    return {name: text for name, text in source.headers.items() if name.lower() not in KEY_HEADERS}


def _stream(
    response: requests.Response, transport: Transport, exchange: Exchange, source: Source
) -> ContentStream:
    stream = ContentStream(response, transport, exchange, source)
    host, encoding = source.origin.host, response.headers.get("Content-Encoding", "identity")
    if encoding.strip().lower() != "identity":
        stream.close()
        raise BadAnswer(
            f"{host} sent packed content, which nobody asked for.", status=stream.status
        )
    if (stream.length or 0) > source.max_bytes:
        stream.close()
        raise _too_large(host, source.max_bytes)
    return stream


def _holds_bytes(response: requests.Response) -> bool:
    kind = _media_type(response)
    words = kind.startswith("text/") or kind.endswith(("json", "xml")) or "html" in kind
    return response.status_code in (200, 206) and not words


def _media_type(response: requests.Response) -> str:
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower()[:100]


def _next_url(response: requests.Response, exchange: Exchange, source: Source, url: str) -> str:
    """The URL that an answer, or else the job, names in place of the bytes; the fitting error where
    neither has one."""
    parts = check_url(url)
    here = replace(source.origin, host=parts.netloc)
    if (target := response.headers.get("Location")) and response.status_code in REDIRECTS:
        response.close()
        return _joined(url, target, here)
    answer = read_answer(response, exchange, here)
    if (target := url_in(answer)) is not None:
        return _joined(url, target, here)
    if url == source.url and answer.status in (400, 404):
        # SGLang with cloud storage answers 400, and the URL stands in the job alone.
        told = _joined(url, source.url_of_job() or url, here)
        if told != url:
            return told
    raise _told_by(_no_bytes(answer, here), elsewhere=origin(parts) != source.home)


def _told_by(error: errors.ProviderError, *, elsewhere: bool) -> errors.ProviderError:
    """Where another host fails, the provider that sent us there is well, and must not be paused for
    it: a link that has run out, say, tells nothing of a key that its host never saw."""
    if not elsewhere or isinstance(error, errors.NotFound | errors.Refused):
        return error
    return BadAnswer(error.message, status=error.status, code=error.code)


def _no_bytes(answer: Answer, here: Origin) -> errors.ProviderError:
    """What it means that an answer holds neither bytes nor a URL."""
    if answer.ok:
        what = "text" if answer.body else "nothing"
        return BadAnswer(f"{here.host} sent {what} in place of the clip.", status=answer.status)
    return status_error(answer, here)


def url_in(answer: Answer) -> str | None:
    """Where servers put it: `url`, `urls[0]`, `video.url`, `metadata.url`. None without one."""
    try:
        value: Any = wire.decode(answer.body)
    except wire.WireError:
        return None
    if not isinstance(value, dict):
        return None
    urls = value.get("urls")
    places = [value.get("url"), urls[0] if isinstance(urls, list) and urls else None]
    for name in ("video", "metadata"):
        inner = value.get(name)
        places.append(inner.get("url") if isinstance(inner, dict) else None)
    return next((place for place in places if isinstance(place, str) and place), None)


def _joined(url: str, target: str, source: Origin) -> str:
    try:
        joined = urljoin(url, target)
        check_url(joined)
    except ValueError:
        joined = ""
    if not joined:
        raise _refused_redirect(source, "it redirects to what is no usable address")
    return joined


def _refused_redirect(source: Origin, why: str) -> BadAnswer:
    return BadAnswer(f"The content of {source.host} was not fetched: {why}.", code=errors.REDIRECT)


def _too_large(host: str, limit: int) -> BadAnswer:
    return BadAnswer(f"{host} sent more than the {limit:,} bytes allowed.", code=errors.TOO_LARGE)
