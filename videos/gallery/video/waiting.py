"""What does the page of a clip that waits to be sent say and offer?"""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from videos.gallery.clips.waiting import long_text
from videos.gallery.composer.forms import price_label
from videos.jobs.dispatch.waiting import (
    is_unsent,
    other_models,
    waits_of,
)
from videos.models import Action, CatalogueModel, JobStatus, Member, VideoJob, as_shown, may


def waiting_context(member: Member, job: VideoJob) -> dict[str, Any]:
    """Why the clip waits, and what `member` may do about it; empty for one that doesn't wait."""
    wait = waits_of([job]).get(job.pk)
    if wait is None:
        return {}
    context: dict[str, Any] = {"wait_text": long_text(wait, member, job)}
    unsent = is_unsent(job)
    context["can_move_up"] = unsent and may(member, Action.MANAGE_BUDGETS, job)
    context["is_moved_up"] = job.moved_up_at is not None
    if may(member, Action.CHANGE, job) and unsent:
        context["can_cancel"] = True
        priced = may(member, Action.SEE_PRICES, job)
        context["moves"] = [
            (model.slug, _model_label(model, price, priced=priced))
            for model, price in other_models(job)
        ]
    return context


def _model_label(model: CatalogueModel, price: Decimal | None, *, priced: bool) -> str:
    parts = [model.label, str(model.provider)]
    return " · ".join([*parts, price_label(model, price)] if priced else parts)


def running_message(job: VideoJob) -> str:
    """The truth about a clip that its provider is making; "" for others. The Video API has no way
    to stop one, and bills it once it is finished."""
    if job.status not in (JobStatus.QUEUED, JobStatus.IN_PROGRESS):
        return ""
    name = {"provider": as_shown(job).provider}
    if job.price == 0 and not job.is_blind:
        return _("It can't be stopped at %(provider)s.") % name
    text = _("It can't be stopped at %(provider)s, and is billed when it finishes.")
    return text % name
