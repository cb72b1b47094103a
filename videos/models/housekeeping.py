"""What does the team choose, and what does the mirror keep for itself?"""

from typing import ClassVar, Self

from django.db import models
from django.utils import timezone

from videos.models.lease import Leased, LeasedQuerySet
from videos.models.provider import Provider
from videos.wire import MAX_ID

DEFAULT_REASONS = "\n".join(
    ("Wrong subject", "Motion looks wrong", "Faces or hands", "Flicker", "Off brand")
)


class TeamSettings(models.Model):
    """The one row of settings that an admin may change in the browser."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    team_name = models.CharField(max_length=60, blank=True, default="")
    trash_days = models.PositiveSmallIntegerField(default=7)
    delete_remote = models.BooleanField(default=True)
    # What people pick from when they reject a clip; one a line.
    reject_reasons = models.TextField(blank=True, default=DEFAULT_REASONS, max_length=2000)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_row_of_settings"),
        ]

    def __str__(self) -> str:
        return self.team_name

    @classmethod
    def load(cls) -> Self:
        """The settings, or their defaults while nobody has changed any."""
        return cls.objects.filter(pk=1).first() or cls()


class RemoteDeletion(Leased):
    """A deletion that a provider still owes us, or has refused."""

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="deletions")
    remote_id = models.CharField(max_length=MAX_ID)
    created_at = models.DateTimeField(default=timezone.now)
    # Why the provider will not do it; the row then stays for a person to see.
    refusal = models.CharField(max_length=600, blank=True, default="")

    objects: ClassVar[LeasedQuerySet["RemoteDeletion"]] = LeasedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(due_at__isnull=False), name="deletion_due"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(due_at__isnull=False) | ~models.Q(refusal=""),
                name="deletion_is_due_or_refused",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.remote_id}"


class Heartbeat(models.Model):
    """When a mirror last went round."""

    name = models.CharField(primary_key=True, max_length=100)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class SendMark(models.Model):
    """How many sends were begun with one DATA_DIR. The same count stands in a file there: where
    the file is ahead, this database was restored from an older copy. See jobs/running/marker.py.
    """

    directory = models.CharField(primary_key=True, max_length=32)
    sends = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.directory}: {self.sends}"


class Resumption(models.Model):
    """When it was last noticed that the database may be an older copy of itself.

    Jobs up to `newest_job` (a primary key: clocks may differ) were there then, so one that was
    never sent, as far as its row knows, may have been sent all the same.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    at = models.DateTimeField()
    newest_job = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_row_of_resumption"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"
