"""How do bytes that only the provider has pass through us?"""

import errno
import logging
import re
from collections.abc import Iterator

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from videos.archive.labels import label
from videos.archive.ranges import Range
from videos.archive.slots import Leave, room
from videos.models import Kind, VideoJob
from videos.provider.errors import ProviderError
from videos.provider.stream import ContentStream

log = logging.getLogger(__name__)

# Asked for at once of an open range where nobody says how much fits into the socket, in bytes.
PIECE = 1024 * 1024
CONTENT_RANGE = re.compile(r"bytes [0-9]{1,19}-[0-9]{1,19}/(?:[0-9]{1,19}|\*)")


def upstream_range(request: HttpRequest) -> str | None:
    """The Range to pass on: an open one gets an end, so that a player who pauses holds nothing."""
    # Without a validator of our own, If-Range never matches.
    if request.method != "GET" or "HTTP_IF_RANGE" in request.META:
        return None
    asked = Range.parse(request.META.get("HTTP_RANGE"))
    return None if asked is None else str(asked.capped(room(request) or PIECE))


def relay(
    request: HttpRequest, job: VideoJob, stream: ContentStream, leave: Leave, *, download: bool
) -> HttpResponseBase:
    """`stream` as our answer. Closing the answer closes the stream and gives `leave` back."""
    piece = stream.status == 206 and CONTENT_RANGE.fullmatch(stream.content_range or "")
    response = StreamingHttpResponse(_Relay(stream), status=206 if piece else 200)
    leave.bind(request, response)
    if piece:
        response["Content-Range"] = piece[0]
    if stream.length is not None:
        response["Content-Length"] = str(stream.length)
    response["Cache-Control"] = "private, no-store"
    label(
        response,
        Kind.VIDEO,
        job.public_id,
        job.prompt,
        download=download,
        container=stream.container,
    )
    return response


class _Relay:
    """Iterates a stream, and closes it: a generator that was never started runs no `finally`."""

    def __init__(self, stream: ContentStream) -> None:
        self._stream = stream
        self.close = stream.close

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._stream
        except ProviderError as error:
            log.warning("Content stopped half-way: %s", error)
            # The head is sent: only a broken connection can tell the reader that bytes are missing.
            raise ConnectionResetError(errno.ECONNRESET, "the provider stopped") from error
