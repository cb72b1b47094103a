"""How is a decision undone, or given its reason, from its message?"""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from videos.gallery.bulk.decision_message import reason_toast
from videos.gallery.clips.list_position import page_in_list, url_at_clip
from videos.gallery.handover.compare import compared_at
from videos.gallery.review import messages
from videos.gallery.shell.htmx import Toast, came_from, go, piece, wants_piece
from videos.gallery.video.review import decision_context
from videos.jobs.errors import ValidationFailed
from videos.models import Action, visible_jobs
from videos.models.ids import is_video_id
from videos.review.decisions import add_reason, undo
from videos.team.access import member_of, requires

Piece = tuple[str, dict[str, object]]


@require_POST
@requires(Action.DECIDE)
def undo_decision(request: HttpRequest, press: str) -> HttpResponse:
    """Take back what one press decided; back to where that was."""
    count = undo(member_of(request), press)
    toast = Toast(messages.undone(count), "success" if count else "warning")
    return go(request, _back(request), toast)


@require_POST
@requires(Action.DECIDE)
def reason_decision(request: HttpRequest, press: str) -> HttpResponse:
    """Say why one press rejected. In place, the message comes back with the reason, and the
    clip's decision if it is on the page."""
    reason = request.POST.get("reason", "")
    try:
        count = add_reason(member_of(request), press, reason)
        toast = reason_toast(press, reason, count, dict(request.GET.lists()))
    except ValidationFailed as invalid:
        toast = Toast(str(invalid), "warning")
    if not wants_piece(request):
        return go(request, _back(request), toast)
    return piece(request, ("_toast.html", {"toast": toast}), *_decision(request))


def _decision(request: HttpRequest) -> list[Piece]:
    """The decision of the clip whose page this is, where it is the one that was rejected."""
    clip, page = _id(request, "clip"), request.headers.get("HX-Current-URL", "")
    member = member_of(request)
    job = visible_jobs(member).filter(public_id=clip).first() if clip and clip in page else None
    if job is None:
        return []
    context = {"job": {"public_id": clip}, "kept_list": came_from(request, ""), "oob": True}
    return [("review/_decision.html", context | decision_context(member, job))]


def _back(request: HttpRequest) -> str:
    """The clip, the comparison or the list where the decision was made."""
    clip, at = (_id(request, name) for name in ("clip", "at"))
    list_url = came_from(request, "" if clip else reverse("gallery"))
    if compared := [each for each in request.GET.getlist("ids") if is_video_id(each)]:
        return compared_at(compared, list_url)
    return page_in_list(clip, list_url) if clip else url_at_clip(member_of(request), list_url, at)


def _id(request: HttpRequest, name: str) -> str:
    value = request.GET.get(name, "")
    return value if is_video_id(value) else ""
