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


class Condition(models.TextChoices):
    """What is known of a clip's bytes. Only a clip that is in doubt is not `WHOLE`."""

    WHOLE = "", "Whole"
    UNCHECKED = "unchecked", "Kept as it came, not checked"
    INCOMPLETE = "incomplete", "Kept as it came, incomplete"


class Asset(models.Model):
    """One archived file. Its row is written after the file is on disk.

    Sizes are in square pixels, as a player shows them after turning. What is unknown, as of clips
    that were archived before it was measured, is 0, null or empty.
    """

    job = models.ForeignKey(VideoJob, models.CASCADE, related_name="assets")
    kind = models.CharField(max_length=12, choices=Kind)
    # Relative to the archive's folder. Seeded jobs share files, hence not unique.
    path = models.CharField(max_length=200, db_index=True)
    bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    # Of clips alone. `container` is its usual file extension, `rotation` in degrees clockwise,
    # `pixel_aspect` the width of one stored pixel divided by its height.
    container = models.CharField(max_length=8, blank=True, default="")
    codec = models.CharField(max_length=32, blank=True, default="")
    seconds = models.FloatField(null=True, blank=True)
    frames = models.PositiveIntegerField(null=True, blank=True)
    frame_rate = models.FloatField(null=True, blank=True)
    rotation = models.PositiveSmallIntegerField(default=0)
    pixel_aspect = models.FloatField(default=1.0)
    has_audio = models.BooleanField(null=True, blank=True)
    condition = models.CharField(max_length=10, choices=Condition, blank=True, default="")
    # Why it is in doubt, as a phrase for people.
    note = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "kind"], name="one_asset_per_kind"),
            models.CheckConstraint(condition=Q(bytes__gt=0), name="asset_is_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.path}"
