"""How do clips get into an editing program or a spreadsheet?"""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from videos.gallery.handover.selected_clips import selected_clips
from videos.gallery.shell.htmx import Toast, came_from, go
from videos.jobs.errors import ValidationFailed
from videos.models import Action, AuditAction, record_clips
from videos.sharing.exports import FORMATS
from videos.team.access import requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.EXPORT)
def clips_export(request: HttpRequest) -> HttpResponse:
    """A file of `format` about the clips of `ids` or of `?collection=`. POST is for selections
    that are too long for an address."""
    sent = request.POST if request.method == "POST" else request.GET
    try:
        selection, kind = selected_clips(request), FORMATS.get(sent.get("format", ""))
        if kind is None:
            raise ValidationFailed({"format": _("Choose a format: CSV, EDL, markers or OTIO.")})
        text = kind.write(selection)
    except ValidationFailed as refused:
        back = came_from(request, reverse("gallery"))
        return go(request, back, Toast(str(refused), "warning"))
    if request.method != "HEAD":
        kind_name = sent.get("format", "")
        record_clips(AuditAction.CLIPS_EXPORTED, selection.public_ids, format=kind_name)
    name = f"{selection.stem}{kind.ending}"
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "Cache-Control": "no-store",
    }
    return HttpResponse(text, content_type=f"{kind.media_type}; charset=utf-8", headers=headers)
