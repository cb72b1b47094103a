"""What may a member do to one clip: delete it, take it back?"""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from videos.gallery.bulk.sentences import retry_note, unsent_note
from videos.gallery.cleanup.last_copies import question
from videos.gallery.clips.list_position import url_after_delete, url_at_clip
from videos.gallery.shell.htmx import Toast, came_from, go
from videos.gallery.shell.leftover_warning import warning_of
from videos.gallery.shell.lookup import find_own
from videos.gallery.video.waiting import running_message
from videos.jobs.deletion.trash import restore, trash
from videos.models import visible_jobs
from videos.team.access import member_of


@require_POST
def video_delete(request: HttpRequest, public_id: str) -> HttpResponse:
    """Into the trash, with a way back in the toast; on to the next clip of the list. Asks first if
    this is the clip's last copy."""
    job, member = find_own(request, public_id), member_of(request)
    rows = visible_jobs(member).filter(pk=job.pk)
    back = came_from(request, reverse("gallery"))
    if asks := question(request, rows, back, cancel_url=job.get_absolute_url()):
        return asks
    done = trash(member, rows)
    note = unsent_note(1, len(done.cancelled))
    parts = (_("Moved to the trash."), note, warning_of(job), running_message(job))
    text = " ".join(filter(None, parts))
    undo = Toast(text, undo_url=reverse("video_restore", args=[public_id]))
    return go(request, url_after_delete(member, back, public_id), undo)


@require_POST
def video_restore(request: HttpRequest, public_id: str) -> HttpResponse:
    """Out of the trash again."""
    job, member = find_own(request, public_id), member_of(request)
    done = restore(member, visible_jobs(member).filter(pk=job.pk))
    text = " ".join(filter(None, (_("Restored."), retry_note(1, len(done.cancelled)))))
    back = came_from(request, "")
    if not back:
        return go(request, job.get_absolute_url(), Toast(text))
    is_trash = urlsplit(back).path == reverse("trash")
    url = (
        url_after_delete(member, back, public_id)
        if is_trash
        else url_at_clip(member, back, public_id)
    )
    return go(request, url, Toast(text))
