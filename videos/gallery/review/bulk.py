"""How are many clips decided at once?"""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from videos.gallery.bulk.decision_message import decision_toast
from videos.gallery.bulk.matching import means_all
from videos.gallery.bulk.start import start_matching
from videos.gallery.clips.card import for_cards, swapped_cards
from videos.gallery.clips.density import is_compact
from videos.gallery.clips.filters import searched_for
from videos.gallery.clips.list_position import url_at_clip
from videos.gallery.review.forms import posted_verdict
from videos.gallery.shell.bulk import chosen_ids
from videos.gallery.shell.htmx import Toast, came_from, go, piece, wants_piece
from videos.jobs.errors import ValidationFailed
from videos.models import Action, BulkAction, Verdict, visible_jobs
from videos.review.decisions import decide
from videos.team.access import member_of, requires


@require_POST
@requires(Action.DECIDE)
def decide_selected(request: HttpRequest) -> HttpResponse:
    """One verdict for the selected clips. In place, only their cards come back."""
    ids, verdict = chosen_ids(request.POST), posted_verdict(request)
    if means_all(request.POST) and verdict in Verdict.values:
        return start_matching(request, BulkAction.DECIDE, {"verdict": verdict})
    if not ids:
        return _answer(request, ids, Toast(_("Select some clips first."), "warning"), 422)
    rows = visible_jobs(member_of(request)).live().filter(public_id__in=ids)
    try:
        done = decide(member_of(request), rows, verdict)
    except ValidationFailed as invalid:
        return _answer(request, ids, Toast(str(invalid), "warning"), 422)
    back = {"at": ids[0], "list": came_from(request, reverse("gallery"))}
    return _answer(request, ids, decision_toast(verdict, done, back))


def _answer(request: HttpRequest, ids: list[str], toast: Toast, status: int = 200) -> HttpResponse:
    if not wants_piece(request):
        list_url = came_from(request, reverse("gallery"))
        back = url_at_clip(member_of(request), list_url, ids[0] if ids else "")
        return go(request, back, toast)
    jobs = list(for_cards(visible_jobs(member_of(request)).live().filter(public_id__in=ids)))
    compact, query = is_compact(request), searched_for(request)
    cards = swapped_cards(jobs, member_of(request), is_compact=compact, query=query)
    return piece(request, *cards, status=status, toasts=[toast])
