"""In which browsers is a member signed in?"""

from django.db import models
from django.utils import timezone

from videos.models.member import Member

MAX_AGENT = 200


class MemberSession(models.Model):
    """One sign-in. Django's own table has no member and no browser."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="sessions")
    key = models.CharField(max_length=40, unique=True)
    address = models.CharField(max_length=45, blank=True, default="")
    agent = models.CharField(max_length=MAX_AGENT, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    # About once an hour, or every request would write.
    seen_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.member}: {self.agent[:40]}"
