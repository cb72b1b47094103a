"""Which project, tags and collections does one clip have, and how are they changed?"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from videos.gallery.organise.selection import project_of
from videos.gallery.shell.htmx import Toast, go, piece, wants_piece
from videos.gallery.shell.lookup import find
from videos.jobs.errors import ValidationFailed
from videos.models import Action, Member, Project, Tag, VideoJob, allowed_rows, may, visible_jobs
from videos.review.labels import add_tags, move_to_project, remove_tag
from videos.team.access import member_of, requires


def labels_context(member: Member, job: VideoJob, error: str = "") -> dict[str, Any]:
    """What the clip's page shows of its project, tags and collections. Three queries, four for
    those who may change them."""
    may_organise = may(member, Action.ORGANISE, job) and not job.is_trashed
    projects = allowed_rows(member, Action.ORGANISE, Project.objects.open())
    return {
        "tags": list(Tag.objects.filter(tagged__job=job)),
        "collections": list(job.collections.live()),
        "clip_project": job.project,
        "open_projects": list(projects) if may_organise else [],
        "may_organise": may_organise,
        "labels_error": error,
    }


@require_POST
@requires(Action.ORGANISE)
def video_labels(request: HttpRequest, public_id: str) -> HttpResponse:
    """Add tags, take one off, or move the clip to another project."""
    job, member = find(request, public_id, Action.ORGANISE), member_of(request)
    rows = visible_jobs(member).live().filter(pk=job.pk)
    error = ""
    try:
        if "remove_tag" in request.POST:
            if tag := Tag.objects.filter(key=request.POST["remove_tag"]).first():
                remove_tag(member, rows, tag)
        elif request.POST.get("do") == "project":
            move_to_project(member, rows, project_of(member, request.POST))
        else:
            add_tags(member, rows, request.POST.get("tags", ""))
    except ValidationFailed as invalid:
        error = str(invalid)
    if not wants_piece(request):
        toasts = [Toast(error, "warning")] if error else []
        return go(request, job.get_absolute_url(), *toasts)
    job.refresh_from_db(fields=["project"])
    context = {"job": job} | labels_context(member, job, error)
    return piece(request, ("organise/_labels.html", context), status=422 if error else 200)
