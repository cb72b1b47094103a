"""Which files do we hold of a job?"""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from videos.models.job import VideoJob


class Kind(models.TextChoices):
    """Which file of a job; the API calls it the variant."""

    VIDEO = "video", "Video"
    THUMBNAIL = "thumbnail", "Thumbnail"
    SPRITESHEET = "spritesheet", "Spritesheet"


class Asset(models.Model):
    """One archived file. Its row is written after the file is whole and on disk."""

    job = models.ForeignKey(VideoJob, models.CASCADE, related_name="assets")
    kind = models.CharField(max_length=12, choices=Kind)
    # Relative to the archive's folder. Seeded jobs share files, hence not unique.
    path = models.CharField(max_length=200, db_index=True)
    bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "kind"], name="one_asset_per_kind"),
            models.CheckConstraint(condition=Q(bytes__gt=0), name="asset_is_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.path}"
