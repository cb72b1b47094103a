"""What does the gallery page show?"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from videos.gallery.clips.card import for_cards, is_pending, render_cards
from videos.gallery.clips.filters import read_filters
from videos.gallery.clips.pagination import LostPlace, by, page_of
from videos.gallery.clips.poll import poller
from videos.gallery.clips.waiting import state_of
from videos.gallery.composer.views import composer_context
from videos.gallery.shell.htmx import page, piece, wants_piece
from videos.models import Action, may, visible_jobs
from videos.team.access import member_of


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """The newest clips, or those that the filters leave, by 24."""
    filters = read_filters(request.GET)
    address = _address(filters.given)
    member = member_of(request)
    rows, column = filters.apply(for_cards(visible_jobs(member).live()))
    try:
        shown = page_of(by(rows, column), request.GET, filters.given)
    except LostPlace:
        return HttpResponseRedirect(address)
    context: dict[str, Any] = {
        "page": shown,
        "cards": render_cards(shown.rows, member),
        "filters": SimpleLazyObject(filters.form),
        "filters_key": address,
        "is_meaningless": filters.is_meaningless,
        "filters_active": bool(filters.given),
        "can_delete": may(member, Action.GENERATE),
        **poller((job.public_id, state_of(job)) for job in shown.rows if is_pending(job)),
        **composer_context(request),
    }
    if not wants_piece(request):
        return page(request, "gallery/index.html", context)
    response = piece(request, ("gallery/_grid.html", context))
    # The form sends every field; the address should carry only those that say something.
    response["HX-Push-Url"] = request.get_full_path() if _is_paged(request) else address
    return response


def _address(given: Mapping[str, str]) -> str:
    return reverse("gallery") + (f"?{urlencode(given)}" if given else "")


def _is_paged(request: HttpRequest) -> bool:
    return "before" in request.GET or "after" in request.GET
