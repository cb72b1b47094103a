"""A maintenance page for a minute costs no decisions for clips that were not sent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.world import World
from videos.jobs.providers.clients import (
    creates_are_open,
    ready_for_create,
    record_created,
    record_failure,
    record_success,
)
from videos.models import JobStatus, PauseKind, Provider, VideoJob
from videos.provider.errors import BadAnswer

pytestmark = pytest.mark.database

WAITING = 20


def over(world: World) -> None:
    """The present pause is over."""
    Provider.objects.filter(paused_until__isnull=False).update(paused_until=timezone.now())


@pytest.mark.parametrize(("fault", "how"), [("html", {}), ("redirect", {"location": "/login"})])
def test_clips_stay_here_while_creates_are_answered_with_pages(
    world: World, fault: str, how: dict[str, str]
) -> None:
    world.upstream.script("any", fault, times=None, **how)
    for number in range(WAITING):
        world.submit(f"clip {number}")
    for _ in range(6):
        VideoJob.objects.filter(status=JobStatus.SUBMITTING).update(due_at=timezone.now())
        world.mirror.round()
        world.mirror.settle()
    provider = Provider.objects.get()
    assert provider.pause_kind == PauseKind.UNREADABLE and provider.is_paused
    # Two in a row, and what was under way beside them.
    sent = len(world.upstream.requests("create"))
    assert sent <= 2 + world.mirror.threads
    assert VideoJob.objects.filter(status=JobStatus.SUBMITTING).count() == WAITING - sent
    # Its time over, a harmless question comes first, and no create is risked.
    until = []
    for _ in range(3):
        over(world)
        before = timezone.now()
        world.mirror.round()
        world.mirror.settle()
        provider.refresh_from_db()
        assert provider.paused_until is not None
        until.append(provider.paused_until - before)
    assert len(world.upstream.requests("create")) == sent
    assert until[0] < until[-1]
    # It closes by itself.
    world.upstream.calm()
    over(world)
    waiting = VideoJob.objects.filter(status=JobStatus.SUBMITTING)
    for _ in range(10 * WAITING):
        if not waiting.exists():
            break
        over(world)
        waiting.update(due_at=timezone.now())
        world.mirror.round()
        world.mirror.settle()
    provider.refresh_from_db()
    assert (provider.paused_at, provider.unreadable) == (None, 0)
    assert not waiting.exists()


def unreadable(provider: Provider, times: int) -> None:
    for _ in range(times):
        record_failure(provider, BadAnswer("a web page"), on_create=True)
    provider.refresh_from_db()


def test_one_unreadable_answer_pauses_nothing(provider: Provider) -> None:
    unreadable(provider, 1)
    assert not provider.is_paused
    record_created(provider)
    unreadable(provider, 1)
    assert not provider.is_paused and provider.unreadable == 1


def test_only_one_worker_tries_when_the_pause_is_over(world: World) -> None:
    unreadable(world.provider, 2)
    over(world)
    first, second = (Provider.objects.get() for _ in range(2))
    assert ready_for_create(first) and not ready_for_create(second)
    assert creates_are_open(first) and not creates_are_open(second)
    record_created(first)
    assert creates_are_open(Provider.objects.get())


def test_a_readable_answer_lets_one_create_try_before_the_time_is_over(world: World) -> None:
    unreadable(world.provider, 2)
    assert world.provider.is_paused
    record_success(world.provider)
    provider = Provider.objects.get()
    assert not provider.is_paused and provider.pause_kind == PauseKind.UNREADABLE
    assert ready_for_create(provider)
    # While that one is under way, nothing lets another try.
    job = world.submit()
    VideoJob.objects.filter(pk=job.pk).update(submit_started_at=timezone.now())
    record_success(Provider.objects.get())
    assert Provider.objects.get().is_paused


def test_the_pause_grows_only_with_each_try_and_has_an_end(provider: Provider) -> None:
    # Many are under way when it begins: they count as one.
    unreadable(provider, 9)
    assert provider.unreadable == 2 and provider.paused_until is not None
    assert provider.paused_until - timezone.now() < timedelta(seconds=20)
    Provider.objects.update(unreadable=60, paused_until=timezone.now())
    provider.refresh_from_db()
    unreadable(provider, 1)
    assert provider.paused_until - timezone.now() < timedelta(minutes=13)
