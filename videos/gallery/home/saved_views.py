"""How are the filters of the gallery kept under a name?"""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from videos.gallery.clips.filters import read_filters
from videos.gallery.shell.htmx import Toast, go
from videos.jobs.sanitize import plain
from videos.models import Action, Member, SavedView, may
from videos.models.saved_view import MAX_VIEW_NAME
from videos.team.access import member_of

MAX_VIEWS = 100


@dataclass(frozen=True)
class View:
    """A saved view as the list shows it."""

    pk: int
    name: str
    url: str
    for_team: bool
    can_delete: bool


def views_of(member: Member) -> list[View]:
    """One's own views, and those that others have saved for the team. Two queries."""
    rows = list(SavedView.objects.visible_to(member)[:MAX_VIEWS])
    mine = SavedView.objects.deletable_by(member).filter(pk__in=[row.pk for row in rows])
    deletable = set(mine.values_list("pk", flat=True)) if rows else set()
    return [
        View(
            pk=row.pk,
            name=row.name,
            url=f"{reverse('gallery')}?{row.query}",
            for_team=row.for_team,
            can_delete=row.pk in deletable,
        )
        for row in rows
    ]


@require_POST
def view_save(request: HttpRequest) -> HttpResponse:
    """Keep these filters. A view with the same name replaces the member's own."""
    member = member_of(request)
    params = read_filters(QueryDict(request.POST.get("query", "")), member).params
    query = QueryDict(mutable=True)
    query.update(params)
    back = f"{reverse('gallery')}?{query.urlencode()}" if params else reverse("gallery")
    name = " ".join(plain(request.POST.get("name", "")).split())
    if not params:
        return go(request, back, Toast(_("Search or filter first, then save the view."), "warning"))
    if not name or len(name) > MAX_VIEW_NAME:
        message = _("Give the view a name of up to %(limit)d characters.")
        return go(request, back, Toast(message % {"limit": MAX_VIEW_NAME}, "warning"))
    if member.saved_views.exclude(name=name).count() >= MAX_VIEWS:
        return go(
            request, back, Toast(_("You have too many saved views. Delete one first."), "warning")
        )
    for_team = request.POST.get("for_team") == "1" and may(member, Action.ORGANISE)
    SavedView.objects.update_or_create(
        maker=member,
        name=name,
        defaults={"query": query.urlencode(), "for_team": for_team},
    )
    return go(request, back, Toast(_("Saved the view “%(name)s”.") % {"name": name}))


@require_POST
def view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a view; the clips stay."""
    member = member_of(request)
    view = SavedView.objects.deletable_by(member).filter(pk=pk).first()
    if view is None:
        raise Http404("View not found.")
    view.delete()
    return go(
        request, reverse("gallery"), Toast(_("Deleted the view “%(name)s”.") % {"name": view.name})
    )
