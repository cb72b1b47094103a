"""A database that comes back from a backup: nothing is bought again, nothing is left out."""

import errno
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from tests.imports_fixtures import made_elsewhere, offered_ids, read
from tests.world import World
from videos.archive import store
from videos.archive.record import record
from videos.jobs import send_count
from videos.jobs.dispatch.resolve import resolve
from videos.jobs.health.heartbeat import beat as beat_job
from videos.jobs.media.download import open_content
from videos.jobs.remote.read_list import read_list_again
from videos.jobs.remote.record import held_back
from videos.mirror import Mirror
from videos.models import (
    Asset,
    DatabaseRestore,
    Heartbeat,
    JobEvent,
    JobStatus,
    Provider,
    SendCount,
    VideoJob,
)

Restore = Callable[..., None]


@pytest.fixture
def backup(world: World) -> Callable[[], Restore]:
    """Makes a backup of the database; what it returns brings that back, as some hours old."""

    def backup() -> Restore:
        world.mirror.next_beat = 0
        world.mirror.round()
        world.mirror.settle()
        dump = serializers.serialize("json", _everything())

        def restore(hours: float = 2) -> None:
            world.mirror.stop()
            _replace(dump)
            _grow_old(timedelta(hours=hours))
            world.mirror = Mirror()

        return restore

    return backup


def _tables() -> list[Any]:
    return [m for m in apps.get_app_config("videos").get_models() if m._meta.managed]


def _everything() -> list[Any]:
    return [row for model in _tables() for row in model._default_manager.order_by("pk")]


def _replace(dump: str) -> None:
    with transaction.atomic(), connection.constraint_checks_disabled():
        for model in reversed(_tables()):
            model._default_manager.all()._raw_delete("default")
        for row in serializers.deserialize("json", dump):
            row.save()


def _grow_old(by: timedelta) -> None:
    """As if the backup had been taken so long ago."""
    for beat in Heartbeat.objects.all():
        Heartbeat.objects.filter(pk=beat.pk).update(at=beat.at - by)
    for job in VideoJob.objects.all():
        VideoJob.objects.filter(pk=job.pk).update(created_at=job.created_at - by)


def _waiting(world: World, *prompts: str) -> list[VideoJob]:
    """Rows that the provider has not got yet, because it is paused."""
    Provider.objects.update(paused_at=timezone.now())
    return [world.submit(prompt) for prompt in prompts]


def _resume() -> None:
    Provider.objects.update(paused_at=None)


def _cannot_tell(world: World) -> None:
    world.provider.dialect = "litellm"
    world.provider.save()


@pytest.mark.database
def test_rows_that_were_sent_after_the_backup_are_found_and_not_bought_again(
    world: World, backup: Callable[[], Restore]
) -> None:
    world.archived(world.submit("long ago"))
    waiting = _waiting(world, "one", "two", "two")
    restore = backup()
    _resume()
    for job in waiting:
        world.archived(job)
    assert world.upstream.creates == 4
    before = {job.public_id: job.remote_id for job in waiting}
    restore()
    _resume()
    assert VideoJob.objects.filter(status=JobStatus.SUBMITTING).count() == 3
    for job in waiting:
        world.archived(job)
    assert world.upstream.creates == 4, "nothing was bought twice"
    assert {job.remote_id for job in waiting} == set(before.values())
    assert "sent before" in " ".join(JobEvent.objects.values_list("why", flat=True))


def test_rows_that_were_never_sent_go_out_after_one_look_at_the_list(
    world: World, backup: Callable[[], Restore]
) -> None:
    world.archived(world.submit("long ago"))
    waiting = _waiting(world, "one", "two")
    backup()(hours=0.5)
    _resume()
    for job in waiting:
        world.archived(job)
    assert world.upstream.creates == 3
    assert not JobEvent.objects.filter(to_status=JobStatus.UNSURE).exists()


def test_a_list_that_begins_after_the_row_proves_nothing_and_a_person_is_asked(
    world: World, backup: Callable[[], Restore]
) -> None:
    (job,) = _waiting(world, "one")
    backup()(hours=5)
    _resume()
    world.until(job, lambda row: row.attention)
    assert job.status == JobStatus.UNSURE and "doesn't go back" in job.attention
    assert world.upstream.creates == 0
    assert resolve(world.maker, job, "again")
    world.archived(job)
    assert world.upstream.creates == 1


