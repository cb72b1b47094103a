"""A mirror may be killed at any line, stopped, doubled: nothing is lost, nothing bought twice."""

import signal
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from tests.invariants import hold, is_whole
from tests.mirror_process import running_mirror
from tests.patience import PATIENCE, wait_until
from tests.world import World
from videos.archive import store
from videos.jobs.deletion.trash import PURGE_MARGIN, trash
from videos.models import JobStatus, Kind, Provider, RemoteDeletion, VideoJob

KILLED = -signal.SIGKILL


@pytest.fixture(autouse=True)
def quick_provider(world: World) -> None:
    """Each clip is ready at the second look; a create ends within a second."""
    world.upstream.settings(polls_queued=0, polls_in_progress=1)
    Provider.objects.update(create_timeout_seconds=1)


def _archived(job: VideoJob) -> bool:
    job.refresh_from_db()
    return job.archived_at is not None


def _has_attention(job: VideoJob) -> bool:
    job.refresh_from_db()
    return job.attention != ""


def _is_whole(world: World, job: VideoJob) -> bool:
    return is_whole(world.asset(job)) and len(list(store.folder(job).iterdir())) == 4


# In the order of a job's life, from the intent to send it …
SENDING = ["submit_started", "after_post", "accepted", "found"]
ARRIVING = ["mid_chunk", "after_fsync", "after_rename", "after_folder_fsync", "recorded"]
# … to its last trace.
LEAVING = ["files_gone", "row_gone", "remote_deleted"]


def _killed_at(world: World, failpoint: str) -> None:
    with running_mirror(FAILPOINTS=failpoint, LEASE_SECONDS=1) as mirror:
        assert mirror.wait(timeout=PATIENCE) == KILLED
    hold(world)


# Files arrive the same way on every database.
@pytest.mark.parametrize(
    "failpoint",
    [
        *(pytest.param(each, marks=pytest.mark.database) for each in SENDING),
        *(pytest.param(each, marks=pytest.mark.slow) for each in ARRIVING),
    ],
)
def test_a_kill_at_any_step_costs_neither_clip_nor_money(
    world: World, settings: Any, failpoint: str
) -> None:
    settings.SUBMIT_GRACE_SECONDS = 1
    if failpoint == "found":
        world.upstream.script("create", "reset", commit=True)
    job = world.submit("a boat that survives")
    if failpoint in ARRIVING:
        world.until(job, lambda row: row.status == JobStatus.COMPLETED)
    _killed_at(world, failpoint)
    wait_until(lambda: world.round() or _archived(job))
    hold(world)
    assert world.upstream.creates == 1
    assert _is_whole(world, job)


@pytest.mark.slow
@pytest.mark.database
@pytest.mark.parametrize("failpoint", LEAVING)
def test_a_kill_at_any_step_of_leaving_brings_nothing_back(world: World, failpoint: str) -> None:
    job = world.archived(world.submit("a boat that sails away"))
    # As in a seeded gallery, whose clips share files outside their own folders.
    shared = Path(settings.ARCHIVE_DIR) / "shared.webp"
    shared.write_bytes(b"a sheet")
    job.assets.filter(kind=Kind.SPRITESHEET).update(path=shared.name)
    mine = VideoJob.objects.filter(pk=job.pk)
    trash(world.maker, mine)
    mine.update(purge_at=job.created_at - PURGE_MARGIN)
    _killed_at(world, failpoint)
    wait_until(lambda: world.round() or not (mine.exists() or RemoteDeletion.objects.exists()))
    hold(world)
    assert world.upstream.jobs == [] and world.upstream.creates == 1
    assert not store.folder(job).exists() and not shared.exists()


@pytest.mark.slow
def test_a_clip_that_was_renamed_before_the_kill_is_not_downloaded_again(world: World) -> None:
    job = world.submit()
    with running_mirror(FAILPOINTS="after_rename") as mirror:
        assert mirror.wait(timeout=PATIENCE) == KILLED
    with running_mirror():
        wait_until(lambda: _archived(job))
    assert len(world.upstream.requests("content")) == 1


@pytest.mark.slow
@pytest.mark.database
def test_a_kill_while_the_provider_is_being_asked_leaves_the_question_to_the_next(
    world: World,
) -> None:
    world.upstream.script("retrieve", "silence")
    job = world.submit()
    with running_mirror() as mirror:
        wait_until(lambda: world.upstream.requests("retrieve"))
        mirror.kill()
        assert mirror.wait(timeout=PATIENCE) == KILLED
    job.refresh_from_db()
    assert job.status == JobStatus.QUEUED and job.lease_token != ""
    with running_mirror():
        wait_until(lambda: _archived(job))
    assert world.upstream.creates == 1 and _is_whole(world, job)


@pytest.mark.database
def test_two_mirrors_share_the_work_and_buy_each_clip_once(world: World) -> None:
    jobs = [world.submit(f"clip {number}") for number in range(8)]
    with running_mirror(), running_mirror():
        wait_until(lambda: all(_archived(job) for job in jobs))
    assert world.upstream.creates == 8
    assert all(_is_whole(world, job) for job in jobs)


