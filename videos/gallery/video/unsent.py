"""How is a clip that waits to be sent cancelled, moved to another model, or moved up?"""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from videos.gallery.composer.budget_left import budget_toasts, offers_override
from videos.gallery.shell.htmx import Toast, go
from videos.gallery.shell.lookup import find, find_own
from videos.gallery.video.over_budget import refused_by_budget
from videos.jobs.dispatch.waiting import cancel, move, move_up
from videos.jobs.errors import ValidationFailed
from videos.models import Action
from videos.team.access import member_of, requires

TOO_LATE = gettext_noop("It's already being sent, so it wasn't changed.")


@require_POST
def video_cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give up a clip that was not sent."""
    job = find_own(request, public_id)
    done = not job.is_trashed and cancel(member_of(request), job)
    toast = Toast(_("Cancelled. Nothing was sent.")) if done else Toast(_(TOO_LATE), "warning")
    return go(request, job.get_absolute_url(), toast)


@require_POST
@requires(Action.GENERATE)
def video_move(request: HttpRequest, public_id: str) -> HttpResponse:
    """Have another model make a clip that was not sent."""
    job, member = find_own(request, public_id), member_of(request)
    posted = request.POST
    try:
        done = move(member, job, posted.get("model", ""), posted.get("override", ""))
    except ValidationFailed as invalid:
        if offers_override(member, invalid):
            return refused_by_budget(request, job, invalid, _("Move"))
        return go(request, job.get_absolute_url(), Toast(str(invalid), "warning"))
    toast = Toast(_("Moved.")) if done else Toast(_(TOO_LATE), "warning")
    warnings = budget_toasts([job], member) if done else []
    return go(request, job.get_absolute_url(), toast, *warnings)


@require_POST
def video_move_up(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send a waiting clip before all others of its provider, or with an empty `up` in its turn."""
    job = find(request, public_id, Action.MANAGE_BUDGETS)
    up = bool(request.POST.get("up"))
    if job.is_trashed or not move_up(member_of(request), job, up=up):
        toast = Toast(_(TOO_LATE), "warning")
    else:
        toast = Toast(_("It's sent next.") if up else _("It's sent when its turn comes."))
    return go(request, job.get_absolute_url(), toast)
