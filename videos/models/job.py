"""What is a video job?"""

from typing import ClassVar

from django.db import models
from django.db.models import DecimalField, F, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from videos.models.ids import new_public_id
from videos.models.lease import Leased
from videos.models.member import Member
from videos.models.messages import MessageField
from videos.models.project import Project
from videos.models.provider import Provider
from videos.models.queryset import VideoJobQuerySet
from videos.models.stack import Stack
from videos.wire import MAX_ID


class JobStatus(models.TextChoices):
    """The state of a job. `transitions.py` has the allowed changes."""

    SUBMITTING = "submitting", gettext_lazy("Queued")
    UNSURE = "unsure", gettext_lazy("Unconfirmed")
    QUEUED = "queued", gettext_lazy("Queued")
    IN_PROGRESS = "in_progress", gettext_lazy("In progress")
    COMPLETED = "completed", gettext_lazy("Completed")
    FAILED = "failed", gettext_lazy("Failed")
    CANCELLED = "cancelled", gettext_lazy("Cancelled")


class Verdict(models.TextChoices):
    """What the team decided about a finished clip."""

    TO_REVIEW = "", gettext_lazy("To review")
    APPROVED = "approved", gettext_lazy("Approved")
    NEEDS_CHANGES = "needs_changes", gettext_lazy("Needs changes")
    REJECTED = "rejected", gettext_lazy("Rejected")


class Operation(models.TextChoices):
    """Which operation of the API makes the clip: from a prompt, or from a finished clip."""

    CREATE = "create", gettext_lazy("Create")
    REMIX = "remix", gettext_lazy("Remix")
    EDIT = "edit", gettext_lazy("Edit")
    EXTEND = "extend", gettext_lazy("Extend")


TERMINAL = (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED)
RUNNING = (JobStatus.QUEUED, JobStatus.IN_PROGRESS)
UNFINISHED = (JobStatus.SUBMITTING, JobStatus.UNSURE, *RUNNING)
LIVE = Q(trashed_at=None)
# Sorts clips of unknown price behind those that are free.
UNKNOWN_PRICE = Value(-1, output_field=DecimalField(max_digits=10, decimal_places=4))
MAX_STARS = 5


def _listed(name: str, *columns: str) -> models.Index:
    return models.Index(fields=[*columns, "-id"], condition=LIVE, name=name)


