"""How are many clips put in order at once?"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from videos.gallery.bulk.matching import matching, means_all
from videos.gallery.bulk.sentences import done_text
from videos.gallery.bulk.start import start_matching, with_undo
from videos.gallery.clips.choices import forget_choices
from videos.gallery.shell.bulk import chosen_ids
from videos.gallery.shell.htmx import Toast, came_from, go
from videos.jobs.errors import ValidationFailed
from videos.models import Action, BulkAction, Collection, Member, Project, may, visible_jobs
from videos.review.bulk.actions import ACTS
from videos.review.bulk.begin import do_now
from videos.review.collections import create_collection, refuse_too_many
from videos.review.labels import create_project, tag_names
from videos.team.access import member_of, requires

Params = Mapping[str, Any]


class Button(NamedTuple):
    """What a button of the bar does, and what that needs of the form."""

    action: BulkAction
    read: Callable[[Member, QueryDict], Params]


@require_POST
@requires(Action.VIEW)
def organise_selected(request: HttpRequest) -> HttpResponse:
    """Do what the pressed button says to the selected clips, or begin it for all that match."""
    member, form = member_of(request), request.POST
    back = came_from(request, reverse("gallery"))
    button = BUTTONS.get(form.get("do", ""))
    if button is None:
        return go(request, back, Toast(_("Select some clips first."), "warning"))
    if not may(member, ACTS[button.action].needs):
        raise PermissionDenied
    rows = visible_jobs(member).live().filter(public_id__in=chosen_ids(form))
    if not means_all(form) and not rows.exists():
        return go(request, back, Toast(_("Select some clips first."), "warning"))
    try:
        params = button.read(member, form)
        if means_all(form):
            if button.action == BulkAction.COLLECT:
                refuse_too_many(params["collection"], matching(member, form))
            return start_matching(request, button.action, params)
    except ValidationFailed as invalid:
        return go(request, back, Toast(str(invalid), "warning"))
    run = do_now(member, button.action, params, rows)
    if run is None or not run.changed:
        return go(request, back, Toast(_nothing_changed(run is not None and run.failed > 0)))
    return go(request, back, with_undo(run, done_text(run)))


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


def _read_project(member: Member, form: QueryDict) -> Params:
    project = project_of(member, form)
    return {"project": project.pk, "name": project.name} if project else {"project": None}


def _read_tags(_member: Member, form: QueryDict) -> Params:
    return {"tags": ", ".join(tag_names(form.get("tags", "")))}


def _read_collection(member: Member, form: QueryDict) -> Params:
    rows = Collection.objects.live()
    collection = rows.filter(slug=form.get("into_collection", "")).first()
    if name := form.get("new_collection", "").strip():
        collection = create_collection(member, name)
        forget_choices()
    if collection is None:
        raise ValidationFailed({"collection": _("Choose a collection, or name a new one.")})
    return {"collection": collection.pk, "name": collection.name}


def _read_nothing(_member: Member, _form: QueryDict) -> Params:
    return {}


def _nothing_changed(is_refused: bool) -> str:
    if is_refused:
        return _("Nothing changed. The collection or project is full, archived or deleted.")
    return _("Nothing changed.")


BUTTONS: dict[str, Button] = {
    "tag": Button(BulkAction.TAG, _read_tags),
    "untag": Button(BulkAction.UNTAG, _read_tags),
    "project": Button(BulkAction.PROJECT, _read_project),
    "collection": Button(BulkAction.COLLECT, _read_collection),
    "like": Button(BulkAction.LIKE, _read_nothing),
    "unlike": Button(BulkAction.UNLIKE, _read_nothing),
}
