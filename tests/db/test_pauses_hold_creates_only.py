"""A pause stops new creates. Clips that were sent are followed and fetched all the same."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.world import World
from videos.jobs.providers.clients import record_failure, record_success
from videos.models import JobStatus, PauseKind, Provider, VideoJob
from videos.provider.errors import (
    BadAnswer,
    NoAnswer,
    NotSent,
    ProviderError,
    RateLimited,
    Unavailable,
)

HOUR = timedelta(hours=1)


def go(world: World, times: int = 6) -> None:
    """Every row due, but a pause stays a pause."""
    for _ in range(times):
        VideoJob.objects.filter(due_at__isnull=False).update(due_at=timezone.now())
        world.mirror.next_slow = 0
        world.mirror.round()
        world.mirror.settle()


# The other two: a dead connection holds back all calls, a readable answer ends `unreadable`.
PLAIN = [kind for kind in PauseKind if kind not in (PauseKind.CONNECTION, PauseKind.UNREADABLE)]


@pytest.mark.parametrize("kind", PLAIN)
def test_sent_clips_arrive_during_a_pause_and_new_ones_wait(world: World, kind: str) -> None:
    sent = world.until(world.submit("sent"), lambda row: row.remote_id)
    now = timezone.now()
    Provider.objects.update(
        pause_kind=kind, paused_at=now, paused_until=None, pause_reason="no", last_contact_at=now
    )
    waiting = world.submit("waits")
    go(world)
    sent.refresh_from_db()
    waiting.refresh_from_db()
    assert sent.archived_at is not None
    assert waiting.status == JobStatus.SUBMITTING and world.upstream.creates == 1


def test_a_dead_connection_holds_back_everything(world: World) -> None:
    job = world.until(world.submit(), lambda row: row.remote_id)
    Provider.objects.update(calls_after=timezone.now() + timedelta(minutes=5))
    requests_before = len(world.upstream.requests())
    go(world)
    assert len(world.upstream.requests()) == requests_before
    world.archived(job)


def test_a_rate_limit_on_polls_holds_back_polls_and_no_downloads(
    world: World, make_job: Callable[..., VideoJob]
) -> None:
    world.upstream.settings(polls_queued=99)
    running = world.until(world.submit(), lambda row: row.remote_id)
    world.upstream.script("retrieve", status=429, headers={"Retry-After": "600"}, times=1)
    go(world, 1)
    provider = Provider.objects.get()
    assert provider.holds_polls and provider.pause_kind == PauseKind.RATE
    done = make_job(remote_id="done", due_at=timezone.now())

    def polls() -> int:
        targets = [seen["target"] for seen in world.upstream.requests("retrieve")]
        return sum(target.endswith(running.remote_id) for target in targets)

    polls_before = polls()
    go(world, 2)
    assert polls() == polls_before
    done.refresh_from_db()
    assert len(world.upstream.requests("content")) >= 1 and done.attempts + done.missing_count > 0


def test_a_rate_limit_on_a_download_is_waited_for_but_not_beyond_its_expiry(
    world: World, make_job: Callable[..., VideoJob]
) -> None:
    now = timezone.now()
    soon, late = (
        make_job(remote_id=name, due_at=now, expires_at=now + expires)
        for name, expires in (("soon", timedelta(minutes=4)), ("late", HOUR))
    )
    world.upstream.script("content", status=429, headers={"Retry-After": "500"}, times=None)
    for _ in range(2):
        world.mirror.round()
        world.mirror.settle()
    soon.refresh_from_db()
    late.refresh_from_db()
    assert soon.due_at is not None and late.due_at is not None and soon.expires_at is not None
    assert soon.due_at < soon.expires_at - timedelta(minutes=1)
    assert late.due_at > now + timedelta(seconds=490)
    assert Provider.objects.get().paused_at is None


@pytest.mark.parametrize(
    ("error", "on_create", "kind", "holds_polls", "is_unreachable"),
    [
        (NotSent("refused"), True, PauseKind.CONNECTION, True, True),
        (NotSent("refused"), False, PauseKind.CONNECTION, True, True),
        (NoAnswer("timeout"), True, PauseKind.TROUBLE, False, False),
        (Unavailable("down", status=503), True, PauseKind.TROUBLE, False, False),
        (Unavailable("down", status=503), False, PauseKind.TROUBLE, True, False),
        (RateLimited("slow", status=429), True, PauseKind.RATE, False, False),
        (RateLimited("slow", status=429), False, PauseKind.RATE, True, False),
        (RateLimited("empty", status=402, quota=True), True, PauseKind.QUOTA, False, False),
        (BadAnswer("<html>"), True, PauseKind.UNREADABLE, False, False),
        (BadAnswer("<html>"), False, "", False, False),
    ],
)
def test_each_failure_holds_back_what_it_is_about(
    provider: Provider,
    error: ProviderError,
    on_create: bool,
    kind: str,
    holds_polls: bool,
    is_unreachable: bool,
) -> None:
    for _ in range(3):
        record_failure(provider, error, on_create=on_create)
    provider.refresh_from_db()
    assert provider.pause_kind == kind and provider.is_paused is bool(kind)
    assert (provider.holds_polls, provider.is_unreachable) == (holds_polls, is_unreachable)


def test_a_download_that_always_breaks_says_so_and_stops_nothing_else(world: World) -> None:
    job = world.until(world.submit(), lambda row: row.status == JobStatus.COMPLETED)
    world.upstream.script("content", "truncate", keep=1000, times=None, match=job.remote_id)
    world.until(job, lambda row: row.attention)
    assert "doesn't send the clip" in job.attention and job.due_at is not None
    provider = Provider.objects.get()
    assert provider.paused_at is None and provider.attempts == 0
    # Between two tries.
    VideoJob.objects.filter(pk=job.pk).update(due_at=None)
    world.archived(world.submit("another boat"))
    VideoJob.objects.filter(pk=job.pk).update(due_at=timezone.now())
    world.upstream.calm()
    world.archived(job)
    assert job.attention == ""


def test_a_poll_that_always_fails_says_so_and_stops_no_creates(world: World) -> None:
    world.upstream.settings(polls_queued=99)
    job = world.until(world.submit(), lambda row: row.remote_id)
    world.upstream.script("retrieve", status=500, json={"error": "boom"}, times=None)
    for _ in range(10):
        Provider.objects.update(last_contact_at=timezone.now())
        world.round()
    job.refresh_from_db()
    assert "doesn't return its status" in job.attention
    assert Provider.objects.get().paused_at is None


def test_a_download_that_finds_a_dead_server_pauses_it_unless_it_has_just_answered(
    world: World, make_job: Callable[..., VideoJob]
) -> None:
    world.provider.base_url = "http://127.0.0.1:9/v1"
    world.provider.save()
    record_success(world.provider)
    make_job(remote_id="done", due_at=timezone.now())
    world.round(4)
    assert Provider.objects.get().attempts == 0
    Provider.objects.update(last_contact_at=timezone.now() - HOUR)
    for _ in range(4):
        go(world, 1)
        Provider.objects.update(last_contact_at=timezone.now() - HOUR)
    assert Provider.objects.get().is_unreachable
