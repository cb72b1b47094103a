"""Which clips are in a collection, and in which order are they read?"""

from collections.abc import Callable

from django.db.models import QuerySet
from django.urls import Resolver404, resolve

from videos.gallery.clips.pagination import PER_PAGE, Read
from videos.models import Collection, CollectionItem, VideoJob, job_among
from videos.models.paging import beyond

Fetch = Callable[[QuerySet[VideoJob]], QuerySet[VideoJob]]


def collection_at(path: str) -> Collection | None:
    """The collection whose page has this address; None for any other page."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    if match.url_name != "collection_detail":
        return None
    return Collection.objects.live().filter(slug=match.kwargs["slug"]).first()


def in_order(collection: Collection, seen: QuerySet[VideoJob], fetch: Fetch) -> Read:
    """Reads those of `seen` that are in the collection, in its order; `fetch` says what of each
    clip is needed. "Newer" ones stand before the cursor."""
    items = CollectionItem.objects.filter(job_among(seen), collection=collection)

    def read(cursor: str, newer: bool) -> list[VideoJob]:
        place = items.filter(job__public_id=cursor).values_list("position", "pk").first()
        if place is None:
            return []
        order = ("-position", "-pk") if newer else ("position", "pk")
        beside = items.filter(beyond(order, place)).order_by(*order)
        keys = list(beside.values_list("job", flat=True)[:PER_PAGE])
        rows = {job.pk: job for job in fetch(seen.filter(pk__in=keys))}
        return [rows[key] for key in keys if key in rows]

    return read
