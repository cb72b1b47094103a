"""How are clips of a Cleanup list deleted?"""

from collections.abc import Callable
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from videos.gallery.cleanup.tabs import meaning
from videos.gallery.cleanup.undo import remember
from videos.gallery.clips.cleanup_lists import AT_RISK, LOST, SAFE, CleanupList
from videos.gallery.shell.bulk import Bulk, chosen_ids, instant, number, step, under_way
from videos.gallery.shell.htmx import Toast, go, page, piece, wants_piece
from videos.gallery.shell.numbers import counted
from videos.jobs.deletion.trash import trash
from videos.models import Action, VideoJob, VideoJobQuerySet, allowed_rows, visible_jobs
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
    """First what it would mean, then, confirmed, chunk by chunk."""
    member, current = member_of(request), chosen_list(request)
    until = instant(request.POST, "until")
    rows = _chosen(request, ROWS[current.key](visible_jobs(member), until))
    mine = allowed_rows(member, Action.CHANGE, rows)
    if request.POST.get("confirmed") != "1":
        return _question(request, current, rows, mine, until)
    since = instant(request.POST, "since")
    total = number(request.POST, "total") or mine.count()
    count, more = step(mine, lambda chunk: trash(member, chunk))
    done = number(request.POST, "done") + count
    if more:
        return under_way(request, _progress(request, current, since, until, done, total))
    if not done:
        return go(request, current.url, Toast(_("Nothing was deleted."), "warning"))
    return go(request, current.url, Toast(moved_text(done), undo_url=remember(request, since)))


def chosen_list(request: HttpRequest) -> CleanupList:
    """The list that a form was sent from."""
    key = request.POST.get("tab")
    return next((each for each in (AT_RISK, LOST, SAFE) if each.key == key), SAFE)


def moved_text(count: int) -> str:
    """`Moved 2 clips to the trash.`"""
    text = ngettext(
        "Moved %(count)s clip to the trash.", "Moved %(count)s clips to the trash.", count
    )
    return counted(text, count)


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


def _progress(
    request: HttpRequest,
    current: CleanupList,
    since: datetime,
    until: datetime,
    done: int,
    total: int,
) -> Bulk:
    fields = {
        "confirmed": "1",
        "tab": current.key,
        "all": request.POST.get("all", ""),
        "since": since.isoformat(),
        "until": until.isoformat(),
        "done": str(done),
        "total": str(total),
    }
    return Bulk(
        title=_("Deleting clips"),
        done=done,
        total=max(total, done),
        continue_url=reverse("cleanup_delete"),
        back_url=current.url,
        text=_("They are moved to the trash."),
        fields=list(fields.items()),
    )
