"""What do providers have that we do not, and how far have we read what they list?"""

import hashlib
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from videos.models.job import JobStatus, VideoJob
from videos.models.lease import Leased, LeasedQuerySet
from videos.models.member import Member
from videos.models.provider import Provider


def prompt_key(prompt: str) -> str:
    """The same for the same words, however they are spaced; empty for no prompt."""
    words = " ".join(prompt.split())
    return hashlib.sha256(words.encode()).hexdigest() if words else ""


class Hidden(models.TextChoices):
    """Why something that a provider has is not offered for import."""

    NO = "", "Offered"
    IGNORED = "ignored", "Ignored"
    # A tombstone: it was ours and was deleted here for good, so it must not come back by itself.
    PURGED = "purged", "Deleted here"


class RemoteJob(models.Model):
    """A job that a provider's list has told of and that is not ours, or is not any more.

    A tombstone holds the id alone. Whoever shows these rows asks anew whether a job of ours has
    the id by now: it may have got it a moment ago.
    """

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="remote_jobs")
    remote_id = models.CharField(max_length=1024)
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
    # By the provider's clock; by ours, when it was first seen, where the provider does not say.
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    # By the database's clock.
    noted_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    hidden = models.CharField(max_length=8, choices=Hidden, blank=True, default=Hidden.NO)

    class Meta:
        indexes = [
            models.Index(fields=["provider", "hidden", "-made_at", "-id"], name="orphans"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["provider", "remote_id"], name="one_note_per_id"),
            models.CheckConstraint(condition=Q(hidden__in=Hidden.values), name="hidden_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.provider_id}: {self.remote_id[:40]}"


class Listing(Leased):
    """How far a provider's list was read. `due_at` is when it is read again.

    A reading is resumed at `after`; it is under way while `begun_at` is set.
    """

    provider = models.OneToOneField(Provider, models.CASCADE, related_name="listing")
    # To the end, or only until a page tells nothing new?
    whole = models.BooleanField(default=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    # Which address was read: a provider may become another server.
    base_url = models.CharField(max_length=500, blank=True, default="")
    # The first id of this reading, by which a list that begins again is known, and the cursor.
    first_id = models.CharField(max_length=1024, blank=True, default="")
    after = models.CharField(max_length=1024, blank=True, default="")
    pages = models.PositiveIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)
    fresh = models.PositiveIntegerField(default=0)
    # Entries of this reading that could not be read.
    unreadable = models.PositiveIntegerField(default=0)
    # When a reading last came to its end, and when last to the end of the whole list.
    read_at = models.DateTimeField(null=True, blank=True)
    whole_at = models.DateTimeField(null=True, blank=True)
    # How many jobs the whole list had, and whether it has more than are ever read.
    size = models.PositiveIntegerField(default=0)
    truncated = models.BooleanField(default=False)
    trouble = models.CharField(max_length=600, blank=True, default="")

    objects: ClassVar[LeasedQuerySet["Listing"]] = LeasedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="listing_due"),
        ]

    def __str__(self) -> str:
        return f"the list of {self.provider_id}"


class Inquiry(Leased):
    """An id that somebody pasted: it is asked for, and what is there is imported.

    `due_at` is empty once there is an outcome: a job, or words.
    """

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="inquiries")
    remote_id = models.CharField(max_length=1024)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    job = models.ForeignKey(VideoJob, models.SET_NULL, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=600, blank=True, default="")

    objects: ClassVar[LeasedQuerySet["Inquiry"]] = LeasedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="inquiry_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["provider", "remote_id"], name="one_inquiry_per_id"),
            models.CheckConstraint(
                condition=Q(due_at__isnull=False) | ~Q(outcome=""), name="inquiry_is_due_or_told"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider_id}: {self.remote_id[:40]}"
