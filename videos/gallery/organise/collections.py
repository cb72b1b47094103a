"""Which collections are there, what is in one, and in which order?"""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from videos.gallery.bulk.sentences import done_text
from videos.gallery.bulk.start import start, with_undo
from videos.gallery.clips.card import for_cards, render_cards
from videos.gallery.clips.choices import forget_choices
from videos.gallery.shell.bulk import chosen_ids, number
from videos.gallery.shell.htmx import Toast, go, page
from videos.jobs.errors import ValidationFailed
from videos.models import (
    Action,
    BulkAction,
    Collection,
    may_without_project,
    visible_jobs,
)
from videos.review.bulk.begin import do_now
from videos.review.collections import (
    ChangedSince,
    create_collection,
    delete_collection,
    rename_collection,
    sort_collection,
)
from videos.team.access import member_of, requires

MAX_SHOWN = 500


@require_http_methods(["GET", "HEAD", "POST"])
def collection_list(request: HttpRequest) -> HttpResponseBase:
    """All collections. POST makes one."""
    if request.method == "POST":
        return _create(request)
    rows = Collection.objects.with_counts(member_of(request)).select_related("maker")
    context = {
        "collections": rows[:MAX_SHOWN],
        "may_organise": may_without_project(member_of(request), Action.ORGANISE),
    }
    return page(request, "organise/collections.html", context)


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
    """The clips of one collection, in its order."""
    member, collection = member_of(request), _find(slug)
    rows = visible_jobs(member).live().filter(collection_items__collection=collection)
    order = ("collection_items__position", "collection_items__id")
    jobs = list(for_cards(rows).order_by(*order)[:MAX_SHOWN])
    context = {
        "collection": collection,
        "lines": list(zip(jobs, render_cards(jobs, member), strict=True)),
        "may_organise": may_without_project(member, Action.ORGANISE),
        "is_cut": len(jobs) == MAX_SHOWN,
    }
    return page(request, "organise/collection.html", context)


@require_POST
@requires(Action.ORGANISE, team=True)
def collection_change(request: HttpRequest, slug: str) -> HttpResponse:
    """Rename or delete a collection, or take the selected clips out of it."""
    collection = _find(slug)
    back = reverse("collection_detail", args=[slug])
    match request.POST.get("do"):
        case "delete":
            delete_collection(member_of(request), collection)
            forget_choices()
            message = _("Deleted the collection “%(name)s”. Its clips stay in the gallery.")
            toast = Toast(message % {"name": collection.name})
            return go(request, reverse("collection_list"), toast)
        case "remove":
            return _take_out(request, collection, back)
        case _other:
            try:
                rename_collection(collection, request.POST.get("name", ""))
            except ValidationFailed as invalid:
                return go(request, back, Toast(str(invalid), "warning"))
            forget_choices()
            return go(request, back, Toast(_("Renamed.")))


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
    """Put the clips into the order of `ids`, or move one of them by a place."""
    collection = _find(slug)
    back = reverse("collection_detail", args=[slug])
    try:
        sort_collection(collection, _order(request, collection), number(request.POST, "version"))
    except ChangedSince:
        message = _("Someone else changed this collection. This is how it is now.")
        return go(request, back, Toast(message, "warning"))
    return go(request, f"{back}#clip-{request.POST.get('moved', '')}")


def _order(request: HttpRequest, collection: Collection) -> list[str]:
    ids = list(collection.items.values_list("job__public_id", flat=True))
    moved, step = request.POST.get("moved", ""), request.POST.get("by", "")
    if moved in ids and step in ("-1", "1"):
        place = ids.index(moved)
        ids.insert(max(0, place + int(step)), ids.pop(place))
        return ids
    return request.POST.getlist("order")[: len(ids)]


def _find(slug: str) -> Collection:
    collection = Collection.objects.filter(slug=slug).first()
    if collection is None:
        raise Http404("There is no such collection.")
    return collection
