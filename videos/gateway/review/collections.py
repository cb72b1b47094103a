"""How does a script put collections together?"""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from msgspec import UNSET

from videos.gateway.pages import page_by
from videos.gateway.responses import Refusal, json_answer, not_found
from videos.gateway.review import objects
from videos.gateway.review.body import read_body
from videos.gateway.review.serializers import collections_of
from videos.gateway.videos import find
from videos.jobs.errors import ChangedSince, ValidationFailed
from videos.models import AccessToken, Collection, VideoJobQuerySet, visible_jobs
from videos.review.collections import (
    add_to_collection,
    create_collection,
    delete_collection,
    remove_from_collection,
    rename_collection,
    sort_collection,
)


def listing(request: HttpRequest, token: AccessToken) -> HttpResponse:
    """All collections by slug."""
    rows = Collection.objects.live().with_counts(token.member).select_related("maker")
    page = page_by(rows, "slug", request)
    answer = objects.CollectionList(
        data=collections_of(page.rows),
        last_id=page.last.slug if page.last else None,
        has_more=page.has_more,
    )
    return json_answer(answer)


def create(request: HttpRequest, token: AccessToken) -> HttpResponse:
    """A new collection, with clips in it if `ids` names some."""
    body = read_body(request, objects.AddCollection)
    with transaction.atomic():
        collection = create_collection(token.member, body.name)
        if body.ids is not UNSET:
            add_to_collection(token.member, collection, _clips(token, body.ids))
    return _answer(token, collection.slug)


def retrieve(request: HttpRequest, token: AccessToken, slug: str) -> HttpResponse:
    """One collection. Its clips are those of `/api/videos?collection=`."""
    return _answer(token, slug)


def change(request: HttpRequest, token: AccessToken, slug: str) -> HttpResponse:
    """Rename a collection; its slug stays."""
    body = read_body(request, objects.ChangeCollection)
    rename_collection(_find(slug), body.name)
    return _answer(token, slug)


def delete(request: HttpRequest, token: AccessToken, slug: str) -> HttpResponse:
    """Delete a collection. Its clips stay."""
    delete_collection(token.member, _find(slug))
    return json_answer(objects.CollectionDeleted(slug=slug))


def add(request: HttpRequest, token: AccessToken, slug: str) -> HttpResponse:
    """Put clips at the end."""
    collection, body = _find(slug), read_body(request, objects.AddToCollection)
    add_to_collection(token.member, collection, _clips(token, body.ids))
    return _answer(token, slug)


def sort(request: HttpRequest, token: AccessToken, slug: str) -> HttpResponse:
    """Put the clips into another order. 409 if someone changed the collection since."""
    collection, body = _find(slug), read_body(request, objects.SortCollection)
    try:
        sort_collection(collection, body.ids, body.version)
    except ChangedSince as error:
        message = "Someone else changed this collection. Read it again."
        raise Refusal(409, message, param="version", code="changed_since") from error
    return _answer(token, slug)


def remove(request: HttpRequest, token: AccessToken, slug: str, video_id: str) -> HttpResponse:
    """Take one clip out of a collection."""
    collection, job = _find(slug), find(token, video_id)
    remove_from_collection(collection, visible_jobs(token.member).filter(pk=job.pk))
    return _answer(token, slug)


def _clips(token: AccessToken, ids: list[str]) -> VideoJobQuerySet:
    """The clips of these ids. ValidationFailed if one isn't there."""
    rows = visible_jobs(token.member).live().filter(public_id__in=ids)
    missing = set(ids) - set(rows.values_list("public_id", flat=True))
    if missing:
        raise ValidationFailed({"ids": f"No such video: {min(missing)}."})
    return rows


def _find(slug: str) -> Collection:
    collection = Collection.objects.live().filter(slug=slug).first()
    if collection is None:
        raise not_found("Collection")
    return collection


def _answer(token: AccessToken, slug: str) -> HttpResponse:
    rows = Collection.objects.live().with_counts(token.member).select_related("maker")
    collections = collections_of(rows.filter(slug=slug))
    if not collections:
        raise not_found("Collection")
    return json_answer(collections[0])
