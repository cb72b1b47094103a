"""Would a deletion delete the last copy of a clip? Then it asks first."""

from django.http import HttpRequest, HttpResponse

from videos.gallery.shell.bulk import chosen_ids
from videos.gallery.shell.htmx import page
from videos.models import TeamSettings, VideoJobQuerySet
from videos.team.access import member_of


def question(
    request: HttpRequest, rows: VideoJobQuerySet, back: str, cancel_url: str = ""
) -> HttpResponse | None:
    """The page that asks, or None: nothing of `rows` is a last copy, or the answer was yes.

    The answer names the clips that were asked about: one that became a last copy since is asked
    about again.
    """
    mine = rows.live().changeable_by(member_of(request))
    # Without a trash, deleting a clip deletes every copy at once.
    has_trash = TeamSettings.load().trash_days > 0
    all_last = last = mine.last_copies() if has_trash else mine.with_a_copy()
    if request.POST.get("confirmed") == "1":
        last = last.exclude(public_id__in=request.POST.getlist("last"))
    if not last.exists():
        return None
    context = {
        "last": list(all_last.values_list("public_id", flat=True)),
        "has_trash": has_trash,
        "ids": chosen_ids(request.POST),
        "total": mine.count(),
        "list_url": back,
        "cancel_url": cancel_url or back,
        "action_url": request.path,
    }
    return page(request, "cleanup/last_copies.html", context)
