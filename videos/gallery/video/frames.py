"""Which frames of a clip can start another, and how do they look?"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from videos.archive.uploads import frames, picture
from videos.gallery.shell.lookup import find
from videos.jobs.errors import ValidationFailed
from videos.jobs.media.frame import LAST, read_moment, why_no_frame
from videos.models import Action, JobStatus, Member, VideoJob, may


def frames_context(member: Member, job: VideoJob) -> dict[str, Any]:
    """Whether the page offers to start a clip from one of these frames, and why that can't be."""
    is_offered = job.status == JobStatus.COMPLETED and may(member, Action.GENERATE, job)
    if job.is_trashed or not is_offered:
        return {}
    return {"frames": {"reason": why_no_frame(job), "can_keep": job.archived_at is not None}}


@require_safe
def video_frame(request: HttpRequest, public_id: str) -> HttpResponse:
    """The frame at `?at=`, in seconds or `last`, small, from our own copy."""
    job = find(request, public_id)
    try:
        small = frames.preview(job.public_id, read_moment(request.GET.get("at", LAST)))
    except (ValidationFailed, frames.NoFrame, frames.OutsideClip) as error:
        raise Http404(str(error)) from error
    except picture.Unusable as busy:
        return HttpResponse(str(busy), status=503, content_type="text/plain; charset=utf-8")
    response = HttpResponse(small, content_type="image/webp")
    # A clip that was damaged may come again with other bytes.
    response["Cache-Control"] = "private, max-age=3600"
    return response
