"""Which collections are there, what is in one, and in which order?"""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from videos.gallery.bulk.sentences import done_text
from videos.gallery.bulk.start import start, with_undo
from videos.gallery.clips.card import for_cards, render_cards
from videos.gallery.clips.choices import choices_for, forget_choices
from videos.gallery.clips.shapes import ratio_of
from videos.gallery.clips.thumbnails import pictures_of, thumb_url, with_pictures
from videos.gallery.shell.bulk import chosen_ids, number
from videos.gallery.shell.htmx import Toast, go, page
from videos.jobs.errors import ChangedSince, ValidationFailed
from videos.models import (
    Action,
    BulkAction,
    Collection,
    Member,
    VideoJob,
    VideoJobQuerySet,
    may_without_project,
    visible_jobs,
)
from videos.models.measures import measures_of, shown_size
from videos.review.bulk.begin import do_now
from videos.review.collections import (
    create_collection,
    delete_collection,
    in_their_places,
    rename_collection,
    restore_collection,
    sort_collection,
)
from videos.team.access import member_of, requires

MAX_LISTED = 500
PER_PAGE = 96


@require_http_methods(["GET", "HEAD", "POST"])
def collection_list(request: HttpRequest) -> HttpResponseBase:
    """All collections. POST makes one."""
    if request.method == "POST":
        return _create(request)
    member = member_of(request)
    rows = Collection.objects.live().with_counts(member).with_covers(member)
    collections = list(rows.select_related("maker")[:MAX_LISTED])
    covers = [getattr(row, "cover", None) for row in collections]
    jobs = with_pictures(visible_jobs(member)).in_bulk([pk for pk in covers if pk])
    urls = [_cover_url(jobs.get(pk or 0)) for pk in covers]
    may_organise = may_without_project(member, Action.ORGANISE)
    context = {
        "collections": list(zip(collections, urls, strict=True)),
        "may_organise": may_organise,
        "deleted": _deleted(member) if may_organise else [],
    }
    return page(request, "organise/collections.html", context)


def _deleted(member: Member) -> list[Collection]:
    """Those that can be restored, the newest deletion first."""
    rows = Collection.objects.in_trash().with_counts(member)
    return list(rows.order_by("-deleted_at", "-pk")[:MAX_LISTED])


def _cover_url(job: VideoJob | None) -> str:
    return thumb_url(job.public_id, pictures_of(job)) if job else ""


@requires(Action.ORGANISE, team=True)
def _create(request: HttpRequest) -> HttpResponse:
    try:
        collection = create_collection(member_of(request), request.POST.get("name", ""))
    except ValidationFailed as invalid:
        return go(request, reverse("collection_list"), Toast(str(invalid), "warning"))
    forget_choices()
    message = _("Created “%(name)s”. Select clips in the gallery to add them.")
    return go(request, reverse("collection_list"), Toast(message % {"name": collection.name}))


