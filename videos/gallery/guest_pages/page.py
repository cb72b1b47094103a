"""The page behind a share link."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from videos.gallery.clips.pagination import PER_PAGE
from videos.gallery.guest_pages.access import closed, is_locked, locked, public
from videos.gallery.guest_pages.clips import Draft, shared_clips
from videos.models import ShareLink
from videos.sharing.links import clips_of, count_view, find_link
from videos.team.addresses import client_address


@public
@require_safe
def share(request: HttpRequest, token: str) -> HttpResponseBase:
    """The clips of a link; `?clip=` is the one that plays, and so chooses the page."""
    link = find_link(token)
    if link is None:
        return closed(request, token)
    if is_locked(request, link):
        return locked(request, token)
    # A member who checks the link isn't the client it was made for.
    if request.method == "GET" and not request.user.is_authenticated:
        count_view(link, f"{client_address(request)} {request.headers.get('User-Agent', '')}")
    return show_page(request, link, token, request.GET.get("clip", ""))


def show_page(
    request: HttpRequest,
    link: ShareLink,
    token: str,
    chosen: str,
    *,
    draft: Draft | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page on which the clip `chosen` is, or the first one."""
    # At most as many as a collection holds: two short columns.
    everything = list(clips_of(link).values_list("pk", "public_id"))
    ids = [public_id for _pk, public_id in everything]
    place = ids.index(chosen) if chosen in ids else 0
    first = place - place % PER_PAGE
    numbers = {pk: n for n, (pk, _id) in enumerate(everything, 1) if first < n <= first + PER_PAGE}
    writes = link.allow_comments or link.allow_decisions
    context = {
        "link": link,
        "token": token,
        "title": link.title or _("Shared clips"),
        "clips": shared_clips(request, link, token, numbers, draft) if ids else [],
        "count": len(ids),
        "current": ids[place] if ids else "",
        "time_left": time_left(link),
        "writes": writes,
        "has_forms": writes,
        **_neighbours(ids, first),
    }
    return render(request, "guest_pages/page.html", context, status=status)


def time_left(link: ShareLink) -> str:
    """`29 days left`, `Open until tonight`."""
    days = (link.expires_at - timezone.now()) // timedelta(days=1)
    if days < 1:
        return _("Closes within a day")
    return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}


def _neighbours(ids: list[str], first: int) -> dict[str, Any]:
    """The last clip of the page before, and the first of the next one."""
    following = first + PER_PAGE
    return {
        "previous_id": ids[first - 1] if first else "",
        "next_id": ids[following] if following < len(ids) else "",
    }
