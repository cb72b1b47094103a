"""How do archived bytes leave: whole, by Range, or through nginx?"""

import logging
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe

from videos.archive.labels import label
from videos.archive.ranges import Range
from videos.archive.slots import busy, leave_to_send
from videos.models import Asset, Kind
from videos.models.prepared import Prepared, Question

log = logging.getLogger(__name__)

FILES = Prepared(
    lambda public_id, kind: Asset.objects.filter(job__public_id=public_id, kind=kind).values_list(
        "path", "bytes", "sha256", "container", "job__prompt", "job__archived_at"
    ),
    "public_id",
    "kind",
)
NOWHERE = {"", ".", ".."}
FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
FOLDER = os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC
# Read at a time where the server has no sendfile.
BLOCK = 256 * 1024


class FileMissing(Exception):
    """The row is there; its file is not, or is not the one we stored."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of an archived file before it is opened. `size` in bytes."""

    path: str
    size: int
    sha256: str
    prompt: str
    public_id: str
    kind: Kind
    container: str = ""
    # False: the rows speak of a clip that was found missing or damaged.
    archived: bool = True

    @property
    def etag(self) -> str:
        """Strong: the hash of the bytes."""
        return f'"{self.sha256}"'


def expected(public_id: str, variant: str) -> Question:
    """What `find` will ask, for `foreseen`."""
    return FILES, (public_id, variant)


def find(public_id: str, kind: Kind) -> Stored | None:
    """The archived file of a job, by one query."""
    row = FILES.row(public_id, kind.value)
    if row is None:
        return None
    path, size, sha256, container, prompt, archived_at = row
    return Stored(path, size, sha256, prompt, public_id, kind, container, archived_at is not None)


def respond(request: HttpRequest, stored: Stored, *, download: bool = False) -> HttpResponseBase:
    """The answer to a GET or HEAD; FileMissing where there is nothing sound to send."""
    file = _Window(stored)
    response: HttpResponseBase | None
    response = get_conditional_response(request, stored.etag, file.modified)
    if response is None:
        response = _answer(request, stored, file)
        label(
            response,
            stored.kind,
            stored.public_id,
            stored.prompt,
            download=download,
            container=stored.container,
        )
    if not response.streaming:
        file.close()
    response["ETag"] = stored.etag
    response["Last-Modified"] = http_date(file.modified)
    response["Accept-Ranges"] = "bytes"
    # An address with `v` names these very bytes; one without has to be asked about again.
    lasting = "private, max-age=31536000, immutable"
    response.setdefault("Cache-Control", lasting if "v" in request.GET else "private, no-cache")
    return response


def _answer(request: HttpRequest, stored: Stored, file: "_Window") -> HttpResponseBase:
    asked = _asked(request, stored, file)
    span = (0, file.size) if asked is None else asked.within(file.size)
    if span is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"})
    if settings.X_ACCEL_PREFIX:
        # nginx reads Range by itself.
        address = settings.X_ACCEL_PREFIX + quote(stored.path)
        return HttpResponse(headers={"X-Accel-Redirect": address})
    if request.method == "HEAD":
        return HttpResponse(headers={"Content-Length": str(file.size)})
    return _send(request, file, span, asked)


def _asked(request: HttpRequest, stored: Stored, file: "_Window") -> Range | None:
    condition = request.META.get("HTTP_IF_RANGE")
    holds = condition in (None, stored.etag) or parse_http_date_safe(condition) == file.modified
    # RFC 9110 defines Range for GET alone.
    return (
        Range.parse(request.META.get("HTTP_RANGE")) if holds and request.method == "GET" else None
    )


def _send(
    request: HttpRequest, file: "_Window", span: tuple[int, int], asked: Range | None
) -> HttpResponseBase:
    start, stop = span
    leave = leave_to_send(request, stop - start, asked)
    if leave is None:
        return busy()
    file.open_at(start, leave.length)
    response = FileResponse(file, status=200 if asked is None else 206)
    leave.bind(request, response)
    response.block_size = BLOCK
    response["Content-Length"] = str(leave.length)
    if asked is not None:
        response["Content-Range"] = f"bytes {start}-{start + leave.length - 1}/{file.size}"
    return response


class _Window:
    """A piece of an archived file, as FileResponse and gunicorn's sendfile take files.

    FileResponse has no Range: it sends from where the file stands to its end. A server's sendfile
    starts where the descriptor stands and stops at Content-Length; one without calls `read`.
    """

    def __init__(self, stored: Stored) -> None:
        self.size, self._left = stored.size, 0
        fd, self.modified = _opened(stored)
        self._file = os.fdopen(fd, "rb", buffering=0)
        self.fileno, self.close = self._file.fileno, self._file.close

    def open_at(self, start: int, length: int) -> None:
        """Show `length` bytes from `start`."""
        self._file.seek(start)
        self._left = length

    def read(self, size: int) -> bytes:
        """At most `size` bytes of the window."""
        data = self._file.read(min(size, self._left)) or b""
        self._left -= len(data)
        return data


def _opened(stored: Stored) -> tuple[int, int]:
    """A descriptor of the file: inside the archive, reached by no link, of the size we stored; and
    when it was changed, in Unix seconds."""
    try:
        fd = _inside(settings.ARCHIVE_DIR, stored.path)
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode) or found.st_size != stored.size:
            os.close(fd)
            raise OSError(f"it has {found.st_size} bytes instead of {stored.size}")
    except (OSError, ValueError) as error:
        log.error("File missing: %s of %s: %s", stored.path, stored.public_id, error)
        raise FileMissing(stored.path) from error
    return fd, int(found.st_mtime)


def _inside(root: Path, path: str) -> int:
    """Opens `path` name by name from `root`, so that no link and no `..` leads out of it."""
    names = path.split("/")
    if not NOWHERE.isdisjoint(names):
        raise OSError("it lies outside the archive")
    kinds = [FOLDER] * (len(names) - 1) + [FILE]
    # The archive itself may be reached by a link: O_NOFOLLOW speaks of the last name alone.
    fd = os.open(f"{root}/{names[0]}", kinds[0])
    for name, kind in zip(names[1:], kinds[1:], strict=True):
        try:
            inner = os.open(name, kind, dir_fd=fd)
        finally:
            os.close(fd)
        fd = inner
    return fd
