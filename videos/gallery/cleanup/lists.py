"""Which clips are at risk, lost, or only here?"""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from videos.gallery.cleanup.rows import clip_row
from videos.gallery.cleanup.tabs import empty_state, meaning, tabs
from videos.gallery.clips.cleanup_lists import AT_RISK, LOST, SAFE, CleanupList
from videos.gallery.clips.pagination import page_of
from videos.gallery.clips.thumbnails import with_pictures
from videos.gallery.shell.htmx import page
from videos.models import Action, Member, allowed_rows, visible_jobs
from videos.models.paging import LostPlace
from videos.models.policies import Reach, reach
from videos.team.access import member_of


@require_safe
def at_risk(request: HttpRequest) -> HttpResponse:
    """Finished clips that are not archived here, the first to expire first."""
    return _list(request, AT_RISK)


@require_safe
def lost(request: HttpRequest) -> HttpResponse:
    """Clips without any copy left, the last to expire first."""
    return _list(request, LOST)


@require_safe
def safe_here(request: HttpRequest) -> HttpResponse:
    """Clips that only the archive has, the last to expire first."""
    return _list(request, SAFE)


def frame(member: Member, current: CleanupList, query: str = "") -> dict[str, Any]:
    """What every tab of the page shows."""
    return {
        "tabs": tabs(member, current),
        "current": current,
        "meaning": meaning(current),
        "empty_state": empty_state(current, query),
        "acts_on_all": reach(member, Action.CHANGE) == Reach.ALL,
    }


def _list(request: HttpRequest, current: CleanupList) -> HttpResponse:
    member = member_of(request)
    rows = current.rows(visible_jobs(member))
    try:
        shown = page_of(current.read(with_pictures(rows)), request.GET)
    except LostPlace:
        return HttpResponseRedirect(current.url)
    lines = [clip_row(job, member) for job in shown.rows]
    context = {
        "page": shown,
        "rows": lines,
        "list_url": request.get_full_path(),
        "can_select": any(line.can_change for line in lines),
        "can_delete": allowed_rows(member, Action.CHANGE, rows).exists(),
    }
    return page(request, "cleanup/page.html", frame(member, current) | context)
