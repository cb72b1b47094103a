"""How is a share link made, for a clip, a selection or a collection?"""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from videos.gallery.bulk.matching import named_ids
from videos.gallery.clips.card import card_of
from videos.gallery.clips.thumbnails import with_pictures
from videos.gallery.share_links.forms import ShareForm, team_zone
from videos.gallery.shell.htmx import Toast, came_from, go, page
from videos.jobs.errors import ValidationFailed
from videos.models import (
    Action,
    Collection,
    JobStatus,
    Member,
    VideoJobQuerySet,
    visible_jobs,
)
from videos.sharing.links import create_link
from videos.team.access import member_of, requires

SHOWN = 6


@dataclass(frozen=True)
class Chosen:
    """What a link is to show."""

    member: Member
    ids: list[str]
    collection: Collection | None

    @property
    def rows(self) -> VideoJobQuerySet:
        """The clips that the member may share, the newest first or in the collection's order."""
        jobs = visible_jobs(self.member).shareable_by(self.member)
        if self.collection is None:
            return jobs.filter(public_id__in=self.ids).order_by("-pk")
        rows = jobs.filter(collection_items__collection=self.collection)
        return rows.order_by("collection_items__position", "collection_items__id")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.SHARE)
def share_new(request: HttpRequest) -> HttpResponse:
    """The form; `ids` or `collection` say what is shared. A selection is posted here as well, so
    only a form that says `do=create` makes a link."""
    sent = request.POST if request.method == "POST" else request.GET
    try:
        chosen = _chosen(member_of(request), sent)
    except ValidationFailed as refused:
        return go(request, _back(request), Toast(str(refused), "warning"))
    if not chosen.ids and chosen.collection is None:
        return go(request, _back(request), Toast(_("Select some clips first."), "warning"))
    if request.method != "POST" or sent.get("do") != "create":
        title = chosen.collection.name if chosen.collection else ""
        return _show(request, chosen, ShareForm(initial={"title": title}))
    return _create(request, chosen, ShareForm(request.POST))


def _create(request: HttpRequest, chosen: Chosen, form: ShareForm) -> HttpResponse:
    if not form.is_valid():
        return _show(request, chosen, form)
    data = form.cleaned_data
    try:
        link = create_link(
            member_of(request),
            chosen.collection or chosen.rows,
            title=data["title"],
            last_day=data["last_day"],
            zone=team_zone(),
            password=data["password"],
            permissions=form.permissions,
            key=request.POST.get("key", ""),
        )
    except ValidationFailed as refused:
        for name, error in refused.errors.items():
            form.add_error(name or None, error)
        return _show(request, chosen, form)
    return go(request, reverse("share_detail", args=[link.pk]))


def _show(request: HttpRequest, chosen: Chosen, form: ShareForm) -> HttpResponse:
    # Unfinished clips are left out of a link.
    rows = chosen.rows.filter(status=JobStatus.COMPLETED)
    count = rows.count()
    context: dict[str, Any] = {
        "form": form,
        "chosen": chosen,
        "count": count,
        "left_out": len(chosen.ids) - count if chosen.collection is None else 0,
        "cards": [card_of(job) for job in with_pictures(rows)[:SHOWN]],
        "key": request.POST.get("key") or uuid4().hex,
        "back_url": _back(request),
    }
    return page(request, "share_links/new.html", context, status=422 if form.errors else 200)


def _chosen(member: Member, sent: QueryDict) -> Chosen:
    slug = sent.get("collection", "")
    if not slug:
        return Chosen(member, named_ids(member, sent), None)
    collection = Collection.objects.live().filter(slug=slug).first()
    if collection is None:
        raise Http404
    return Chosen(member, [], collection)


def _back(request: HttpRequest) -> str:
    return came_from(request, reverse("gallery"))
