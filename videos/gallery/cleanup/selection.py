"""How are the clips that were selected in the gallery deleted?"""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from videos.gallery.bulk.matching import means_all
from videos.gallery.bulk.sentences import trashed_text, unsent_note
from videos.gallery.cleanup.last_copies import question
from videos.gallery.cleanup.matching import delete_matching
from videos.gallery.cleanup.undo import remember
from videos.gallery.clips.list_position import url_after_delete
from videos.gallery.shell.bulk import chosen_ids
from videos.gallery.shell.htmx import Toast, came_from, go
from videos.gallery.shell.leftover_warning import count_of, warning_of_many
from videos.gallery.shell.numbers import counted
from videos.jobs.deletion.trash import trash
from videos.models import Action, visible_jobs
from videos.team.access import member_of, requires


@require_POST
@requires(Action.CHANGE)
def delete_selected(request: HttpRequest) -> HttpResponse:
    """Into the trash, as far as they are the member's own; the toast says what was left. Asks first
    if a last copy is among them."""
    if means_all(request.POST):
        return delete_matching(request)
    member, ids = member_of(request), chosen_ids(request.POST)
    since = timezone.now()
    rows = visible_jobs(member).live().filter(public_id__in=ids)
    back = came_from(request, reverse("gallery"))
    if asks := question(request, rows, back):
        return asks
    count = rows.count()
    unsure = count_of(rows.changeable_by(member))
    done = trash(member, rows)
    if not ids:
        return go(request, back, Toast(_("Select some clips first."), "warning"))
    left = _left_text(count - done.count)
    if not done.count:
        text = " ".join(filter(None, (_("Nothing was deleted."), left)))
        return go(request, back, Toast(text, "warning"))
    undo = remember(request, since)
    back = url_after_delete(member, back, ids[-1])
    note = unsent_note(done.count, len(done.cancelled))
    text = " ".join(filter(None, (trashed_text(done.count), note, left, warning_of_many(unsure))))
    return go(request, back, Toast(text, undo_url=undo))


def _left_text(count: int) -> str:
    """What is said of the clips of other people."""
    if not count:
        return ""
    text = ngettext(
        "%(count)s clip belongs to someone else and stays.",
        "%(count)s clips belong to others and stay.",
        count,
    )
    return counted(text, count)
