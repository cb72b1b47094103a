"""Which pictures does the team start clips from, and which clips were made with them?"""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

from videos.models.job import VideoJob
from videos.models.member import Member
from videos.models.origins import PictureRole

MAX_PICTURE_NAME = 80


class PictureQuerySet(models.QuerySet["Picture"]):
    """The named conditions of pictures."""

    def live(self) -> Self:
        """Pictures that were not deleted."""
        return self.filter(deleted_at=None)

    def deleted(self) -> Self:
        """Pictures that were deleted and can be restored."""
        return self.filter(deleted_at__isnull=False)

    def with_counts(self) -> Self:
        """With `clips`: how many that are not in the trash were made with each."""
        live = Q(uses__job__trashed_at=None)
        return self.annotate(clips=Count("uses__job", filter=live, distinct=True))


class Picture(models.Model):
    """A picture of the team's reference library, as a PNG at `path` within the archive.

    One that was made from a frame names the clip and when it is shown there, in seconds.
    """

    maker = models.ForeignKey(Member, models.PROTECT, related_name="pictures")
    name = models.CharField(max_length=MAX_PICTURE_NAME)
    path = models.CharField(max_length=200, unique=True)
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    source = models.ForeignKey(
        VideoJob, models.SET_NULL, null=True, blank=True, related_name="pictures_taken"
    )
    at = models.DecimalField(max_digits=9, decimal_places=3, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    # Kept for a while, so that deleting can be undone.
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[PictureQuerySet] = PictureQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["-id"], condition=Q(deleted_at=None), name="live_picture")]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="picture_has_a_name")]

    def __str__(self) -> str:
        return self.name


class JobPicture(models.Model):
    """A picture that a clip is made with, beside or as its first frame.

    The clip has a copy of its own at `path`, fitted to its size; empty for the first frame, which
    is the job's `reference`. `picture` is the library's, if it came from there.
    """

    job = models.ForeignKey(VideoJob, models.CASCADE, related_name="pictures_used", db_index=False)
    role = models.CharField(max_length=5, choices=PictureRole)
    place = models.PositiveSmallIntegerField(default=0)
    path = models.CharField(max_length=200, blank=True, default="")
    picture = models.ForeignKey(
        Picture, models.SET_NULL, null=True, blank=True, related_name="uses"
    )

    class Meta:
        ordering = ["role", "place"]
        constraints = [
            models.UniqueConstraint(fields=["job", "role", "place"], name="one_picture_per_place"),
            models.CheckConstraint(
                condition=Q(role=PictureRole.FIRST) | ~Q(path=""), name="other_pictures_have_a_file"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job}: {self.role} {self.place}"
