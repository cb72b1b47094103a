"""How are many clips put in order at once?"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from videos.gallery.clips.choices import forget_choices
from videos.gallery.shell.bulk import chosen_ids
from videos.gallery.shell.htmx import Toast, came_from, go
from videos.jobs.errors import ValidationFailed
from videos.models import (
    Action,
    Collection,
    Member,
    Project,
    VideoJobQuerySet,
    visible_jobs,
)
from videos.review.collections import add_to_collection, create_collection
from videos.review.labels import add_tags, create_project, move_to_project
from videos.review.opinions import mark_favourites
from videos.team.access import member_of, requires


@require_POST
@requires(Action.VIEW)
def organise_selected(request: HttpRequest) -> HttpResponse:
    """Do to the selected clips what the pressed button says; the toast tells what changed."""
    member, form = member_of(request), request.POST
    back = came_from(request, reverse("gallery"))
    rows = visible_jobs(member).live().filter(public_id__in=chosen_ids(form))
    act = ACTIONS.get(form.get("do", ""))
    if act is None or not rows.exists():
        return go(request, back, Toast(_("Select some clips first."), "warning"))
    try:
        message = act(member, rows, form)
    except ValidationFailed as invalid:
        return go(request, back, Toast(str(invalid), "warning"))
    return go(request, back, Toast(message))


def _tag(member: Member, rows: VideoJobQuerySet, form: QueryDict) -> str:
    count = add_tags(member, rows, form.get("tags", ""))
    return _said(count, ngettext("Tagged %(count)d clip.", "Tagged %(count)d clips.", count))


def _move(member: Member, rows: VideoJobQuerySet, form: QueryDict) -> str:
    project = project_of(member, form)
    count = move_to_project(member, rows, project)
    if project is None:
        words = ngettext(
            "Took %(count)d clip out of its project.",
            "Took %(count)d clips out of their projects.",
            count,
        )
        return _said(count, words)
    words = ngettext(
        "Moved %(count)d clip to “%(name)s”.", "Moved %(count)d clips to “%(name)s”.", count
    )
    return _said(count, words, name=project.name)


def _collect(member: Member, rows: VideoJobQuerySet, form: QueryDict) -> str:
    collection = Collection.objects.filter(slug=form.get("collection", "")).first()
    if name := form.get("new_collection", "").strip():
        collection = create_collection(member, name)
        forget_choices()
    if collection is None:
        raise ValidationFailed({"collection": _("Choose a collection, or name a new one.")})
    count = add_to_collection(member, collection, rows.order_by("pk"))
    words = ngettext(
        "Added %(count)d clip to “%(name)s”.", "Added %(count)d clips to “%(name)s”.", count
    )
    return _said(count, words, name=collection.name)


def _like(member: Member, rows: VideoJobQuerySet, _form: QueryDict) -> str:
    count = mark_favourites(member, rows, on=True)
    words = ngettext(
        "Added %(count)d clip to your favourites.",
        "Added %(count)d clips to your favourites.",
        count,
    )
    return _said(count, words)


def _unlike(member: Member, rows: VideoJobQuerySet, _form: QueryDict) -> str:
    count = mark_favourites(member, rows, on=False)
    words = ngettext(
        "Removed %(count)d clip from your favourites.",
        "Removed %(count)d clips from your favourites.",
        count,
    )
    return _said(count, words)


ACTIONS: dict[str, Callable[[Member, VideoJobQuerySet, QueryDict], str]] = {
    "tag": _tag,
    "project": _move,
    "collection": _collect,
    "like": _like,
    "unlike": _unlike,
}


def project_of(member: Member, form: QueryDict) -> Project | None:
    """The open project that a form names, or a new one; None for no project. Raises
    ValidationFailed."""
    if name := form.get("new_project", "").strip():
        forget_choices()
        return create_project(member, name)
    if not (slug := form.get("project", "")):
        return None
    if (project := Project.objects.open().filter(slug=slug).first()) is None:
        raise ValidationFailed({"project": _("That project doesn't exist, or is archived.")})
    return project


def _said(count: int, words: str, **values: str) -> str:
    return words % ({"count": count} | values) if count else _("Nothing changed.")
