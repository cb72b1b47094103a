"""Which bytes of a job may this person have? The only door to them."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from videos import jobs
from videos.archive import relay, serve, slots
from videos.models import JobStatus, Kind, VideoJob


@require_safe
def content(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """`?variant=` as in the API, `?download=1` for a file to keep, `?v=` for a lasting address."""
    variant = request.GET.get("variant", Kind.VIDEO)
    if variant not in Kind.values:
        return _words(400, f"There is no such variant. Known are {', '.join(Kind.values)}.")
    download = request.GET.get("download") == "1"
    stored = serve.find(public_id, Kind(variant))
    if stored is None:
        return _not_archived(request, public_id, Kind(variant), download=download)
    try:
        return serve.respond(request, stored, download=download)
    except serve.FileMissing:
        return _words(404, "File missing: the archive has lost it, or it was changed on the disk.")


def _not_archived(
    request: HttpRequest, public_id: str, kind: Kind, *, download: bool
) -> HttpResponseBase:
    job = get_object_or_404(VideoJob.objects.select_related("provider"), public_id=public_id)
    if not job.is_finished:
        return _words(409, "The clip is not ready yet.")
    if job.status != JobStatus.COMPLETED:
        return _words(404, "This job made no clip.")
    if job.is_lost:
        return _words(404, "The clip has expired at the provider, and was not archived.")
    if kind != Kind.VIDEO:
        return _words(404, "This picture is made when the clip is archived.")
    if request.method == "HEAD":
        # A look at the head is not worth a call to the provider.
        return HttpResponse(content_type="video/mp4", headers={"Cache-Control": "no-store"})
    return _from_provider(request, job, download=download)


def _from_provider(request: HttpRequest, job: VideoJob, *, download: bool) -> HttpResponseBase:
    # This waits for the provider, and so takes a slot, however little is asked for.
    leave = slots.leave_to_wait()
    if leave is None:
        return slots.busy()
    try:
        stream = jobs.open_content(job, range_header=relay.upstream_range(request))
    except jobs.ContentUnavailable as unavailable:
        return _words(502, str(unavailable))
    return relay.relay(request, job, stream, leave, download=download)


def _words(status: int, words: str) -> HttpResponse:
    return HttpResponse(
        words + "\n",
        status=status,
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )
