"""What does a mirror cost: idle, and for a round over N unfinished jobs?"""

import math
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from tests.bench.load import Ask, Client, cpu_seconds, memory_mb
from tests.bench.report import Metric
from tests.bench.site import Bench, log
from tests.upstream.control import Upstream, running_upstream
from tests.web_process import ROOT

SIZES = (10, 100, 1_000, 10_000)
LIMIT = 15.0
CREATE = Ask(
    "/v1/videos",
    "Content-Type: application/json\r\n",
    "POST",
    b'{"prompt": "a paper boat", "size": "1280x720", "seconds": "4"}',
)


def measure(bench: Bench) -> Iterator[Metric]:
    """Idle, pick-up of new rows, then rounds."""
    from django.utils import timezone

    from videos.jobs.health.heartbeat import mirror_seen_at
    from videos.models import Provider, VideoJob

    VideoJob.objects.filter(due_at__isnull=False).update(due_at=later())
    begun = timezone.now()
    with running_upstream() as upstream, running_mirror() as pid:
        Provider.objects.filter(slug="bench").update(base_url=upstream.base_url, due_at=later())
        upstream.settings(statuses=["in_progress"])
        _wait(lambda: (mirror_seen_at() or begun) > begun)
        time.sleep(1)
        started = cpu_seconds(pid)
        time.sleep(4)
        share = 100 * (cpu_seconds(pid) - started) / 4
        yield Metric("idle mirror, % of a core", "", f"{share:.1f} %", share, "≤ 1")
        seconds = statistics.median(_picked_up(upstream) for _ in range(5))
        yield Metric("new row sent to the provider", "", f"{seconds:.2f} s", seconds, "≤ 0.5")
        _wait(lambda: not VideoJob.objects.filter(status="submitting").exists())
        VideoJob.objects.filter(due_at__isnull=False).update(due_at=later())
        for size in SIZES:
            log(f"mirror, {size:,} unfinished jobs")
            yield from _round(upstream, size)
        memory = memory_mb(pid)
        yield Metric("mirror's memory", "", f"{memory:.0f} MB", memory, "≤ 200")


def _round(upstream: Upstream, size: int) -> Iterator[Metric]:
    from django.utils import timezone

    from videos.models import JobStatus, VideoJob

    running = VideoJob.objects.filter(status=JobStatus.IN_PROGRESS, provider__slug="bench")
    _make_remote(upstream, size)
    _make_rows(upstream)
    before = len(upstream.requests("list")), len(upstream.requests("retrieve"))
    now = timezone.now()
    running.update(due_at=now)
    seconds = _wait(lambda: not running.filter(due_at__lte=now).exists())
    total = running.count()
    # A row that was asked for in vain has an attempt more, and is due later.
    missed = running.filter(attempts__gt=0).count() + running.filter(due_at__lte=now).count()
    lists = len(upstream.requests("list")) - before[0]
    retrieves = len(upstream.requests("retrieve")) - before[1]
    running.update(due_at=later(), attempts=0)
    summary = f"{seconds:.1f} s, {retrieves} retrieves" + (f", {missed:,} missed" if missed else "")
    calls = -(-total // 100)
    yield Metric(
        f"round over {total:,} jobs: calls per page of 100",
        f"{calls} lists",
        f"{lists} lists",
        # Few calls are no merit where rows were left out.
        math.inf if missed else (lists + retrieves) / calls,
        "≤ 1.2",
    )
    goal = "≤ 8" if total >= 10_000 else ""
    yield Metric(f"round over {total:,} jobs: seconds", "", summary, seconds, goal)


def _make_remote(upstream: Upstream, size: int) -> None:
    client = Client(upstream.port)
    for _ in range(size - len(upstream.jobs)):
        client.ask(CREATE)
    client.close()


def _make_rows(upstream: Upstream) -> None:
    from videos.models import JobStatus, Member, Provider, VideoJob

    provider, maker = Provider.objects.get(slug="bench"), Member.objects.get(username="bench")
    existing_ids = set(
        VideoJob.objects.filter(provider=provider).values_list("remote_id", flat=True)
    )
    VideoJob.objects.bulk_create(
        (
            VideoJob(
                maker=maker,
                provider=provider,
                prompt="a paper boat",
                model="sketch-1",
                size="1280x720",
                seconds="4",
                status=JobStatus.IN_PROGRESS,
                remote_id=job["id"],
                due_at=later(),
            )
            for job in upstream.jobs
            if job["id"] not in existing_ids
        ),
        batch_size=1000,
    )


def _picked_up(upstream: Upstream) -> float:
    from uuid import uuid4

    from videos.jobs.submission.request import Submission
    from videos.jobs.submission.submit import submit
    from videos.models import Member

    before, started = upstream.creates, time.monotonic()
    submission = Submission(
        prompt="a paper boat", model="bench", size="1280x720", seconds="4", key=uuid4().hex
    )
    submit(Member.objects.get(username="bench"), submission)
    _wait(lambda: upstream.creates > before, pause=0.01)
    return time.monotonic() - started


def _wait(done: Callable[[], bool], pause: float = 0.05) -> float:
    started = time.monotonic()
    while not done() and time.monotonic() - started < LIMIT:
        time.sleep(pause)
    return time.monotonic() - started


def later():
    """An hour from now: the mirror leaves such rows alone."""
    from django.utils import timezone

    return timezone.now() + timedelta(hours=1)


@contextmanager
def running_mirror() -> Iterator[int]:
    """A mirror on the bench's data; its process id."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "mirror"],
        cwd=ROOT,
        env=os.environ,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(15)