class VideoJob(Leased):
    """One request to generate one clip. The row is complete before anything is sent.

    `seconds` is always the length of the whole clip; for an extension it is the stitched total, as
    in the API. `added_seconds` (empty otherwise) is the part that is requested, sent and paid for:
    `price` is the price of the added seconds.
    """

    public_id = models.CharField(max_length=38, unique=True, default=new_public_id, editable=False)
    # Indexed by the unique constraint on submission keys.
    maker = models.ForeignKey(Member, models.PROTECT, related_name="jobs", db_index=False)
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="jobs")
    # The form's one-time key, unique per maker and take, so that a double click creates no second
    # job. `takes` is how many clips were requested together.
    submission_key = models.CharField(max_length=64, default=new_public_id)
    take = models.PositiveSmallIntegerField(default=1)
    takes = models.PositiveSmallIntegerField(default=1)

    operation = models.CharField(max_length=10, choices=Operation, default=Operation.CREATE)
    prompt = models.TextField()
    model = models.CharField(max_length=200)
    size = models.CharField(max_length=32)
    seconds = models.CharField(max_length=8)
    added_seconds = models.CharField(max_length=8, blank=True, default="")
    extra = models.JSONField(default=dict, blank=True)
    reference = models.CharField(max_length=200, blank=True, default="")
    # The reference image was fitted with bars, not cropped to fill the frame.
    padded = models.BooleanField(default=False)
    # Public ids of characters, all of the same provider.
    characters = models.JSONField(default=list, blank=True)
    # The clip that this one is made from. Also empty if that was purged.
    source = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="derived", db_index=False
    )
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="jobs", db_index=False
    )
    # The newest row of `decisions` says who decided this, when and why.
    verdict = models.CharField(
        max_length=13, choices=Verdict, blank=True, default=Verdict.TO_REVIEW
    )
    price = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True)
    sort_price = models.GeneratedField(
        expression=Coalesce("price", UNKNOWN_PRICE),
        output_field=DecimalField(max_digits=10, decimal_places=4),
        db_persist=True,
    )
    # The average of the ratings; 0 without any.
    rating = models.FloatField(default=0, db_default=0)
    # Empty for a clip that stands alone. `covers.py` says which clip is the cover of a stack.
    stack = models.ForeignKey(
        Stack, models.PROTECT, null=True, blank=True, related_name="jobs", db_index=False
    )
    is_cover = models.BooleanField(default=True, db_default=True)
    # The same for all clips of one press or of one list; empty for a clip that was made alone.
    batch = models.CharField(max_length=32, blank=True, default="", db_default="")
    # It is in an experiment that isn't closed yet. `blind.py` says what that hides.
    is_blind = models.BooleanField(default=False, db_default=False)

    status = models.CharField(max_length=12, choices=JobStatus, default=JobStatus.SUBMITTING)
    progress = models.PositiveSmallIntegerField(default=0)
    error_code = models.CharField(max_length=100, blank=True, default="")
    error_message = MessageField(max_length=2000, blank=True, default="")
    # Why a person should look at the job; empty if that isn't needed.
    attention = MessageField(max_length=600, blank=True, default="")
    # Increases with every change that a card shows, so that a poll can detect a stale one.
    version = models.PositiveIntegerField(default=1)

    remote_id = models.CharField(max_length=MAX_ID, blank=True, default="")
    remote_status = models.CharField(max_length=64, blank=True, default="")
    remote = models.JSONField(default=dict, blank=True)
    # The provider's newest job that we knew before the first send: ours can only be newer.
    known_before = models.CharField(max_length=MAX_ID, blank=True, default="")
    # When retrieve first answered 404, and how often since then.
    missing_since = models.DateTimeField(null=True, blank=True)
    missing_count = models.PositiveSmallIntegerField(default=0)

    created_at = models.DateTimeField(default=timezone.now)
    # How often create was sent. Before each further send it was proved that the one before bought
    # nothing. Sending again by hand starts a new count; "busy" answers are counted separately.
    sends = models.PositiveSmallIntegerField(default=0)
    busy_sends = models.PositiveSmallIntegerField(default=0)
    manual_sends = models.PositiveSmallIntegerField(default=0)
    # When the first and the last of these sends started, and when the last one ended.
    first_sent_at = models.DateTimeField(null=True, blank=True)
    submit_started_at = models.DateTimeField(null=True, blank=True)
    send_ended_at = models.DateTimeField(null=True, blank=True)
    # The provider answered with success, but we could not read the job's id: never sent again
    # automatically.
    accepted_without_id = models.BooleanField(default=False)
    # Since when it is sent before all others that wait for its provider; an admin decided so.
    moved_up_at = models.DateTimeField(null=True, blank=True)
    # When the provider's list or a person last confirmed that it may be sent.
    cleared_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    trashed_at = models.DateTimeField(null=True, blank=True)
    trashed_by = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="trashed", db_index=False
    )
    purge_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[VideoJobQuerySet] = VideoJobQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            _listed("live"),
            _listed("live_price", "-sort_price"),
            _listed("live_rating", "-rating"),
            models.Index(fields=["-id"], condition=LIVE & Q(is_cover=True), name="live_covers"),
            # Partial: most clips stand alone.
            models.Index(fields=["stack"], condition=Q(stack__isnull=False), name="in_stack"),
            models.Index(fields=["batch"], condition=~Q(batch=""), name="in_batch"),
            _listed("live_status", "status"),
            _listed("live_maker", "maker"),
            _listed("live_model", "model"),
            _listed("live_maker_status", "maker", "status"),
            _listed("live_maker_model", "maker", "model"),
            _listed("live_model_status", "model", "status"),
            # A new clip writes at most one of these two, and only if it has a project.
            models.Index(
                fields=["project", "-id"],
                condition=LIVE & Q(project__isnull=False),
                name="live_project",
            ),
            models.Index(
                fields=["verdict", "-id"],
                condition=LIVE & Q(status=JobStatus.COMPLETED),
                name="live_verdict",
            ),
            models.Index(
                # Only completed jobs have a time of expiry; naming the status here would make
                # SQLite prefer the index of statuses, and sort.
                fields=["expires_at", "id"],
                condition=LIVE & Q(expires_at__isnull=False),
                name="live_expiring",
            ),
            # Few rows: finished clips that are not archived yet, and those that are lost.
            models.Index(
                # The first two have one value each in what is asked for: without them, SQLite
                # prefers an index that has every finished clip.
                fields=["archived_at", "status", "expires_at", "id"],
                condition=LIVE & Q(archived_at=None, finished_at__isnull=False),
                name="live_unarchived",
            ),
            # Few rows: those that need a person's attention.
            models.Index(fields=["-id"], condition=LIVE & ~Q(attention=""), name="live_attention"),
            models.Index(
                fields=["status", "due_at"], condition=Q(due_at__isnull=False), name="due"
            ),
            models.Index(
                fields=["provider", "submit_started_at"],
                condition=Q(submit_started_at__isnull=False),
                name="sent",
            ),
            models.Index(fields=["status"], condition=Q(finished_at=None), name="unfinished"),
            # Undo asks which were trashed between two moments.
            models.Index(
                fields=["trashed_at"], condition=Q(trashed_at__isnull=False), name="trashed_lately"
            ),
            models.Index(fields=["purge_at"], condition=Q(purge_at__isnull=False), name="purge"),
            # Partial: most clips have no source.
            models.Index(fields=["source"], condition=Q(source__isnull=False), name="made_from"),
            models.Index(
                fields=["trashed_by"], condition=Q(trashed_by__isnull=False), name="trashed"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=JobStatus.values), name="status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(verdict="") | Q(status=JobStatus.COMPLETED, verdict__in=Verdict.values),
                name="only_finished_clips_are_decided",
            ),
            models.CheckConstraint(
                condition=Q(progress__gte=0, progress__lte=100), name="progress_is_a_percentage"
            ),
            models.CheckConstraint(
                condition=Q(status__in=TERMINAL, finished_at__isnull=False)
                | Q(status__in=UNFINISHED, finished_at=None),
                name="terminal_means_finished",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[*RUNNING, JobStatus.COMPLETED]) | ~Q(remote_id=""),
                name="running_has_a_remote_id",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=UNFINISHED) | Q(due_at__isnull=False) | ~Q(attention=""),
                name="unfinished_has_a_next_step",
            ),
            models.CheckConstraint(
                condition=Q(trashed_at=None, trashed_by=None, purge_at=None)
                | Q(trashed_at__isnull=False, trashed_by__isnull=False, purge_at__isnull=False),
                name="trash_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(status=JobStatus.COMPLETED),
                name="only_completed_jobs_expire",
            ),
            models.CheckConstraint(
                condition=Q(source=None) | ~Q(operation=Operation.CREATE),
                name="create_has_no_source",
            ),
            models.CheckConstraint(
                condition=(Q(operation=Operation.EXTEND) & ~Q(added_seconds=""))
                | (~Q(operation=Operation.EXTEND) & Q(added_seconds="")),
                name="extensions_add_seconds",
            ),
            models.CheckConstraint(
                condition=Q(take__gte=1, take__lte=F("takes")), name="take_is_one_of_its_takes"
            ),
            models.CheckConstraint(
                condition=Q(rating=0) | Q(rating__gte=1, rating__lte=MAX_STARS),
                name="rating_is_none_or_one_to_five",
            ),
            models.CheckConstraint(
                condition=Q(stack__isnull=False) | Q(is_cover=True),
                name="a_clip_alone_is_its_own_cover",
            ),
            models.UniqueConstraint(
                fields=["stack"],
                condition=LIVE & Q(stack__isnull=False, is_cover=True),
                name="one_cover_per_stack",
            ),
            models.UniqueConstraint(
                fields=["maker", "submission_key", "take"], name="one_job_per_take_and_press"
            ),
            models.UniqueConstraint(
                fields=["provider", "remote_id"],
                condition=~Q(remote_id=""),
                name="one_job_per_remote_id",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    def get_absolute_url(self) -> str:
        """The detail page."""
        return reverse("video_detail", args=[self.public_id])

    @property
    def idempotency_key(self) -> str:
        """The same for every send of this row, until a person sends it again."""
        return f"{self.public_id}-{self.manual_sends}" if self.manual_sends else self.public_id

    @property
    def is_trashed(self) -> bool:
        """Return True if the job is in the trash."""
        return self.trashed_at is not None

    @property
    def is_finished(self) -> bool:
        """Return True if the job has a final status."""
        return self.status in TERMINAL

    @property
    def is_expired(self) -> bool:
        """Return True if the provider no longer has the files."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def is_arriving(self) -> bool:
        """Return True if the finished clip will be downloaded and nothing is known to be wrong."""
        waits = self.archived_at is None and self.due_at is not None and not self.attention
        return self.status == JobStatus.COMPLETED and waits and not self.is_expired

    @property
    def is_lost(self) -> bool:
        """Return True if there was a clip and neither the provider nor the archive has it now."""
        return self.status == JobStatus.COMPLETED and self.is_expired and self.archived_at is None
