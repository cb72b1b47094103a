"""A clock that jumps takes no rows from a living mirror, and hides none for hours."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from videos.jobs.health.clock_set_back import make_overdue_rows_due
from videos.models import JobStatus, Provider, VideoJob, lease
from videos.models.lease import ExpiredLeases, lease_end

pytestmark = pytest.mark.database

Make = Callable[..., VideoJob]


class Clock:
    """Monotonic time that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(lease, "expired_leases", ExpiredLeases(clock))
    return clock


def jump(**by: float) -> None:
    """The database's clock jumps ahead, or back: all it wrote lies that much behind, or ahead."""
    for job in VideoJob.objects.exclude(lease_until=None):
        assert job.lease_until is not None
        VideoJob.objects.filter(pk=job.pk).update(lease_until=job.lease_until - timedelta(**by))


def claim() -> list[VideoJob]:
    return VideoJob.objects.order_by("pk").claim(10)


@pytest.mark.parametrize("hours", [1, -1])
def test_a_living_mirror_keeps_its_rows_when_the_clock_jumps(
    make_job: Make, clock: Clock, hours: int, settings: Any
) -> None:
    make_job(status=JobStatus.QUEUED)
    (mine,) = claim()
    for _ in range(3):
        jump(hours=hours)
        assert claim() == []
        # The holder goes on to renew it, three times in a lease.
        clock.now += settings.LEASE_SECONDS / 3
        VideoJob.objects.filter(lease_token=mine.lease_token).update(lease_until=lease_end())
        clock.now += settings.LEASE_SECONDS
        assert claim() == []
    assert mine.is_held()


@pytest.mark.parametrize("hours", [1, -1])
def test_the_rows_of_a_dead_mirror_are_taken_over_a_little_later(
    make_job: Make, clock: Clock, hours: int, settings: Any
) -> None:
    make_job(status=JobStatus.QUEUED)
    (theirs,) = claim()
    jump(hours=hours)
    assert claim() == []
    clock.now += settings.LEASE_SECONDS / 2
    (mine,) = claim()
    assert mine.pk == theirs.pk and not theirs.is_held()


def test_free_rows_do_not_wait_behind_them(make_job: Make, clock: Clock) -> None:
    for _ in range(10):
        make_job(status=JobStatus.QUEUED)
    claim()
    jump(hours=1)
    free = make_job(status=JobStatus.QUEUED)
    assert [row.pk for row in claim()] == [free.pk]


@pytest.mark.parametrize(
    ("ahead", "is_due"), [(timedelta(minutes=30), False), (timedelta(days=1), True)]
)
def test_what_is_due_farther_ahead_than_anything_waits_is_due_now(
    make_job: Make, provider: Provider, ahead: timedelta, is_due: bool
) -> None:
    later = timezone.now() + ahead
    job = make_job(status=JobStatus.QUEUED, due_at=later)
    Provider.objects.update(
        due_at=later, probe_due_at=later, paused_at=later, paused_until=later, calls_after=later
    )
    make_overdue_rows_due()
    now = timezone.now()
    job.refresh_from_db()
    provider.refresh_from_db()
    moments = (job.due_at, provider.due_at, provider.probe_due_at, provider.paused_until)
    assert [moment is not None and moment <= now for moment in moments] == [is_due] * 4
    assert provider.is_unreachable is not is_due
