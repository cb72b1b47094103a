"""What did people say about a clip, and about which moment of it?"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from videos.models.job import VideoJob
from videos.models.member import Member
from videos.models.share import MAX_GUEST, ShareLink

MAX_COMMENT = 5000


class CommentQuerySet(models.QuerySet["Comment"]):
    """The named conditions of comments."""

    def live(self) -> "CommentQuerySet":
        """Comments that were not deleted."""
        return self.filter(deleted_at=None)

    def shown(self) -> "CommentQuerySet":
        """Comments that were not deleted, and deleted ones with replies."""
        answered = models.Exists(Comment.objects.live().filter(parent=models.OuterRef("pk")))
        return self.filter(Q(deleted_at=None) | answered)


class Comment(models.Model):
    """A remark on a clip, at a moment or a range of it, or an answer to one.

    `start` and `end` are seconds from the clip's beginning; both empty: the clip as a whole.
    Threads have one level: an answer's `parent` is never an answer itself.
    """

    job = models.ForeignKey(VideoJob, models.CASCADE, related_name="comments")
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="replies"
    )
    maker = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="comments"
    )
    # Guests of a share link have only a name.
    guest = models.CharField(max_length=MAX_GUEST, blank=True, default="")
    link = models.ForeignKey(
        ShareLink, models.SET_NULL, null=True, blank=True, related_name="comments", db_index=False
    )
    text = models.TextField()
    start = models.DecimalField(max_digits=9, decimal_places=3, null=True, blank=True)
    end = models.DecimalField(max_digits=9, decimal_places=3, null=True, blank=True)
    mentions: "models.ManyToManyField[Member, models.Model]" = models.ManyToManyField(
        Member, related_name="mentioned_in", blank=True
    )
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    # One press of the button makes one comment.
    submission_key = models.CharField(max_length=64)

    objects: ClassVar[CommentQuerySet] = CommentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["id"]
        indexes = [
            # Web processes of the previous release ask which were deleted lately.
            models.Index(
                fields=["deleted_at"], condition=Q(deleted_at__isnull=False), name="removed_comment"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(end=None) | Q(start__isnull=False, end__gt=F("start")),
                name="comment_range_goes_forward",
            ),
            models.CheckConstraint(
                condition=Q(start=None) | Q(start__gte=0), name="comment_starts_in_the_clip"
            ),
            models.CheckConstraint(
                condition=Q(maker__isnull=False, guest="") | (Q(maker=None) & ~Q(guest="")),
                name="comment_is_by_a_member_or_a_guest",
            ),
            models.UniqueConstraint(fields=["job", "submission_key"], name="one_comment_per_press"),
        ]

    def __str__(self) -> str:
        return f"{self.job}: {self.text[:40]}"
