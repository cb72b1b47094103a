"""How are clips picked by hand, and put in an order?"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from videos.jobs.errors import ChangedSince, NotAllowed, ValidationFailed
from videos.models import (
    Action,
    AuditAction,
    Collection,
    CollectionItem,
    Member,
    ShareLink,
    TeamSettings,
    VideoJobQuerySet,
    allowed_rows,
    may_without_project,
    record,
)
from videos.models.organise import free_slug
from videos.review.labels import clean_name

MAX_ITEMS = 2000
PURGED_AT_ONCE = 100


def create_collection(member: Member, name: str) -> Collection:
    """A new, empty collection. Raises ValidationFailed."""
    _refuse_unless_allowed(member)
    name = clean_name(name)
    slug = free_slug(Collection.objects.all(), name)
    return Collection.objects.create(name=name, slug=slug, maker=member)


def rename_collection(collection: Collection, name: str) -> None:
    """Give a collection another name; its address stays. Raises ValidationFailed."""
    collection.name = clean_name(name)
    collection.save(update_fields=["name"])


def delete_collection(member: Member, collection: Collection) -> None:
    """Delete a collection, which closes its share links. Its clips stay. It can be restored as long
    as clips stay in the trash."""
    now = timezone.now()
    with transaction.atomic():
        facts = {"clips": collection.items.count()}
        record(AuditAction.COLLECTION_DELETED, collection, before=facts, member=member)
        rows = Collection.objects.filter(pk=collection.pk)
        rows.update(deleted_at=now, purge_at=_end_of_trash(now))


def restore_collection(member: Member, collection: Collection) -> bool:
    """Bring a deleted collection back as it was, with its share links; False if it is too late."""
    with transaction.atomic():
        rows = Collection.objects.in_trash().filter(pk=collection.pk)
        if not rows.update(deleted_at=None, purge_at=None):
            return False
        record(AuditAction.COLLECTION_RESTORED, collection, member=member)
    return True


def purge_collections() -> int:
    """Delete some collections permanently whose time in the trash is up, with their share links;
    returns how many. Their clips stay."""
    now = timezone.now()
    undated = Collection.objects.deleted().filter(purge_at=None)
    undated.update(purge_at=_end_of_trash(now))
    due = Collection.objects.deleted().filter(purge_at__lte=now)
    with transaction.atomic():
        # Locked, so that one that is being restored stays.
        keys = list(due.select_for_update().values_list("pk", flat=True)[:PURGED_AT_ONCE])
        ShareLink.objects.filter(collection__in=keys).delete()
        Collection.objects.filter(pk__in=keys).delete()
    return len(keys)


def _end_of_trash(now: datetime) -> datetime:
    # Where clips have no trash, deleting a collection can be undone for a day all the same.
    return now + timedelta(days=max(1, TeamSettings.load().trash_days))


def add_to_collection(member: Member, collection: Collection, jobs: VideoJobQuerySet) -> int:
    """Put clips at the end of a collection; returns how many were not in it yet. Raises
    ValidationFailed."""
    _refuse_unless_allowed(member)
    new = allowed_rows(member, Action.VIEW, jobs).exclude(collection_items__collection=collection)
    with transaction.atomic():
        _lock(collection)
        keys = list(new.values_list("pk", flat=True))
        items = CollectionItem.objects.filter(collection=collection)
        _refuse_too_many(items.count() + len(keys))
        last = items.aggregate(last=Max("position"))["last"] or 0
        rows = [
            CollectionItem(collection=collection, job_id=pk, position=last + place)
            for place, pk in enumerate(keys, 1)
        ]
        CollectionItem.objects.bulk_create(rows)
    return len(rows)


def remove_from_collection(collection: Collection, jobs: VideoJobQuerySet) -> int:
    """Take clips out of a collection; returns how many were in it."""
    with transaction.atomic():
        _lock(collection)
        return CollectionItem.objects.filter(collection=collection, job__in=jobs).delete()[0]


def put_back(collection: Collection, positions: Mapping[int, int]) -> int:
    """Put clips (by primary key) back at their places; returns how many were not in it. Raises
    ValidationFailed."""
    with transaction.atomic():
        _lock(collection)
        inside = set(collection.items.values_list("job", flat=True))
        new = {job: place for job, place in positions.items() if job not in inside}
        _refuse_too_many(len(inside) + len(new))
        CollectionItem.objects.bulk_create(
            CollectionItem(collection=collection, job_id=job, position=place)
            for job, place in new.items()
        )
    return len(new)


def sort_collection(collection: Collection, public_ids: list[str], version: int) -> None:
    """Put the clips of a collection in this order. Raises ChangedSince.

    `version` is that of the page on which the clips were sorted. Clips that aren't in `public_ids`
    keep their order, after the others.
    """
    with transaction.atomic():
        if not _lock(collection, version):
            raise ChangedSince
        order = {public_id: place for place, public_id in enumerate(public_ids)}
        items = CollectionItem.objects.filter(collection=collection).select_related("job")
        rows = sorted(items, key=lambda item: order.get(item.job.public_id, len(order)))
        for position, item in enumerate(rows, 1):
            item.position = position
        CollectionItem.objects.bulk_update(rows, ["position"])


def in_their_places(every: list[str], sorted_ids: list[str]) -> list[str]:
    """`every` with those of `sorted_ids` in that order, at the places that they have together."""
    ids = set(every)
    chosen = dict.fromkeys(each for each in sorted_ids if each in ids)
    following = iter(chosen)
    return [next(following) if each in chosen else each for each in every]


def _refuse_unless_allowed(member: Member) -> None:
    # Collections hold clips of all projects.
    if not may_without_project(member, Action.ORGANISE):
        raise NotAllowed({"collection": _("Your role doesn't allow you to change collections.")})


def refuse_too_many(collection: int, jobs: VideoJobQuerySet) -> None:
    """Raise ValidationFailed if the collection (by primary key) can't hold `jobs` as well."""
    items = CollectionItem.objects.filter(collection=collection)
    new = jobs.exclude(pk__in=items.values("job"))
    _refuse_too_many(items.count() + new.order_by().values("pk")[: MAX_ITEMS + 1].count())


def _refuse_too_many(count: int) -> None:
    if count > MAX_ITEMS:
        message = _("A collection can hold %(limit)s clips.")
        raise ValidationFailed({"": message % {"limit": f"{MAX_ITEMS:,}"}})


def _lock(collection: Collection, version: int | None = None) -> bool:
    """Count one more change, so that others wait for this one. False where `version` is old."""
    rows = Collection.objects.filter(pk=collection.pk)
    if version is not None:
        rows = rows.filter(version=version)
    if not rows.update(version=F("version") + 1):
        return False
    collection.refresh_from_db(fields=["version"])
    return True
