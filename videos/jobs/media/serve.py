"""Which bytes of a job may be had, and where do they come from? The only door to them.

People's pages and the gateway both lead here; who asks is theirs to say.
"""

from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from videos.archive import relay, serve
from videos.archive.errors import DiskFull
from videos.jobs.media import integrity
from videos.jobs.media.download import ContentUnavailable, open_content
from videos.models import JobStatus, Kind, VideoJob


class NoBytes(Exception):
    """There is nothing to send. `status` is HTTP's, `code` for scripts, the message for people."""

    def __init__(self, status: int, code: str, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.param = status, code, param


def pass_bytes(
    request: HttpRequest,
    public_id: str,
    variant: str,
    *,
    download: bool = False,
    words: str | None = None,
) -> HttpResponseBase:
    """The answer to a GET or HEAD, archived or straight from the provider. Raises NoBytes.

    The file is named by `words`, or else by the prompt.
    """
    if variant not in Kind.values:
        message = f"There is no such variant. Known are {', '.join(Kind.values)}."
        raise NoBytes(400, "invalid_value", message, "variant")
    stored = serve.find(public_id, Kind(variant))
    if stored is None:
        return _not_archived(request, public_id, Kind(variant), download=download, words=words)
    if stored.kind == Kind.VIDEO and not stored.archived:
        return _instead(request, stored, download=download, words=words)
    try:
        return serve.respond(request, stored, download=download, words=words)
    except serve.FileMissing:
        integrity.notice(public_id, stored)
        return _instead(request, stored, download=download, words=words)


def _instead(
    request: HttpRequest, stored: serve.Stored, *, download: bool, words: str | None
) -> HttpResponseBase:
    """The provider's bytes, where it may still have them, for a file that is not as it was."""
    job = VideoJob.objects.filter(public_id=stored.public_id).first()
    if stored.kind == Kind.VIDEO and job is not None and not job.is_expired:
        with suppress(NoBytes):
            return _not_archived(
                request, stored.public_id, stored.kind, download=download, words=words
            )
    message = "File missing: the archive has lost it, or it was changed on the disk."
    raise NoBytes(404, "file_missing", message)


def _not_archived(
    request: HttpRequest, public_id: str, kind: Kind, *, download: bool, words: str | None
) -> HttpResponseBase:
    job = VideoJob.objects.select_related("provider").filter(public_id=public_id).first()
    if job is None:
        raise NoBytes(404, "not_found", "There is no such clip.")
    if not job.is_finished:
        raise NoBytes(409, "video_not_ready", "The clip is not ready yet.")
    if job.status != JobStatus.COMPLETED:
        raise NoBytes(404, "video_failed", "This job made no clip.")
    if job.is_lost:
        message = "The clip has expired at the provider, and was not archived."
        raise NoBytes(404, "video_expired", message)
    if kind != Kind.VIDEO:
        message = "This picture is made when the clip is archived."
        raise NoBytes(404, "variant_not_ready", message)
    if request.method == "HEAD":
        # A look at the head is not worth a call to the provider.
        return HttpResponse(content_type="video/mp4", headers={"Cache-Control": "no-store"})
    return _from_provider(request, job, download=download, words=words)


def _from_provider(
    request: HttpRequest, job: VideoJob, *, download: bool, words: str | None
) -> HttpResponseBase:
    try:
        return relay.relay(
            request,
            job,
            lambda asked: open_content(job, range_header=asked),
            download=download,
            words=words,
        )
    except DiskFull as full:
        raise NoBytes(503, "disk_full", str(full)) from full
    except ContentUnavailable as unavailable:
        if unavailable.status == 416:
            message = "The clip does not reach that far."
            raise NoBytes(416, "range_not_satisfiable", message) from unavailable
        raise NoBytes(502, "content_unavailable", str(unavailable)) from unavailable
