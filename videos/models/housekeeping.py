"""What are the team's settings, and what does the mirror remember between runs?"""

from typing import ClassVar, Self

from django.db import models
from django.utils import timezone

from videos.models.lease import Leased, LeasedQuerySet
from videos.models.member import Member
from videos.models.provider import Provider
from videos.wire import MAX_ID

DEFAULT_REASONS = "\n".join(
    ("Wrong subject", "Motion looks wrong", "Faces or hands", "Flicker", "Off brand")
)


class TeamSettings(models.Model):
    """The single row of settings that admins change in the browser."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    team_name = models.CharField(max_length=60, blank=True, default="")
    trash_days = models.PositiveSmallIntegerField(default=7)
    delete_remote = models.BooleanField(default=True)
    # Retention rules; see jobs/deletion/retention.py. All are off unless an admin turns them on.
    release_archived = models.BooleanField(default=False)
    # 0: rejected clips are kept.
    reject_days = models.PositiveSmallIntegerField(default=0)
    # Who turned the rules on: it is in their name that clips go to the trash.
    rules_by = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    # What people pick from when they reject a clip; one a line.
    reject_reasons = models.TextField(blank=True, default=DEFAULT_REASONS, max_length=2000)
    hide_first_steps = models.BooleanField(default=False)
    # The Apprise URL of the team's chat, encrypted, and the kinds of notices that are sent there.
    sealed_address = models.TextField(blank=True, default="", editable=False)
    address_kinds = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name_plural = "team settings"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_row_of_settings"),
            models.CheckConstraint(
                condition=models.Q(release_archived=False, reject_days=0)
                | models.Q(rules_by__isnull=False),
                name="rules_are_turned_on_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.team_name

    @classmethod
    def load(cls) -> Self:
        """The settings, or their defaults while there is no row."""
        return cls.objects.filter(pk=1).first() or cls()

    def sends(self, kind: str) -> bool:
        """Return True if notices of this kind go to the team's chat."""
        return bool(self.sealed_address) and kind in self.address_kinds


class RemoteDeletion(Leased):
    """A deletion at a provider that is still to be done, or was refused."""

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="deletions")
    remote_id = models.CharField(max_length=MAX_ID)
    created_at = models.DateTimeField(default=timezone.now)
    # Why the provider refused it; the row then stays, so that people see it.
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
    """When a mirror last finished a round."""

    name = models.CharField(primary_key=True, max_length=100)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class SendCount(models.Model):
    """How many sends were started with one DATA_DIR.

    A file there has the same count. If the file is ahead, the database was restored from an older
    copy. See jobs/send_count.py.
    """

    directory = models.CharField(primary_key=True, max_length=32)
    sends = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.directory}: {self.sends}"


class DatabaseRestore(models.Model):
    """When it was last noticed that the database was restored from a backup.

    Jobs up to `newest_job` (a primary key, because clocks may differ) existed then. They may have
    been sent although their rows say they were not.
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
