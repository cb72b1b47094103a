"""How is content that only the provider has relayed to a viewer?"""

import errno
import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import gettempdir

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from werkzeug.datastructures import Range

from videos import wire
from videos.archive.headers import label
from videos.archive.store import check_free_space
from videos.models import Kind, VideoJob
from videos.provider.content_stream import ContentStream
from videos.provider.errors import ProviderError

log = logging.getLogger(__name__)

# An open range is limited to this many bytes: players request the rest later.
PIECE = 1024 * 1024
CONTENT_RANGE = re.compile(r"bytes [0-9]{1,19}-[0-9]{1,19}/(?:[0-9]{1,19}|\*)")
# A provider's data often comes in small pieces. The server would keep them in memory until the end,
# and read again what waits for the viewer after each: dashboard.web.MEMORY_BYTES must not be more.
BLOCK = 256 * 1024
RETRY_SECONDS = 5
# A relay waits for the provider, so relays get at most three quarters of the threads.
free_threads = threading.BoundedSemaphore(max(1, settings.WEB_THREADS * 3 // 4))


def busy() -> HttpResponse:
    """503: too many relays are running."""
    return HttpResponse(
        _("Too many downloads are running. Try again in a few seconds.") + "\n",
        status=503,
        content_type="text/plain; charset=utf-8",
        headers={"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"},
    )


def upstream_range(request: HttpRequest) -> str | None:
    """The Range to pass on. An open one gets an end, so that a paused player costs little."""
    # Without an ETag or date of ours, If-Range never matches.
    if request.method != "GET" or "HTTP_IF_RANGE" in request.META:
        return None
    requested = wire.read_range(request.META.get("HTTP_RANGE"))
    if requested is None:
        return None
    [(start, stop)] = requested.ranges
    is_open = stop is None and start >= 0
    return (Range("bytes", [(start, start + PIECE)]) if is_open else requested).to_header()


def relay(
    request: HttpRequest,
    job: VideoJob,
    open_stream: Callable[[str | None], ContentStream],
    *,
    download: bool,
    title: str | None = None,
) -> HttpResponseBase:
    """The provider's content as a response, or `busy`.

    `open_stream` is called with the Range to request; its exceptions are passed on. Raises DiskFull
    if there is no space for buffering. The file is named after `title`, or else after the prompt.

    The server buffers what the viewer hasn't read yet, so a relay waits only for the provider.
    Closing the response closes the stream.
    """
    if not free_threads.acquire(blocking=False):
        return busy()
    with ExitStack() as closing:
        closing.callback(free_threads.release)
        stream = closing.enter_context(open_stream(upstream_range(request)))
        check_free_space(Path(gettempdir()), stream.length or 0)
        body = _Body(stream)
        name = job.prompt if title is None else title
        response = _answer(job.public_id, name, stream, body, download=download)
        body.closing = closing.pop_all()
    return response


def _answer(
    public_id: str, title: str, stream: ContentStream, body: "_Body", *, download: bool
) -> HttpResponseBase:
    piece = stream.status == 206 and CONTENT_RANGE.fullmatch(stream.content_range or "")
    response = StreamingHttpResponse(body, status=206 if piece else 200)
    if piece:
        response["Content-Range"] = piece[0]
    if stream.length is not None:
        response["Content-Length"] = str(stream.length)
    response["Cache-Control"] = "private, no-store"
    label(
        response,
        Kind.VIDEO,
        public_id,
        title,
        download=download,
        container=stream.container,
    )
    return response


class _Body:
    """Iterates over a stream in blocks and closes it. A generator that never started wouldn't run
    its `finally`."""

    def __init__(self, stream: ContentStream) -> None:
        self._stream = stream
        self.closing = ExitStack()

    def close(self) -> None:
        """Close the stream and release the thread. May be called more than once."""
        self.closing.close()

    def __iter__(self) -> Iterator[bytes]:
        block, enough = b"", 1  # What comes first is sent at once.
        try:
            for piece in self._stream:
                block += piece
                if len(block) >= enough:
                    yield block
                    block, enough = b"", BLOCK
        except ProviderError as error:
            yield block
            log.warning("Content stopped half-way: %s", error)
            # The headers are sent, so only a broken connection shows that content is missing.
            raise ConnectionResetError(errno.ECONNRESET, "the provider stopped") from error
        yield block
