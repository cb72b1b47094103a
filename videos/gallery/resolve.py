"""What does a person decide where the mirror cannot know?"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from videos import jobs
from videos.gallery.detail import detail_context
from videos.gallery.errors import conflict
from videos.gallery.forms import ResolveForm, add_errors
from videos.gallery.htmx import Toast, go, page
from videos.gallery.lookup import find_own
from videos.gallery.waiting import show_unsure
from videos.models import JobStatus, VideoJob
from videos.team.access import member_of

FASTER = "Somebody was faster: this has been decided."
DONE = {
    "link": "Linked. What {provider} has of it comes in a moment.",
    "again": "It is sent to {provider} again.",
    "give_up": "Given up. If {provider} made it after all, the clip is still there.",
    "look_again": "Looking again.",
    "fetch_again": "It is fetched from {provider} again.",
}


@require_POST
def video_resolve(request: HttpRequest, public_id: str) -> HttpResponse:
    """Link, send again, give up, look or fetch again: on the clip's page, or in the list of all."""
    job = find_own(request, public_id)
    in_list = request.POST.get("back") == "unsure"
    choice = request.POST.get("choice", "")
    try:
        done = _decide(request, job, choice)
    except jobs.Invalid as invalid:
        return _refuse(request, job, invalid, in_list=in_list)
    if not done:
        toast = Toast(FASTER, "warning")
        return show_unsure(request, toast=toast, status=409) if in_list else conflict(request)
    toast = Toast(DONE[choice].format(provider=job.provider))
    if in_list:
        return show_unsure(request, toast=toast)
    return go(request, job.get_absolute_url(), toast)


def _decide(request: HttpRequest, job: VideoJob, choice: str) -> bool:
    """False where it is not to be decided any more. Invalid."""
    member = member_of(request)
    if choice == "look_again":
        return jobs.look_again(member, job)
    if choice == "fetch_again":
        return job.trashed_at is None and jobs.fetch_again(member, job)
    if job.status != JobStatus.UNSURE or job.trashed_at is not None:
        return False
    return jobs.resolve(member, job, choice, request.POST.get("remote_id", ""))


def _refuse(
    request: HttpRequest, job: VideoJob, invalid: jobs.Invalid, *, in_list: bool
) -> HttpResponse:
    """422, with the words where they belong."""
    form = ResolveForm(request.POST, auto_id=f"id_%s_{job.public_id}")
    add_errors(form, invalid.errors)
    if in_list:
        return show_unsure(request, {job.public_id: form}, status=422)
    context = detail_context(request, job, resolve=form)
    return page(request, "gallery/detail.html", context, 422)
