"""What can a person do about a clip that waits to be sent: cancel it, move it, or move it up?"""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from videos.gallery.clips.waiting import long_words
from videos.gallery.composer.forms import price_words
from videos.gallery.shell.htmx import Toast, go
from videos.gallery.shell.lookup import find, find_own
from videos.jobs.dispatch.waiting import (
    cancel,
    is_unsent,
    move,
    move_up,
    other_models,
    waits_of,
)
from videos.jobs.errors import ValidationFailed
from videos.models import Action, CatalogueModel, Member, VideoJob, may
from videos.team.access import member_of, requires

TOO_LATE = gettext_noop("It's already being sent, so it wasn't changed.")


def waiting_context(member: Member, job: VideoJob) -> dict[str, Any]:
    """Why the clip waits, and what `member` may do about it; empty for one that doesn't wait."""
    wait = waits_of([job]).get(job.pk)
    if wait is None:
        return {}
    context: dict[str, Any] = {"wait_text": long_words(wait, member, job)}
    unsent = is_unsent(job)
    context["can_move_up"] = unsent and may(member, Action.MANAGE_BUDGETS, job)
    context["is_moved_up"] = job.moved_up_at is not None
    if may(member, Action.CHANGE, job) and unsent:
        context["can_cancel"] = True
        priced = may(member, Action.SEE_PRICES, job)
        context["moves"] = [
            (model.slug, _words(model, price, priced=priced)) for model, price in other_models(job)
        ]
    return context


def _words(model: CatalogueModel, price: Decimal | None, *, priced: bool) -> str:
    parts = [model.label, str(model.provider)]
    return " · ".join([*parts, price_words(model, price)] if priced else parts)


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
    job = find_own(request, public_id)
    try:
        done = move(member_of(request), job, request.POST.get("model", ""))
    except ValidationFailed as invalid:
        return go(request, job.get_absolute_url(), Toast(str(invalid), "warning"))
    toast = Toast(_("Moved.")) if done else Toast(_(TOO_LATE), "warning")
    return go(request, job.get_absolute_url(), toast)


@require_POST
def video_move_up(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send a waiting clip before all others of its provider, or with an empty `up` in its turn."""
    job = find(request, public_id, Action.MANAGE_BUDGETS)
    up = bool(request.POST.get("up"))
    if job.is_trashed or not move_up(member_of(request), job, up=up):
        toast = Toast(_(TOO_LATE), "warning")
    else:
        toast = Toast(_("It's sent next.") if up else _("It's sent in its turn."))
    return go(request, job.get_absolute_url(), toast)