def test_a_list_that_reaches_back_proves_that_an_old_row_was_never_sent(
    world: World, backup: Callable[[], Restore]
) -> None:
    world.archived(world.submit("long ago"))
    (job,) = _waiting(world, "one")
    backup()(hours=5)
    _resume()
    # Everything that is there was made seven hours ago.
    world.upstream.settings(clock_skew=-7 * 3600)
    world.archived(job)
    assert world.upstream.creates == 2


def test_a_provider_that_was_only_paused_for_days_leaves_no_doubt(
    world: World, backup: Callable[[], Restore]
) -> None:
    _cannot_tell(world)
    waiting = _waiting(world, "one", "two")
    world.round()
    VideoJob.objects.update(created_at=timezone.now() - timedelta(days=3))
    _resume()
    for job in waiting:
        world.archived(job)
    assert world.upstream.creates == 2 and not DatabaseRestore.objects.exists()


def test_a_short_restart_leaves_no_doubt(world: World) -> None:
    _cannot_tell(world)
    (job,) = _waiting(world, "one")
    world.round()
    Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=40))
    world.mirror.stop()
    world.mirror = Mirror()
    _resume()
    world.archived(job)
    assert world.upstream.creates == 1


@pytest.mark.database
def test_what_is_submitted_while_no_mirror_runs_but_after_it_began_again_is_just_sent(
    world: World, backup: Callable[[], Restore]
) -> None:
    _cannot_tell(world)
    backup()()
    world.round()
    assert DatabaseRestore.objects.exists()
    world.archived(world.submit("after it"))
    assert world.upstream.creates == 1


def test_where_the_provider_cannot_tell_a_person_is_asked_once(
    world: World, backup: Callable[[], Restore]
) -> None:
    _cannot_tell(world)
    (job,) = _waiting(world, "one")
    restore = backup()
    _resume()
    world.archived(job)
    restore()
    _resume()
    store.remove(job)
    world.until(job, lambda row: row.attention)
    world.round(3)
    job.refresh_from_db()
    assert job.status == JobStatus.UNSURE and "may have been sent before" in job.attention
    assert world.upstream.creates == 1
    assert resolve(world.maker, job, "again")
    world.archived(job)
    assert world.upstream.creates == 2


def test_a_list_that_is_away_is_waited_for_and_one_that_is_gone_asks_a_person(
    world: World, backup: Callable[[], Restore]
) -> None:
    one, two = _waiting(world, "one", "two")
    backup()(hours=0.1)
    _resume()
    world.upstream.script("list", status=503, times=6)
    world.archived(one)
    assert world.upstream.creates == 2
    world.archived(two)
    (three,) = _waiting(world, "three")
    backup()(hours=0.1)
    _resume()
    world.upstream.script("list", "no_route", times=None)
    world.until(three, lambda row: row.attention)
    assert "no list" in three.attention and world.upstream.creates == 2


def test_a_clip_in_the_archive_proves_that_its_row_was_sent(
    world: World, backup: Callable[[], Restore]
) -> None:
    _cannot_tell(world)
    (job,) = _waiting(world, "one")
    restore = backup()
    _resume()
    world.archived(job)
    restore()
    _resume()
    # Restored so soon after the backup that the heartbeats show no gap.
    Heartbeat.objects.update(at=timezone.now())
    DatabaseRestore.objects.all().delete()
    world.until(job, lambda row: row.attention)
    assert "archive" in job.attention and world.upstream.creates == 1
    downloads_before = len(world.upstream.requests("content"))
    assert resolve(world.maker, job, "link", world.upstream.jobs[0]["id"])
    world.archived(job)
    assert len(world.upstream.requests("content")) == downloads_before, "the file was here already"


@pytest.mark.database
def test_a_mirror_that_outlives_the_restore_knows_it_for_certain(
    world: World, backup: Callable[[], Restore]
) -> None:
    (job,) = _waiting(world, "one")
    restore = backup()
    _resume()
    world.archived(job)
    alive = world.mirror
    alive.next_beat = 0
    alive.round()
    restore(hours=0)
    alive.stopping.clear()
    beat = beat_job(alive.name, alive.last_beat)
    assert alive.last_beat is not None and beat > alive.last_beat
    assert DatabaseRestore.objects.get().newest_job >= job.pk


@pytest.mark.database
def test_clips_made_after_the_backup_are_found_as_orphans(
    world: World, backup: Callable[[], Restore]
) -> None:
    restore = backup()
    job = world.archived(world.submit("made since"))
    restore()
    assert not VideoJob.objects.exists()
    read(world)
    assert offered_ids(world) == {job.remote_id}