@require_safe
def collection_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The clips of one collection, in its order, so many to a page."""
    member, collection = member_of(request), _find(slug)
    pages = Paginator(for_cards(_in_order(member, collection)), PER_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    jobs = list(shown)
    ratios = (ratio_of(shown_size(job.size, measures_of(job))) for job in jobs)
    context = {
        "collection": collection,
        # What the selection bar shares with that of the gallery.
        "filters": {"offered": choices_for(member)},
        "matching_query": urlencode({"collection": slug}),
        "shown_at": timezone.now().isoformat(),
        # Which clips are in it changes with a reload.
        "news_url": f"{reverse('news')}?{urlencode({'quiet': 1})}",
        "seen_at": timezone.now().isoformat(),
        "lines": list(zip(jobs, ratios, render_cards(jobs, member), strict=True)),
        "may_organise": may_without_project(member, Action.ORGANISE),
        "shown": shown,
    }
    return page(request, "organise/collection.html", context)


@require_POST
@requires(Action.ORGANISE, team=True)
def collection_change(request: HttpRequest, slug: str) -> HttpResponse:
    """Rename a collection, delete it with a way back in the toast, or take the selected clips out
    of it."""
    collection = _find(slug)
    back = reverse("collection_detail", args=[slug])
    match request.POST.get("do"):
        case "delete":
            return _delete(request, collection)
        case "remove":
            return _take_out(request, collection, back)
        case _other:
            try:
                rename_collection(collection, request.POST.get("name", ""))
            except ValidationFailed as invalid:
                return go(request, back, Toast(str(invalid), "warning"))
            forget_choices()
            return go(request, back, Toast(_("Renamed.")))


def _delete(request: HttpRequest, collection: Collection) -> HttpResponse:
    links = collection.share_links.usable().count()
    delete_collection(member_of(request), collection)
    forget_choices()
    text = _("Deleted the collection “%(name)s”. Its clips stay in the gallery.")
    closed = ngettext(
        "%(count)d share link to it is closed.", "%(count)d share links to it are closed.", links
    )
    text = f"{text} {closed}" if links else text
    undo_url = reverse("collection_restore", args=[collection.slug])
    toast = Toast(text % {"name": collection.name, "count": links}, undo_url=undo_url)
    return go(request, reverse("collection_list"), toast)


@require_POST
@requires(Action.ORGANISE, team=True)
def collection_restore(request: HttpRequest, slug: str) -> HttpResponse:
    """Bring a deleted collection back."""
    collection = get_object_or_404(Collection.objects.in_trash(), slug=slug)
    if not restore_collection(member_of(request), collection):
        raise Http404("It was restored or deleted permanently just now.")
    forget_choices()
    return go(request, reverse("collection_detail", args=[slug]), Toast(_("Restored.")))


def _take_out(request: HttpRequest, collection: Collection, back: str) -> HttpResponse:
    """Take the selected clips, or all that are not in the trash, out of the collection."""
    member = member_of(request)
    params = {"collection": collection.pk, "name": collection.name}
    inside = visible_jobs(member).live().filter(collection_items__collection=collection)
    if request.POST.get("all") == "1":
        query = urlencode({"collection": collection.slug})
        return start(request, BulkAction.UNCOLLECT, params, inside, query, back)
    rows = inside.filter(public_id__in=chosen_ids(request.POST))
    run = do_now(member, BulkAction.UNCOLLECT, params, rows)
    if run is None or not run.changed:
        return go(request, back, Toast(_("Select some clips first."), "warning"))
    return go(request, back, with_undo(run, done_text(run)))


@require_POST
@requires(Action.ORGANISE, team=True)
def collection_sort(request: HttpRequest, slug: str) -> HttpResponse:
    """Put the clips of `order` into this order, move one clip by a place, or the selected clips to
    a place of the list."""
    collection, moved = _find(slug), request.POST.get("moved", "")
    back = reverse("collection_detail", args=[slug])
    if request.POST.get("do") == "place":
        try:
            sorted_ids, moved = _moved_to_place(request, collection)
        except ValidationFailed as invalid:
            return go(request, back, Toast(str(invalid), "warning"))
    else:
        sorted_ids = _order(request, collection)
    every = list(collection.items.values_list("job__public_id", flat=True))
    try:
        order = in_their_places(every, sorted_ids)
        # The selection bar names it in the address of its button.
        version = number(request.POST, "version") or number(request.GET, "version")
        sort_collection(collection, order, version)
    except ChangedSince:
        message = _("Someone else changed this collection. This is how it is now.")
        return go(request, back, Toast(message, "warning"))
    return go(request, _at(member_of(request), collection, moved))


def _order(request: HttpRequest, collection: Collection) -> list[str]:
    """The public ids of the clips that change places, in their new order."""
    moved, step = request.POST.get("moved", ""), request.POST.get("by", "")
    if step not in ("-1", "1"):
        return request.POST.getlist("order")
    # Clips that the member doesn't see are passed over.
    ids = _ids(member_of(request), collection)
    if moved in ids:
        place = ids.index(moved)
        ids.insert(max(0, place + int(step)), ids.pop(place))
    return ids


def _moved_to_place(request: HttpRequest, collection: Collection) -> tuple[list[str], str]:
    """The public ids in their new order, and the first one that moved. Raises ValidationFailed."""
    ids, chosen = _ids(member_of(request), collection), set(chosen_ids(request.POST))
    moved = [each for each in ids if each in chosen]
    if not moved:
        raise ValidationFailed({"": _("Select some clips first.")})
    place = number(request.POST, "to_place")
    if not 1 <= place <= len(ids):
        text = _("Type a place from 1 to %(count)s.")
        raise ValidationFailed({"to_place": text % {"count": len(ids)}})
    others = [each for each in ids if each not in chosen]
    return [*others[: place - 1], *moved, *others[place - 1 :]], moved[0]


def _in_order(member: Member, collection: Collection) -> VideoJobQuerySet:
    rows = visible_jobs(member).live().filter(collection_items__collection=collection)
    return rows.order_by("collection_items__position", "collection_items__id")


def _ids(member: Member, collection: Collection) -> list[str]:
    return list(_in_order(member, collection).values_list("public_id", flat=True))


def _at(member: Member, collection: Collection, public_id: str) -> str:
    """The collection, on the page of this clip and at it."""
    url, ids = reverse("collection_detail", args=[collection.slug]), _ids(member, collection)
    at_page = ids.index(public_id) // PER_PAGE + 1 if public_id in ids else 1
    return f"{url}{f'?page={at_page}' if at_page > 1 else ''}#clip-{public_id}"


def _find(slug: str) -> Collection:
    collection = Collection.objects.live().filter(slug=slug).first()
    if collection is None:
        raise Http404("Collection not found.")
    return collection
