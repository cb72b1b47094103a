"""Which clips were archived before clips were measured? The mirror measures a few at a time."""

from django.db.models import Exists, OuterRef
from django.utils import timezone

from videos.archive import check
from videos.models import Asset, Condition, JobStatus, Kind, VideoJob

# How many are made due at once. Each costs as much as drawing its pictures again.
AT_ONCE = 10


def measure_older_clips() -> int:
    """Make some archived clips due that were never measured; returns how many.

    Those that need attention are left alone: a file that can't be read isn't retried endlessly.
    """
    if check.is_away():
        return 0
    unmeasured = Asset.objects.filter(
        job=OuterRef("pk"), kind=Kind.VIDEO, container="", condition=Condition.WHOLE
    )
    older = VideoJob.objects.live().filter(
        Exists(unmeasured), status=JobStatus.COMPLETED, due_at=None, attention=""
    )
    chosen = list(
        older.exclude(archived_at=None).order_by("-pk").values_list("pk", flat=True)[:AT_ONCE]
    )
    return VideoJob.objects.filter(pk__in=chosen, due_at=None).update(due_at=timezone.now())
