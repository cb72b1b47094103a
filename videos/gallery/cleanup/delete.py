"""How are clips of a Cleanup list deleted?"""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from videos.gallery.bulk.sentences import trashed_text
from videos.gallery.bulk.start import start
from videos.gallery.cleanup.tabs import meaning
from videos.gallery.cleanup.undo import remember
from videos.gallery.clips.cleanup_lists import AT_RISK, LOST, SAFE, CleanupList
from videos.gallery.shell.bulk import chosen_ids, instant
from videos.gallery.shell.htmx import Toast, go, page, piece, wants_piece
from videos.jobs.deletion.trash import trash
from videos.models import (
    Action,
    BulkAction,
    VideoJob,
    VideoJobQuerySet,
    allowed_rows,
    visible_jobs,
)
from videos.review.bulk.deletion import trash_params
from videos.team.access import member_of, requires

# The rows at the moment of the question: what has changed its list since is not deleted.
ROWS: dict[str, Callable[[VideoJobQuerySet, datetime], VideoJobQuerySet]] = {
    AT_RISK.key: lambda jobs, moment: jobs.at_risk(moment),
    LOST.key: lambda jobs, moment: jobs.lost(moment),
    SAFE.key: lambda jobs, moment: jobs.only_here(moment),
}


@require_POST
@requires(Action.CHANGE)
def cleanup_delete(request: HttpRequest) -> HttpResponse:
    """First what it would mean; then, confirmed, into the trash."""
    member, current = member_of(request), chosen_list(request)
    until = instant(request.POST, "until")
    rows = _chosen(request, ROWS[current.key](visible_jobs(member), until))
    mine = allowed_rows(member, Action.CHANGE, rows)
    if request.POST.get("confirmed") != "1":
        return _question(request, current, rows, mine, until)
    if request.POST.get("all") == "1":
        query = urlencode({"tab": current.key})
        return start(request, BulkAction.TRASH, trash_params(), mine, query, current.url)
    since = timezone.now()
    if not (done := trash(member, mine).count):
        return go(request, current.url, Toast(_("Nothing was deleted."), "warning"))
    return go(request, current.url, Toast(trashed_text(done), undo_url=remember(request, since)))


def chosen_list(request: HttpRequest) -> CleanupList:
    """The list that a form was sent from."""
    key = request.POST.get("tab")
    return next((each for each in (AT_RISK, LOST, SAFE) if each.key == key), SAFE)


def _why_none(rows: QuerySet[VideoJob]) -> str:
    if rows.exists():
        return _("You can only delete your own clips.")
    return _("Select some clips first.")


def _chosen(request: HttpRequest, rows: QuerySet[VideoJob]) -> QuerySet[VideoJob]:
    if request.POST.get("all") == "1":
        return rows.order_by("expires_at", "pk")
    return rows.filter(public_id__in=chosen_ids(request.POST)).order_by("pk")


def _question(
    request: HttpRequest,
    current: CleanupList,
    rows: QuerySet[VideoJob],
    mine: QuerySet[VideoJob],
    until: datetime,
) -> HttpResponse:
    if not (total := mine.count()):
        return go(request, current.url, Toast(_why_none(rows), "warning"))
    context = {
        "total": total,
        "others": rows.count() - total,
        "current": current,
        "meaning": meaning(current),
        "all": request.POST.get("all") == "1",
        "ids": chosen_ids(request.POST),
        "until": until.isoformat(),
    }
    if wants_piece(request):
        return piece(request, ("cleanup/_confirm.html", context))
    return page(request, "cleanup/confirm.html", context)
