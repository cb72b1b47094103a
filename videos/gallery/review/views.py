"""How does a person decide about one clip, rate it, or keep it as a favourite?"""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from videos.gallery.bulk.decision_message import decision_toast
from videos.gallery.clips.list_position import list_of, next_in_list, page_in_list, url_at_clip
from videos.gallery.review import messages
from videos.gallery.review.forms import posted_stars, posted_verdict
from videos.gallery.shell.bulk import number
from videos.gallery.shell.htmx import Toast, came_from, go, piece, wants_piece
from videos.gallery.shell.lookup import find
from videos.gallery.video.review import decision_context
from videos.jobs.errors import ValidationFailed
from videos.models import Action, Verdict, VideoJob, visible_jobs
from videos.review.decisions import decide
from videos.review.opinions import mark_favourites, rate
from videos.team.access import member_of, requires


@require_POST
@requires(Action.DECIDE)
def video_decide(request: HttpRequest, public_id: str) -> HttpResponse:
    """Approve, send back, reject, or back to review; with `advance` on to the next of the list."""
    job = find(request, public_id, Action.DECIDE)
    verdict = posted_verdict(request)
    # Only a rejection has a reason; the form sends whatever is chosen there.
    reason = request.POST.get("reason", "") if verdict == Verdict.REJECTED else ""
    note = request.POST.get("note", "")
    try:
        rows = visible_jobs(member_of(request)).filter(pk=job.pk)
        done = decide(member_of(request), rows, verdict, reason=reason, note=note)
    except ValidationFailed as invalid:
        return _answer(request, job, Toast(str(invalid), "warning"), 422)
    back = {"clip": job.public_id, "list": came_from(request, "")}
    toast = decision_toast(verdict, done, back)
    if request.POST.get("advance") != "1":
        return _answer(request, job, toast)
    if following := next_in_list(member_of(request), list_of(request, job), public_id):
        # A clip that was to review and stays so was only passed over.
        is_passed = verdict == Verdict.TO_REVIEW and not done.count
        return go(request, following, *([] if is_passed else [toast]))
    return _answer(request, job, toast, 200, Toast(messages.end_of_list(), "info"))


@require_POST
@requires(Action.DECIDE)
def video_rate(request: HttpRequest, public_id: str) -> HttpResponse:
    """One's own stars; 0 takes them back."""
    job = find(request, public_id, Action.DECIDE)
    try:
        rate(member_of(request), job, posted_stars(request))
    except ValidationFailed as invalid:
        return _answer(request, job, Toast(str(invalid), "warning"), 422)
    return _answer(request, job)


@require_POST
def video_favourite(request: HttpRequest, public_id: str) -> HttpResponse:
    """Add the clip to one's own favourites, or take it out. From a card, only its button comes
    back."""
    job, liked = find(request, public_id), number(request.POST, "on") == 1
    mark_favourites(
        member_of(request), visible_jobs(member_of(request)).filter(pk=job.pk), on=liked
    )
    if request.POST.get("from") != "card":
        return _answer(request, job)
    if wants_piece(request):
        context = {"job": {"public_id": public_id}, "liked": liked}
        return piece(request, ("review/_card_favourite.html", context))
    back = came_from(request, reverse("gallery"))
    return go(request, url_at_clip(member_of(request), back, public_id))


def _answer(
    request: HttpRequest, job: VideoJob, toast: Toast | None = None, status: int = 200, *more: Toast
) -> HttpResponse:
    """The clip's decision as it stands now, or its whole page."""
    toasts = [each for each in (toast, *more) if each]
    if not wants_piece(request):
        return go(request, page_in_list(job.public_id, came_from(request, "")), *toasts)
    job.refresh_from_db(fields=["verdict"])
    context = {"job": {"public_id": job.public_id}, "kept_list": came_from(request, "")}
    context |= decision_context(member_of(request), job)
    return piece(request, ("review/_decision.html", context), status=status, toasts=toasts)
