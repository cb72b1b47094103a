"""Which projects are there, and how are they made, renamed, archived?"""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from videos.gallery.clips.choices import forget_choices
from videos.gallery.shell.htmx import Toast, go, page
from videos.jobs.errors import ValidationFailed
from videos.models import Action, Project, allowed_rows, may, may_without_project
from videos.review.labels import archive_project, create_project, rename_project
from videos.team.access import member_of, refuse_unless, requires

MAX_SHOWN = 500


@require_http_methods(["GET", "HEAD", "POST"])
def project_list(request: HttpRequest) -> HttpResponseBase:
    """All projects, the open ones first. POST makes one."""
    member = member_of(request)
    if request.method == "POST":
        return _create(request)
    rows = Project.objects.with_counts().order_by("archived_at", "name")
    projects = allowed_rows(member, Action.VIEW, rows)[:MAX_SHOWN]
    context = {
        "projects": [project for project in projects if project.archived_at is None],
        "archived": [project for project in projects if project.archived_at],
        "may_organise": may(member, Action.ORGANISE),
        "may_create": may_without_project(member, Action.ORGANISE),
    }
    return page(request, "organise/projects.html", context)


@requires(Action.ORGANISE, team=True)
def _create(request: HttpRequest) -> HttpResponse:
    back = reverse("project_list")
    try:
        project = create_project(member_of(request), request.POST.get("name", ""))
    except ValidationFailed as invalid:
        return go(request, back, Toast(str(invalid), "warning"))
    forget_choices()
    message = _("Created the project “%(name)s”.")
    return go(request, back, Toast(message % {"name": project.name}))


@require_POST
@requires(Action.ORGANISE)
def project_change(request: HttpRequest, slug: str) -> HttpResponse:
    """Rename, archive or reopen a project."""
    member = member_of(request)
    seen = allowed_rows(member, Action.VIEW, Project.objects.filter(slug=slug))
    if (project := seen.first()) is None:
        raise Http404("Project not found.")
    refuse_unless(member, Action.ORGANISE, project)
    back, names = reverse("project_list"), {"name": project.name}
    match request.POST.get("do"):
        case "archive":
            archive_project(project, archived=True)
            message = _("Archived “%(name)s”. Its clips stay; new ones can't be added.") % names
        case "reopen":
            archive_project(project, archived=False)
            message = _("Reopened “%(name)s”.") % names
        case _other:
            try:
                rename_project(project, request.POST.get("name", ""))
            except ValidationFailed as invalid:
                return go(request, back, Toast(str(invalid), "warning"))
            message = _("Renamed to “%(name)s”.") % {"name": project.name}
    forget_choices()
    return go(request, back, Toast(message))
