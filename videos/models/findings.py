"""What was found to be wrong with a clip when it arrived?"""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from videos.models.job import VideoJob
from videos.models.member import Member


class FindingKind(models.TextChoices):
    """What can be wrong with a clip."""

    BLACK = "black", gettext_lazy("Black")
    FROZEN = "frozen", gettext_lazy("Frozen")
    FLASHING = "flashing", gettext_lazy("Flashing")
    SILENT = "silent", gettext_lazy("No sound")
    SIZE = "size", gettext_lazy("Wrong size")
    LENGTH = "length", gettext_lazy("Wrong length")


class FindingQuerySet(models.QuerySet["Finding"]):
    """Findings by what was done about them."""

    def open(self) -> Self:
        """Findings that weren't dismissed."""
        return self.filter(dismissed_at=None)


class Finding(models.Model):
    """One thing that looks wrong with a clip. `at_seconds` is where it begins, `evidence` has the
    figures that show it."""

    job = models.ForeignKey(VideoJob, models.CASCADE, related_name="findings", db_index=False)
    kind = models.CharField(max_length=10, choices=FindingKind)
    at_seconds = models.FloatField(null=True, blank=True)
    evidence = models.JSONField(default=dict, blank=True)
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects: ClassVar[FindingQuerySet] = FindingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["job"], condition=Q(dismissed_at=None), name="open_finding"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["job", "kind"], name="one_finding_per_kind"),
            models.CheckConstraint(condition=Q(kind__in=FindingKind.values), name="flaw_is_known"),
            models.CheckConstraint(
                condition=Q(dismissed_at=None, dismissed_by=None)
                | Q(dismissed_at__isnull=False, dismissed_by__isnull=False),
                name="dismissal_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(at_seconds=None) | Q(at_seconds__gte=0), name="finding_is_in_the_clip"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job}: {self.get_kind_display()}"
