"""What does the team think of a clip?

The current decision is a column of the job, so that lists are filtered by an index. Its history,
ratings and favourites hang on the job.
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from videos.models.job import Verdict, VideoJob
from videos.models.member import Member
from videos.models.share import MAX_GUEST, ShareLink

MAX_NOTE = 2000
MAX_REASON = 80


class Decision(models.Model):
    """One decision about a clip. Rows are only added; the newest is the current one. A rejection's
    reason may be given shortly after it.

    `by` is empty for a guest, who came by a share link and has only a name. `press` is the same for
    all clips that were decided at once, so that they can be undone at once.
    """

    job = models.ForeignKey(VideoJob, models.CASCADE, related_name="decisions")
    verdict = models.CharField(max_length=13, choices=Verdict, blank=True)
    # What the clip was before, so that it can be undone.
    previous = models.CharField(max_length=13, choices=Verdict, blank=True, default="")
    reason = models.CharField(max_length=MAX_REASON, blank=True, default="")
    note = models.CharField(max_length=MAX_NOTE, blank=True, default="")
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="decisions")
    guest = models.CharField(max_length=MAX_GUEST, blank=True, default="")
    link = models.ForeignKey(
        ShareLink, models.SET_NULL, null=True, blank=True, related_name="decisions", db_index=False
    )
    at = models.DateTimeField(default=timezone.now)
    press = models.CharField(max_length=32, db_index=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict__in=Verdict.values), name="decision_is_known"
            ),
            models.CheckConstraint(
                condition=Q(by__isnull=False, guest="") | (Q(by=None) & ~Q(guest="")),
                name="decision_is_by_a_member_or_a_guest",
            ),
            models.UniqueConstraint(fields=["press", "job"], name="one_decision_per_press"),
        ]

    def __str__(self) -> str:
        return f"{self.job}: {self.get_verdict_display()}"


class Rating(models.Model):
    """One member's stars for a clip, 1 to 5."""

    job = models.ForeignKey(VideoJob, models.CASCADE, related_name="ratings", db_index=False)
    member = models.ForeignKey(Member, models.CASCADE, related_name="ratings")
    stars = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "member"], name="one_rating_per_member"),
            models.CheckConstraint(
                condition=Q(stars__gte=1, stars__lte=5), name="stars_are_one_to_five"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job}: {self.stars}"


class Favourite(models.Model):
    """A member's favourite clip. Only that member sees it."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="favourites", db_index=False)
    job = models.ForeignKey(VideoJob, models.CASCADE, related_name="favourites")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "job"], name="one_favourite_per_member")
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.job}"
