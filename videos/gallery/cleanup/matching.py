"""How are all clips that match the gallery's filters deleted?"""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from videos.gallery.bulk.matching import matching
from videos.gallery.bulk.start import start
from videos.gallery.shell.bulk import number
from videos.gallery.shell.htmx import Toast, came_from, go, page
from videos.jobs.errors import ValidationFailed
from videos.models import Action, BulkAction, TeamSettings, allowed_rows
from videos.review.bulk.deletion import trash_params
from videos.team.access import member_of


def delete_matching(request: HttpRequest) -> HttpResponse:
    """Always asks, and says how many are last copies; asks again if these have become more."""
    member, form = member_of(request), request.POST
    back = came_from(request, reverse("gallery"))
    try:
        rows = matching(member, form)
    except ValidationFailed as refused:
        return go(request, back, Toast(str(refused), "warning"))
    mine = allowed_rows(member, Action.CHANGE, rows)
    if not (total := mine.count()):
        text = _("You can only delete your own clips.") if rows.exists() else _("No clips match.")
        return go(request, back, Toast(text, "warning"))
    # Without a trash, deleting a clip deletes every copy at once.
    has_trash = TeamSettings.load().trash_days > 0
    last = (mine.last_copies() if has_trash else mine.with_a_copy()).count()
    was_asked = form.get("confirmed") == "1" and last <= number(form, "last")
    if was_asked and has_trash == (form.get("has_trash") == "1"):
        return start(request, BulkAction.TRASH, trash_params(), mine, form["query"], back)
    context = {
        "total": total,
        "others": rows.count() - total,
        "last": last,
        "unsent": mine.never_sent().count(),
        "has_trash": has_trash,
        "query": form["query"],
        "until": form.get("until", ""),
        "whole_stacks": form.get("whole_stacks") == "1",
        "list_url": back,
    }
    return page(request, "bulk/delete.html", context)
