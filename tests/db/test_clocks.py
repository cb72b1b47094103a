"""Clocks that are wrong: the provider's, this machine's, and those of two mirrors."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from tests.world import World
from videos.jobs.deletion.trash import purge, restore, trash
from videos.jobs.dispatch.limits import full_providers
from videos.jobs.dispatch.reconcile import adopt
from videos.models import JobStatus, Provider, VideoJob
from videos.models.lease import shared_now

HOUR = timedelta(hours=1)
WRONG = [-3600, 3600]


def _unanswered(world: World, prompt: str = "a particular boat") -> VideoJob:
    world.upstream.script("create", "reset", commit=True)
    job = world.submit(prompt)
    return world.until(job, lambda row: row.status == JobStatus.UNSURE)


# --- the provider's ------------------------------------------------------------------------------


@pytest.mark.parametrize("skew", WRONG)
@pytest.mark.parametrize("knows_others", [True, False])
def test_a_job_is_found_in_the_list_of_a_provider_whose_clock_is_an_hour_off(
    world: World, settings: Any, skew: int, knows_others: bool
) -> None:
    settings.SUBMIT_GRACE_SECONDS = 0
    world.upstream.settings(clock_skew=skew)
    if knows_others:
        world.archived(world.submit("an earlier boat"))
    before = world.upstream.creates
    job = _unanswered(world)
    world.archived(job)
    assert world.upstream.creates == before + 1


@pytest.mark.parametrize("skew", WRONG)
def test_the_expiry_of_a_clip_is_converted_to_our_clock(world: World, skew: int) -> None:
    world.upstream.settings(clock_skew=skew, expires_in=1800)
    job = world.until(world.submit(), lambda row: row.status == JobStatus.COMPLETED)
    assert job.expires_at is not None
    left = (job.expires_at - timezone.now()).total_seconds()
    assert 1700 < left <= 1802
    assert not job.is_expired and not job.is_lost


def test_a_clip_not_ready_yet_is_not_lost_because_the_providers_clock_is_behind(
    world: World,
) -> None:
    world.upstream.settings(clock_skew=-3600, expires_in=1800)
    world.upstream.script("content", status=404, json={"detail": "not ready"}, times=2)
    job = world.archived(world.submit())
    assert not job.is_lost


def test_a_provider_that_says_no_more_than_its_expiry_is_believed(world: World) -> None:
    world.upstream.settings(expires_in=7200)
    world.upstream.script("any", "patch", fields={"created_at": None}, times=None)
    job = world.until(world.submit(), lambda row: row.status == JobStatus.COMPLETED)
    assert job.expires_at is not None
    assert 7100 < (job.expires_at - timezone.now()).total_seconds() <= 7202


# --- of two mirrors ------------------------------------------------------------------------------


@pytest.mark.parametrize("ahead", [HOUR, -HOUR])
def test_a_mirror_whose_clock_is_wrong_takes_no_row_that_another_holds(
    world: World, ahead: timedelta
) -> None:
    world.submit()
    rows = VideoJob.objects.filter(status=JobStatus.SUBMITTING)
    (mine,) = rows.claim(1)
    with time_machine.travel(timezone.now() + ahead):
        assert rows.claim(1) == []
        world.mirror.flying["send"] = {}
        world.mirror._renew()
    assert mine.is_held()


@pytest.mark.parametrize("ahead", [HOUR, -HOUR])
def test_a_lease_that_a_wrong_clock_has_given_ends_in_time(
    world: World, settings: Any, ahead: timedelta
) -> None:
    settings.LEASE_SECONDS = 0
    world.submit()
    rows = VideoJob.objects.filter(status=JobStatus.SUBMITTING)
    with time_machine.travel(timezone.now() + ahead):
        (theirs,) = rows.claim(1)
    assert theirs.lease_until is not None
    assert abs(theirs.lease_until - timezone.now()) < timedelta(minutes=1)
    (mine,) = rows.claim(1)
    assert mine.lease_token != theirs.lease_token and not theirs.is_held()


@pytest.mark.parametrize("ahead", [HOUR, -HOUR])
def test_the_grace_time_is_the_same_for_mirrors_with_different_clocks(
    world: World, settings: Any, ahead: timedelta
) -> None:
    settings.SUBMIT_GRACE_SECONDS = 600
    world.upstream.script("create", "close", commit=False)
    job = world.submit()
    world.until(job, lambda row: row.status == JobStatus.UNSURE)
    VideoJob.objects.update(due_at=timezone.now() - 2 * HOUR)
    with time_machine.travel(timezone.now() + ahead):
        (mine,) = VideoJob.objects.filter(status="unsure").select_related("provider").claim(1)
        adopt(mine)
    job.refresh_from_db()
    # Ahead by an hour, the mirror's own clock would say that the ten minutes are long over.
    assert job.status == JobStatus.UNSURE and job.attention == "" and job.sends == 1


def test_limits_are_counted_by_one_clock(world: World) -> None:
    Provider.objects.update(max_creates_per_minute=1)
    world.provider.refresh_from_db()
    job = world.until(world.submit(), lambda row: row.remote_id)
    assert job.submit_started_at is not None
    with time_machine.travel(timezone.now() + HOUR):
        assert full_providers() == [world.provider.pk]


def test_a_mirror_ahead_purges_nothing_that_may_still_be_restored(world: World) -> None:
    job = world.archived(world.submit())
    rows = VideoJob.objects.filter(pk=job.pk)
    trash(world.maker, rows)
    VideoJob.objects.update(purge_at=shared_now() + timedelta(minutes=30))
    with time_machine.travel(timezone.now() + HOUR):
        (mine,) = rows.select_related("provider").claim(1)
        purge(mine)
    assert restore(world.maker, rows).count == 1
    assert rows.get().archived_at is not None


def test_the_clock_stepping_back_under_a_lease_frees_nothing(world: World) -> None:
    world.submit()
    rows = VideoJob.objects.filter(status=JobStatus.SUBMITTING)
    with time_machine.travel(timezone.now() + HOUR) as clock:
        (mine,) = rows.claim(1)
        clock.move_to(timezone.now() - HOUR)
        assert rows.claim(1) == []
        assert mine.write_back() is True
