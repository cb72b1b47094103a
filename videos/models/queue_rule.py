"""What has an admin decided about the waiting clips of a member or a project?"""

from django.db import models
from django.db.models import Q

from videos.models.member import Member
from videos.models.project import Project


class QueueRule(models.Model):
    """Holds the waiting clips of a member or a project, or limits how many of a member's are under
    way at once."""

    member = models.OneToOneField(
        Member, models.CASCADE, null=True, blank=True, related_name="queue_rule"
    )
    project = models.OneToOneField(
        Project, models.CASCADE, null=True, blank=True, related_name="queue_rule"
    )
    paused_at = models.DateTimeField(null=True, blank=True)
    # None: no limit but the provider's.
    max_jobs = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=False, project=None)
                | Q(member=None, project__isnull=False, max_jobs=None),
                name="queue_rule_is_of_one",
            ),
            models.CheckConstraint(
                condition=Q(max_jobs=None) | Q(max_jobs__gte=1), name="queue_limit_is_positive"
            ),
        ]

    def __str__(self) -> str:
        return str(self.member or self.project)
