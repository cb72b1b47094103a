"""How do people download many clips at once?"""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from videos.gallery.handover.selected_clips import selected_clips
from videos.gallery.shell.htmx import Toast, came_from, go
from videos.jobs.errors import ValidationFailed
from videos.models import Action, AuditAction, record_clips
from videos.sharing.bundle import bundle
from videos.team.access import requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.EXPORT)
def clips_download(request: HttpRequest) -> HttpResponseBase:
    """A zip of the clips of `ids` or of `?collection=`. POST changes nothing either: it is for
    selections that are too long for an address."""
    try:
        selection = selected_clips(request)
    except ValidationFailed as refused:
        back = came_from(request, reverse("gallery"))
        return go(request, back, Toast(str(refused), "warning"))
    file = bundle(selection.clips, selection.not_found)
    name = content_disposition_header(True, f"{selection.stem}.zip") or "attachment"
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    if request.method == "HEAD":
        headers["Content-Length"] = str(file.size)
        return HttpResponse(content_type="application/zip", headers=headers)
    record_clips(AuditAction.CLIPS_DOWNLOADED, selection.public_ids)
    return FileResponse(file, content_type="application/zip", headers=headers)
