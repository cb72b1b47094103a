"""How are archived files served: whole, by Range, or through nginx?"""

import io
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
from werkzeug.datastructures import Range

from videos import wire
from videos.archive.headers import label
from videos.models import Asset, Kind, VideoJob

log = logging.getLogger(__name__)

NOWHERE = {"", ".", ".."}
FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
FOLDER = os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC


class FileMissing(Exception):
    """There is a row, but its file is missing or isn't the one we stored."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known about an archived file before it is opened. `size` is in bytes."""

    path: str
    size: int
    sha256: str
    prompt: str
    public_id: str
    kind: Kind
    container: str = ""
    # False if the clip was found missing or damaged.
    archived: bool = True

    @property
    def etag(self) -> str:
        """A strong ETag: the hash of the content."""
        return f'"{self.sha256}"'


def stored_as(job: VideoJob, asset: Asset) -> Stored:
    """As `find`, from rows that are loaded already."""
    return Stored(
        asset.path,
        asset.bytes,
        asset.sha256,
        job.prompt,
        job.public_id,
        Kind(asset.kind),
        asset.container,
        job.archived_at is not None,
    )


def find(public_id: str, kind: Kind) -> Stored | None:
    """The archived file of a job, with one query."""
    rows = Asset.objects.filter(job__public_id=public_id, kind=kind).values_list(
        "path", "bytes", "sha256", "container", "job__prompt", "job__archived_at"
    )
    # There is one at most: `first` would sort.
    if (row := next(iter(rows), None)) is None:
        return None
    path, size, sha256, container, prompt, archived_at = row
    return Stored(path, size, sha256, prompt, public_id, kind, container, archived_at is not None)


def respond(
    request: HttpRequest, stored: Stored, *, download: bool = False, title: str | None = None
) -> HttpResponseBase:
    """The response to a GET or HEAD. Raises FileMissing if there is no intact file to send.

    The file is named after `title`, or else after the prompt.
    """
    file, modified = open_stored(stored)
    response: HttpResponseBase | None
    response = get_conditional_response(request, stored.etag, modified)
    if response is None:
        response = _answer(request, stored, file, modified)
        label(
            response,
            stored.kind,
            stored.public_id,
            stored.prompt if title is None else title,
            download=download,
            container=stored.container,
        )
    if not response.streaming:
        file.close()
    response["ETag"] = stored.etag
    response["Last-Modified"] = http_date(modified)
    response["Accept-Ranges"] = "bytes"
    # A URL with `v` names exactly this content; one without must be revalidated.
    lasting = "private, max-age=31536000, immutable"
    response.setdefault("Cache-Control", lasting if "v" in request.GET else "private, no-cache")
    return response


def _answer(
    request: HttpRequest, stored: Stored, file: "ArchivedFile", modified: int
) -> HttpResponseBase:
    requested_range = _asked_range(request, stored, modified)
    span = (
        (0, stored.size) if requested_range is None else wire.span_in(requested_range, stored.size)
    )
    if span is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{stored.size}"})
    if settings.X_ACCEL_PREFIX:
        # nginx handles Range itself.
        address = settings.X_ACCEL_PREFIX + quote(stored.path)
        return HttpResponse(headers={"X-Accel-Redirect": address})
    if request.method == "HEAD":
        return HttpResponse(headers={"Content-Length": str(stored.size)})
    start, stop = span
    file.seek(start)
    file.stop = stop
    response = FileResponse(file, status=200 if requested_range is None else 206)
    response["Content-Length"] = str(stop - start)
    if requested_range is not None:
        response["Content-Range"] = f"bytes {start}-{stop - 1}/{stored.size}"
    return response


def _asked_range(request: HttpRequest, stored: Stored, modified: int) -> Range | None:
    condition = request.META.get("HTTP_IF_RANGE")
    holds = condition in (None, stored.etag) or parse_http_date_safe(condition) == modified
    # RFC 9110 defines Range for GET only.
    if not holds or request.method != "GET":
        return None
    return wire.read_range(request.META.get("HTTP_RANGE"))


class ArchivedFile(io.FileIO):
    """An open file of the archive that ends at `stop`. FileResponse and the server send from the
    current position to the end of a file, so a Range needs a file that ends early."""

    def __init__(self, fd: int, size: int) -> None:
        super().__init__(fd, "rb")
        self.stop = size

    def read(self, size: int | None = -1, /) -> bytes:
        """At most `size` bytes, up to `stop`."""
        left = max(0, self.stop - self.tell())
        return super().read(left if size is None or size < 0 else min(size, left)) or b""

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """As for any file, with `stop` as its end."""
        if whence == os.SEEK_END:
            return super().seek(self.stop + offset)
        return super().seek(offset, whence)


def open_stored(stored: Stored) -> tuple[ArchivedFile, int]:
    """Open an archived file; returns it with its modification time in Unix seconds.

    Archived files are opened only here. The path must lie inside the archive, contain no links, and
    have the stored size. Raises FileMissing.
    """
    try:
        fd = _inside(settings.ARCHIVE_DIR, stored.path)
        stat_result = os.fstat(fd)
        if not stat.S_ISREG(stat_result.st_mode) or stat_result.st_size != stored.size:
            os.close(fd)
            raise OSError(f"it has {stat_result.st_size} bytes instead of {stored.size}")
    except (OSError, ValueError) as error:
        log.error("File missing: %s of %s: %s", stored.path, stored.public_id, error)
        raise FileMissing(stored.path) from error
    return ArchivedFile(fd, stored.size), int(stat_result.st_mtime)


def _inside(root: Path, path: str) -> int:
    """Open `path` component by component from `root`, so that no link or `..` leads out of it."""
    names = path.split("/")
    if not NOWHERE.isdisjoint(names):
        raise OSError("it lies outside the archive")
    kinds = [FOLDER] * (len(names) - 1) + [FILE]
    # The archive itself may be a link: O_NOFOLLOW concerns only the last component.
    fd = os.open(f"{root}/{names[0]}", kinds[0])
    for name, kind in zip(names[1:], kinds[1:], strict=True):
        try:
            inner = os.open(name, kind, dir_fd=fd)
        finally:
            os.close(fd)
        fd = inner
    return fd