@pytest.mark.database
def test_a_row_whose_clip_was_archived_since_takes_the_file_that_is_here(
    world: World, backup: Callable[[], Restore]
) -> None:
    job = world.until(world.submit(), lambda row: row.remote_id)
    restore = backup()
    world.archived(job)
    downloads_before = len(world.upstream.requests("content"))
    restore()
    world.archived(job)
    assert len(world.upstream.requests("content")) == downloads_before
    assert store.is_whole(world.asset(job).path, world.asset(job).sha256)


def test_a_clip_that_the_provider_has_forgotten_since_is_not_lost_while_its_file_is_here(
    world: World, backup: Callable[[], Restore]
) -> None:
    job = world.until(world.submit(), lambda row: row.remote_id)
    restore = backup()
    world.archived(job)
    restore()
    world.upstream.script("any", status=404, json={"detail": "unknown"}, times=None)
    world.round(4)
    VideoJob.objects.update(missing_since=timezone.now() - timedelta(minutes=11))
    world.archived(job)
    assert job.status == JobStatus.COMPLETED and job.is_expired and not job.is_lost
    assert Asset.objects.filter(job=job).count() == 4


def test_an_orphan_that_a_restored_row_is_looking_for_is_not_offered_before(
    world: World, backup: Callable[[], Restore]
) -> None:
    (job,) = _waiting(world, "one")
    restore = backup()
    _resume()
    world.archived(job)
    (other,) = made_elsewhere(world.upstream, "somebody else's")
    restore()
    Provider.objects.update(enabled=True, paused_at=None)
    world.mirror.last_beat = beat_job("another")
    # The list is read before the row had its turn.
    VideoJob.objects.update(due_at=timezone.now() + timedelta(hours=1))
    read_list_again(world.provider)
    world.mirror.next_slow = 0
    world.mirror.round()
    world.mirror.settle()
    assert offered_ids(world) == {other} and held_back(world.provider) == 1


# --- content that changes ------------------------------------------------------------------------


def _again(job: VideoJob) -> None:
    """As where somebody wants the clip fetched again."""
    VideoJob.objects.filter(pk=job.pk).update(archived_at=None, due_at=timezone.now())


