"""Which jobs of providers are not imported, and how far was each list read?"""

import hashlib
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from videos.models.job import JobStatus, VideoJob
from videos.models.lease import Leased, LeasedQuerySet
from videos.models.member import Member
from videos.models.messages import MessageField
from videos.models.provider import Provider
from videos.wire import MAX_ID


def prompt_key(prompt: str) -> str:
    """A hash that ignores differences in whitespace; empty for an empty prompt."""
    normalized = " ".join(prompt.split())
    return hashlib.sha256(normalized.encode()).hexdigest() if normalized else ""


class Hidden(models.TextChoices):
    """Why a job of a provider is not offered for import."""

    NO = "", gettext_lazy("Offered")
    IGNORED = "ignored", gettext_lazy("Ignored")
    # A tombstone: the job was deleted permanently here and must not be imported automatically.
    PURGED = "purged", gettext_lazy("Deleted here")


class RemoteJob(models.Model):
    """A job in a provider's list that is not imported, or was deleted here.

    A tombstone has only the id. Before showing these rows, check again that none of our jobs has
    the id: one may have got it a moment ago.
    """

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="remote_jobs")
    remote_id = models.CharField(max_length=MAX_ID)
    prompt = models.TextField(blank=True, default="")
    prompt_key = models.CharField(max_length=64, blank=True, default="")
    model = models.CharField(max_length=200, blank=True, default="")
    size = models.CharField(max_length=32, blank=True, default="")
    seconds = models.CharField(max_length=8, blank=True, default="")
    status = models.CharField(max_length=12, choices=JobStatus)
    remote_status = models.CharField(max_length=64, blank=True, default="")
    progress = models.PositiveSmallIntegerField(default=0)
    error_code = models.CharField(max_length=100, blank=True, default="")
    error_message = models.CharField(max_length=2000, blank=True, default="")
    remote = models.JSONField(default=dict, blank=True)
    # By the provider's clock. If it doesn't say: when we first saw the job, by ours.
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    # By the database's clock.
    first_seen_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    hidden = models.CharField(max_length=8, choices=Hidden, blank=True, default=Hidden.NO)

    class Meta:
        indexes = [
            models.Index(
                fields=["provider", "hidden", "-made_at", "-id"], name="not_imported_newest"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["provider", "remote_id"], name="one_remote_job_per_id"),
            models.CheckConstraint(condition=Q(hidden__in=Hidden.values), name="hidden_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.provider_id}: {self.remote_id[:40]}"


class Listing(Leased):
    """How far a provider's list was read. `due_at` is when it is read again.

    Reading is in progress while `begun_at` is set, and resumes at `after`.
    """

    provider = models.OneToOneField(Provider, models.CASCADE, related_name="listing")
    # Read to the end, or only until a page has nothing new.
    whole = models.BooleanField(default=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    # Which address was read: a provider's address may change.
    base_url = models.CharField(max_length=500, blank=True, default="")
    # The first id of this reading, to recognise a list that starts over, and the cursor.
    first_id = models.CharField(max_length=MAX_ID, blank=True, default="")
    after = models.CharField(max_length=MAX_ID, blank=True, default="")
    pages = models.PositiveIntegerField(default=0)
    # Entries that this reading has seen, and how many of them were new.
    jobs_read = models.PositiveIntegerField(default=0)
    fresh = models.PositiveIntegerField(default=0)
    # Entries of this reading that could not be read.
    unreadable = models.PositiveIntegerField(default=0)
    # When a reading last finished, and when one last reached the end of the list.
    read_at = models.DateTimeField(null=True, blank=True)
    whole_at = models.DateTimeField(null=True, blank=True)
    # How many jobs the whole list had, and whether it has more than we read.
    size = models.PositiveIntegerField(default=0)
    truncated = models.BooleanField(default=False)
    trouble = MessageField(max_length=600, blank=True, default="")

    objects: ClassVar[LeasedQuerySet["Listing"]] = LeasedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="listing_due"),
        ]

    def __str__(self) -> str:
        return f"the list of {self.provider_id}"


class ImportRequest(Leased):
    """An id that someone pasted, to import that job from the provider.

    `due_at` is empty once there is a result: a job, or a text in `outcome`.
    """

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="import_requests")
    remote_id = models.CharField(max_length=MAX_ID)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    job = models.ForeignKey(VideoJob, models.SET_NULL, null=True, blank=True, related_name="+")
    outcome = MessageField(max_length=600, blank=True, default="")

    objects: ClassVar[LeasedQuerySet["ImportRequest"]] = LeasedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(due_at__isnull=False), name="import_request_due"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "remote_id"], name="one_import_request_per_id"
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=False) | ~Q(outcome=""),
                name="import_request_is_due_or_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider_id}: {self.remote_id[:40]}"
