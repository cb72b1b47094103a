"""Which jobs and characters need a person's decision?"""

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
    """Unconfirmed characters. Clips that use them wait, too."""
    return Character.objects.filter(status=CharacterStatus.UNSURE)


def is_stuck(job: VideoJob) -> bool:
    """Return True if the job was set aside and its step can be tried again."""
    if not job.attention or job.due_at is not None or job.status == JobStatus.UNSURE:
        return False
    fetchable = job.status == JobStatus.COMPLETED and job.archived_at is None
    return job.status in UNFINISHED or (fetchable and not job.is_expired)
