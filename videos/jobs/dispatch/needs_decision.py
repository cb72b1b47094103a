"""Which jobs and characters cannot go on without a person, and whose business are they?"""

from datetime import datetime
from typing import TypeVar

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from videos.models import (
    UNFINISHED,
    Asset,
    Character,
    CharacterStatus,
    JobStatus,
    Kind,
    Member,
    VideoJob,
)
from videos.models.lease import LeasedQuerySet

Jobs = LeasedQuerySet[VideoJob]
Row = TypeVar("Row", VideoJob, Character)


def waiting(now: datetime | None = None) -> Jobs:
    """Rows that the mirror has set aside with a word to people: `unsure` ones that nobody but a
    person can decide about, and others whose step failed too often. A clip that was archived and
    is damaged by now is none of them: a broken disk would fill the list."""
    # Read from the index of rows with a word to people, which are few.
    told = VideoJob.objects.filter(trashed_at=None, due_at=None).exclude(attention="")
    at_provider = Q(expires_at=None) | Q(expires_at__gt=now or timezone.now())
    was_here = Exists(Asset.objects.filter(job=OuterRef("pk"), kind=Kind.VIDEO))
    fetchable = Q(status=JobStatus.COMPLETED, archived_at=None) & at_provider & ~was_here
    return told.filter(Q(status__in=UNFINISHED) | fetchable)


def unsure_characters() -> LeasedQuerySet[Character]:
    """Characters of which nobody knows whether they were made; clips that name them wait, too."""
    return Character.objects.filter(status=CharacterStatus.UNSURE)


def looked_for() -> Jobs:
    """`unsure` rows that the mirror still looks for in the provider's list."""
    return VideoJob.objects.filter(trashed_at=None, status=JobStatus.UNSURE, due_at__isnull=False)


def of(member: Member, rows: LeasedQuerySet[Row]) -> LeasedQuerySet[Row]:
    """Those of `rows` that `member` may decide about."""
    if member.is_admin:
        return rows
    return rows.filter(maker=member) if member.may_generate else rows.none()


def is_stuck(job: VideoJob) -> bool:
    """Is it set aside, and may simply be taken up again?"""
    if not job.attention or job.due_at is not None or job.status == JobStatus.UNSURE:
        return False
    fetchable = job.status == JobStatus.COMPLETED and job.archived_at is None
    return job.status in UNFINISHED or (fetchable and not job.is_expired)
