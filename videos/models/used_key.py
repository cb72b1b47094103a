"""Which one-time keys belong to jobs that were deleted permanently?"""

import hashlib
import json
from collections.abc import Sequence

from django.db import models
from django.utils import timezone

from videos.models.job import VideoJob
from videos.models.member import Member

# The fields that must be equal in a repeated request.
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
# Generated keys that no client can send again: of scripts without a key, and of imports.
NOT_REPEATABLE = ("api:", "video_")


class UsedKey(models.Model):
    """The key of a purged job, so that a late retry doesn't buy the clip again.

    Only a hash of the request is stored.
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


def request_hash(job: VideoJob, reference: bytes | None, more: Sequence[bytes] = ()) -> str:
    """A hash of the request: the same for a repeated one. `more`: its images but the first."""
    parts = {name: getattr(job, name) for name in SAME}
    parts["reference"] = None if reference is None else hashlib.sha256(reference).hexdigest()
    if more:
        parts["more"] = [hashlib.sha256(each).hexdigest() for each in more]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def remember_key(job: VideoJob, reference: bytes | None, more: Sequence[bytes] = ()) -> None:
    """Keep the key of a job that is about to be purged."""
    if job.submission_key.startswith(NOT_REPEATABLE):
        return
    used = UsedKey(
        maker_id=job.maker_id,
        key=job.submission_key,
        take=job.take,
        request_hash=request_hash(job, reference, more),
        public_id=job.public_id,
        created_at=job.created_at,
    )
    UsedKey.objects.bulk_create([used], ignore_conflicts=True)
