"""What does a person decide where the mirror cannot know?"""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from videos.gallery.characters.views import show_characters
from videos.gallery.composer.budget_left import offers_override
from videos.gallery.composer.forms import add_errors
from videos.gallery.decisions.views import show_unsure
from videos.gallery.layout.resolve_form import ResolveForm
from videos.gallery.shell.errors import conflict
from videos.gallery.shell.htmx import Toast, go, page
from videos.gallery.shell.lookup import find_own
from videos.gallery.video.views import detail_context
from videos.jobs.characters.create import resolve_character
from videos.jobs.dispatch.resolve import look_again, resolve
from videos.jobs.errors import ValidationFailed
from videos.jobs.media.integrity import fetch_again
from videos.models import Action, Character, JobStatus, VideoJob, as_shown, may
from videos.team.access import member_of

NOT_YOURS = gettext_noop(
    "Only the member who made this character, or an admin, can decide about it."
)
FASTER = gettext_noop("Someone else decided this first.")
DONE = {
    "link": gettext_noop("Linked. Its data from %(provider)s arrives in a moment."),
    "again": gettext_noop("Sending it to %(provider)s again."),
    "give_up": gettext_noop(
        "Given up. If %(provider)s made it after all, the clip is still there."
    ),
    "look_again": gettext_noop("Looking again at %(provider)s."),
    "fetch_again": gettext_noop("Downloading it from %(provider)s again."),
}


@require_POST
def video_resolve(request: HttpRequest, public_id: str) -> HttpResponse:
    """Link, send again, give up, look or fetch again: on the clip's page, or in the list of all."""
    job = find_own(request, public_id)
    in_list = request.POST.get("back") == "unsure"
    choice = request.POST.get("choice", "")
    try:
        done = _decide(request, job, choice)
    except ValidationFailed as invalid:
        return _refuse(request, job, invalid, in_list=in_list)
    if not done:
        toast = Toast(_(FASTER), "warning")
        return show_unsure(request, toast=toast, status=409) if in_list else conflict(request)
    toast = Toast(_(DONE[choice]) % {"provider": as_shown(job).provider})
    if in_list:
        return show_unsure(request, toast=toast)
    return go(request, job.get_absolute_url(), toast)


@require_POST
def character_resolve(request: HttpRequest, character_id: str) -> HttpResponse:
    """Link, send again, give up: on the page of all characters, or in the list of all doubts."""
    character = Character.objects.filter(public_id=character_id).first()
    if character is None:
        raise Http404("Character not found.")
    if not may(member_of(request), Action.CHANGE, character):
        raise PermissionDenied(_(NOT_YOURS))
    in_list = request.POST.get("back") == "unsure"
    choice, remote_id = (request.POST.get(name, "") for name in ("choice", "remote_id"))
    try:
        done = resolve_character(character, choice, remote_id)
    except ValidationFailed as invalid:
        form = ResolveForm(request.POST, auto_id=f"id_%s_{character.public_id}")
        add_errors(form, invalid.errors)
        show = show_unsure if in_list else show_characters
        return show(request, {character.public_id: form}, status=422)
    if not done and not in_list:
        return conflict(request)
    toast = Toast(_("Done.")) if done else Toast(_(FASTER), "warning")
    if in_list:
        return show_unsure(request, toast=toast, status=200 if done else 409)
    return go(request, reverse("characters"), toast)


def _decide(request: HttpRequest, job: VideoJob, choice: str) -> bool:
    """False where it is not to be decided any more. ValidationFailed."""
    member = member_of(request)
    if choice == "look_again":
        return look_again(member, job)
    if choice == "fetch_again":
        return not job.is_trashed and fetch_again(member, job)
    if job.status != JobStatus.UNSURE or job.is_trashed:
        return False
    remote_id, override = (request.POST.get(name, "") for name in ("remote_id", "override"))
    return resolve(member, job, choice, remote_id, override)


def _refuse(
    request: HttpRequest, job: VideoJob, invalid: ValidationFailed, *, in_list: bool
) -> HttpResponse:
    """422, with each error at its field."""
    form = ResolveForm(request.POST, auto_id=f"id_%s_{job.public_id}")
    add_errors(form, invalid.errors)
    form.may_override = offers_override(member_of(request), invalid)
    if in_list:
        return show_unsure(request, {job.public_id: form}, status=422)
    context = detail_context(request, job, resolve=form)
    return page(request, "video/detail.html", context, 422)