def test_what_was_archived_first_stays_when_the_provider_sends_other_bytes(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    job = world.archived(world.submit())
    first = world.asset(job)
    mine = store.absolute(first.path)
    world.upstream.settings(clip=mine.read_bytes() + b"\x00\x00\x00\x08free")
    elsewhere = mine.with_name("elsewhere")
    mine.rename(elsewhere)  # away for a moment, as a file system may be
    _again(job)
    (row,) = VideoJob.objects.filter(pk=job.pk).select_related("provider").claim(1)
    with caplog.at_level("WARNING"):
        stored = _downloaded(row)
        elsewhere.rename(mine)
        record(row, stored)
    assert world.asset(job).sha256 == first.sha256
    assert store.is_whole(first.path, first.sha256)
    assert not store.absolute(stored.path).exists()
    assert first.sha256[:12] in caplog.text and stored.sha256[:12] in caplog.text
    assert any("a different clip" in event.why for event in job.events.all())


def test_where_ours_is_gone_the_difference_is_said_and_the_new_bytes_are_kept(
    world: World,
) -> None:
    job = world.archived(world.submit())
    first = world.asset(job)
    world.upstream.settings(clip=store.absolute(first.path).read_bytes() + b"\x00\x00\x00\x08free")
    store.drop([first.path])
    _again(job)
    world.archived(job)
    now = world.asset(job)
    assert now.sha256 != first.sha256 and store.is_whole(now.path, now.sha256)
    assert any("ours is gone" in event.why for event in job.events.all())


def test_a_file_damaged_on_the_disk_is_fetched_again_and_not_taken_for_what_it_was(
    world: World,
) -> None:
    job = world.archived(world.submit())
    first = world.asset(job)
    path = store.absolute(first.path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    _again(job)
    world.archived(job)
    assert world.asset(job).sha256 == first.sha256
    assert store.is_whole(world.asset(job).path, first.sha256)


def _downloaded(job: VideoJob) -> store.StoredClip:
    with open_content(job) as stream:
        return store.receive(job, stream, lambda: True)


# --- the count of sends ---------------------------------------------------------------------------


def _sent_since(world: World, backup: Callable[[], Restore], *, hours: float = 0) -> list[VideoJob]:
    """Rows that were sent after a backup which has been restored `hours` after it was made."""
    world.archived(world.submit("long ago"))
    waiting = _waiting(world, "one", "two", "three")
    restore = backup()
    _resume()
    for job in waiting:
        world.archived(job)
        store.remove(job)
    restore(hours)
    _resume()
    return waiting


def test_a_backup_restored_a_moment_after_it_was_made_buys_nothing_again(
    world: World, backup: Callable[[], Restore]
) -> None:
    for job in _sent_since(world, backup):
        world.archived(job)
    assert world.upstream.creates == 4


def test_where_the_provider_cannot_tell_a_restored_row_ends_with_a_person(
    world: World, backup: Callable[[], Restore]
) -> None:
    _cannot_tell(world)
    for job in _sent_since(world, backup):
        world.until(job, lambda row: row.attention)
        assert job.status == JobStatus.UNSURE
    assert world.upstream.creates == 4


@pytest.mark.database
def test_a_restore_under_a_running_mirror_is_noticed_before_the_next_send(
    world: World, backup: Callable[[], Restore]
) -> None:
    world.archived(world.submit("long ago"))
    (job,) = _waiting(world, "one")
    restore = backup()
    _resume()
    world.archived(job)
    store.remove(job)
    running = world.mirror
    restore(0)
    # No beat in between: the send itself has to notice.
    world.mirror, running.last_beat = running, None
    running.stopping.clear()
    running.pool = Mirror().pool
    running.next_beat = float("inf")
    _resume()
    world.archived(job)
    assert world.upstream.creates == 2


@pytest.mark.database
def test_a_database_restored_with_its_count_is_detected_by_the_gap_in_heartbeats(
    world: World, backup: Callable[[], Restore], settings: Any
) -> None:
    world.archived(world.submit("long ago"))
    waiting = _waiting(world, "one")
    count = settings.SEND_COUNT_FILE.read_bytes()
    restore = backup()
    _resume()
    for job in waiting:
        world.archived(job)
        store.remove(job)
    settings.SEND_COUNT_FILE.write_bytes(count)
    restore(hours=0.1)
    _resume()
    for job in waiting:
        world.archived(job)
    assert world.upstream.creates == 2


@pytest.mark.parametrize("left", [None, b"", b"torn wri"])
def test_a_new_or_damaged_count_is_begun_again_and_raises_no_doubt(
    world: World, settings: Any, left: bytes | None
) -> None:
    _cannot_tell(world)
    world.archived(world.submit("one"))
    settings.SEND_COUNT_FILE.unlink()
    if left is not None:
        settings.SEND_COUNT_FILE.write_bytes(left)
    world.archived(world.submit("two"))
    assert world.upstream.creates == 2 and not DatabaseRestore.objects.exists()


def test_each_data_dir_has_its_own_count_so_that_mirrors_do_not_disturb_each_other(
    world: World, settings: Any, tmp_path: Any
) -> None:
    _cannot_tell(world)
    here, there = tmp_path / "here", tmp_path / "there"
    for number, file in enumerate([here, here, there, here, there]):
        settings.SEND_COUNT_FILE = file
        world.archived(world.submit(f"clip {number}"))
    counts = [int(file.read_text().split()[1]) for file in (here, there)]
    assert counts == [3, 2] and not DatabaseRestore.objects.exists()


def test_what_another_data_dir_has_sent_since_is_noticed_by_its_own_mirror(
    world: World, backup: Callable[[], Restore], settings: Any, tmp_path: Any
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    settings.SEND_COUNT_FILE = here
    waiting = _sent_since(world, backup)
    # The other machine comes first, sends more than was forgotten, and cannot know.
    Provider.objects.update(paused_at=timezone.now())
    settings.SEND_COUNT_FILE = there
    beat_job("there")
    assert not DatabaseRestore.objects.exists()
    settings.SEND_COUNT_FILE = here
    beat_job("here")
    assert DatabaseRestore.objects.get().newest_job >= waiting[-1].pk


@pytest.mark.database
def test_a_crash_between_the_row_and_the_file_raises_no_doubt(world: World) -> None:
    _cannot_tell(world)
    world.archived(world.submit("one"))
    SendCount.objects.update(sends=F("sends") + 1)
    world.archived(world.submit("two"))
    assert world.upstream.creates == 2 and not DatabaseRestore.objects.exists()


def test_nothing_is_sent_while_the_count_cannot_be_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: Any) -> None:
        raise OSError(errno.EIO, "Input/output error")

    job = world.submit("one")
    with monkeypatch.context() as patched:
        patched.setattr(send_count.os, "fsync", full)
        world.round(3)
        job.refresh_from_db()
        assert (job.status, job.sends, world.upstream.creates) == (JobStatus.SUBMITTING, 0, 0)
    world.archived(job)
    assert (world.upstream.creates, job.sends) == (1, 1)
