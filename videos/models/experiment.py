"""Which clips are compared in a blind vote, and what did the members choose?"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from videos.models.charge import UNLINKED
from videos.models.job import VideoJob
from videos.models.member import Member
from videos.models.policies import Action, allowed_rows
from videos.models.project import Project
from videos.models.provider import Provider

MAX_QUESTION = 200
LABELS = "ABCDEFGHI"


def _counted(rows: "models.QuerySet[Any]", column: str) -> Coalesce:
    """How many different values of `column` these rows of one experiment have."""
    count = rows.order_by().values("experiment").annotate(n=models.Count(column, distinct=True))
    return Coalesce(models.Subquery(count.values("n")), 0)


class ExperimentQuerySet(models.QuerySet["Experiment"]):
    """The named conditions of experiments."""

    def visible_to(self, member: Member) -> "ExperimentQuerySet":
        """Experiments that `member` may see."""
        return allowed_rows(member, Action.VIEW, self)

    def open(self) -> "ExperimentQuerySet":
        """Experiments that members can still vote in."""
        return self.filter(closed_at=None)

    def with_counts(self) -> "ExperimentQuerySet":
        """With `clips` and `rows` (of the vote), and `voters` (who have voted at least once)."""
        entries = ExperimentClip.objects.filter(experiment=models.OuterRef("pk"))
        votes = Vote.objects.filter(experiment=models.OuterRef("pk"))
        return self.annotate(
            clips=_counted(entries, "pk"),
            rows=_counted(entries, "row"),
            voters=_counted(votes, "member"),
        )


class Experiment(models.Model):
    """A matrix of clips as a blind vote. Each row has one prompt; its clips are the candidates.

    Members choose the best clip of each row. Until it is closed, nothing that tells the candidates
    apart is shown: see `blind`. An experiment is closed once and never opened again.
    """

    question = models.CharField(max_length=MAX_QUESTION)
    maker = models.ForeignKey(Member, models.PROTECT, related_name="experiments")
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="experiments"
    )
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects: ClassVar[ExperimentQuerySet] = ExperimentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(question=""), name="experiment_has_a_question"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="experiment_is_closed_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def is_open(self) -> bool:
        """Return True if members can still vote."""
        return self.closed_at is None


class ExperimentClip(models.Model):
    """One candidate of a row, named A, B, C … in random order.

    Model, provider and seed are copied here, so that the result stays when the clip is purged.
    """

    experiment = models.ForeignKey(
        Experiment, models.CASCADE, related_name="entries", db_index=False
    )
    row = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=1)
    # A clip is in one experiment at most. Once it is purged, the key leads to its charges alone.
    job = models.OneToOneField(
        VideoJob, models.DO_NOTHING, null=True, db_constraint=False, related_name="experiment_clip"
    )
    provider = models.ForeignKey(Provider, models.DO_NOTHING, related_name="+", **UNLINKED)
    model = models.CharField(max_length=200)
    seed = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        ordering = ["row", "label"]
        constraints = [
            models.UniqueConstraint(
                fields=["experiment", "row", "label"], name="one_clip_per_label"
            ),
            models.CheckConstraint(
                condition=Q(label__in=list(LABELS)), name="experiment_label_is_known"
            ),
            models.CheckConstraint(condition=Q(row__gte=1), name="experiment_rows_count_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.row}{self.label}"


class Vote(models.Model):
    """What one member chose in one row. Without a choice: the member couldn't tell."""

    experiment = models.ForeignKey(Experiment, models.CASCADE, related_name="votes", db_index=False)
    row = models.PositiveSmallIntegerField()
    member = models.ForeignKey(Member, models.PROTECT, related_name="votes")
    choice = models.ForeignKey(
        ExperimentClip, models.CASCADE, null=True, blank=True, related_name="votes"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["experiment", "row", "member"], name="one_vote_per_row_and_member"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.choice or '–'}"
