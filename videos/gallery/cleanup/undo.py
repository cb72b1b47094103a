"""How is the deletion of many clips undone?"""

from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from videos.gallery.bulk.sentences import restored_text, retry_note
from videos.gallery.clips.list_position import url_at_clip
from videos.gallery.shell.htmx import Toast, came_from, go
from videos.jobs.deletion.trash import restore
from videos.models import Action, VideoJob, visible_jobs
from videos.team.access import member_of, requires


def remember(request: HttpRequest, since: datetime) -> str:
    """Keep in the session what was deleted from `since` to now; returns where to undo it."""
    request.session["undo"] = [since.isoformat(), timezone.now().isoformat()]
    return reverse("undo_delete")


@require_POST
@requires(Action.CHANGE)
def undo_delete(request: HttpRequest) -> HttpResponse:
    """Restore what this session deleted last by hand."""
    rows = _deleted(request)
    newest = rows.values_list("public_id", flat=True).last() or ""
    done = restore(member_of(request), rows)
    request.session.pop("undo", None)
    text = _("There is nothing left to restore.")
    if done.count:
        note = retry_note(done.count, len(done.cancelled))
        text = " ".join(filter(None, (restored_text(done.count), note)))
    back = url_at_clip(member_of(request), came_from(request, reverse("gallery")), newest)
    return go(request, back, Toast(text))


def _deleted(request: HttpRequest) -> QuerySet[VideoJob]:
    member = member_of(request)
    seen = visible_jobs(member)
    since, until = (parse_datetime(each) for each in request.session.get("undo", ["", ""]))
    if since is None or until is None:
        return seen.none()
    rows = seen.filter(trashed_by=member)
    return rows.trashed_between(since, until).order_by("pk")