@pytest.mark.database
def test_a_mirror_that_slept_past_its_lease_writes_nothing(world: World) -> None:
    world.upstream.script("content", "drip_body", interval=0.2)
    job = world.submit()
    with running_mirror() as sleeper:
        wait_until(lambda: world.upstream.requests("content"))
        sleeper.send_signal(signal.SIGSTOP)
        with running_mirror():
            wait_until(lambda: _archived(job))
            first = world.asset(job)
            sleeper.send_signal(signal.SIGCONT)
            time.sleep(1)
            # It looks at its lease every few seconds, and takes its own leavings away then.
            wait_until(lambda: _is_whole(world, job))
            sleeper.terminate()
            assert sleeper.wait(timeout=PATIENCE) == 0
    assert world.asset(job) == first
    assert _is_whole(world, job)


def test_a_stopped_mirror_hands_back_its_work_and_exits_cleanly(world: World) -> None:
    world.upstream.script("content", "drip_body", interval=0.2, times=None)
    job = world.submit()
    with running_mirror(LEASE_SECONDS=60) as mirror:
        wait_until(lambda: world.upstream.requests("content"))
        mirror.send_signal(signal.SIGTERM)
        assert mirror.wait(timeout=PATIENCE) == 0
    job.refresh_from_db()
    assert job.status == JobStatus.COMPLETED
    assert (job.lease_token, job.lease_until) == ("", None)


def test_a_row_that_kills_every_worker_is_set_aside_and_the_others_go_on(world: World) -> None:
    poison, other = world.submit("poison"), world.submit("other")
    VideoJob.objects.filter(pk=poison.pk).update(claims=settings.MAX_CLAIMS)
    world.archived(other)
    poison.refresh_from_db()
    assert poison.attention and poison.due_at is None
    assert world.upstream.creates == 1


def _until_set_aside(poison: VideoJob, failpoint: str) -> None:
    """Start mirrors, of which each dies at the failpoint, until one knows better."""
    died = 0
    while not poison.attention:
        assert died <= settings.MAX_CLAIMS
        with running_mirror(LEASE_SECONDS=1, MIRROR_THREADS=4, FAILPOINTS=failpoint) as mirror:
            wait_until(lambda: mirror.poll() is not None or _has_attention(poison))
        died += 1


@pytest.mark.slow
def test_a_clip_that_kills_its_mirror_each_time_is_set_aside_and_takes_no_other_with_it(
    world: World,
) -> None:
    world.upstream.script("content", status=503, times=None)
    poison, healthy = world.submit("poison"), world.submit("healthy")
    for job in (poison, healthy):
        world.until(job, lambda row: row.status == JobStatus.COMPLETED)
    world.upstream.calm()
    Provider.objects.update(paused_at=None, paused_until=None, attempts=0)
    VideoJob.objects.update(due_at=timezone.now(), claims=0)
    # It never is there before the other one strikes.
    world.upstream.script("content", "pass", match=healthy.remote_id, delay=1.5, times=None)
    _until_set_aside(poison, f"fetching:{poison.public_id}")
    world.upstream.calm()
    wait_until(lambda: world.round() or _archived(healthy))
    healthy.refresh_from_db()
    assert healthy.attention == "" and "See its log" in poison.attention


@pytest.mark.slow
def test_a_job_that_kills_the_mirror_that_lists_it_is_set_aside_and_takes_no_other_with_it(
    world: World,
) -> None:
    world.upstream.settings(statuses=["queued"])
    jobs = [world.submit(f"clip {number}") for number in range(4)]
    for job in jobs:
        world.until(job, lambda row: row.status == JobStatus.QUEUED)
    # One page tells of all, and its words are written in one transaction.
    world.upstream.settings(statuses=None)
    VideoJob.objects.update(due_at=timezone.now(), claims=0)
    poison, *others = jobs
    _until_set_aside(poison, f"telling:{poison.public_id}")
    wait_until(lambda: world.round() or all(_archived(job) for job in others))
    assert [job.attention for job in others] == [""] * 3
    assert "See its log" in poison.attention and world.upstream.creates == 4


def test_a_deletion_a_catalogue_or_a_test_that_ends_every_mirror_is_left_alone(
    world: World,
) -> None:
    died = {"claims": settings.MAX_CLAIMS}
    owed = RemoteDeletion.objects.create(
        provider=world.provider, remote_id="video_x", due_at=timezone.now(), **died
    )
    Provider.objects.update(**died, due_at=timezone.now())
    # Never two such at once.
    world.round(2)
    owed.refresh_from_db()
    assert "See its log" in owed.refusal and owed.due_at is None
    provider = Provider.objects.get()
    assert provider.due_at and provider.due_at > timezone.now()
    Provider.objects.update(**died, probe_due_at=timezone.now())
    world.round()
    provider.refresh_from_db()
    assert "See its log" in provider.probe["trouble"]
    assert world.upstream.requests() == []
