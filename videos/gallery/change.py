"""What may a member do to one clip: delete it, take it back, remix it?"""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from videos import jobs
from videos.gallery.detail import detail_context, remix_quote
from videos.gallery.errors import conflict
from videos.gallery.forms import RemixForm, add_errors, offer_of
from videos.gallery.htmx import Toast, came_from, go, page
from videos.gallery.lookup import find, find_own
from videos.gallery.orphans import warning_of
from videos.models import Role, VideoJob
from videos.team.access import member_of, requires


@require_POST
def video_delete(request: HttpRequest, public_id: str) -> HttpResponse:
    """Into the trash, with a way back in the toast."""
    job = find_own(request, public_id)
    jobs.trash(member_of(request), VideoJob.objects.filter(pk=job.pk))
    words = f"Moved to the trash. {warning_of(job)}".strip()
    undo = Toast(words, undo_url=reverse("video_restore", args=[public_id]))
    return go(request, came_from(request, reverse("gallery")), undo)


@require_POST
def video_restore(request: HttpRequest, public_id: str) -> HttpResponse:
    """Out of the trash again."""
    job = find_own(request, public_id)
    jobs.restore(member_of(request), VideoJob.objects.filter(pk=job.pk))
    return go(request, came_from(request, job.get_absolute_url()), Toast("Restored."))


@require_http_methods(["GET", "POST"])
@requires(Role.MEMBER)
def video_remix(request: HttpRequest, public_id: str) -> HttpResponse:
    """A new clip from this one; size, length and model stay the clip's own."""
    source = find(public_id)
    if source.trashed_at is not None or remix_quote(source) is None:
        words = "This clip cannot be remixed any more; its prompt can be used again."
        return go(request, f"{reverse('gallery')}?prompt_of={public_id}", Toast(words, "warning"))
    if request.method == "GET":
        return page(request, "gallery/detail.html", detail_context(request, source))
    form = RemixForm(request.POST)
    try:
        job = jobs.submit(member_of(request), _remix(source, form))
    except jobs.Invalid as invalid:
        add_errors(form, invalid.errors)
        return page(request, "gallery/detail.html", detail_context(request, source, form), 422)
    except jobs.KeyReused:
        return conflict(request)
    return go(request, job.get_absolute_url(), Toast("Queued."))


def _remix(source: VideoJob, form: RemixForm) -> jobs.Submission:
    offer = offer_of(source, jobs.offers())
    if offer is None:
        raise PermissionDenied("This clip's model is no longer offered.")
    return jobs.Submission(
        prompt=form.data.get("prompt", ""),
        offer=offer.slug,
        size=source.size,
        seconds=source.seconds,
        key=form.data.get("key", ""),
        remix_of=source,
    )
