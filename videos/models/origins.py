"""What else was a clip made from: a frame of another clip, a comment?"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from videos.models.comment import Comment
from videos.models.job import VideoJob


class PictureRole(models.TextChoices):
    """What a picture is for the clip that is made from it."""

    FIRST = "first", gettext_lazy("First frame")
    LAST = "last", gettext_lazy("Last frame")
    GUIDE = "guide", gettext_lazy("Reference")


class FrameReference(models.Model):
    """A clip was made from a frame of another: `at` is when `source` shows it, in seconds.

    The picture itself is stored with the clip. `source` is empty once that clip was purged.
    """

    job = models.ForeignKey(VideoJob, models.CASCADE, related_name="frames_used", db_index=False)
    source = models.ForeignKey(
        VideoJob, models.SET_NULL, null=True, blank=True, related_name="frames_given"
    )
    at = models.DecimalField(max_digits=9, decimal_places=3)
    role = models.CharField(max_length=5, choices=PictureRole, default=PictureRole.FIRST)
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["job", "role", "place"], name="one_frame_per_place"),
            models.CheckConstraint(condition=Q(at__gte=0), name="frame_is_in_the_clip"),
            models.CheckConstraint(
                condition=Q(role__in=PictureRole.values), name="picture_role_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job}: {self.source} at {self.at}"


class NoteTake(models.Model):
    """A clip was made because of a comment. Approving it resolves the comment.

    `press` names the decision that did, so that undoing it opens the comment again.
    """

    job = models.OneToOneField(VideoJob, models.CASCADE, related_name="note_take")
    note = models.ForeignKey(Comment, models.CASCADE, related_name="takes")
    press = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.job}: {self.note_id}"
