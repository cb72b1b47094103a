"""Does archiving keep up with sending while thousands of jobs wait in the queue?"""

import time
from collections.abc import Iterator
from uuid import uuid4

from tests.bench.mirror import later, running_mirror
from tests.bench.report import Metric
from tests.bench.site import Bench, log
from tests.upstream.control import running_upstream

QUEUED = 10_000
# The first clips come in while the mirror still fills its lanes.
WARM_UP_SECONDS = 15
SECONDS = 40


def measure(bench: Bench) -> Iterator[Metric]:
    """Clips sent and archived per second, in one window, with the queue full throughout."""
    from videos.models import Provider, VideoJob

    log(f"queue, {QUEUED:,} jobs")
    VideoJob.objects.filter(due_at__isnull=False).update(due_at=later())
    with running_upstream() as upstream:
        Provider.objects.filter(slug="bench").update(base_url=upstream.base_url, due_at=later())
        _queue()
        with running_mirror():
            time.sleep(WARM_UP_SECONDS)
            sent, archived, started = *_counts(), time.monotonic()
            time.sleep(SECONDS)
            now_sent, now_archived = _counts()
            seconds = time.monotonic() - started
        VideoJob.objects.filter(due_at__isnull=False).update(due_at=later())
    sent, archived = now_sent - sent, now_archived - archived
    yield Metric(
        f"{QUEUED:,} queued: archived beside sent, clips a second",
        f"{sent / seconds:.1f}",
        f"{archived / seconds:.1f}",
        archived / sent if sent else None,
        "≥ 0.9",
    )


def _queue() -> None:
    from django.utils import timezone

    from videos.models import JobStatus, Member, Provider, VideoJob

    provider, maker = Provider.objects.get(slug="bench"), Member.objects.get(username="bench")
    now = timezone.now()
    VideoJob.objects.bulk_create(
        (
            VideoJob(
                maker=maker,
                provider=provider,
                prompt="a paper boat",
                model="bench",
                size="1280x720",
                seconds="4",
                status=JobStatus.SUBMITTING,
                submission_key=uuid4().hex,
                due_at=now,
            )
            for _ in range(QUEUED)
        ),
        batch_size=1000,
    )


def _counts() -> tuple[int, int]:
    """How many of them were sent, and archived."""
    from videos.models import VideoJob

    rows = VideoJob.objects.filter(provider__slug="bench", model="bench")
    return rows.exclude(remote_id="").count(), rows.exclude(archived_at=None).count()
