"""A 402 is about the account until the provider shows that it is about one clip."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.world import World
from videos.jobs.providers.clients import resume_provider
from videos.models import JobStatus, PauseKind, Provider, VideoJob

pytestmark = pytest.mark.database

NO = {"error": {"message": "This clip costs more than your credit.", "code": ""}}
EMPTY = {"error": {"message": "Add credit.", "code": "insufficient_quota"}}


def go(world: World) -> None:
    """Send what is due by its own time, one clip after the other."""
    world.mirror.threads = 1
    world.mirror.next_slow = 0
    world.mirror.round()
    world.mirror.settle()


def pause_is_over() -> None:
    """Skip to the end of the pause, and move each clip's next try with it."""
    provider = Provider.objects.get()
    assert provider.paused_until is not None
    skipped = provider.paused_until - timezone.now()
    for job in VideoJob.objects.filter(due_at__isnull=False):
        assert job.due_at is not None
        VideoJob.objects.filter(pk=job.pk).update(due_at=job.due_at - skipped)
    Provider.objects.update(paused_until=timezone.now())


def refuse(world: World, times: int | None, body: Any, status: int = 402) -> None:
    world.upstream.script("create", status=status, json=body, times=times)


@pytest.mark.parametrize(
    ("status", "body"), [(402, NO), (429, EMPTY), (400, EMPTY), (403, EMPTY), (200, EMPTY)]
)
def test_it_pauses_new_clips_with_the_reason_and_fails_none(
    world: World, status: int, body: Any
) -> None:
    refuse(world, None, body, status)
    jobs = [world.submit(f"clip {number}") for number in range(3)]
    go(world)
    provider = Provider.objects.get()
    assert provider.pause_kind == PauseKind.QUOTA and provider.is_paused
    assert body["error"]["message"] in provider.pause_reason
    assert set(VideoJob.objects.values_list("status", flat=True)) == {JobStatus.SUBMITTING}
    assert len(world.upstream.requests("create")) == 1
    # It ends by itself once there is credit again, without anyone's help.
    world.upstream.calm()
    pause_is_over()
    for job in jobs:
        world.archived(job)
    assert Provider.objects.get().paused_at is None and world.upstream.creates == 3


def test_a_clip_that_is_refused_alone_fails_and_holds_up_no_other(world: World) -> None:
    refuse(world, 1, NO)
    dear, others = world.submit("dear"), [world.submit(f"clip {number}") for number in range(2)]
    go(world)
    pause_is_over()
    # The others first.
    go(world)
    dear.refresh_from_db()
    assert (dear.status, world.upstream.creates) == (JobStatus.SUBMITTING, 1)
    refuse(world, None, NO)
    later = timezone.now() + timedelta(hours=1)
    VideoJob.objects.exclude(pk=dear.pk).filter(status=JobStatus.SUBMITTING).update(due_at=later)
    VideoJob.objects.filter(pk=dear.pk).update(due_at=timezone.now())
    go(world)
    dear.refresh_from_db()
    assert dear.status == JobStatus.FAILED
    assert "costs more than your credit" in dear.error_message
    assert not Provider.objects.get().is_paused
    world.upstream.calm()
    VideoJob.objects.filter(status=JobStatus.SUBMITTING).update(due_at=timezone.now())
    for job in others:
        world.archived(job)


def test_an_account_that_was_emptied_since_fails_no_clip(world: World) -> None:
    refuse(world, 1, NO)
    jobs = [world.submit(f"clip {number}") for number in range(4)]
    go(world)
    pause_is_over()
    go(world)
    assert world.upstream.creates == 1
    # That was the last credit: every other one is refused.
    refuse(world, None, NO)
    for _ in range(4):
        go(world)
        pause_is_over()
        # The one that was refused first comes half a minute later.
        VideoJob.objects.filter(pk=jobs[0].pk).update(due_at=timezone.now())
    assert not VideoJob.objects.filter(status=JobStatus.FAILED).exists()
    world.upstream.calm()
    for job in jobs:
        world.archived(job)


def test_polls_neither_end_such_a_pause_nor_begin_one(world: World) -> None:
    world.upstream.settings(polls_queued=99)
    running = world.until(world.submit("runs"), lambda row: row.remote_id)
    world.upstream.script("retrieve", status=402, json=NO, times=3)
    world.round(3)
    running.refresh_from_db()
    assert Provider.objects.get().paused_at is None and running.attempts == 3
    refuse(world, None, NO)
    world.submit("waits")
    go(world)
    since = Provider.objects.get().paused_at
    assert since is not None
    for _ in range(2):
        # Its time is over, and a poll succeeds.
        world.round()
    # One pause, of which people are notified once.
    assert Provider.objects.get().paused_at == since


def test_try_again_sends_the_refused_clip_as_well(world: World) -> None:
    refuse(world, 1, NO)
    job = world.submit()
    go(world)
    job.refresh_from_db()
    assert job.due_at is not None and job.due_at > timezone.now() + timedelta(minutes=5)
    resume_provider(Provider.objects.get())
    go(world)
    job.refresh_from_db()
    assert job.remote_id
