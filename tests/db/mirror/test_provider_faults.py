"""What happens around the mirror: databases, networks and people that come and go."""

import sys
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError

from tests.stack import free_port
from tests.world import World
from videos.archive import store
from videos.jobs.deletion.trash import PURGE_MARGIN, purge_now, restore, trash
from videos.mirror import worker
from videos.models import JobStatus, PauseKind, RemoteDeletion, VideoJob


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize("where", ["sync_configured", "beat"])
def test_a_database_that_fails_for_a_moment_ends_no_mirror(
    world: World, monkeypatch: pytest.MonkeyPatch, where: str, error: type[Exception]
) -> None:
    tries: list[str] = []
    real = getattr(worker, where)

    def fail_first(*args: Any) -> None:
        tries.append(where)
        if len(tries) == 1:
            raise error("the database has gone away")
        real(*args)

    monkeypatch.setattr(worker, where, fail_first)
    world.submit()
    world.mirror.run(lambda: world.upstream.creates == 0 and len(tries) < 50)
    world.mirror.settle()
    assert world.upstream.creates == 1 and tries


def test_a_database_that_fails_after_the_create_costs_no_second_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = world.submit()

    def locked(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as patched:
        # The package gives the function the name of its module.
        patched.setattr(sys.modules["videos.jobs.dispatch.send"], "accepted", locked)
        world.round()
    VideoJob.objects.update(lease_until=None)
    world.archived(job)
    assert world.upstream.creates == 1


def test_a_server_that_is_not_there_yet_is_waited_for_and_nothing_is_unsure(world: World) -> None:
    world.provider.base_url = f"http://127.0.0.1:{free_port()}/v1"
    world.provider.save()
    job = world.submit()
    world.round(3)
    job.refresh_from_db()
    world.provider.refresh_from_db()
    assert job.status == JobStatus.SUBMITTING
    assert world.provider.is_paused and world.provider.pause_kind == PauseKind.CONNECTION
    world.provider.base_url = world.upstream.base_url
    world.provider.save()
    world.archived(job)
    assert (world.upstream.creates, job.sends) == (1, 1)


def test_a_clip_purged_while_it_is_generated_goes_at_the_provider_and_stays_away(
    world: World,
) -> None:
    world.upstream.settings(polls_queued=50)
    # As real servers do: what runs cannot be deleted yet.
    world.upstream.script("delete", status=409, json={"error": {"message": "still running"}})
    job = world.until(world.submit(), lambda row: row.remote_id)
    mine = VideoJob.objects.filter(pk=job.pk)
    trash(world.maker, mine)
    purge_now(world.maker, mine)
    mine.update(purge_at=job.created_at - PURGE_MARGIN)
    world.round(4)
    assert not mine.exists() and not store.folder(job).exists()
    assert world.upstream.jobs == [] and not RemoteDeletion.objects.exists()


def test_a_trashed_clip_that_still_runs_is_archived_and_can_be_restored(world: World) -> None:
    job = world.until(world.submit(), lambda row: row.remote_id)
    mine = VideoJob.objects.filter(pk=job.pk)
    trash(world.maker, mine)
    world.archived(job)
    assert job.trashed_at is not None
    assert restore(world.maker, mine).count == 1
    job.refresh_from_db()
    assert job.archived_at is not None and job.trashed_at is None


@pytest.mark.parametrize("fault", ["deep_json", "nan_json", "huge_json", "gzip_bomb", "empty"])
def test_a_hostile_list_keeps_no_row_from_its_end(world: World, fault: str) -> None:
    jobs = [world.submit(f"clip {number}") for number in range(3)]
    world.upstream.script("list", fault, times=2)
    world.upstream.script("retrieve", fault, times=1)
    for job in jobs:
        world.archived(job)
    assert world.upstream.creates == 3
