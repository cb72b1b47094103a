"""What has the team done since this page was loaded?"""

from dataclasses import replace
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
from videos.gallery.home.on_page import ShownCard, on_wall, read_cards
from videos.gallery.shell.htmx import piece, unchanged
from videos.gallery.shell.names import renamed_since
from videos.models import Member, VideoJob, visible_jobs
from videos.models.ids import is_video_id
from videos.models.selectors import beyond_job
from videos.team.access import member_of


@csp_exempt()
@require_GET
def news(request: HttpRequest) -> HttpResponse:
    """204 while there is nothing new; otherwise how many clips are newer than `since` or have come
    to match, those of the page's `cards` that are out of date, and the names of members who were
    renamed.

    With `show=1` the new cards themselves.
    """
    member, sent = member_of(request), read_cards(request.GET.get("cards", ""))
    filters, wall = read_filters(request.GET, member), on_wall(sent)
    if request.GET.get("show") == "1":
        return _show(request, filters, wall)
    now, is_quiet = timezone.now(), request.GET.get("quiet") == "1"
    newer = [] if is_quiet else [job for job in _newer(request, filters) if job.pk not in wall]
    keys = {job.pk for job in newer}
    cards, gone, shown = changes_of(sent, filters, keys, is_compact=is_compact(request))
    late = [] if is_quiet else late_ones(member, filters, wall, shown)
    renamed = renamed_since(request)
    is_more = len(newer) + len(late) > PER_PAGE
    count = PER_PAGE if is_more else len(newer) + len(late) + _takes_beside(request, filters, newer)
    said = f"{count}{'-more' if is_more else ''}{'-late' if late else ''}"
    if said == request.GET.get("said", "0") and not (cards or gone or renamed):
        return unchanged()
    context = {
        "count": count,
        "is_more": is_more,
        "is_late": bool(late),
        "said": said,
        "cards": cards,
        "gone": gone,
        "renamed": renamed,
        "seen_at": now.isoformat(),
        **_addresses(request, filters),
    }
    return piece(request, ("home/_news.html", context))


def _takes_beside(request: HttpRequest, filters: Filters, newer: list[VideoJob]) -> int:
    """How many new clips have no card of their own, since another take stands for their stack."""
    stacks = {job.stack_id for job in newer if job.stack_id}
    if not (stacks and filters.is_stacked):
        return 0
    rows = visible_jobs(member_of(request)).live().filter(stack__in=stacks)
    since = request.GET.get("since", "")
    if is_video_id(since):
        rows = rows.filter(beyond_job(since, newer=True))
    return rows.exclude(pk__in=[job.pk for job in newer]).count()


def _show(request: HttpRequest, filters: Filters, sent: dict[int, ShownCard]) -> HttpResponse:
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


def _replaced(member: Member, newer: list[VideoJob], sent: dict[int, ShownCard]) -> list[int]:
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
    newer = read(since, True)
    return newer[::-1]


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
