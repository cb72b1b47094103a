"""Which characters may appear in the team's clips?"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from videos.models.ids import new_character_id
from videos.models.job import VideoJob
from videos.models.lease import Leased, LeasedQuerySet
from videos.models.member import Member
from videos.models.provider import Provider
from videos.wire import MAX_ID

MAX_NAME = 80


class CharacterStatus(models.TextChoices):
    """Where a character stands. `unsure`: sent, and nobody knows whether it was made."""

    SUBMITTING = "submitting", "Being made"
    UNSURE = "unsure", "Unsure"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


class Character(Leased):
    """Somebody whom a provider has learnt from a clip. Like a job, the row comes first, is sent
    once, and waits for a person where no answer proves anything.

    `submitting` with a `remote_id` is one that a person has linked and that is still to be checked.
    """

    public_id = models.CharField(
        max_length=37, unique=True, default=new_character_id, editable=False
    )
    provider = models.ForeignKey(Provider, models.CASCADE, related_name="characters")
    maker = models.ForeignKey(Member, models.PROTECT, related_name="characters")
    submission_key = models.CharField(max_length=64, default=new_character_id)
    name = models.CharField(max_length=MAX_NAME)
    # The clip that shows it, or an uploaded file that waits in the archive to be sent.
    source = models.ForeignKey(
        VideoJob, models.SET_NULL, null=True, blank=True, related_name="shown_characters"
    )
    upload = models.CharField(max_length=200, blank=True, default="")
    status = models.CharField(
        max_length=12, choices=CharacterStatus, default=CharacterStatus.SUBMITTING
    )
    remote_id = models.CharField(max_length=MAX_ID, blank=True, default="")
    # Why it failed, or why a person should look.
    message = models.CharField(max_length=600, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    submit_started_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[LeasedQuerySet["Character"]] = LeasedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=CharacterStatus.values), name="character_status_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=CharacterStatus.READY) | ~Q(remote_id=""),
                name="ready_has_a_remote_id",
            ),
            models.CheckConstraint(
                condition=Q(status=CharacterStatus.SUBMITTING, due_at__isnull=False)
                | (~Q(status=CharacterStatus.SUBMITTING) & Q(due_at=None)),
                name="being_made_has_a_next_step",
            ),
            models.UniqueConstraint(
                fields=["maker", "submission_key"], name="one_character_per_press"
            ),
        ]

    def __str__(self) -> str:
        return self.name
