"""How does a finished clip become another, from the browser's side?"""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from videos.gallery.composer.budget_left import budget_toasts, offers_override
from videos.gallery.composer.forms import add_errors
from videos.gallery.shell.errors import conflict
from videos.gallery.shell.htmx import Toast, go, page
from videos.gallery.shell.lookup import find
from videos.gallery.video.operations import MakeForm, derive_options
from videos.gallery.video.over_budget import refused_by_budget
from videos.gallery.video.views import detail_context
from videos.jobs.errors import IdempotencyConflict, ValidationFailed
from videos.jobs.submission.request import Submission
from videos.jobs.submission.retry import catalogue_model_of, retry
from videos.jobs.submission.submit import submit
from videos.jobs.submission.validate import enabled_models
from videos.models import Action, Operation, VideoJob
from videos.team.access import member_of, requires

# What is said where it can't be done any more.
TOO_LATE = {
    Operation.REMIX: gettext_noop(
        "This clip can't be remixed any more. You can reuse its settings."
    ),
    Operation.EDIT: gettext_noop("This clip can't be edited any more. You can reuse its settings."),
    Operation.EXTEND: gettext_noop(
        "This clip can't be extended any more. You can reuse its settings."
    ),
}


@require_http_methods(["GET", "POST"])
@requires(Action.GENERATE)
def video_remix(request: HttpRequest, public_id: str) -> HttpResponse:
    """A new take on this clip; size, length and model stay its own."""
    return _derive(request, find(request, public_id, Action.GENERATE), Operation.REMIX)


@require_http_methods(["GET", "POST"])
@requires(Action.GENERATE)
def video_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """This clip, changed; size, length and model stay its own."""
    return _derive(request, find(request, public_id, Action.GENERATE), Operation.EDIT)


@require_http_methods(["GET", "POST"])
@requires(Action.GENERATE)
def video_extend(request: HttpRequest, public_id: str) -> HttpResponse:
    """This clip, continued by the seconds that the form names."""
    return _derive(request, find(request, public_id, Action.GENERATE), Operation.EXTEND)


@require_POST
@requires(Action.GENERATE)
def video_retry(request: HttpRequest, public_id: str) -> HttpResponse:
    """The same request once more, for a clip that failed. It keeps every setting of that clip."""
    member, failed = member_of(request), find(request, public_id, Action.GENERATE)
    try:
        job = retry(member, failed, request.POST.get("key", ""), request.POST.get("override", ""))
    except ValidationFailed as invalid:
        if offers_override(member, invalid):
            return refused_by_budget(request, failed, invalid, _("Retry"))
        text = _("It can't be retried with the same settings: %(reason)s") % {"reason": invalid}
        return go(request, reuse_url(failed), Toast(text, "warning"))
    except IdempotencyConflict:
        return conflict(request)
    return go(request, _stage_of(job), Toast(_("Queued.")), *budget_toasts([job], member))


def reuse_url(job: VideoJob) -> str:
    """The gallery with the clip's settings in the composer."""
    return f"{reverse('gallery')}?reuse={job.public_id}"


def _derive(request: HttpRequest, source: VideoJob, operation: Operation) -> HttpResponse:
    options = derive_options(source, member_of(request))
    offered = [option.operation for option in options if not option.reason]
    if source.is_trashed or operation not in offered:
        return go(request, reuse_url(source), Toast(_(TOO_LATE[operation]), "warning"))
    if request.method == "GET":
        return page(request, "video/detail.html", detail_context(request, source))
    form, member = MakeForm(request.POST), member_of(request)
    try:
        job = submit(member, _submission(source, operation, form))
    except ValidationFailed as invalid:
        add_errors(form, invalid.errors)
        context = detail_context(request, source, form)
        context["may_override"] = offers_override(member, invalid)
        return page(request, "video/detail.html", context, 422)
    except IdempotencyConflict:
        return conflict(request)
    return go(request, _stage_of(job), Toast(_("Queued.")), *budget_toasts([job], member))


def _stage_of(job: VideoJob) -> str:
    """The new clip's page, with the focus on the clip itself."""
    return f"{job.get_absolute_url()}#status"


def _submission(source: VideoJob, operation: Operation, form: MakeForm) -> Submission:
    model = catalogue_model_of(source, enabled_models())
    if model is None:
        raise ValidationFailed({"": _("This clip's model is no longer offered.")})
    extends = operation == Operation.EXTEND
    key = form.data.get("key", "")
    return Submission(
        prompt=form.data.get("prompt", ""),
        model=model.slug,
        size=source.size,
        seconds=form.data.get("seconds", "") if extends else source.seconds,
        # The buttons share a form and its key, but each makes a clip of its own.
        key=key if operation == Operation.REMIX or not key else f"{operation}:{key}",
        operation=operation,
        source=source,
        override=form.data.get("override", ""),
    )
