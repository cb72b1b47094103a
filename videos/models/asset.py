"""Which files of a job are archived?"""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from videos.models.job import VideoJob
from videos.models.messages import MessageField


class Kind(models.TextChoices):
    """Which file of a job. The API calls this the variant."""

    VIDEO = "video", gettext_lazy("Video")
    THUMBNAIL = "thumbnail", gettext_lazy("Thumbnail")
    SPRITESHEET = "spritesheet", gettext_lazy("Spritesheet")
    # The thumbnail at half its size, for our own pages: the API doesn't know it.
    SMALL = "small", gettext_lazy("Small thumbnail")


API_VARIANTS = (Kind.VIDEO, Kind.THUMBNAIL, Kind.SPRITESHEET)


class Condition(models.TextChoices):
    """Whether the archived file is complete. Anything but `WHOLE` is in doubt."""

    WHOLE = "", gettext_lazy("Whole")
    UNCHECKED = "unchecked", gettext_lazy("Kept as received, not checked")
    INCOMPLETE = "incomplete", gettext_lazy("Kept as received, incomplete")


class Asset(models.Model):
    """One archived file. Its row is written after the file is on disk.

    Sizes are in square pixels, as a player shows them after rotation. Unknown values are 0, null or
    empty, as for clips that were archived before these columns existed.
    """

    job = models.ForeignKey(VideoJob, models.CASCADE, related_name="assets")
    kind = models.CharField(max_length=12, choices=Kind)
    # Relative to the archive's folder. Seeded jobs share files, hence not unique.
    path = models.CharField(max_length=200, db_index=True)
    bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    # For clips only. `container` is the usual file extension, `rotation` is in degrees clockwise,
    # `pixel_aspect` is the width of a stored pixel divided by its height.
    container = models.CharField(max_length=8, blank=True, default="")
    codec = models.CharField(max_length=32, blank=True, default="")
    seconds = models.FloatField(null=True, blank=True)
    frames = models.PositiveIntegerField(null=True, blank=True)
    frame_rate = models.FloatField(null=True, blank=True)
    rotation = models.PositiveSmallIntegerField(default=0)
    pixel_aspect = models.FloatField(default=1.0)
    has_audio = models.BooleanField(null=True, blank=True)
    condition = models.CharField(max_length=10, choices=Condition, blank=True, default="")
    # Why the file is in doubt, as a phrase for people.
    note = MessageField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "kind"], name="one_asset_per_kind"),
            models.CheckConstraint(condition=Q(bytes__gt=0), name="asset_is_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.path}"
