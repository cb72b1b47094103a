"""What does an admin see when a budget refuses a retry or a move? The way to allow it."""

from django.http import HttpRequest, HttpResponse

from videos.gallery.clips.waiting import attach_waits
from videos.gallery.shell.htmx import page
from videos.gallery.video.views import detail_context
from videos.jobs.errors import ValidationFailed
from videos.models import VideoJob


def refused_by_budget(
    request: HttpRequest, job: VideoJob, refusal: ValidationFailed, label: str
) -> HttpResponse:
    """The clip's page with why, and the same request again with a field for the reason."""
    attach_waits([job])
    fields = {name: request.POST[name] for name in ("key", "model") if name in request.POST}
    again = {"why": str(refusal), "url": request.path, "fields": fields, "label": label}
    context = detail_context(request, job) | {"over_budget": again}
    return page(request, "video/detail.html", context, 422)
