"""What has the team done since this page was loaded?"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from csp.decorators import csp_exempt
from django.db.models import QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from videos.gallery.clips.card import for_cards, is_pending, render_cards, swapped_cards
from videos.gallery.clips.density import is_compact
from videos.gallery.clips.filters import read_filters
from videos.gallery.clips.order import NEWEST
from videos.gallery.clips.pagination import PER_PAGE, by
from videos.gallery.clips.poll import MAX_CARDS, poller, read_seen
from videos.gallery.clips.waiting import note_waits, state_of
from videos.gallery.clips.wall import arrived
from videos.gallery.home.renamed import renamed_since
from videos.gallery.shell.bulk import moment
from videos.gallery.shell.htmx import piece, unchanged
from videos.models import Comment, Decision, Member, VideoJob, visible_jobs
from videos.models.ids import is_video_id
from videos.team.access import member_of

COMMITTED_WITHIN = timedelta(seconds=5)


@csp_exempt()
@require_GET
def news(request: HttpRequest) -> HttpResponse:
    """204 while there is nothing new; otherwise how many clips are newer than `since`, the cards
    that were decided or commented on after the decision `decided` and the comment `commented`, and
    the names of members who were renamed.

    With `show=1` the new cards themselves.
    """
    newer = _newer(request)
    if request.GET.get("show") == "1":
        return _show(request, newer)
    now = timezone.now()
    cards, said = _changed(request)
    gone, renamed = _gone(request), renamed_since(_seen_at(request))
    is_said = str(min(len(newer), PER_PAGE + 1)) == request.GET.get("said", "0")
    if is_said and not (cards or gone or renamed):
        return unchanged()
    context = {
        "count": min(len(newer), PER_PAGE),
        "is_more": len(newer) > PER_PAGE,
        "said": min(len(newer), PER_PAGE + 1),
        "cards": cards,
        "gone": gone,
        "renamed": renamed,
        "seen_at": now.isoformat(),
        **said,
        **_addresses(request),
    }
    return piece(request, ("home/_news.html", context))


def _show(request: HttpRequest, newer: list[VideoJob]) -> HttpResponse:
    """The new cards, newest first, for the beginning of the wall."""
    note_waits(newer)
    pending = {job.public_id: state_of(job) for job in newer if is_pending(job)}
    cards = render_cards(newer, member_of(request), is_compact=is_compact(request))
    context = {
        "arrived": arrived(newer, cards, request.GET.get("days")),
        "replaced": _replaced(request, newer),
        **_addresses(request),
        **{name: _number(request, name) or 0 for name in _said_rows()},
        "seen_at": request.GET.get("seen_at", ""),
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
    filters = replace(read_filters(request.GET, member), sort=NEWEST)
    rows, order = filters.apply(visible_jobs(member).live())
    read, since = by(for_cards(rows), order), request.GET.get("since", "")
    if not is_video_id(since):
        return read("", False)
    found = read(since, True)
    return found[::-1]


def last_said(member: Member) -> dict[str, int]:
    """The newest decision and the newest comment, for a page that asks what comes after them. One
    query."""
    newest = {
        name: Subquery(rows.order_by("-pk").values("pk")[:1]) for name, rows in _said_rows().items()
    }
    found = Member.objects.filter(pk=member.pk).values_list(*newest.values())[0]
    return {name: pk or 0 for name, pk in zip(newest, found, strict=True)}


def _changed(request: HttpRequest) -> tuple[list[SafeString], dict[str, int]]:
    """The cards that were decided or commented on since, and what to ask from the next time."""
    said: dict[str, int] = {}
    changed: set[int] = set()
    for name, rows in _said_rows().items():
        seen = _number(request, name)
        if seen is None:
            said[name] = 0
            continue
        fresh = rows.filter(pk__gt=seen).order_by("pk").values_list("pk", "job_id")
        found = list(fresh[:MAX_CARDS])
        said[name] = found[-1][0] if found else seen
        changed |= {job for _pk, job in found}
    if since := _seen_at(request):
        removed = Comment.objects.filter(deleted_at__gt=since).order_by("-deleted_at")
        changed |= set(removed.values_list("job_id", flat=True)[:MAX_CARDS])
    if not changed:
        return [], said
    rows = for_cards(visible_jobs(member_of(request)).live())
    jobs = list(rows.filter(pk__in=changed))
    return swapped_cards(jobs, member_of(request), is_compact=is_compact(request)), said


def _gone(request: HttpRequest) -> list[str]:
    """Clips that were moved to the trash since."""
    since = _seen_at(request)
    if since is None:
        return []
    rows = visible_jobs(member_of(request)).trashed_between(since, timezone.now())
    return list(rows.order_by("-trashed_at").values_list("public_id", flat=True)[:MAX_CARDS])


def _seen_at(request: HttpRequest) -> datetime | None:
    """When the page was last updated, minus a margin: rows written then may not have been
    committed."""
    since = moment(request.GET, "seen_at")
    return since - COMMITTED_WITHIN if since else None


def _said_rows() -> dict[str, QuerySet[Any]]:
    """What changes a card without a new version of its clip, by the name in the address."""
    return {"decided": Decision.objects.all(), "commented": Comment.objects.all()}


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _addresses(request: HttpRequest) -> dict[str, str]:
    """Where to ask the next time, and where the list begins. Where the newest clip doesn't stand
    first on the page, `newest` is the one that the page knows."""
    query = request.GET.copy()
    for name in ("since", "said", *_said_rows(), "show", "jobs", "days", "seen_at"):
        query.pop(name, None)
    news_url, since = f"{reverse('news')}?{query.urlencode()}", request.GET.get("since", "")
    is_elsewhere = query.pop("first", None) is not None
    words = f"?{query.urlencode()}" if query else ""
    return {
        "news_url": news_url,
        "list_url": f"{reverse('gallery')}{words}",
        "newest": since if is_elsewhere and is_video_id(since) else "",
    }
