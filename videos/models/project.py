"""What is a clip made for?"""

from typing import ClassVar

from django.db import models
from django.db.models import Count, Max, Q
from django.utils import timezone

from videos.models.member import Member

MAX_NAME = 80


class ProjectQuerySet(models.QuerySet["Project"]):
    """The named conditions of projects."""

    def open(self) -> "ProjectQuerySet":
        """Projects that new clips can be made for."""
        return self.filter(archived_at=None)

    def with_counts(self) -> "ProjectQuerySet":
        """With `clips` (how many are not in the trash) and `newest` (when the last was made)."""
        live = Q(jobs__trashed_at=None)
        return self.annotate(
            clips=Count("jobs", filter=live), newest=Max("jobs__created_at", filter=live)
        )


class Project(models.Model):
    """A client's job, a film, a campaign. A clip belongs to one at most."""

    slug = models.SlugField(max_length=MAX_NAME, unique=True, allow_unicode=True)
    name = models.CharField(max_length=MAX_NAME, unique=True)
    maker = models.ForeignKey(Member, models.PROTECT, related_name="projects")
    created_at = models.DateTimeField(default=timezone.now)
    # Set when the project is over: its clips stay, new ones cannot be added.
    archived_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ProjectQuerySet] = ProjectQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="project_has_a_name")]

    def __str__(self) -> str:
        return self.name
