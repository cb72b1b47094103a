"""What may a member do to one clip: delete it, take it back, decide about it?"""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from videos import jobs
from videos.gallery.detail import detail_context
from videos.gallery.errors import conflict
from videos.gallery.forms import ResolveForm, add_errors
from videos.gallery.htmx import Toast, came_from, go, page
from videos.gallery.lookup import find_own
from videos.models import JobStatus, VideoJob
from videos.team.access import member_of


@require_POST
def video_delete(request: HttpRequest, public_id: str) -> HttpResponse:
    """Into the trash, with a way back in the toast."""
    job = find_own(request, public_id)
    jobs.trash(member_of(request), VideoJob.objects.filter(pk=job.pk))
    undo = Toast("Moved to the trash.", undo_url=reverse("video_restore", args=[public_id]))
    return go(request, came_from(request, reverse("gallery")), undo)


@require_POST
def video_restore(request: HttpRequest, public_id: str) -> HttpResponse:
    """Out of the trash again."""
    job = find_own(request, public_id)
    jobs.restore(member_of(request), VideoJob.objects.filter(pk=job.pk))
    return go(request, came_from(request, job.get_absolute_url()), Toast("Restored."))


@require_POST
def video_resolve(request: HttpRequest, public_id: str) -> HttpResponse:
    """A person decides where the mirror cannot know."""
    job = find_own(request, public_id)
    form = ResolveForm(request.POST)
    choice, remote_id = (request.POST.get(name, "") for name in ("choice", "remote_id"))
    try:
        if choice == "look_again":
            done = jobs.look_again(member_of(request), job)
        elif job.status != JobStatus.UNSURE or job.trashed_at is not None:
            return conflict(request)
        else:
            done = jobs.resolve(member_of(request), job, choice, remote_id)
    except jobs.Invalid as invalid:
        add_errors(form, invalid.errors)
        context = detail_context(request, job, resolve=form)
        return page(request, "gallery/detail.html", context, 422)
    return go(request, job.get_absolute_url(), Toast("Done.")) if done else conflict(request)
