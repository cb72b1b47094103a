"""Which jobs and characters cannot go on without a person, and whose business are they?"""

from typing import TypeVar

from videos.models import (
    UNFINISHED,
    Character,
    CharacterStatus,
    JobStatus,
    VideoJob,
)
from videos.models.lease import LeasedQuerySet

Jobs = LeasedQuerySet[VideoJob]
Row = TypeVar("Row", VideoJob, Character)


def unsure_characters() -> LeasedQuerySet[Character]:
    """Characters of which nobody knows whether they were made; clips that name them wait, too."""
    return Character.objects.filter(status=CharacterStatus.UNSURE)


def is_stuck(job: VideoJob) -> bool:
    """Is it set aside, and may simply be taken up again?"""
    if not job.attention or job.due_at is not None or job.status == JobStatus.UNSURE:
        return False
    fetchable = job.status == JobStatus.COMPLETED and job.archived_at is None
    return job.status in UNFINISHED or (fetchable and not job.is_expired)
