"""A provider never has more of us than an admin allows, however many mirrors run."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from tests.world import World
from videos.mirror import Mirror
from videos.models import JobStatus, Provider, VideoJob

pytestmark = pytest.mark.database


def _under_way() -> int:
    return VideoJob.objects.filter(status__in=("queued", "in_progress")).count()


def test_no_more_clips_than_allowed_are_there_at_the_same_time(world: World) -> None:
    world.upstream.settings(polls_queued=2, polls_in_progress=2)
    Provider.objects.update(max_jobs=2)
    jobs = [world.submit(f"clip {number}") for number in range(5)]
    most = 0
    for _ in range(40):
        world.round()
        most = max(most, _under_way())
        if not VideoJob.objects.exclude(status=JobStatus.COMPLETED).exists():
            break
    assert most == 2 and world.upstream.creates == len(jobs)
    assert VideoJob.objects.filter(status=JobStatus.COMPLETED).count() == 5


def test_no_more_clips_than_allowed_are_sent_in_a_minute(world: World) -> None:
    Provider.objects.update(max_creates_per_minute=2)
    for number in range(4):
        world.submit(f"clip {number}")
    world.round(4)
    assert world.upstream.creates == 2
    VideoJob.objects.filter(submit_started_at__isnull=False).update(
        submit_started_at=timezone.now() - timedelta(seconds=61)
    )
    world.round(2)
    assert world.upstream.creates == 4


def test_two_mirrors_together_keep_to_the_limit(world: World) -> None:
    world.upstream.settings(polls_queued=500)
    Provider.objects.update(max_jobs=3, max_creates_per_minute=100)
    for number in range(12):
        world.submit(f"clip {number}")
    mirrors = [Mirror(), Mirror()]

    def rounds(mirror: Mirror) -> None:
        for _ in range(6):
            mirror.round()
            mirror.settle()
        mirror.stop()
        connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(rounds, mirrors))
    assert world.upstream.creates == 3
    assert VideoJob.objects.filter(status=JobStatus.SUBMITTING).count() == 9


def test_a_full_provider_keeps_no_other_waiting(world: World) -> None:
    world.upstream.settings(polls_queued=500)
    other = Provider.objects.create(
        name="Other",
        slug="other",
        base_url=world.upstream.base_url,
        dialect="openai",
        proved_at=timezone.now(),
    )
    world.provider.max_jobs = 1
    world.provider.save(update_fields=["max_jobs"])
    for number in range(10):
        world.submit(f"clip {number}")
    mine = world.submit("mine")
    VideoJob.objects.filter(pk=mine.pk).update(provider=other)
    world.round(3)
    mine.refresh_from_db()
    assert mine.status != JobStatus.SUBMITTING and world.upstream.creates == 2


def test_a_clip_that_waits_for_a_person_holds_no_place(world: World) -> None:
    Provider.objects.update(max_jobs=1)
    stuck = world.submit("stuck")
    VideoJob.objects.filter(pk=stuck.pk).update(
        status=JobStatus.UNSURE, due_at=None, attention="Choose what to do."
    )
    world.archived(world.submit("free"))
