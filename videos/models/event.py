"""What is the history of a job?"""

from django.db import models
from django.utils import timezone

from videos.models.job import VideoJob
from videos.models.member import Member
from videos.models.messages import MessageField


class JobEvent(models.Model):
    """One entry of a job's history. `who` is empty for changes by the mirror."""

    job = models.ForeignKey(VideoJob, models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    from_status = models.CharField(max_length=12, blank=True, default="")
    to_status = models.CharField(max_length=12)
    who = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    why = MessageField(max_length=600)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}: {self.why}"
