"""What has the team done since this page was loaded?"""

from csp.decorators import csp_exempt
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from videos.gallery.clips.card import for_cards, is_pending, render_cards, swapped_cards
from videos.gallery.clips.filters import read_filters
from videos.gallery.clips.order import NEWEST
from videos.gallery.clips.pagination import PER_PAGE, by
from videos.gallery.clips.poll import MAX_CARDS, poller, read_seen
from videos.gallery.clips.waiting import note_waits, state_of
from videos.gallery.home.density import COMPACT, density_of
from videos.gallery.shell.htmx import piece, unchanged
from videos.models import Decision, VideoJob, visible_jobs
from videos.models.ids import is_video_id
from videos.notices.inbox import unread_of
from videos.team.access import member_of


@csp_exempt()
@require_GET
def news(request: HttpRequest) -> HttpResponse:
    """204 while there is nothing new; otherwise how many clips are newer than `since`, the cards
    about which somebody has decided after the decision `decided`, and the bell if it has changed.

    With `show=1` the new cards themselves.
    """
    newer = _newer(request)
    if request.GET.get("show") == "1":
        return _show(request, newer)
    cards, decided = _decided(request)
    is_said = str(min(len(newer), PER_PAGE + 1)) == request.GET.get("said", "0")
    is_rung = _is_rung(request)
    if is_said and not cards and not is_rung:
        return unchanged()
    context = {
        "count": min(len(newer), PER_PAGE),
        "is_more": len(newer) > PER_PAGE,
        "said": min(len(newer), PER_PAGE + 1),
        "cards": cards,
        "decided": decided,
        "news_url": _own_address(request),
        "gallery_url": reverse("gallery"),
    }
    oob = {"oob": True}
    bell = [(f"_{name}.html", oob) for name in ("bell", "notices_in", "bell_said")]
    return piece(request, ("home/_news.html", context), *(bell if is_rung else ()))


def _is_rung(request: HttpRequest) -> bool:
    """Return True if what is unread has changed since the page's bell was drawn."""
    mark = request.GET.get("bell", "")
    return bool(mark) and mark != unread_of(member_of(request)).mark


def _show(request: HttpRequest, newer: list[VideoJob]) -> HttpResponse:
    """The new cards, newest first, for the beginning of the wall."""
    note_waits(newer)
    pending = {job.public_id: state_of(job) for job in newer if is_pending(job)}
    context = {
        "cards": render_cards(newer, member_of(request), is_compact=density_of(request) == COMPACT),
        "replaced": _replaced(request, newer),
        "news_url": _own_address(request),
        "decided": request.GET.get("decided", "0"),
        **poller((pending | read_seen(request.GET.get("jobs", ""))).items()),
    }
    return piece(request, ("home/_arrived.html", context))


def _replaced(request: HttpRequest, newer: list[VideoJob]) -> list[str]:
    """Clips of the same stacks, whose cards the new ones replace: a stack has one."""
    stacks = {job.stack_id for job in newer if job.stack_id}
    if not stacks or not read_filters(request.GET, member_of(request)).is_stacked:
        return []
    rows = visible_jobs(member_of(request)).live().filter(stack__in=stacks)
    others = rows.exclude(pk__in=[job.pk for job in newer]).order_by("-pk")
    return list(others.values_list("public_id", flat=True)[:MAX_CARDS])


def _newer(request: HttpRequest) -> list[VideoJob]:
    """Clips of this list that are newer than the newest one on the page: a page of them, and one
    more where there are."""
    member = member_of(request)
    filters = read_filters(request.GET, member)
    if filters.sort != NEWEST:
        # What is new has no place of its own there.
        return []
    rows, order = filters.apply(visible_jobs(member).live())
    read, since = by(for_cards(rows), order), request.GET.get("since", "")
    if not is_video_id(since):
        return read("", False)
    found = read(since, True)
    return found[::-1]


def _decided(request: HttpRequest) -> tuple[list[SafeString], int]:
    """The cards that were decided since, and the decision to ask from the next time."""
    text = request.GET.get("decided", "")
    seen = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None
    if seen is None:
        return [], 0
    fresh: QuerySet[Decision] = Decision.objects.filter(pk__gt=seen).order_by("pk")
    found = list(fresh.values_list("pk", "job_id")[:MAX_CARDS])
    if not found:
        return [], seen
    rows = for_cards(visible_jobs(member_of(request)).live())
    jobs = list(rows.filter(pk__in={job for _pk, job in found}))
    return swapped_cards(jobs, member_of(request)), found[-1][0]


def _own_address(request: HttpRequest) -> str:
    query = request.GET.copy()
    for name in ("since", "said", "decided", "show", "jobs", "bell"):
        query.pop(name, None)
    return f"{reverse('news')}?{query.urlencode()}"
