"""Where do the bytes of a clip come from? The pages and the gateway both serve them from here.

The callers check permissions.
"""

from collections.abc import Collection
from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from videos.archive import relay, serve
from videos.archive.errors import DiskFull
from videos.jobs.media import integrity
from videos.jobs.media.download import ContentUnavailable, open_content
from videos.jobs.providers.clients import dialect_of
from videos.models import JobStatus, Kind, VideoJob


class NoBytes(Exception):
    """There is no content to send. `status` is the HTTP status, `code` the API's error code."""

    def __init__(self, status: int, code: str, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.param = status, code, param


def content_response(
    request: HttpRequest,
    public_id: str,
    variant: str,
    *,
    download: bool = False,
    title: str | None = None,
    variants: Collection[str] = Kind.values,
) -> HttpResponseBase:
    """The response to a GET or HEAD, from the archive or the provider. Raises NoBytes.

    The file is named after `title`, or else after the prompt. `variants` are what is offered.
    """
    if variant not in variants:
        text = _("Unknown variant. Available: %(names)s.") % {"names": ", ".join(variants)}
        raise NoBytes(400, "invalid_value", text, "variant")
    stored = serve.find(public_id, Kind(variant))
    if stored is None:
        return _not_archived(request, public_id, Kind(variant), download=download, title=title)
    if stored.kind == Kind.VIDEO and not stored.archived:
        return _provider_copy(request, stored, download=download, title=title)
    try:
        return serve.respond(request, stored, download=download, title=title)
    except serve.FileMissing:
        integrity.report_unreadable(public_id, stored)
        return _provider_copy(request, stored, download=download, title=title)


def _provider_copy(
    request: HttpRequest, stored: serve.Stored, *, download: bool, title: str | None
) -> HttpResponseBase:
    """The provider's copy, if it still has one, instead of a missing or damaged file."""
    job = VideoJob.objects.filter(public_id=stored.public_id).first()
    if stored.kind == Kind.VIDEO and job is not None and not job.is_expired:
        with suppress(NoBytes):
            return _not_archived(
                request, stored.public_id, stored.kind, download=download, title=title
            )
    text = _("File missing: it is no longer in the archive, or was changed there.")
    raise NoBytes(404, "file_missing", text)


def _not_archived(
    request: HttpRequest, public_id: str, kind: Kind, *, download: bool, title: str | None
) -> HttpResponseBase:
    job = VideoJob.objects.select_related("provider").filter(public_id=public_id).first()
    if job is None:
        raise NoBytes(404, "not_found", _("Clip not found."))
    if not job.is_finished:
        raise NoBytes(409, "video_not_ready", _("This clip isn't ready yet."))
    if job.status != JobStatus.COMPLETED:
        raise NoBytes(404, "video_failed", _("This job didn't produce a clip."))
    if job.is_lost:
        text = _("This clip expired at the provider before it was archived.")
        raise NoBytes(404, "video_expired", text)
    if kind != Kind.VIDEO:
        text = _("This picture is available once the clip is archived.")
        raise NoBytes(404, "variant_not_ready", text)
    if dialect_of(job.provider).delivers_once:
        # Streaming it from there would use up the one download that the archive needs.
        raise NoBytes(409, "video_not_ready", _("This clip isn't ready yet."))
    if request.method == "HEAD":
        # A HEAD request isn't worth a call to the provider.
        return HttpResponse(content_type="video/mp4", headers={"Cache-Control": "no-store"})
    return _from_provider(request, job, download=download, title=title)


def _from_provider(
    request: HttpRequest, job: VideoJob, *, download: bool, title: str | None
) -> HttpResponseBase:
    try:
        return relay.relay(
            request,
            job,
            lambda range_: open_content(job, range_header=range_),
            download=download,
            title=title,
        )
    except DiskFull as full:
        raise NoBytes(503, "disk_full", str(full)) from full
    except ContentUnavailable as unavailable:
        if unavailable.status == 416:
            text = _("The range is beyond the end of the clip.")
            raise NoBytes(416, "range_not_satisfiable", text) from unavailable
        raise NoBytes(502, "content_unavailable", str(unavailable)) from unavailable
