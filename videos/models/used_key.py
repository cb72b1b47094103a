"""Which one-time keys made jobs that were deleted permanently since?"""

import hashlib
import json

from django.db import models
from django.utils import timezone

from videos.models.job import VideoJob
from videos.models.member import Member

# What a repeated request has to have in common with the first one.
SAME = (
    "operation",
    "prompt",
    "provider_id",
    "model",
    "size",
    "seconds",
    "takes",
    "padded",
    "added_seconds",
    "source_id",
    "characters",
    "extra",
)
# Keys that nobody can send again: a script's request without a key, an import.
NOT_REPEATABLE = ("api:", "video_")


class UsedKey(models.Model):
    """The key of a purged job, so that a late retry doesn't buy the clip again.

    Nothing of the request is kept but a hash.
    """

    maker = models.ForeignKey(Member, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=64)
    take = models.PositiveSmallIntegerField(default=1)
    request_hash = models.CharField(max_length=64)
    public_id = models.CharField(max_length=38)
    created_at = models.DateTimeField()
    purged_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["maker", "key", "take"], name="one_used_key_per_take"),
        ]

    def __str__(self) -> str:
        return self.public_id


def request_hash(job: VideoJob, reference: bytes | None) -> str:
    """A hash of what was asked for: the same for a repeated request."""
    parts = {name: getattr(job, name) for name in SAME}
    parts["reference"] = None if reference is None else hashlib.sha256(reference).hexdigest()
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def remember_key(job: VideoJob, reference: bytes | None) -> None:
    """Keep the key of a job that is about to be purged."""
    if job.submission_key.startswith(NOT_REPEATABLE):
        return
    used = UsedKey(
        maker_id=job.maker_id,
        key=job.submission_key,
        take=job.take,
        request_hash=request_hash(job, reference),
        public_id=job.public_id,
        created_at=job.created_at,
    )
    UsedKey.objects.bulk_create([used], ignore_conflicts=True)
