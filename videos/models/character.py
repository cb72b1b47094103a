"""What is a character?"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from videos.models.ids import new_character_id
from videos.models.job import VideoJob
from videos.models.lease import Leased, LeasedQuerySet
from videos.models.member import Member
from videos.models.messages import MessageField
from videos.models.provider import Provider
from videos.wire import MAX_ID

MAX_NAME = 80


class CharacterStatus(models.TextChoices):
    """The state of a character. `unsure`: sent, but it is unknown whether it was created."""

    SUBMITTING = "submitting", gettext_lazy("Being made")
    UNSURE = "unsure", gettext_lazy("Unconfirmed")
    READY = "ready", gettext_lazy("Ready")
    FAILED = "failed", gettext_lazy("Failed")


class Character(Leased):
    """A figure that a provider has learnt from a clip and can show in others.

    As with a job, the row is written first and sent once; if the outcome is unknown, a person
    decides. `submitting` with a `remote_id` means that a person entered the id and the mirror has
    not checked it yet.
    """

    public_id = models.CharField(
        max_length=37, unique=True, default=new_character_id, editable=False
    )
    provider = models.ForeignKey(Provider, models.CASCADE, related_name="characters")
    maker = models.ForeignKey(Member, models.PROTECT, related_name="characters")
    submission_key = models.CharField(max_length=64, default=new_character_id)
    name = models.CharField(max_length=MAX_NAME)
    # The clip that shows it, or an uploaded file in the archive that is still to be sent.
    source = models.ForeignKey(
        VideoJob, models.SET_NULL, null=True, blank=True, related_name="shown_characters"
    )
    upload = models.CharField(max_length=200, blank=True, default="")
    status = models.CharField(
        max_length=12, choices=CharacterStatus, default=CharacterStatus.SUBMITTING
    )
    remote_id = models.CharField(max_length=MAX_ID, blank=True, default="")
    # Why it failed, or why a person should look.
    message = MessageField(max_length=600, blank=True, default="")
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
