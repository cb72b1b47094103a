"""How is a clip found again: by its project, its tags, a collection?"""

import unicodedata
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify

from videos.models.job import VideoJob
from videos.models.member import Member
from videos.models.policies import Action, allowed_condition

MAX_NAME = 80
MAX_TAG = 40
MAX_TAGS_PER_CLIP = 50


class TagQuerySet(models.QuerySet["Tag"]):
    """The named conditions of tags."""

    def with_counts(self, viewer: Member) -> "TagQuerySet":
        """With `clips`: how many of those that have each `viewer` may see; none from the trash."""
        project, maker = "tagged__job__project", "tagged__job__maker"
        seen = allowed_condition(viewer, Action.VIEW, project, maker)
        live = Q(tagged__job__trashed_at=None)
        return self.annotate(clips=models.Count("tagged", filter=seen & live))


class Tag(models.Model):
    """A word that clips are marked with. `key` makes "Night shot" and "night  SHOT" one tag."""

    name = models.CharField(max_length=MAX_TAG)
    key = models.CharField(max_length=MAX_TAG * 4, unique=True, editable=False)
    jobs: "models.ManyToManyField[VideoJob, models.Model]" = models.ManyToManyField(
        VideoJob, through="JobTag", related_name="tags"
    )

    objects: ClassVar[TagQuerySet] = TagQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["key"]
        constraints = [models.CheckConstraint(condition=~Q(key=""), name="tag_has_a_key")]

    def __str__(self) -> str:
        return self.name


def tag_key(name: str) -> str:
    """What makes two spellings the same tag: no case, no wide forms, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


class JobTag(models.Model):
    """A clip has a tag."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="tagged", db_index=False)
    job = models.ForeignKey(VideoJob, models.CASCADE, related_name="job_tags")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "job"], name="one_tag_per_clip")]

    def __str__(self) -> str:
        return f"{self.tag}: {self.job}"


class CollectionQuerySet(models.QuerySet["Collection"]):
    """The named conditions of collections."""

    def live(self) -> "CollectionQuerySet":
        """Collections that were not deleted."""
        return self.filter(deleted_at=None)

    def deleted(self) -> "CollectionQuerySet":
        """Collections that were deleted and not yet purged."""
        return self.filter(deleted_at__isnull=False)

    def in_trash(self, now: datetime | None = None) -> "CollectionQuerySet":
        """Deleted collections that can still be restored."""
        restorable = Q(purge_at=None) | Q(purge_at__gt=now or timezone.now())
        return self.deleted().filter(restorable)

    def with_counts(self, viewer: Member) -> "CollectionQuerySet":
        """With `clips`: how many of those in each `viewer` may see; none from the trash."""
        seen = allowed_condition(viewer, Action.VIEW, "jobs__project", "jobs__maker")
        live = Q(jobs__trashed_at=None)
        return self.annotate(clips=models.Count("jobs", filter=seen & live))

    def with_covers(self, viewer: Member) -> "CollectionQuerySet":
        """With `cover`: the primary key of the first clip that has files here and that `viewer`
        may see; none from the trash."""
        seen = allowed_condition(viewer, Action.VIEW, "job__project", "job__maker")
        items = CollectionItem.objects.filter(seen, collection=models.OuterRef("pk"))
        shown = items.filter(job__trashed_at=None, job__archived_at__isnull=False)
        return self.annotate(cover=models.Subquery(shown.values("job")[:1]))


class Collection(models.Model):
    """Clips picked by hand, in an order that people choose.

    A deleted one keeps its clips, its address and its share links until `purge_at`, so that
    deleting can be undone; the links are closed.
    """

    slug = models.SlugField(max_length=MAX_NAME, unique=True, allow_unicode=True)
    name = models.CharField(max_length=MAX_NAME)
    maker = models.ForeignKey(Member, models.PROTECT, related_name="collections")
    created_at = models.DateTimeField(default=timezone.now)
    # Counts changes, so that two people who sort at once don't overwrite each other.
    version = models.PositiveIntegerField(default=1)
    deleted_at = models.DateTimeField(null=True, blank=True)
    # None for one that an earlier release deleted: the mirror sets it.
    purge_at = models.DateTimeField(null=True, blank=True)
    jobs: "models.ManyToManyField[VideoJob, models.Model]" = models.ManyToManyField(
        VideoJob, through="CollectionItem", related_name="collections"
    )

    objects: ClassVar[CollectionQuerySet] = CollectionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class CollectionItem(models.Model):
    """A clip at its place in a collection. Places may have gaps; ties are split by id."""

    collection = models.ForeignKey(Collection, models.CASCADE, related_name="items", db_index=False)
    job = models.ForeignKey(VideoJob, models.CASCADE, related_name="collection_items")
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["collection", "position"], name="collection_order")]
        constraints = [
            models.UniqueConstraint(fields=["collection", "job"], name="once_in_a_collection")
        ]

    def __str__(self) -> str:
        return f"{self.collection} {self.position}: {self.job}"


def free_slug(rows: "models.QuerySet[models.Model]", name: str) -> str:
    """A slug for `name` that none of `rows` has."""
    base = slugify(name, allow_unicode=True)[: MAX_NAME - 6] or "untitled"
    taken = set(rows.filter(slug__startswith=base).values_list("slug", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (base, *numbered) if slug not in taken)
