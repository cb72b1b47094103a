"""What has the team done since this page was loaded?"""

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from csp.decorators import csp_exempt
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from videos.gallery.clips.card import for_cards, render_cards
from videos.gallery.clips.density import is_compact
from videos.gallery.clips.filters import Filters, read_filters
from videos.gallery.clips.order import NEWEST
from videos.gallery.clips.pagination import PER_PAGE, by
from videos.gallery.clips.wall import arrived
from videos.gallery.home.changes import changes_of
from videos.gallery.home.late import late_ones
from videos.gallery.home.on_page import Sent, read_cards
from videos.gallery.home.renamed_members import renamed_since
from videos.gallery.shell.bulk import moment
from videos.gallery.shell.htmx import piece, unchanged
from videos.models import Member, VideoJob, visible_jobs
from videos.models.ids import is_video_id
from videos.team.access import member_of

COMMITTED_WITHIN = timedelta(seconds=5)


@csp_exempt()
@require_GET
def news(request: HttpRequest) -> HttpResponse:
    """204 while there is nothing new; otherwise how many clips are newer than `since` or have come
    to match, those of the page's `cards` that are out of date, and the names of members who were
    renamed.

    With `show=1` the new cards themselves.
    """
    member, sent = member_of(request), read_cards(request.GET.get("cards", ""))
    filters = read_filters(request.GET, member)
    if request.GET.get("show") == "1":
        return _show(request, filters, sent)
    now, is_quiet = timezone.now(), request.GET.get("quiet") == "1"
    newer = set() if is_quiet else {job.pk for job in _newer(request, filters)} - set(sent)
    cards, gone, shown = changes_of(sent, filters, newer, is_compact=is_compact(request))
    late = [] if is_quiet else late_ones(member, filters, sent, shown)
    renamed = renamed_since(_seen_at(request))
    said = f"{min(len(newer) + len(late), PER_PAGE + 1)}{'-late' if late else ''}"
    if said == request.GET.get("said", "0") and not (cards or gone or renamed):
        return unchanged()
    count = len(newer) + len(late)
    context = {
        "count": min(count, PER_PAGE),
        "is_more": count > PER_PAGE,
        "is_late": bool(late),
        "said": said,
        "cards": cards,
        "gone": gone,
        "renamed": renamed,
        "seen_at": now.isoformat(),
        **_addresses(request, filters),
    }
    return piece(request, ("home/_news.html", context))


def _show(request: HttpRequest, filters: Filters, sent: dict[int, Sent]) -> HttpResponse:
    """The new cards, newest first, for the beginning of the wall."""
    newer, member = _newer(request, filters), member_of(request)
    cards = render_cards(newer, member, is_compact=is_compact(request), query=filters.q)
    context = {
        "arrived": arrived(newer, cards, request.GET.get("days")),
        "replaced": _replaced(member, newer, sent) if filters.is_stacked else [],
        **_addresses(request, filters),
        "seen_at": request.GET.get("seen_at", ""),
    }
    return piece(request, ("home/_arrived.html", context))


def _replaced(member: Member, newer: list[VideoJob], sent: dict[int, Sent]) -> list[int]:
    """Clips of the same stacks on the page, whose cards the new ones replace: a stack has one."""
    stacks = {job.stack_id for job in newer if job.stack_id}
    if not stacks:
        return []
    rows = visible_jobs(member).filter(stack__in=stacks, pk__in=list(sent))
    return list(rows.exclude(pk__in=[job.pk for job in newer]).values_list("pk", flat=True))


def _newer(request: HttpRequest, filters: Filters) -> list[VideoJob]:
    """Clips of this list that are newer than the newest one on the page: a page of them, and one
    more where there are."""
    rows, order = replace(filters, sort=NEWEST).apply(visible_jobs(member_of(request)).live())
    read, since = by(for_cards(rows), order), request.GET.get("since", "")
    if not is_video_id(since):
        return read("", False)
    found = read(since, True)
    return found[::-1]


def _seen_at(request: HttpRequest) -> datetime | None:
    """When the page was last updated, minus a margin: rows written then may not have been
    committed."""
    since = moment(request.GET, "seen_at")
    return since - COMMITTED_WITHIN if since else None


def _addresses(request: HttpRequest, filters: Filters) -> dict[str, str]:
    """Where to ask the next time, and where the list begins. Where the newest clip doesn't stand
    first on the page, `newest` is the one that the page knows."""
    since, query_string = request.GET.get("since", ""), urlencode(filters.params)
    is_elsewhere = "first" in request.GET
    of_page = {name: request.GET[name] for name in ("first", "quiet") if name in request.GET}
    return {
        "news_url": f"{reverse('news')}?{urlencode(filters.params | of_page)}",
        "list_url": f"{reverse('gallery')}{f'?{query_string}' if query_string else ''}",
        "newest": since if is_elsewhere and is_video_id(since) else "",
    }
