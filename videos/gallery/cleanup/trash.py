"""What waits in the trash, and how does it leave?"""

from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from videos.gallery.bulk.sentences import purged_text, restored_text, retry_note
from videos.gallery.bulk.start import start
from videos.gallery.cleanup.lists import frame
from videos.gallery.cleanup.rows import trash_row
from videos.gallery.clips.cleanup_lists import TRASH
from videos.gallery.clips.filters import clean_query
from videos.gallery.clips.list_position import url_after_delete
from videos.gallery.clips.pagination import page_of
from videos.gallery.clips.thumbnails import with_pictures
from videos.gallery.shell.bulk import chosen_ids, instant
from videos.gallery.shell.htmx import Toast, came_from, go, page
from videos.gallery.shell.leftover_warning import count_of, warning_of, warning_of_many
from videos.gallery.shell.lookup import find_own
from videos.gallery.shell.numbers import counted
from videos.jobs.deletion.trash import purge_now, restore
from videos.models import (
    Action,
    BulkAction,
    RemoteDeletion,
    TeamSettings,
    VideoJobQuerySet,
    visible_jobs,
)
from videos.models.paging import LostPlace
from videos.models.search import search_prompts
from videos.team.access import member_of, requires


@require_safe
def trash(request: HttpRequest) -> HttpResponse:
    """Deleted clips, the last to be purged first; with `?q=` those whose prompts have the words."""
    query = clean_query(request.GET.get("q", ""))
    member = member_of(request)
    waiting = TRASH.rows(visible_jobs(member))
    matching = search_prompts(waiting, query)[0]
    rows = with_pictures(matching).select_related("trashed_by", "provider")
    try:
        shown = page_of(TRASH.read(rows), request.GET, {"q": query} if query else None)
    except LostPlace:
        return HttpResponseRedirect(reverse("trash"))
    mine = waiting.changeable_by(member).order_by("-purge_at")
    lines = [trash_row(job, member) for job in shown.rows]
    context = {
        "page": shown,
        "rows": lines,
        "q": query,
        "list_url": request.get_full_path(),
        "can_select": any(line.can_change for line in lines),
        "can_empty": any(line.can_change for line in lines) or mine.exists(),
        "leftover_note": warning_of_many(count_of(mine)) if shown.rows else "",
        "purge_note": _purge_note(),
        "shown_at": timezone.now().isoformat(),
        "deletion_note": _deletion_note(),
    }
    return page(request, "cleanup/page.html", frame(member, TRASH, query) | context)


@require_POST
def trash_purge(request: HttpRequest, public_id: str) -> HttpResponse:
    """Delete one clip permanently; the mirror does it. The page has asked for confirmation."""
    job, member = find_own(request, public_id), member_of(request)
    back = came_from(request, reverse("trash"))
    done = purge_now(member, visible_jobs(member).filter(pk=job.pk))
    if done:
        text = " ".join(filter(None, (_("Deleting permanently…"), warning_of(job))))
    else:
        text = _("It isn't in the trash.")
    return go(request, url_after_delete(member, back, public_id), Toast(text, "info"))


@require_POST
@requires(Action.CHANGE)
def trash_selected(request: HttpRequest) -> HttpResponse:
    """Restore the selected clips, or delete them permanently once confirmed. `all` means those
    that the search of the page has left."""
    member, ids = member_of(request), chosen_ids(request.POST)
    back = came_from(request, reverse("trash"))
    mine = visible_jobs(member).in_trash().changeable_by(member)
    is_all = request.POST.get("all") == "1"
    until = instant(request.POST, "until")
    rows = mine.filter(public_id__in=ids)
    if is_all:
        rows = _found(mine.trashed_between(None, until), request.POST)
    if not (count := rows.count()):
        return go(request, back, Toast(_("Select some of your own clips first."), "warning"))
    if request.POST.get("do") == "restore":
        if is_all:
            return _start(request, BulkAction.RESTORE, rows, back)
        done = restore(member, rows)
        note = retry_note(done.count, len(done.cancelled))
        text = " ".join(filter(None, (restored_text(done.count), note)))
        return go(request, url_after_delete(member, back, ids[-1]), Toast(text))
    if request.POST.get("confirmed") != "1":
        note = warning_of_many(count_of(rows.order_by("-purge_at")))
        query = clean_query(request.POST.get("q", ""))
        context = {"ids": ids, "count": count, "list_url": back, "leftover_note": note}
        if is_all:
            context |= {"all": True, "q": query, "until": until.isoformat()}
        return page(request, "cleanup/trash_confirm.html", context)
    if is_all:
        return _start(request, BulkAction.PURGE, rows, back)
    purged = purge_now(member, rows)
    return go(request, url_after_delete(member, back, ids[-1]), Toast(purged_text(purged), "info"))


@require_POST
@requires(Action.CHANGE)
def trash_empty(request: HttpRequest) -> HttpResponse:
    """All that the member may purge; the page has asked before."""
    mine = visible_jobs(member_of(request)).in_trash().changeable_by(member_of(request))
    rows = mine.trashed_between(None, instant(request.POST, "until"))
    return _start(request, BulkAction.PURGE, rows, reverse("trash"))


def _found(rows: VideoJobQuerySet, form: QueryDict) -> VideoJobQuerySet:
    """Those of `rows` that the search of the page finds."""
    matching = search_prompts(rows, clean_query(form.get("q", "")))[0]
    return rows.filter(pk__in=matching.order_by().values("pk"))


def _start(
    request: HttpRequest, action: BulkAction, rows: VideoJobQuerySet, back: str
) -> HttpResponse:
    return start(request, action, {}, rows, urlencode({"tab": TRASH.key}), back)


def _purge_note() -> str:
    days = TeamSettings.load().trash_days
    if not days:
        return _("Deleted clips are purged immediately.")
    text = ngettext(
        "Deleted clips stay here for %(count)s day, then they are purged.",
        "Deleted clips stay here for %(count)s days, then they are purged.",
        days,
    )
    return counted(text, days)


def _deletion_note() -> str:
    """How many clips providers have yet to delete or refused to; empty where there are none."""
    counts = RemoteDeletion.objects.aggregate(
        owed=Count("pk", filter=Q(refusal="")), refused=Count("pk", filter=~Q(refusal=""))
    )
    notes = []
    if owed := counts["owed"]:
        text = ngettext(
            "%(count)s clip is still to be deleted at the provider.",
            "%(count)s clips are still to be deleted at the provider.",
            owed,
        )
        notes.append(counted(text, owed))
    if refused := counts["refused"]:
        text = ngettext(
            "The provider refused to delete %(count)s clip.",
            "The provider refused to delete %(count)s clips.",
            refused,
        )
        notes.append(counted(text, refused))
    return " ".join(notes)
