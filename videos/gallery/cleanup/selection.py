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
from videos.models import Action, visible_jobs
from videos.team.access import member_of, requires


@require_POST
@requires(Action.GENERATE)
def delete_selected(request: HttpRequest) -> HttpResponse:
    """Into the trash, as far as they are the member's own; the toast says what was left."""
    member, ids = member_of(request), chosen_ids(request.POST)
    since = timezone.now()
    rows = visible_jobs(member).live().filter(public_id__in=ids)
    found = rows.count()
    unsure = count_of(rows.changeable_by(member))
    done = trash(member, rows)
    back = came_from(request, reverse("gallery"))
    left = f" {clips(found - done)} of others stayed." if found > done else ""
    if not ids:
        return go(request, back, Toast("Select some clips first.", "warning"))
    if not done:
        return go(request, back, Toast(f"Nothing was deleted.{left}", "warning"))
    undo = remember(request, since)
    back = after(member, back, ids[-1])
    words = f"Moved {clips(done)} to the trash.{left} {warning_of_many(unsure)}".strip()
    return go(request, back, Toast(words, undo_url=undo))
