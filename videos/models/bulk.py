"""What is done to many clips at once, how far is it, and how is it undone?"""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from videos.models.lease import Leased, LeasedQuerySet
from videos.models.member import Member
from videos.models.messages import MessageField
from videos.models.notice import KEPT


class BulkAction(models.TextChoices):
    """What a run does to each of its clips."""

    DECIDE = "decide"
    PROJECT = "project"
    TAG = "tag"
    UNTAG = "untag"
    COLLECT = "collect"
    UNCOLLECT = "uncollect"
    LIKE = "like"
    UNLIKE = "unlike"
    TRASH = "trash"
    RESTORE = "restore"
    PURGE = "purge"


class BulkState(models.TextChoices):
    """How a run stands. A running one without `started_at` waits for the mirror."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    STOPPED = "stopped"


class Refusal(models.TextChoices):
    """Why a run left a clip as it was."""

    GONE = "gone", gettext_lazy("Someone else deleted or restored it first")
    NOT_ALLOWED = "not_allowed", gettext_lazy("You don't have permission to change this clip")
    UNFINISHED = "unfinished", gettext_lazy("Only finished clips can be decided")
    CHANGED_SINCE = "changed_since", gettext_lazy("Someone changed it since")
    LAST_COPY = "last_copy", gettext_lazy("It became the last copy, so it wasn't deleted")
    NO_TRASH = "no_trash", gettext_lazy("The trash was turned off")
    NO_TARGET = "no_target", gettext_lazy("The project or collection is full, archived or deleted")


class BulkRunQuerySet(LeasedQuerySet["BulkRun"]):
    """The named conditions of bulk actions."""

    def of(self, member: Member) -> Self:
        """The member's own, newest first."""
        return self.filter(member=member).order_by("-id")

    def due(self, now: datetime) -> Self:
        """Runs that wait for the mirror, the longest due first."""
        return self.filter(due_at__lte=now).order_by("due_at")

    def old(self, now: datetime) -> Self:
        """What is kept no longer: as long as the notices that lead there."""
        return self.filter(finished_at__lt=now - KEPT)


class BulkRun(Leased):
    """One action on many clips, done in parts. Which clips is fixed when it starts.

    `position` is the next part. A part and the new position are written in one transaction, so
    that a run that was interrupted goes on where it was, and does nothing twice.
    """

    member = models.ForeignKey(Member, models.CASCADE, related_name="bulk_runs", db_index=False)
    action = models.CharField(max_length=9, choices=BulkAction)
    # What the action needs: a verdict, the key of a project, the text of tags.
    params = models.JSONField(default=dict, blank=True)
    # The filters that chose the clips, as a query string, to show and to go back to.
    query = models.TextField(blank=True, default="")
    # Marks all that the run does, for example its decisions.
    press = models.CharField(max_length=32, unique=True)
    # The same for two presses of one button.
    key = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=BulkState, default=BulkState.RUNNING)
    position = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    # Clips that already had the wanted value.
    unchanged = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # The run that this one undoes. A run can be undone once.
    undoes = models.OneToOneField(
        "self", models.CASCADE, null=True, blank=True, related_name="undone_by"
    )
    trouble = MessageField(max_length=600, blank=True, default="")

    objects: ClassVar[BulkRunQuerySet] = BulkRunQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["member", "-id"], name="bulk_of_member"),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="bulk_due"),
            models.Index(
                fields=["finished_at"], condition=Q(finished_at__isnull=False), name="bulk_age"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(action__in=BulkAction.values), name="bulk_action_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=BulkState.values), name="bulk_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state=BulkState.RUNNING, finished_at=None, due_at__isnull=False)
                | (~Q(state=BulkState.RUNNING) & Q(finished_at__isnull=False, due_at=None)),
                name="bulk_run_is_due_or_finished",
            ),
            models.CheckConstraint(
                condition=Q(
                    total__gte=models.F("changed") + models.F("unchanged") + models.F("failed")
                ),
                name="bulk_counts_fit",
            ),
            # A double click is one run.
            models.UniqueConstraint(
                fields=["member", "key"],
                condition=Q(state=BulkState.RUNNING),
                name="one_run_per_press",
            ),
        ]

    def __str__(self) -> str:
        return f"bulk run {self.pk}: {self.action}"

    @property
    def handled(self) -> int:
        """How many clips have had their turn."""
        return self.changed + self.unchanged + self.failed

    @property
    def is_running(self) -> bool:
        """Return True if clips are still to be changed."""
        return self.state == BulkState.RUNNING


class BulkPart(models.Model):
    """Some clips of a run, by primary key, that are changed in one transaction.

    `before` is what undoing needs to know of the clips in `changed`. `refused` maps each reason to
    the clips that were left as they are.
    """

    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="parts", db_index=False)
    position = models.PositiveIntegerField()
    clips = models.JSONField(default=list)
    changed = models.JSONField(default=list, blank=True)
    before = models.JSONField(default=dict, blank=True)
    refused = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="one_part_per_position")
        ]

    def __str__(self) -> str:
        return f"part {self.position} of {self.run_id}"
