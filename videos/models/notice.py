"""Notices for members, and messages for the team's receivers."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from videos.models.budget import Budget
from videos.models.comment import Comment
from videos.models.job import VideoJob
from videos.models.lease import Leased, LeasedQuerySet
from videos.models.member import Member
from videos.models.policies import Action, may_everywhere
from videos.models.selectors import job_among, visible_jobs

# Older notices are deleted.
KEPT = timedelta(days=90)
MAX_KEY = 120


class NoticeKind(models.TextChoices):
    """What happened. The sentences are in `videos/notices/messages.py`."""

    COMPLETED = "completed", gettext_lazy("A clip of yours is ready")
    FAILED = "failed", gettext_lazy("A clip of yours failed")
    MENTION = "mention", gettext_lazy("Someone mentions you")
    REPLY = "reply", gettext_lazy("Someone replies to you")
    COMMENT = "comment", gettext_lazy("Someone comments on a clip of yours")
    DECISION = "decision", gettext_lazy("Someone decides about a clip of yours")
    EXPIRING = "expiring", gettext_lazy("A clip of yours expires and isn't archived")
    SHARE_OPENED = "share_opened", gettext_lazy("Your share link is opened for the first time")
    BUDGET = "budget", gettext_lazy("A budget reaches 80 or 100 %")
    PAUSED = "paused", gettext_lazy("A provider is paused")
    BULK = "bulk", gettext_lazy("An action on many clips of yours has ended")
    WEBHOOK = "webhook", gettext_lazy("A webhook endpoint fails")


# What concerns the team and not one member: what can be sent to the team's chat.
TEAM_KINDS = (
    NoticeKind.COMPLETED,
    NoticeKind.FAILED,
    NoticeKind.COMMENT,
    NoticeKind.DECISION,
    NoticeKind.EXPIRING,
    NoticeKind.BUDGET,
    NoticeKind.PAUSED,
    NoticeKind.WEBHOOK,
)


class NoticeQuerySet(LeasedQuerySet["Notice"]):
    """The named conditions of notices."""

    def shown_to(self, member: Member) -> Self:
        """What `member` sees in the page, newest first."""
        rows = self.filter(member=member, is_shown=True).order_by("-id")
        if may_everywhere(member, Action.VIEW):
            return rows
        return rows.filter(Q(job=None) | job_among(visible_jobs(member)))

    def unread(self) -> Self:
        """What was not marked as read."""
        return self.filter(read_at=None)

    def with_subjects(self) -> Self:
        """With the rows that their sentences name, and nothing else of them."""
        budget = ("budget__member", "budget__token")
        return self.select_related("actor", "job", "comment", *budget).only(
            *("kind", "values", "created_at", "read_at", "member", "is_shown"),
            *("actor__name", "actor__username", "actor__erased_at"),
            *("job__public_id", "job__prompt", "comment__text", "comment__deleted_at"),
            *("budget__scope", "budget__token__name", "budget__token__prefix"),
            *("budget__member__name", "budget__member__username", "budget__member__erased_at"),
        )

    def old(self, now: datetime | None = None) -> Self:
        """What is kept no longer."""
        return self.filter(created_at__lt=(now or timezone.now()) - KEPT)


class Notice(Leased):
    """One thing that happened, for one member; without a member, for the team's receivers.

    The row holds what the sentence is made of, so that each reader sees it in their language. `key`
    names what happened: whoever writes it again, after a crash or beside another process, changes
    nothing. `due_at` is set until the mirror has seen to what has to be sent.
    """

    member = models.ForeignKey(
        Member, models.CASCADE, null=True, blank=True, related_name="notices", db_index=False
    )
    kind = models.CharField(max_length=12, choices=NoticeKind)
    key = models.CharField(max_length=MAX_KEY)
    job = models.ForeignKey(VideoJob, models.CASCADE, null=True, blank=True, related_name="notices")
    comment = models.ForeignKey(
        Comment, models.CASCADE, null=True, blank=True, related_name="notices"
    )
    # Who did it; empty for guests, whose name is among the values, and for events without an actor.
    actor = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    # Which budget it is about. The names of members and tokens aren't among the values, so that
    # erasing a member erases them here, too.
    budget = models.ForeignKey(
        Budget, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    values = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    # The member wants to see this kind in the page.
    is_shown = models.BooleanField(default=True)
    # The day in whose digest it is.
    digest_on = models.DateField(null=True, blank=True)

    objects: ClassVar[NoticeQuerySet] = NoticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["member", "read_at", "-id"],
                condition=Q(is_shown=True),
                name="notices_unread",
            ),
            models.Index(
                fields=["member", "-id"], condition=Q(is_shown=True), name="notices_shown"
            ),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="notice_due"),
            models.Index(fields=["created_at"], name="notice_age"),
            models.Index(
                fields=["member", "digest_on"],
                condition=Q(digest_on__isnull=False),
                name="notices_of_a_digest",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=NoticeKind.values), name="notice_kind_is_known"
            ),
            models.UniqueConstraint(
                fields=["member", "key"],
                condition=Q(member__isnull=False),
                name="members_are_told_once",
            ),
            models.UniqueConstraint(
                fields=["key"], condition=Q(member=None), name="the_team_is_told_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.member_id or 'the team'}"
