"""Which picture does a clip start from?"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from videos.archive.uploads import picture, references
from videos.models import visible_jobs
from videos.team.access import member_of


@require_safe
def video_reference(request: HttpRequest, public_id: str) -> HttpResponse:
    """What was sent to the provider, made small for the clip's page."""
    seen = visible_jobs(member_of(request)).only("reference")
    job = get_object_or_404(seen, public_id=public_id)
    png = references.stored_bytes(job.reference)
    if png is None:
        raise Http404("There is no reference image.")
    try:
        small = picture.small(png)
    except ValueError as error:
        raise Http404("The reference image is damaged.") from error
    except picture.Unusable as busy:
        return HttpResponse(str(busy), status=503, content_type="text/plain; charset=utf-8")
    response = HttpResponse(small, content_type="image/webp")
    # A row never gets another picture.
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response
