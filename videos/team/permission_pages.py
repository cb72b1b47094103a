"""On which page does an admin say what each role may do?"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from videos.jobs.errors import ChangedSince
from videos.models import Project, Role
from videos.models.policies import may_edit_permissions
from videos.team import permission_table as table
from videos.team.access import member_of
from videos.team.redirects import SeeOther

MAX_SHOWN = 500


@require_http_methods(["GET", "HEAD", "POST"])
def team_permissions(request: HttpRequest) -> HttpResponse:
    """The team's table: roles are columns, permissions are rows."""
    _admins_only(request)
    if request.method == "POST":
        choices = {} if _is_reset(request) else table.read_team(request.POST.dict())
        if response := _save(request, None, choices):
            return response
        return SeeOther("team_permissions")
    return _page(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def project_permissions(request: HttpRequest, slug: str) -> HttpResponse:
    """What differs from the team's table in one project."""
    _admins_only(request)
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        raise Http404("Project not found.")
    if request.method == "POST":
        choices = {} if _is_reset(request) else table.read_project(request.POST.dict())
        if response := _save(request, project, choices):
            return response
        return SeeOther("project_permissions", slug)
    return _page(request, project)


def _admins_only(request: HttpRequest) -> None:
    if not may_edit_permissions(member_of(request)):
        raise PermissionDenied(_("Only admins can change permissions."))


def _is_reset(request: HttpRequest) -> bool:
    return request.POST.get("do") == "reset"


def _save(
    request: HttpRequest, project: Project | None, choices: table.Choices
) -> HttpResponse | None:
    """Save what was chosen; a page if that was refused."""
    version = None if _is_reset(request) else request.POST.get("version", "")
    try:
        changed = table.save(member_of(request), project, choices, version)
    except ChangedSince:
        messages.warning(
            request, _("Someone else changed the permissions. Check them, then save again.")
        )
        return _page(request, project, 409)
    text = ngettext("Changed %(count)d permission.", "Changed %(count)d permissions.", changed)
    messages.success(request, text % {"count": changed} if changed else _("Nothing changed."))
    return None


def _page(request: HttpRequest, project: Project | None, status: int = 200) -> HttpResponse:
    own = set(table.changed_projects().values_list("pk", flat=True))
    rows = table.rows_of(project)
    context: dict[str, Any] = {
        "project": project,
        "rows": rows,
        "roles": list(Role),
        "version": table.version_of(project),
        "is_changed": any(cell.is_changed for row in rows for cell in row.cells),
        "projects": [(each, each.pk in own) for each in Project.objects.all()[:MAX_SHOWN]],
    }
    return render(request, "team/permissions.html", context, status=status)
