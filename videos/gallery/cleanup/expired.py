"""What does no provider hold any more, and how is it cleared out?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from videos.gallery.cleanup.rows import expired_row
from videos.gallery.cleanup.undo import remember
from videos.gallery.clips.pagination import LostPlace, by, page_of
from videos.gallery.clips.thumbnails import with_pictures
from videos.gallery.shell.bulk import Bulk, chosen_ids, instant, number, step, under_way
from videos.gallery.shell.htmx import Toast, go, page, piece, wants_piece
from videos.gallery.shell.numbers import counted
from videos.jobs.deletion.trash import trash
from videos.models import (
    Action,
    Member,
    VideoJob,
    VideoJobQuerySet,
    allowed_rows,
    may,
    visible_jobs,
)
from videos.models.policies import Reach, reach
from videos.team.access import member_of, requires

# The page counts no further, since it must not take longer in a larger gallery; the question before
# a deletion counts all.
LOOK_AT = 10_000


@dataclass(frozen=True)
class Summary:
    """How many clips a deletion would reach; `others` belong to somebody else and stay."""

    total: int
    safe: int
    lost: int
    others: int = 0


@require_safe
def expired(request: HttpRequest) -> HttpResponse:
    """What has expired, the latest first, with what is safe here told from what is lost."""
    member = member_of(request)
    rows = expired_by(member, timezone.now())
    try:
        shown = page_of(by(with_pictures(rows), "expires_at"), request.GET)
    except LostPlace:
        return HttpResponseRedirect(reverse("expired"))
    summary = summary_of(rows, LOOK_AT)
    lines = [expired_row(job, member) for job in shown.rows]
    context = {
        "page": shown,
        "rows": lines,
        "summary": summary,
        "summary_of_latest": LOOK_AT if summary.total == LOOK_AT else 0,
        "can_delete": allowed_rows(member, Action.CHANGE, rows).exists(),
        "deletes_all": reach(member, Action.CHANGE) == Reach.ALL,
    }
    return page(request, "gallery/expired.html", context)


@require_POST
@requires(Action.GENERATE)
def expired_delete(request: HttpRequest) -> HttpResponse:
    """First what it would mean, then, confirmed, chunk by chunk."""
    member, until = member_of(request), instant(request.POST, "until")
    rows = _chosen(request, expired_by(member, until))
    if request.POST.get("confirmed") != "1":
        return _confirmation(request, rows, until)
    mine = allowed_rows(member, Action.CHANGE, rows)
    if request.POST.get("scope") == "lost":
        mine = mine.filter(archived_at=None)
    since = instant(request.POST, "since")
    total = number(request.POST, "total") or mine.count()
    count, more = step(mine, lambda chunk: trash(member, chunk))
    done = number(request.POST, "done") + count
    if more:
        return under_way(request, _progress(request, since, until, done, total))
    if not done:
        return go(request, reverse("expired"), Toast(_("Nothing was deleted."), "warning"))
    toast = Toast(moved_text(done), undo_url=remember(request, since))
    return go(request, reverse("expired"), toast)


def moved_text(count: int) -> str:
    """`Moved 2 clips to the trash.`"""
    text = ngettext(
        "Moved %(count)s clip to the trash.", "Moved %(count)s clips to the trash.", count
    )
    return counted(text, count)


def expired_by(member: Member, moment: datetime) -> VideoJobQuerySet:
    """Clips that `member` may see and whose provider has let go of them by `moment`."""
    return visible_jobs(member).expired(moment)


def summary_of(rows: QuerySet[VideoJob], limit: int | None = None) -> Summary:
    """Counts of `rows` in one query, of the latest `limit` where one is given."""
    rows = rows.order_by("-expires_at", "-pk")[:limit] if limit else rows.order_by()
    counts = rows.aggregate(
        total=Count("pk"), safe=Count("pk", filter=Q(archived_at__isnull=False))
    )
    return Summary(counts["total"], counts["safe"], counts["total"] - counts["safe"])


def _chosen(request: HttpRequest, rows: QuerySet[VideoJob]) -> QuerySet[VideoJob]:
    if request.POST.get("all") == "1":
        return rows.order_by("expires_at", "pk")
    return rows.filter(public_id__in=chosen_ids(request.POST)).order_by("pk")


def _confirmation(request: HttpRequest, rows: QuerySet[VideoJob], until: datetime) -> HttpResponse:
    own = summary_of(allowed_rows(member_of(request), Action.CHANGE, rows))
    others = 0 if may(member_of(request), Action.MANAGE_PROVIDERS) else rows.count() - own.total
    if not own.total:
        text = _("You can only delete your own clips.") if others else _("Select some clips first.")
        return go(request, reverse("expired"), Toast(text, "warning"))
    context: dict[str, Any] = {
        "summary": Summary(own.total, own.safe, own.lost, others),
        "all_expired": request.POST.get("all") == "1",
        "ids": chosen_ids(request.POST),
        "until": until.isoformat(),
    }
    if wants_piece(request):
        return piece(request, ("gallery/_confirm_expired.html", context))
    return page(request, "gallery/expired_confirm.html", context)


def _progress(
    request: HttpRequest, since: datetime, until: datetime, done: int, total: int
) -> Bulk:
    fields = {
        "confirmed": "1",
        "all": request.POST.get("all", ""),
        "scope": request.POST.get("scope", ""),
        "since": since.isoformat(),
        "until": until.isoformat(),
        "done": str(done),
        "total": str(total),
    }
    return Bulk(
        title=_("Deleting expired clips"),
        done=done,
        total=max(total, done),
        continue_url=reverse("expired_delete"),
        back_url=reverse("expired"),
        text=_("They are moved to the trash."),
        fields=list(fields.items()),
    )
