"""How do clips get into an editing program or a spreadsheet?"""

from collections.abc import Callable
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from videos.gallery.handover.chosen import Chosen, chosen_clips
from videos.gallery.shell.htmx import Toast, came_from, go
from videos.jobs.errors import ValidationFailed
from videos.models import Action
from videos.sharing import edl
from videos.sharing.otio import otio
from videos.sharing.table import table
from videos.sharing.timeline import Timeline, timeline_of
from videos.team.access import requires


class Format(NamedTuple):
    """What a file of this kind is called, and how it is written."""

    ending: str
    media_type: str
    write: Callable[[Chosen], str]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.VIEW)
def clips_export(request: HttpRequest) -> HttpResponse:
    """A file of `format` about the clips of `ids` or of `?collection=`. POST is for selections
    that are too long for an address."""
    sent = request.POST if request.method == "POST" else request.GET
    try:
        chosen, kind = chosen_clips(request), FORMATS.get(sent.get("format", ""))
        if kind is None:
            raise ValidationFailed({"format": _("Choose a format: CSV, EDL, markers or OTIO.")})
        text = kind.write(chosen)
    except ValidationFailed as refused:
        back = came_from(request, reverse("gallery"))
        return go(request, back, Toast(str(refused), "warning"))
    name = f"{chosen.stem}{kind.ending}"
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "Cache-Control": "no-store",
    }
    return HttpResponse(text, content_type=f"{kind.media_type}; charset=utf-8", headers=headers)


def _timeline(chosen: Chosen) -> Timeline:
    timeline = timeline_of(chosen.title, chosen.clips)
    if not timeline.shots:
        raise ValidationFailed({"": _("None of these clips is archived here yet.")})
    return timeline


def _markers(chosen: Chosen) -> str:
    timeline = _timeline(chosen)
    if not any(shot.markers for shot in timeline.shots):
        raise ValidationFailed({"": _("These clips have no comments.")})
    return edl.markers(timeline)


FORMATS = {
    "csv": Format(".csv", "text/csv", lambda chosen: table(chosen.clips)),
    "edl": Format(".edl", "text/plain", lambda chosen: edl.cut(_timeline(chosen))),
    "markers": Format("-markers.edl", "text/plain", _markers),
    "otio": Format(".otio", "application/json", lambda chosen: otio(_timeline(chosen))),
}
