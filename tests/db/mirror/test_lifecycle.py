"""A job from the prompt to the archive, and out again, against a server behind real HTTP."""

import hashlib
from datetime import timedelta

import pytest
from django.conf import settings

from tests.world import World
from videos.jobs.deletion.trash import PURGE_MARGIN, purge_now, restore, trash
from videos.models import JobStatus, Kind, RemoteDeletion, RemoteJob, VideoJob

pytestmark = pytest.mark.database


def test_a_submitted_job_is_sent_once_followed_and_archived(world: World) -> None:
    job = world.submit("a paper boat on a calm sea")
    assert job.status == JobStatus.SUBMITTING
    job = world.archived(job)
    assert (job.status, job.progress) == (JobStatus.COMPLETED, 100)
    assert world.upstream.creates == 1
    video = world.asset(job)
    data = (settings.ARCHIVE_DIR / video.path).read_bytes()
    assert len(data) == video.bytes
    assert hashlib.sha256(data).hexdigest() == video.sha256
    assert job.due_at is None and job.expires_at is not None


def test_a_clip_gets_two_posters_and_a_spritesheet(world: World) -> None:
    job = world.archived(world.submit())
    for kind in (Kind.THUMBNAIL, Kind.SMALL, Kind.SPRITESHEET):
        asset = world.asset(job, kind)
        assert (settings.ARCHIVE_DIR / asset.path).read_bytes()[8:12] == b"WEBP"


def test_every_step_leaves_a_line_of_history(world: World) -> None:
    job = world.archived(world.submit())
    steps = [event.to_status for event in job.events.all()]
    assert steps == ["submitting", "queued", "in_progress", "completed", "completed"]
    assert all(event.why for event in job.events.all())


def test_many_jobs_cost_one_list_call_a_round(world: World) -> None:
    world.upstream.settings(polls_queued=50)
    jobs = [world.submit(f"clip {number}") for number in range(12)]
    world.until(jobs[-1], lambda row: row.status == JobStatus.QUEUED)
    while VideoJob.objects.filter(status=JobStatus.SUBMITTING).exists():
        world.round()
    before = len(world.upstream.requests())
    world.round()
    after = world.upstream.requests()[before:]
    assert [request["route"] for request in after] == ["list"]


def test_a_purged_job_goes_at_the_provider_too_and_its_files_are_removed(world: World) -> None:
    job = world.archived(world.submit())
    path = settings.ARCHIVE_DIR / world.asset(job).path
    mine = VideoJob.objects.filter(pk=job.pk)
    assert trash(world.maker, mine).count == 1
    world.round()
    assert path.exists() and mine.exists()
    assert purge_now(world.maker, mine) == 1
    mine.update(purge_at=job.created_at - timedelta(minutes=1))
    world.round(3)
    assert not mine.exists() and not path.exists()
    assert world.upstream.jobs == []
    assert not RemoteDeletion.objects.exists()


def test_what_is_restored_is_not_purged(world: World) -> None:
    job = world.archived(world.submit())
    mine = VideoJob.objects.filter(pk=job.pk)
    trash(world.maker, mine)
    assert restore(world.maker, mine).count == 1
    world.round(3)
    job.refresh_from_db()
    assert job.trashed_at is None
    assert (settings.ARCHIVE_DIR / world.asset(job).path).exists()


def test_a_trashed_job_that_was_not_sent_is_never_sent(world: World) -> None:
    job = world.submit()
    trash(world.maker, VideoJob.objects.filter(pk=job.pk))
    world.round(3)
    assert world.upstream.creates == 0
    restore(world.maker, VideoJob.objects.filter(pk=job.pk))
    world.round(3)
    job.refresh_from_db()
    assert job.status == JobStatus.CANCELLED and world.upstream.creates == 0


def test_a_server_without_deletion_blocks_nothing(world: World) -> None:
    world.upstream.script("delete", "no_method", times=None)
    job = world.archived(world.submit())
    mine = VideoJob.objects.filter(pk=job.pk)
    trash(world.maker, mine)
    mine.update(purge_at=job.created_at - timedelta(minutes=1))
    world.round(3)
    assert not mine.exists()
    deletion = RemoteDeletion.objects.get()
    assert deletion.refusal and deletion.due_at is None


def test_the_catalogue_is_read_from_the_server(world: World) -> None:
    world.provider.due_at = job_time = world.maker.date_joined
    world.provider.save()
    world.round()
    world.provider.refresh_from_db()
    assert world.provider.catalogue_at is not None and world.provider.due_at > job_time
    assert world.provider.catalogue_models.filter(model="sora-2", slug="sora-2").exists()


def test_a_server_that_tells_another_id_at_each_look_is_asked_by_the_one_that_create_gave(
    world: World,
) -> None:
    world.upstream.script("retrieve", "change_id", times=None)
    job = world.archived(world.submit())
    created = world.upstream.jobs[0]["id"]
    assert VideoJob.objects.get().remote_id == job.remote_id == created
    targets = [entry["target"] for entry in world.upstream.requests("retrieve")]
    assert len(targets) >= 3 and set(targets) == {f"/v1/videos/{created}"}
    assert world.upstream.creates == 1 and not RemoteJob.objects.exists()
    mine = VideoJob.objects.filter(pk=job.pk)
    trash(world.maker, mine)
    mine.update(purge_at=job.created_at - PURGE_MARGIN)
    world.round(2)
    assert not mine.exists() and world.upstream.jobs == []
