"""How does a script keep projects, and which tags are there?"""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from msgspec import UNSET

from videos.gateway.auth import require
from videos.gateway.pages import page_by
from videos.gateway.responses import json_answer, not_found
from videos.gateway.review import objects
from videos.gateway.review.body import read_body
from videos.gateway.review.serializers import projects_of, tags_of
from videos.models import AccessToken, Action, Project, Tag, allowed_rows
from videos.models.organise import tag_key
from videos.models.project import ProjectQuerySet
from videos.review.labels import archive_project, create_project, rename_project


def listing(request: HttpRequest, token: AccessToken) -> HttpResponse:
    """All projects by slug, the archived ones too."""
    page = page_by(_seen(token).with_counts(), "slug", request)
    answer = objects.ProjectList(
        data=projects_of(page.rows),
        last_id=page.last.slug if page.last else None,
        has_more=page.has_more,
    )
    return json_answer(answer)


def create(request: HttpRequest, token: AccessToken) -> HttpResponse:
    """A new project."""
    body = read_body(request, objects.AddProject)
    return _answer(token, create_project(token.member, body.name).slug)


def retrieve(request: HttpRequest, token: AccessToken, slug: str) -> HttpResponse:
    """One project."""
    return _answer(token, slug)


def change(request: HttpRequest, token: AccessToken, slug: str) -> HttpResponse:
    """Rename a project, archive it, or open it again."""
    body = read_body(request, objects.ChangeProject)
    project = _seen(token).filter(slug=slug).first()
    if project is None:
        raise not_found("Project")
    require(token, Action.ORGANISE, project)
    with transaction.atomic():
        if body.name is not UNSET:
            rename_project(project, body.name)
        if body.archived is not UNSET:
            archive_project(project, archived=body.archived)
    return _answer(token, slug)


def tags(request: HttpRequest, token: AccessToken) -> HttpResponse:
    """The tags by name. `q` is how they begin."""
    rows = Tag.objects.with_counts(token.member)
    if begins := tag_key(request.GET.get("q", "").replace("\0", "")):
        rows = rows.filter(key__startswith=begins)
    page = page_by(rows, "key", request)
    answer = objects.TagList(
        data=tags_of(page.rows),
        last_id=page.last.key if page.last else None,
        has_more=page.has_more,
    )
    return json_answer(answer)


def _seen(token: AccessToken) -> ProjectQuerySet:
    return allowed_rows(token.member, Action.VIEW, Project.objects.all())


def _answer(token: AccessToken, slug: str) -> HttpResponse:
    rows = projects_of(_seen(token).with_counts().filter(slug=slug))
    if not rows:
        raise not_found("Project")
    return json_answer(rows[0])
