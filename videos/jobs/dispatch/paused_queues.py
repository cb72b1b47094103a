"""Which members' and projects' queues are paused, limited, or held by a deactivated account?"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Count, Q, QuerySet

from videos.jobs.dispatch.limits import UNDER_WAY
from videos.models import JobStatus, Member, QueueRule, VideoJob

Rows = TypeVar("Rows", bound=QuerySet[Any])
BUSY = Q(status__in=UNDER_WAY, due_at__isnull=False) | Q(
    status=JobStatus.SUBMITTING, submit_started_at__isnull=False
)


@dataclass(frozen=True)
class Holds:
    """The rules of all queues.

    `members` and `projects` are paused; `inactive` are the deactivated members. `free_slots` maps a
    limited member to the number of clips that may be started now.
    """

    members: frozenset[int] = frozenset()
    projects: frozenset[int] = frozenset()
    inactive: frozenset[int] = frozenset()
    free_slots: dict[int, int] = field(default_factory=dict)

    def is_paused(self, job: VideoJob) -> bool:
        """Return True if an admin has paused the queue of the job's member or project."""
        return job.maker_id in self.members or job.project_id in self.projects

    def not_held(self, rows: Rows) -> Rows:
        """Those of `rows` that are neither paused nor held."""
        rows = rows.exclude(maker__in=self.members | self.inactive)
        return rows.exclude(project__in=self.projects)

    def is_inactive(self, job: VideoJob) -> bool:
        """Return True if the account of the job's member is deactivated."""
        return job.maker_id in self.inactive

    def is_full(self, job: VideoJob) -> bool:
        """Return True if the job's member has as many clips under way as allowed."""
        return self.free_slots.get(job.maker_id, 1) <= 0


def holds() -> Holds:
    """The current rules, with the free slots of limited members."""
    rules = list(QueueRule.objects.all())
    limited = {rule.member_id: rule.max_jobs for rule in rules if rule.member_id and rule.max_jobs}
    busy = busy_members(limited) if limited else {}
    inactive = Member.objects.filter(is_active=False).values_list("pk", flat=True)
    return Holds(
        frozenset(rule.member_id for rule in rules if rule.member_id and rule.paused_at),
        frozenset(rule.project_id for rule in rules if rule.project_id and rule.paused_at),
        frozenset(inactive),
        {member: limit - busy.get(member, 0) for member, limit in limited.items()},
    )


def busy_members(members: Iterable[int]) -> dict[int, int]:
    """Member → number of their unfinished clips, over all providers."""
    rows = VideoJob.objects.filter(BUSY, finished_at=None, maker__in=list(members)).order_by()
    return dict(rows.values_list("maker").annotate(Count("pk")))


def may_send_for(member: int) -> bool:
    """Return True if one more clip of this member may be sent.

    Call it in the transaction that records the send: the row lock lets one mirror check at a time.
    """
    if not Member.objects.filter(pk=member, is_active=True).exists():
        return False
    rule = QueueRule.objects.select_for_update().filter(member=member).first()
    if rule is None:
        return True
    if rule.paused_at is not None:
        return False
    return rule.max_jobs is None or busy_members([member]).get(member, 0) < rule.max_jobs
