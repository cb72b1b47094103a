"""How are the clips that somebody ticked in the gallery deleted?"""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from videos.gallery.cleanup.undo import remember
from videos.gallery.clips.place import after
from videos.gallery.shell.bulk import chosen_ids, clips
from videos.gallery.shell.htmx import Toast, came_from, go
from videos.gallery.shell.leftover_warning import count_of, warning_of_many
from videos.jobs.deletion.trash import trash
from videos.models import Action, VideoJob, allowed_rows
from videos.team.access import member_of, requires


@require_POST
@requires(Action.GENERATE)
def delete_selected(request: HttpRequest) -> HttpResponse:
    """Into the trash, as far as they are the member's own; the toast says what was left."""
    ids = chosen_ids(request.POST)
    since = timezone.now()
    rows = VideoJob.objects.live().filter(public_id__in=ids)
    found = rows.count()
    unsure = count_of(allowed_rows(member_of(request), Action.CHANGE, rows))
    done = trash(member_of(request), rows)
    back = came_from(request, reverse("gallery"))
    left = f" {clips(found - done)} of others stayed." if found > done else ""
    if not ids:
        return go(request, back, Toast("Select some clips first.", "warning"))
    if not done:
        return go(request, back, Toast(f"Nothing was deleted.{left}", "warning"))
    undo = remember(request, since)
    back = after(back, ids[-1], member_of(request))
    words = f"Moved {clips(done)} to the trash.{left} {warning_of_many(unsure)}".strip()
    return go(request, back, Toast(words, undo_url=undo))
